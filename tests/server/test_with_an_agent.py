"""A conversation that a person has: resolved, given back, handed on, and written to again."""

from __future__ import annotations

import json

import pytest

from tests.people import Agent, RefusedError, Shopper
from tests.shop import Shop


async def test_resolve_ends_the_conversation_and_asks_for_a_rating(carol: Shopper, amir: Agent, shop: Shop):
    await carol.asked("where is my parcel")
    await carol.waits()
    await amir.accepts(await amir.sees_waiting())
    await amir.writes(carol, "It is on its way.")
    await amir.resolves(carol)
    await carol.hears_of("rating_requested")
    await carol.hears_of("handoff_updated", lambda told: told["status"] == "resolved")
    assert await carol.status() == "resolved"
    assert outcomes(shop) == ["agent_resolved"]
    with pytest.raises(RefusedError, match="conflict"):
        await amir.writes(carol, "One more thing")


async def test_spam_is_not_asked_for_a_rating(carol: Shopper, amir: Agent, shop: Shop):
    await amir.takes_over(carol)
    await amir.resolves(carol, "spam")
    assert await carol.status() == "resolved"
    assert carol.heard_of("rating_requested") == []
    assert outcomes(shop) == ["spam"]


async def test_who_writes_after_the_end_begins_a_new_episode(carol: Shopper, amir: Agent, shop: Shop):
    await carol.waits()
    await amir.accepts(await amir.sees_waiting())
    await amir.resolves(carol)
    assert (await carol.asked("where is my parcel"))["decision"] == "answer"
    assert await carol.status() == "bot"
    assert shop.value("SELECT episode FROM conversations WHERE id = ?", carol.id) == 2


async def test_agent_gives_the_conversation_back_to_the_bot(carol: Shopper, amir: Agent):
    await carol.waits()
    await amir.accepts(await amir.sees_waiting())
    await amir.gets("conversation_return", conversation_id=carol.id)
    await carol.hears_of("handoff_updated", lambda told: told["status"] == "returned")
    assert (await carol.asked("where is my parcel"))["decision"] == "answer"
    with pytest.raises(RefusedError, match="conflict"):
        await amir.writes(carol, "Hello")


async def test_transfer_to_a_colleague(carol: Shopper, amir: Agent, beth: Agent, shop: Shop):
    await amir.takes_over(carol)
    transfer = {"conversation_id": carol.id, "agent_id": beth.id}
    with pytest.raises(RefusedError, match="conflict: Beth is not there"):
        await amir.gets("conversation_transfer", **transfer)
    await beth.gets("presence_set", presence="online")
    await amir.gets("conversation_transfer", **transfer)
    await carol.hears_of("message_added", lambda m: m["author"] == "system" and "Beth" in m["text"])
    await beth.writes(carol, "Hello, Beth here")
    with pytest.raises(RefusedError, match="forbidden"):
        await amir.writes(carol, "Still me")
    (event,) = shop.rows("SELECT data FROM events WHERE type = 'handoff_transferred'")
    assert json.loads(event["data"])["reason"] == "agent_initiated"


async def test_supervisor_assigns_another_agents_conversation(carol: Shopper, amir: Agent, beth: Agent):
    await amir.takes_over(carol)
    await beth.gets("presence_set", presence="online")
    await beth.gets("conversation_assign", conversation_id=carol.id, agent_id=beth.id)
    await beth.writes(carol, "I take this one")


async def test_agent_may_not_assign_anothers_conversation(carol: Shopper, amir: Agent, beth: Agent):
    await beth.takes_over(carol)
    await amir.gets("presence_set", presence="online")
    with pytest.raises(RefusedError, match="forbidden"):
        await amir.gets("conversation_assign", conversation_id=carol.id, agent_id=amir.id)


async def test_agent_steps_into_a_conversation_with_the_bot(carol: Shopper, amir: Agent, shop: Shop):
    await carol.asked("where is my parcel")
    await amir.takes_over(carol)
    await carol.says("oh, a person")
    assert await carol.hears_nothing_from("bot")
    (asked,) = shop.rows("SELECT actor, actor_id, data FROM events WHERE type = 'handoff_requested'")
    assert (asked["actor"], asked["actor_id"]) == ("agent", amir.id)
    assert json.loads(asked["data"])["reason"] == "agent_initiated"


def outcomes(shop: Shop) -> list[str]:
    """Return the outcomes of the ended episodes, in order."""
    return [
        row["outcome"]
        for row in shop.rows(
            "SELECT json_extract(data, '$.outcome') AS outcome FROM events WHERE type = 'episode_ended' ORDER BY rowid"
        )
    ]
