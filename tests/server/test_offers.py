"""Offers: who is asked to take a conversation, when the next one is, and what each side hears of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.agents import LEASE_SECONDS
from bot.services.routing import ASK_AGAIN_SECONDS
from tests.fakes import FrozenClock
from tests.people import Agent, Caller, OpenShop, RefusedError, Shopper
from tests.shop import Shop, within


@pytest.fixture
async def ada(shop: Shop, people: list[Caller]) -> Agent:
    """Ada the admin, at the console: she speaks English only."""
    people.append(ada := await Agent(shop, "Ada").comes())
    return ada


def offers(shop: Shop) -> list[tuple[str, str]]:
    """Return what became of offers so far, with the name of who was asked."""
    names = {row["id"]: row["name"] for row in shop.rows("SELECT id, name FROM agents")}
    types = "('handoff_offered', 'handoff_lapsed', 'handoff_declined', 'handoff_accepted')"
    rows = shop.rows(f"SELECT type, actor_id, data FROM events WHERE type IN {types} ORDER BY rowid")
    return [
        (row["type"].removeprefix("handoff_"), names[json.loads(row["data"]).get("to_agent") or row["actor_id"]])
        for row in rows
    ]


async def test_one_agent_is_offered_what_waits(carol: Shopper, amir: Agent, beth: Agent):
    await amir.goes("online")
    place = await carol.waits()
    offer = await amir.is_offered(carol)
    assert (place["status"], place["position"], place["away"]) == ("waiting", 1, None)
    assert offer["handoff"]["offered_to"] == amir.id
    assert (offer["expires_at"], offer["handoff"]["status"]) == ("2026-03-02T12:00:30.000Z", "offered")
    told = await beth.hears_of("handoff_updated", lambda told: told["status"] == "offered")
    assert (told["conversation_id"], told["agent_id"]) == (carol.id, amir.id)
    queue = await beth.hears_of("queue_changed", lambda told: told["queue"] and told["queue"][0]["offered_to"])
    assert queue["queue"][0]["offer_expires_at"] == offer["expires_at"]
    assert beth.heard_of("handoff_offered") == []
    assert [told["status"] for told in carol.heard_of("handoff_updated")] == ["waiting"] * len(
        carol.heard_of("handoff_updated")
    )
    await amir.gets("handoff_accept", handoff_id=offer["handoff"]["id"])
    accepted = await carol.hears_of("handoff_updated", lambda told: told["status"] == "accepted")
    assert accepted["agent"] == {"name": "Amir", "languages": ["en", "es", "fr"]}


async def test_who_comes_online_is_offered_what_waits_already(carol: Shopper, amir: Agent):
    await carol.waits()
    await amir.goes("online")
    await amir.is_offered(carol)


async def test_nobody_is_offered_a_language_that_they_do_not_speak(carol: Shopper, ada: Agent, beth: Agent):
    await ada.goes("online")
    await carol.asked("quiero hablar con una persona")
    await carol.shop.sweep()
    assert ada.heard_of("handoff_offered") == []
    await beth.goes("online")
    await beth.is_offered(carol)


async def test_who_declines_is_not_asked_next_and_not_again_for_a_while(carol: Shopper, amir: Agent, beth: Agent):
    shop = carol.shop
    await amir.goes("online")
    await carol.waits()
    offer = await amir.is_offered(carol)
    with pytest.raises(RefusedError, match="conflict: This is not offered to you"):
        await beth.gets("handoff_decline", handoff_id=offer["handoff"]["id"])
    await amir.gets("handoff_decline", handoff_id=offer["handoff"]["id"])
    await amir.hears_of("queue_changed", lambda told: told["queue"] and told["queue"][0]["offered_to"] is None)
    await shop.passes(ASK_AGAIN_SECONDS - 5)
    assert offers(shop) == [("offered", "Amir"), ("declined", "Amir")]
    await beth.goes("online")
    second = await beth.is_offered(carol)
    await beth.gets("handoff_decline", handoff_id=second["handoff"]["id"])
    await shop.passes(ASK_AGAIN_SECONDS)
    assert offers(shop)[2:4] == [("offered", "Beth"), ("declined", "Beth")]
    assert offers(shop)[4][0] == "offered"


async def test_offer_that_nobody_takes_moves_on(carol: Shopper, amir: Agent, beth: Agent):
    await amir.goes("online")
    await carol.waits()
    await amir.is_offered(carol)
    await beth.goes("online")
    await carol.shop.passes(25)
    assert offers(carol.shop) == [("offered", "Amir")]
    await carol.shop.passes(5)
    offer = await beth.is_offered(carol)
    assert offers(carol.shop) == [("offered", "Amir"), ("lapsed", "Amir"), ("offered", "Beth")]
    await beth.gets("handoff_accept", handoff_id=offer["handoff"]["id"])
    assert await carol.status() == "agent"


@pytest.mark.parametrize("leaves", [True, False], ids=["leaves", "is away"])
async def test_offer_to_who_is_gone_moves_on(carol: Shopper, amir: Agent, beth: Agent, leaves: object):
    await amir.goes("online")
    await carol.waits()
    await amir.is_offered(carol)
    await beth.goes("online")
    if leaves:
        await amir.leave()
        await within(5, lambda: not carol.shop.parley.leases.holds(amir.id))
        await carol.shop.passes(LEASE_SECONDS)
    else:
        await amir.goes("away")
    await beth.is_offered(carol)
    assert carol.shop.value("SELECT declined_by FROM handoffs") == "[]"


async def test_full_agent_is_offered_the_next_one_when_there_is_room(
    carol: Shopper, mallory: Shopper, amir: Agent, shop: Shop
):
    await shop.set_up(people={"Amir": {"capacity": 1}})
    await amir.goes("online")
    await carol.waits()
    await amir.gets("handoff_accept", handoff_id=(await amir.is_offered(carol))["handoff"]["id"])
    await mallory.waits()
    await shop.sweep()
    assert len(amir.heard_of("handoff_offered")) == 1
    await amir.resolves(carol)
    await amir.is_offered(mallory)


async def test_more_room_is_used_at_once(carol: Shopper, mallory: Shopper, amir: Agent, shop: Shop):
    await shop.set_up(people={"Amir": {"capacity": 1}})
    await amir.goes("online")
    await amir.takes_over(carol)
    await mallory.waits()
    await shop.set_up(people={"Amir": {"capacity": 2}})
    await amir.is_offered(mallory)


async def test_who_sees_the_queue_may_take_what_is_offered_to_another(carol: Shopper, amir: Agent, beth: Agent):
    await amir.goes("online")
    await carol.waits()
    offer = await amir.is_offered(carol)
    await beth.takes_over(carol)
    told = await amir.hears_of("handoff_updated", lambda told: told["status"] == "accepted")
    assert told["agent_id"] == beth.id
    with pytest.raises(RefusedError, match="conflict"):
        await amir.gets("handoff_accept", handoff_id=offer["handoff"]["id"])


async def test_where_everybody_picks_nobody_is_asked(open_shop: OpenShop):
    shop = await open_shop(routing="pick")
    amir, carol = await Agent(shop, "Amir").comes(), await Shopper(shop).comes()
    await amir.goes("online")
    await carol.waits()
    waiting = await amir.sees_waiting()
    await shop.sweep()
    assert amir.heard_of("handoff_offered") == []
    with pytest.raises(RefusedError, match="conflict"):
        await amir.gets("handoff_decline", handoff_id=waiting["handoff"]["id"])
    assert await amir.accepts(waiting) == carol.id
    for caller in (amir, carol):
        await caller.leave()


async def test_team_is_asked_about_its_topics_first(carol: Shopper, mallory: Shopper, amir: Agent, beth: Agent):
    shop = carol.shop
    await shop.set_up(teams=[{"name": "Payments", "topics": ["payments"]}], people={"Beth": {"teams": ["Payments"]}})
    await amir.goes("online")
    await beth.goes("online")
    await carol.asked("what payment methods do you take")
    await carol.waits()
    await beth.is_offered(carol)
    (requested,) = shop.rows("SELECT data FROM events WHERE type = 'handoff_requested'")
    assert json.loads(requested["data"])["team"] == shop.value("SELECT id FROM teams")
    await beth.goes("away")
    await mallory.asked("what payment methods do you take")
    await mallory.waits()
    await amir.is_offered(carol)  # nobody of the team is left, so it is everybody's


async def test_transfer_to_a_team_goes_before_the_queue_and_not_back(
    carol: Shopper, mallory: Shopper, amir: Agent, beth: Agent, shop: Shop
):
    await shop.set_up(teams=[{"name": "Disputes"}], people={"Beth": {"teams": ["Disputes"]}})
    team_id = shop.value("SELECT id FROM teams")
    await amir.takes_over(carol)
    await mallory.waits()
    await amir.goes("online")
    await amir.is_offered(mallory)
    for wrong in ({}, {"agent_id": beth.id, "team_id": team_id}):
        with pytest.raises(RefusedError, match="bad_input"):
            await amir.gets("conversation_transfer", conversation_id=carol.id, **wrong)
    await amir.gets("conversation_transfer", conversation_id=carol.id, team_id=team_id)
    await carol.hears_of("message_added", lambda m: m["author"] == "system" and "Disputes" in m["text"])
    place = await carol.hears_of("handoff_updated", lambda told: told["status"] == "waiting")
    assert place["position"] == 1
    with pytest.raises(RefusedError, match="conflict: This conversation is in the queue"):
        await amir.writes(carol, "One more thing")
    (event,) = shop.rows("SELECT data FROM events WHERE type = 'handoff_transferred'")
    assert json.loads(event["data"])["to_team"] == team_id
    await beth.goes("online")
    await beth.is_offered(carol)
    assert [m["author"] for m in await carol.sees()] == ["system", "system"]


async def test_supervisor_gives_to_others_what_waits_or_is_with_the_bot(
    carol: Shopper, mallory: Shopper, amir: Agent, beth: Agent
):
    await amir.goes("online")
    await mallory.asked("where is my parcel")
    with pytest.raises(RefusedError, match="forbidden"):
        await amir.gets("conversation_assign", conversation_id=mallory.id, agent_id=amir.id)
    for shopper in (carol, mallory):
        if shopper is carol:
            await carol.waits()
        await beth.gets("conversation_assign", conversation_id=shopper.id, agent_id=amir.id)
        await amir.writes(shopper, "Hello, I am here")
    await amir.resolves(carol)
    with pytest.raises(RefusedError, match="conflict"):
        await beth.gets("conversation_assign", conversation_id=carol.id, agent_id=amir.id)


async def test_nobody_is_given_more_than_they_may_have(carol: Shopper, mallory: Shopper, amir: Agent, beth: Agent):
    await carol.shop.set_up(people={"Amir": {"capacity": 1}})
    await amir.goes("online")
    await amir.takes_over(carol)
    await beth.takes_over(mallory)
    for event in ("conversation_transfer", "conversation_assign"):
        with pytest.raises(RefusedError, match="conflict: Amir already has 1 conversations"):
            await beth.gets(event, conversation_id=mallory.id, agent_id=amir.id)
    await beth.writes(mallory, "Still mine")


async def test_who_writes_again_is_with_the_bot_though_the_agent_is_gone(carol: Shopper, amir: Agent, shop: Shop):
    await amir.takes_over(carol)
    await amir.writes(carol, "Done.")
    await amir.resolves(carol)
    await amir.leave()
    assert (await carol.asked("where is my parcel"))["decision"] == "answer"
    assert shop.value("SELECT agent_id FROM conversations") is None


async def test_supervisor_sees_queue_agents_and_waits(
    carol: Shopper, mallory: Shopper, amir: Agent, beth: Agent, clock: FrozenClock
):
    shop = carol.shop
    await amir.takes_over(carol)
    await amir.writes(carol, "Hello")
    await carol.says("are you there?")
    clock.advance(seconds=8)
    await carol.says("hello?")
    await mallory.waits()
    clock.advance(seconds=12)
    status, told = await _supervision(shop, "Beth")
    assert status == 200
    assert [(item["conversation"]["id"], item["waited_seconds"]) for item in told["queue"]] == [(mallory.id, 12)]
    agents = {agent["name"]: agent for agent in told["agents"]}
    assert agents["Amir"]["conversations"] == [{"id": carol.id, "language": "en", "waiting_reply_seconds": 20}]
    assert (agents["Amir"]["open"], agents["Beth"]["open"]) == (1, 0)
    assert told["waits"] == {"longest_seconds": 12, "median_seconds": None, "n": 0}
    await beth.accepts(await beth.sees_waiting())
    await beth.writes(mallory, "Hello")
    _, told = await _supervision(shop, "Beth")
    assert told["waits"] == {"longest_seconds": None, "median_seconds": 12, "n": 1}
    assert {a["name"]: [c["waiting_reply_seconds"] for c in a["conversations"]] for a in told["agents"]} == {
        "Ada": [],
        "Amir": [20],
        "Beth": [None],
        "Zoe": [],
    }
    assert (await _supervision(shop, "Amir"))[0] == 403


async def _supervision(shop: Shop, name: str) -> tuple[int, Any]:
    cookie = {"Cookie": f"parley_session={await shop.cookie_of(name)}"}
    async with shop.http.get("/api/supervision", headers=cookie) as response:
        return response.status, await response.json()
