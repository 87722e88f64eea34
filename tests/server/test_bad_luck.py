"""Bad luck while people are handed over: each kind has one right outcome, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.domain.agents import LEASE_SECONDS, Presence
from bot.domain.handoffs import HandoffStatus
from bot.services.housekeeping import Housekeeping
from bot.services.leases import LEFT_SECONDS
from bot.services.offers import Offers
from bot.services.routing import Offer
from bot.store.transaction import Transaction
from tests.callers import OUT
from tests.fakes import FrozenClock
from tests.people import Agent, Caller, OpenShop, RefusedError, Shopper, shops
from tests.shop import Premises, Shop, migrated, within

LOST_SECONDS = 60


@pytest.fixture(params=["sqlite", "postgresql"])
async def opening(
    request: pytest.FixtureRequest, premises: Premises, tmp_path: Path, clock: FrozenClock
) -> AsyncIterator[OpenShop]:
    """Give a function that opens processes of one shop: all on the same database."""
    url = None
    if request.param == "postgresql":
        url = await migrated(premises, request.getfixturevalue("postgres_url"))
    async with shops(premises, tmp_path, clock) as open_shop:
        opened: list[Shop] = []

        async def open_on_one_database(**changes: Any) -> Shop:
            database = opened[0].settings.database_url if opened else url
            changes.setdefault("messages_per_minute", 6000)
            opened.append(await open_shop(**({"database_url": database} if database else {}), **changes))
            return opened[-1]

        yield open_on_one_database


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes move nothing by themselves: the test says when. It has to be asked for before the shop."""

    async def nothing(_self: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Offers, "run", nothing)
    monkeypatch.setattr(Housekeeping, "run", nothing)


@pytest.fixture
async def shop(opening: OpenShop) -> Shop:
    return await opening()


@pytest.fixture
async def come(shop: Shop, people: list[Caller]) -> Callable[..., Awaitable[Any]]:
    """Give a function that brings somebody of the staff by name, or a shopper."""

    async def come(name: str | None = None, at: Shop | None = None) -> Any:
        caller = await (Agent(at or shop, name) if name else Shopper(at or shop)).comes()
        people.append(caller)
        return caller

    return come


async def facts(shop: Shop, shopper: Shopper) -> list[str]:
    """Return what happened to the shopper's hand-off, in order."""
    events = await shop.parley.store.read(lambda tx: tx.events.of_conversation(shopper.id))
    return [e.type.value for e in events if e.type.value.startswith(("handoff", "agent_lost"))]


async def fact(shop: Shop, shopper: Shopper, type_: str) -> dict[str, Any]:
    """Return the data of the conversation's only fact of this type."""
    events = await shop.parley.store.read(lambda tx: tx.events.of_conversation(shopper.id))
    (found,) = [e.data for e in events if e.type.value == type_]
    return dict(found)


async def queue_of(shop: Shop) -> list[str]:
    """Return the waiting conversations, in order."""
    return [h.conversation_id for h in await shop.parley.store.read(lambda tx: tx.handoffs.queued())]


def code(answer: dict[str, Any]) -> str:
    return str(answer.get("error", {}).get("code", "won"))


async def test_two_agents_accept_at_once(shop: Shop, come):
    rivals = [await come(name) for name in ("Amir", "Beth")]
    for number in range(10):
        carol = await come()
        await carol.gets("handoff_request")
        (waiting,) = await shop.parley.store.read(lambda tx: tx.handoffs.queued())
        ordered = rivals if number % 2 else rivals[::-1]
        answers = await asyncio.gather(*(a.asks("handoff_accept", {"handoff_id": waiting.id}) for a in ordered))
        assert sorted(map(code, answers)) == ["conflict", "won"]
        await carol.gets("conversation_end")


async def test_one_agent_accepts_two_at_once_with_room_for_one(shop: Shop, come):
    await shop.set_up(people={"Amir": {"capacity": 1}})
    tabs = [await come("Amir"), await come("Amir")]
    for _ in range(10):
        shoppers = [await come(), await come()]
        for shopper in shoppers:
            await shopper.gets("handoff_request")
        waiting = await shop.parley.store.read(lambda tx: tx.handoffs.queued())
        asked = [
            tab.asks("handoff_accept", {"handoff_id": handoff.id}) for tab, handoff in zip(tabs, waiting, strict=True)
        ]
        assert sorted(map(code, await asyncio.gather(*asked))) == ["conflict", "won"]
        for shopper in shoppers:
            await shopper.gets("conversation_end")


async def test_agent_accepts_and_dies(shop: Shop, come):
    amir, beth, carol, mallory = await come("Amir"), await come("Beth"), await come(), await come()
    await amir.goes("online")
    await carol.waits()
    await amir.gets("handoff_accept", handoff_id=(await amir.is_offered(carol))["handoff"]["id"])
    await mallory.gets("handoff_request")
    await amir.leave()
    await within(5, lambda: not shop.parley.leases.holds(amir.id))
    await shop.passes(LEASE_SECONDS)
    assert await carol.status() == "agent"
    await shop.passes(LOST_SECONDS)
    lost = await carol.hears_of("handoff_updated", lambda told: told["status"] == "lost")
    assert (lost["position"], await carol.status()) == (None, "waiting")
    await carol.hears_of("message_added", lambda m: m["author"] == "system" and "head of the queue" in m["text"])
    await beth.hears_of("handoff_updated", lambda told: told["status"] == "lost" and told["agent_id"] == amir.id)
    assert await queue_of(shop) == [carol.id, mallory.id]
    assert (await facts(shop, carol))[-1] == "agent_lost"
    amir = await come("Amir")
    with pytest.raises(RefusedError, match="conflict: This conversation is in the queue"):
        await amir.writes(carol, "Sorry, my line was down.")
    await beth.goes("online")
    await beth.gets("handoff_accept", handoff_id=(await beth.is_offered(carol))["handoff"]["id"])
    await beth.writes(carol, "I take over.")
    assert (await fact(shop, carol, "agent_lost"))["handoff_id"]


async def test_agent_who_reloads_keeps_everything(shop: Shop, come):
    amir, carol = await come("Amir"), await come()
    await amir.goes("online")
    await amir.takes_over(carol)
    await amir.leave()
    await shop.passes(LOST_SECONDS - 10)
    amir = await come("Amir")
    await shop.passes(LOST_SECONDS * 2)
    await amir.writes(carol, "Back again.")
    assert "agent_lost" not in await facts(shop, carol)


async def test_shopper_leaves_while_waiting(shop: Shop, come):
    amir, carol, mallory = await come("Amir"), await come(), await come()
    await amir.goes("away")
    await carol.waits()
    await mallory.waits()
    await shop.passes(45)
    await carol.leave()
    await within(5, lambda: not shop.parley.leases.sees(carol.id))
    await shop.passes(LEFT_SECONDS - 5)
    assert await queue_of(shop) == [carol.id, mallory.id]
    await shop.passes(10)
    assert await queue_of(shop) == [mallory.id]
    assert await facts(shop, carol) == ["handoff_requested", "handoff_cancelled"]
    cancelled = await fact(shop, carol, "handoff_cancelled")
    assert (cancelled["waited"], cancelled["on_duty"]) == (45, 1)
    assert (await fact(shop, carol, "episode_ended"))["outcome"] == "abandoned_in_queue"
    await mallory.hears_of("handoff_updated", lambda told: told["position"] == 1)
    back = await Shopper(shop).comes(token=carol.token)
    assert (await back.asked("where is my parcel"))["decision"] == "answer"
    await back.leave()


async def test_shopper_who_is_away_for_a_moment_keeps_the_place(shop: Shop, come):
    carol, mallory = await come(), await come()
    await carol.waits()
    await mallory.waits()
    await carol.leave()
    await shop.passes(LEFT_SECONDS - 10)
    back = await Shopper(shop).comes(token=carol.token)
    await shop.passes(LEFT_SECONDS * 2)
    assert await queue_of(shop) == [carol.id, mallory.id]
    await back.leave()


async def test_server_restarts_with_many_waiting(
    shop: Shop, opening: OpenShop, come, clock: FrozenClock, *, full: bool
):
    """Each that comes changes what all the others are told."""
    many = 50 if full else 15
    amir = await come("Amir")
    carol = await come()
    await amir.takes_over(carol)
    shoppers = [await Shopper(shop).comes() for _ in range(many)]
    for shopper in shoppers:
        await shopper.gets("handoff_request")
        clock.advance(seconds=1)
    before = await queue_of(shop)
    assert before == [shopper.id for shopper in shoppers]
    for caller in (*shoppers, amir, carol):
        await caller.leave()
    clock.advance(minutes=8)  # nobody renewed anything for as long as it was down
    again = await opening()
    await again.sweep()
    chance = random.Random(50)
    for shopper in chance.sample(shoppers, many):
        back = await Shopper(again).comes(token=shopper.token)
        place = await back.hears_of("handoff_updated")
        assert (place["status"], place["position"]) == ("waiting", before.index(back.id) + 1)
        await back.leave()
    assert await queue_of(again) == before
    amir = await come("Amir", again)
    await again.passes(LOST_SECONDS * 2)
    await amir.writes(carol, "We are back.")


async def test_capacity_is_lowered_below_the_present_load(shop: Shop, come):
    amir, shoppers = await come("Amir"), [await come() for _ in range(4)]
    await amir.goes("online")
    for shopper in shoppers[:3]:
        await amir.takes_over(shopper)
    await shop.set_up(people={"Amir": {"capacity": 2}})
    await shoppers[3].waits()
    await shop.sweep()
    for shopper in shoppers[:3]:
        await amir.writes(shopper, "You are still mine.")
    with pytest.raises(RefusedError, match="2 conversations"):
        await amir.takes_over(shoppers[3])
    await amir.resolves(shoppers[0])
    await shop.sweep()
    assert amir.heard_of("handoff_offered") == []
    await amir.resolves(shoppers[1])
    await amir.is_offered(shoppers[3])


async def test_capacity_is_lowered_while_the_agent_looks_at_an_offer(shop: Shop, come):
    amir, beth, carol, mallory = await come("Amir"), await come("Beth"), await come(), await come()
    await amir.goes("online")
    await amir.takes_over(mallory)
    await carol.waits()
    await amir.is_offered(carol)
    await beth.goes("online")
    await shop.set_up(people={"Amir": {"capacity": 1}})
    await beth.is_offered(carol)


async def test_agent_is_disabled_while_chatting(shop: Shop, come):
    amir, beth, carol = await come("Amir"), await come("Beth"), await come()
    await amir.goes("online")
    await amir.takes_over(carol)
    other = await come()
    await shop.set_up(people={"Amir": {"disabled": True}})
    assert await amir.tries("conversation_take", conversation_id=other.id) in ("forbidden", OUT)
    await shop.sweep()
    await carol.hears_of("handoff_updated", lambda told: told["status"] == "lost")
    sent = {"conversation_id": carol.id, "client_id": "a" * 8, "text": "Hello?"}
    assert await amir.tries("message_send", **sent) in ("conflict", "unauthorized", OUT)
    agents = {a.name: a.presence.value for a in await shop.parley.agents.everybody()}
    assert agents["Amir"] == "offline"
    await beth.goes("online")
    await beth.is_offered(carol)


async def test_two_processes_offer_at_once(still: None, shop: Shop, opening: OpenShop, come):
    other = await opening()
    agents = [await come("Amir"), await come("Beth", other), await come("Ada", other)]
    shoppers = [await come() for _ in range(5)]
    for shopper in shoppers:
        await shopper.gets("handoff_request")
    for number in range(1, 6):
        await shop.parley.store.write(lambda tx: [tx.agents.set_presence(a.id, Presence.ONLINE) for a in agents])
        await asyncio.gather(*(process.parley.offers.move() for process in (shop, other, shop, other)))
        queue = await shop.parley.store.read(lambda tx: tx.handoffs.queued())
        asked = Counter(handoff.offered_to for handoff in queue if handoff.status is HandoffStatus.OFFERED)
        assert asked == {agent.id: 1 for agent in agents}
        offered = [f for shopper in shoppers for f in await facts(shop, shopper) if f == "handoff_offered"]
        assert len(offered) == 3 * number
        await shop.parley.store.write(lambda tx: [tx.agents.set_presence(a.id, Presence.OFFLINE) for a in agents])
        await shop.parley.offers.move()


async def test_two_processes_offer_one_agent_two_shoppers_at_once(still: None, shop: Shop, opening: OpenShop, come):
    other, amir, shoppers = await opening(), await come("Amir"), [await come(), await come()]
    for shopper in shoppers:
        await shopper.gets("handoff_request")
    first, second = await shop.parley.store.read(lambda tx: tx.handoffs.queued())
    for _ in range(5):
        await shop.parley.store.write(lambda tx: tx.agents.set_presence(amir.id, Presence.ONLINE))
        made = await asyncio.gather(
            *(
                process.parley.store.write(partial(process.parley.offers._make, planned=Offer(handoff.id, amir.id, ())))
                for process, handoff in ((shop, first), (other, second))
            )
        )
        assert sorted(made) == [False, True]
        await shop.parley.store.write(lambda tx: tx.agents.set_presence(amir.id, Presence.OFFLINE))
        await shop.parley.offers.move()


async def test_what_was_taken_by_hand_meanwhile_is_not_offered(still: None, shop: Shop, come):
    amir, beth, carol = await come("Amir"), await come("Beth"), await come()
    await carol.gets("handoff_request")
    (handoff,) = await shop.parley.store.read(lambda tx: tx.handoffs.queued())
    await beth.takes_over(carol)
    await shop.parley.store.write(lambda tx: tx.agents.set_presence(amir.id, Presence.ONLINE))
    planned = Offer(handoff.id, amir.id, ())
    assert not await shop.parley.store.write(partial(shop.parley.offers._make, planned=planned))
    await beth.writes(carol, "I have you.")


async def test_offer_lapses_exactly_when_it_is_accepted(shop: Shop, come, clock: FrozenClock):
    amir, beth = await come("Amir"), await come("Beth")
    await amir.goes("online")
    for number in range(10):
        carol = await come()
        await carol.gets("handoff_request")
        offer = await amir.is_offered(carol)
        clock.advance(seconds=30)
        await shop.parley.leases.sweep()
        accepting = amir.asks("handoff_accept", {"handoff_id": offer["handoff"]["id"]})
        both = (accepting, shop.parley.offers.move())
        answers = await asyncio.gather(*(both if number % 2 else both[::-1]))
        assert "ok" in answers[0 if number % 2 else 1]
        assert await carol.status() == "agent"
        assert (await facts(shop, carol))[-1] == "handoff_accepted"
        await amir.resolves(carol)
    assert beth.heard_of("handoff_offered") == []


async def test_shopper_cancels_while_it_is_offered(shop: Shop, come):
    amir, carol = await come("Amir"), await come()
    await amir.goes("online")
    await carol.waits()
    offer = await amir.is_offered(carol)
    await carol.gets("handoff_cancel")
    told = await amir.hears_of("handoff_updated", lambda told: told["status"] == "cancelled")
    assert told["handoff_id"] == offer["handoff"]["id"]
    for event in ("handoff_accept", "handoff_decline"):
        with pytest.raises(RefusedError, match="conflict"):
            await amir.gets(event, handoff_id=offer["handoff"]["id"])
    assert await carol.status() == "bot"
    assert (await carol.asked("where is my parcel"))["decision"] == "answer"


async def test_what_was_offered_when_the_server_died_moves_on(shop: Shop, opening: OpenShop, come, clock: FrozenClock):
    amir, carol = await come("Amir"), await come()
    await amir.goes("online")
    await carol.waits()
    await amir.is_offered(carol)
    await amir.leave()
    clock.advance(minutes=3)
    again = await opening()
    beth = await come("Beth", again)
    await beth.goes("online")
    await again.sweep()
    await beth.is_offered(carol)

    def offered_to(tx: Transaction) -> list[str | None]:
        return [handoff.offered_to for handoff in tx.handoffs.queued()]

    assert await again.parley.store.read(offered_to) == [beth.id]
