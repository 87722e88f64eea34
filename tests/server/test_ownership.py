"""Nobody sees a conversation that is not theirs; a foreign id and an unknown one look the same."""

from __future__ import annotations

import pytest

from bot.domain.identifiers import new_id
from tests.people import Agent, Caller, RefusedError, Shopper
from tests.shop import Shop


async def answers(caller: Caller, event: str, name: str, ids: list[str], **rest: object) -> list[tuple[object, ...]]:
    """Return code, sentence and params of the refusals for each id."""
    found = [(await caller.asks(event, {name: value, **rest})).get("error") for value in ids]
    return [error and (error["code"], error["message"], error["params"]) for error in found]


@pytest.mark.parametrize(("event", "rest"), [("feedback_give", {"helpful": True}), ("choice_pick", {"entry": "human"})])
async def test_foreign_message_looks_like_no_message(carol: Shopper, mallory: Shopper, shop: Shop, event, rest):
    answer = await carol.asked("where is my parcel")
    before = shop.value("SELECT count(*) FROM events")
    foreign, unknown = await answers(mallory, event, "message_id", [answer["id"], new_id()], **rest)
    assert foreign == unknown
    assert foreign[0] == "not_found"
    assert shop.value("SELECT count(*) FROM events") == before
    assert shop.value("SELECT count(*) FROM feedback") == 0


async def test_shopper_names_no_conversation(carol: Shopper, mallory: Shopper):
    await carol.says("where is my parcel")
    with pytest.raises(RefusedError, match="bad_input"):
        await mallory.gets("resume", after_seq=0, conversation_id=carol.id)
    with pytest.raises(RefusedError, match="bad_input"):
        await mallory.gets("message_send", client_id="abcdefgh", text="hi", conversation_id=carol.id)
    assert await mallory.sees() == []


async def test_what_is_said_reaches_nobody_else(carol: Shopper, mallory: Shopper):
    await carol.asked("where is my parcel")
    await carol.waits()
    await mallory.says("hello")
    assert await mallory.hears("bot")
    assert {m["conversation_id"] for m in mallory.heard_of("message_added")} == {mallory.id}
    assert mallory.heard_of("handoff_updated") == []


@pytest.mark.parametrize(
    ("event", "rest"),
    [
        ("message_send", {"client_id": "abcdefgh", "text": "hi"}),
        ("note_add", {"text": "hi"}),
        ("conversation_join", {}),
        ("conversation_take", {}),
        ("conversation_return", {}),
        ("conversation_resolve", {"disposition": "solved"}),
        ("typing_set", {"on": True}),
        ("suggestion_list", {}),
        ("resume", {"after_seq": 0}),
        ("history", {"before_seq": 9}),
    ],
)
async def test_agent_is_told_that_there_is_no_such_conversation(amir: Agent, event: str, rest: dict[str, object]):
    ((code, _, _),) = await answers(amir, event, "conversation_id", [new_id()], **rest)
    assert code == "not_found"


async def test_agent_is_told_that_there_is_no_such_handoff(amir: Agent):
    ((code, _, _),) = await answers(amir, "handoff_accept", "handoff_id", [new_id()])
    assert code == "not_found"


@pytest.mark.parametrize("event", ["conversation_transfer", "conversation_assign"])
async def test_transfer_to_nobody_is_refused(carol: Shopper, beth: Agent, event: str):
    await beth.takes_over(carol)
    refused = await beth.asks(event, {"conversation_id": carol.id, "agent_id": new_id()})
    assert refused["error"]["code"] == "not_found"


async def test_ids_of_another_form_are_refused_before_the_database(amir: Agent):
    for value in ("", "x", "1", new_id().upper(), f"{new_id()}'--", new_id() + "\n"):
        ((code, _, _),) = await answers(amir, "resume", "conversation_id", [value], after_seq=0)
        assert code == "bad_input", value


async def test_events_of_agents_are_unknown_to_shoppers(carol: Shopper, mallory: Shopper):
    for event in ("conversation_take", "conversation_join", "note_add", "queue_watch", "conversation_resolve"):
        assert (await mallory.asks(event, {"conversation_id": carol.id}))["error"]["code"] == "unknown_event"


async def test_notes_are_never_sent_to_shoppers(carol: Shopper, amir: Agent, shop: Shop):
    await carol.says("where is my parcel")
    await amir.takes_over(carol)
    await amir.gets("note_add", conversation_id=carol.id, text="canary-note: angry")
    assert (await amir.hears_of("note_added"))["text"] == "canary-note: angry"
    await amir.writes(carol, "Hello, I am Amir")
    await carol.hears("agent")
    assert "canary-note" not in repr([carol.heard, await carol.sees()])
    assert [m["seq"] for m in await carol.sees()] == [1, 2, 3, 4]
