"""What an agent sees before the first word: earlier episodes, the page, the order; and answers to suggest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.people import Agent, RefusedError, Shopper
from tests.shop import Shop


async def brief(shop: Shop, agent: Agent, shopper: Shopper) -> dict[str, Any]:
    cookie = {"Cookie": f"parley_session={agent.cookie}"}
    async with shop.http.get(f"/api/conversations/{shopper.id}", headers=cookie) as response:
        assert response.status == 200
        told: dict[str, Any] = (await response.json())["brief"]
        return told


async def test_first_contact_has_an_empty_past(carol: Shopper, amir: Agent, shop: Shop):
    await carol.says("hello")
    told = await brief(shop, amir, carol)
    assert (told["previous"], told["page"], told["order"]) == ([], None, None)


async def test_earlier_episodes_with_what_became_of_them(carol: Shopper, amir: Agent, shop: Shop, clock: Any):
    answer = await carol.asked("where is my parcel")
    await carol.gets("feedback_give", message_id=answer["id"], helpful=True)
    await carol.gets("conversation_end")
    clock.advance(minutes=5)
    await carol.says("I want to talk to a person")
    await amir.accepts(await amir.sees_waiting())
    await amir.writes(carol, "Hello, what is it about?")
    await amir.resolves(carol, "not_solved")
    clock.advance(minutes=5)
    await carol.says("how do I return something")
    told = await brief(shop, amir, carol)
    assert [(e["id"], e["episode"], e["outcome"], e["topic"]) for e in told["previous"]] == [
        (carol.id, 2, "agent_unresolved", None),
        (carol.id, 1, "bot_confirmed", "shipping"),
    ]
    assert told["previous"][0]["ended_at"] == "2026-03-02T12:05:00.000Z"
    assert told["previous_episodes"] == 2


async def test_the_page_and_the_order_of_now(carol: Shopper, amir: Agent, shop: Shop):
    await carol.gets("page_set", page="https://shop.example/orders/mine?secret=1")
    await carol.says("order 1111-2222 was fine")
    await carol.gets("conversation_end")
    await carol.says("I want to talk to a person")
    told = await brief(shop, amir, carol)
    assert (told["page"], told["order"]) == ("/orders/mine", None)
    await carol.says("it is about 3333-4444, no, 5555-6666")
    assert (await brief(shop, amir, carol))["order"] == {"number": "5555-6666", "status": None}


async def test_another_visitors_past_is_not_shown(carol: Shopper, mallory: Shopper, amir: Agent, shop: Shop):
    await mallory.says("where is my parcel")
    await mallory.gets("conversation_end")
    await carol.says("where is my parcel")
    assert (await brief(shop, amir, carol))["previous"] == []


async def test_topic_of_a_resolved_conversation(carol: Shopper, amir: Agent, shop: Shop):
    await carol.waits()
    await amir.accepts(await amir.sees_waiting())
    resolve = {"conversation_id": carol.id, "disposition": "solved"}
    with pytest.raises(RefusedError, match=r"bad_input: The help center has no topic moon\."):
        await amir.gets("conversation_resolve", **resolve, topic="moon")
    await amir.gets("conversation_resolve", **resolve, topic="refunds")
    (event,) = shop.rows("SELECT data FROM events WHERE type = 'handoff_resolved'")
    found = json.loads(event["data"])
    assert (found["topic"], found["disposition"]) == ("refunds", "solved")


async def test_answers_are_suggested_for_all_that_was_written_last(carol: Shopper, amir: Agent):
    await carol.waits()
    await amir.accepts(await amir.sees_waiting())
    await amir.writes(carol, "Hello, what is it about?")
    await carol.says("my jacket does not fit")
    await carol.says("how do I send it back")
    await carol.says("ok?")
    told = await amir.gets("suggestion_list", conversation_id=carol.id)
    assert told["suggestions"][0]["entry"] == "returns/start-return"
    assert told["suggestions"][0]["language"] == "en"
