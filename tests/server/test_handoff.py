"""From the bot to a person and back: queue, claim, both sides writing, resolve, return, transfer."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes import FrozenClock
from tests.people import Agent, RefusedError, Shopper
from tests.shop import Shop


@pytest.mark.parametrize(
    "words", ["I want to talk to a person", "quiero hablar con una persona", "je veux parler à un humain"]
)
async def test_person_is_asked_for_in_words(carol: Shopper, amir: Agent, words: str):
    reply = await carol.asked(words)
    assert (reply["decision"], reply["reason"]) == ("handoff", "asked_for_human")
    waiting = await amir.sees_waiting()
    assert waiting["conversation"]["id"] == carol.id
    assert waiting["handoff"]["reason"] == "asked_for_human"
    assert waiting["last"] == {"author": "bot", "text": reply["text"][:200]}
    assert await carol.status() == "waiting"


async def test_person_is_asked_for_by_the_button(carol: Shopper, shop: Shop):
    place = await carol.waits()
    assert (place["status"], place["position"]) == ("waiting", 1)
    await carol.gets("handoff_request")
    assert shop.value("SELECT count(*) FROM handoffs") == 1
    assert [m["author"] for m in await carol.sees()] == ["bot"]


async def test_queue_is_first_come_first_served(carol: Shopper, mallory: Shopper, amir: Agent, clock: FrozenClock):
    await carol.waits()
    clock.advance(seconds=30)
    assert (await mallory.waits())["position"] == 2
    queue = (await amir.gets("queue_watch"))["queue"]
    assert [item["conversation"]["id"] for item in queue] == [carol.id, mallory.id]
    assert queue[0]["waited_seconds"] == 30
    await carol.gets("handoff_cancel")
    await mallory.hears_of("handoff_updated", lambda told: told["position"] == 1)


async def test_wait_is_estimated_from_what_others_waited(open_shop):
    shop = await open_shop()
    amir = await Agent(shop, "Amir").comes()
    await amir.goes("online")
    for _ in range(3):
        shopper = await Shopper(shop).comes()
        assert (await shopper.waits())["wait_seconds"] is None
        await shop.passes(seconds=40)
        await amir.accepts(await amir.sees_waiting())
        await amir.resolves(shopper)
        await shopper.leave()
    late = await Shopper(shop).comes()
    assert (await late.waits())["wait_seconds"] == 40
    for caller in (late, amir):
        await caller.leave()


async def test_cancelled_wait_goes_back_to_the_bot(carol: Shopper, amir: Agent):
    await carol.waits()
    waiting = await amir.sees_waiting()
    await carol.gets("handoff_cancel")
    await carol.hears_of("handoff_updated", lambda told: told["status"] == "cancelled")
    assert (await carol.asked("where is my parcel"))["decision"] == "answer"
    with pytest.raises(RefusedError, match="conflict"):
        await carol.gets("handoff_cancel")
    with pytest.raises(RefusedError, match="conflict"):
        await amir.accepts(waiting)
    assert await carol.status() == "bot"


async def test_cancelled_request_is_not_accepted_in_the_place_of_a_new_one(carol: Shopper, amir: Agent):
    await carol.waits()
    old = await amir.sees_waiting()
    await carol.gets("handoff_cancel")
    await carol.gets("handoff_request")
    with pytest.raises(RefusedError, match="conflict"):
        await amir.accepts(old)
    assert await carol.status() == "waiting"


async def test_agent_takes_over_and_the_bot_stays_silent(carol: Shopper, amir: Agent, shop: Shop):
    await carol.says("I want to talk to a person")
    await carol.says("where is my parcel?")
    assert await carol.hears_nothing_from("bot")
    assert await amir.accepts(await amir.sees_waiting()) == carol.id
    await carol.says("where is my parcel?")
    assert await carol.hears_nothing_from("bot")
    await amir.hears_of("message_added", lambda told: told["text"] == "where is my parcel?")
    await amir.writes(carol, "Hello Carol, I am looking.")
    told = await carol.hears("agent")
    assert (told["text"], told["name"]) == ("Hello Carol, I am looking.", "Amir")
    assert shop.value("SELECT count(*) FROM events WHERE type LIKE 'turn_%'") == 0


async def test_shopper_is_told_who_came(carol: Shopper, amir: Agent):
    await carol.waits()
    await amir.accepts(await amir.sees_waiting())
    assert "Amir" in (await carol.hears("system"))["text"]
    accepted = await carol.hears_of("handoff_updated", lambda told: told["status"] == "accepted")
    assert (accepted["position"], accepted["agent"]["name"]) == (None, "Amir")
    await carol.hears_of("conversation_updated", lambda told: told["status"] == "agent")


async def test_agents_retry_is_harmless(carol: Shopper, amir: Agent):
    await amir.takes_over(carol)
    first = await amir.writes(carol, "Hello", client_id="agent-retry-1")
    assert await amir.writes(carol, "Hello", client_id="agent-retry-1") == first
    assert [m["author"] for m in await carol.sees()] == ["system", "agent"]


async def test_second_agent_to_accept_is_told_it_is_taken(carol: Shopper, amir: Agent, beth: Agent):
    await carol.waits()
    waiting = await beth.sees_waiting()
    await amir.accepts(waiting)
    with pytest.raises(RefusedError) as refused:
        await beth.accepts(waiting)
    assert (refused.value.code, "taken" in refused.value.message) == ("conflict", True)


async def test_one_of_two_agents_at_once_wins_fifty_times(open_shop):
    shop = await open_shop(messages_per_minute=6000)
    rivals = [await Agent(shop, name).comes() for name in ("Amir", "Beth")]
    wins = dict.fromkeys(("Amir", "Beth"), 0)
    for number in range(50):
        carol = await Shopper(shop).comes()
        await carol.gets("handoff_request")
        ordered = rivals if number % 2 else rivals[::-1]
        payload = {"handoff_id": shop.value("SELECT id FROM handoffs WHERE status = 'waiting'")}
        answers = await asyncio.gather(*(agent.asks("handoff_accept", payload) for agent in ordered))
        codes = [answer.get("error", {}).get("code", "won") for answer in answers]
        assert sorted(codes) == ["conflict", "won"]
        winner = ordered[codes.index("won")]
        wins[winner.name] += 1
        await carol.gets("conversation_end")
        await carol.leave()
    assert sum(wins.values()) == 50
    assert shop.value("SELECT count(*) FROM events WHERE type = 'handoff_accepted'") == 50
    for agent in rivals:
        await agent.leave()


async def test_only_who_has_the_conversation_writes_and_closes(carol: Shopper, amir: Agent, beth: Agent):
    with pytest.raises(RefusedError, match="conflict"):
        await beth.writes(carol, "Hello")
    await carol.waits()
    with pytest.raises(RefusedError, match="conflict"):
        await amir.resolves(carol)
    await amir.accepts(await amir.sees_waiting())
    for attempt in (
        beth.writes(carol, "Hello"),
        beth.resolves(carol),
        beth.gets("conversation_return", conversation_id=carol.id),
    ):
        with pytest.raises(RefusedError, match="forbidden"):
            await attempt
    assert await carol.status() == "agent"


async def test_full_agent_cannot_take_more(open_shop):
    shop = await open_shop()
    amir = await Agent(shop, "Amir").comes()
    shoppers = [await Shopper(shop).comes() for _ in range(6)]
    for shopper in shoppers[:5]:
        await amir.takes_over(shopper)
    await amir.takes_over(shoppers[0])  # has it already
    with pytest.raises(RefusedError, match="5 conversations"):
        await amir.takes_over(shoppers[5])
    for caller in (amir, *shoppers):
        await caller.leave()


async def test_watcher_sees_and_leaves(carol: Shopper, beth: Agent):
    await beth.gets("conversation_join", conversation_id=carol.id)
    await carol.says("hello")
    await beth.hears_of("message_added", lambda m: m["author"] == "bot")
    await beth.gets("conversation_leave", conversation_id=carol.id)
    await carol.says("thanks")
    await beth.gets("queue_watch")
    assert len(beth.heard_of("message_added")) == 2


async def test_suggestions_come_from_what_the_shopper_wrote(carol: Shopper, amir: Agent):
    await carol.says("mi pedido no llega")
    told = await amir.gets("suggestion_list", conversation_id=carol.id)
    assert told["suggestions"][0]["entry"] == "shipping/track-package"
    assert told["suggestions"][0]["language"] == "es"
    told = await amir.gets("suggestion_list", conversation_id=carol.id, text="métodos de pago")
    assert told["suggestions"][0]["entry"] == "payments/methods"


async def test_deleted_conversation_leaves_the_queue(carol: Shopper, amir: Agent, shop: Shop):
    await carol.waits()
    await amir.sees_waiting()
    before = len(amir.heard)
    await carol.gets("conversation_delete")
    await amir.hears_of("queue_changed", lambda told: told["queue"] == [], after=before)
    for table in ("conversations", "messages", "handoffs", "visitors", "decisions", "tickets"):
        assert shop.value(f"SELECT count(*) FROM {table}") == 0, table


async def test_an_agent_is_refused_in_the_language_of_their_console(carol: Shopper, shop: Shop):
    amir = Agent(shop, "Amir")
    cookie = await shop.cookie_of("Amir")
    await amir.connect({"language": "es"}, Origin=shop.url, Cookie=f"parley_session={cookie}")
    with pytest.raises(RefusedError, match="conflict: Nadie atiende"):
        await amir.resolves(carol)
    await amir.leave()
