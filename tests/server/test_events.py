"""Events: exactly what the domain declares, in order, and no words of a person."""

from __future__ import annotations

import json

from bot.domain.events import DATA, EventType
from tests.fakes import FrozenClock
from tests.people import Agent, Shopper
from tests.shop import Shop

CANARY = "canary4711"


async def _live(carol: Shopper, amir: Agent, clock: FrozenClock) -> None:
    """Do nearly everything that a conversation can hold, with the canary in every field that takes words."""
    await amir.gets("presence_set", presence="online")
    answer = await carol.asked(f"where is my parcel {CANARY}")
    await carol.gets("feedback_give", message_id=answer["id"], helpful=False, comment=CANARY)
    await carol.says("what is the weather tomorrow")
    await carol.says("je veux être remboursé")
    await carol.gets("handoff_request")
    await carol.gets("handoff_cancel")
    await carol.gets("handoff_request")
    await carol.says(f"my name is {CANARY}")
    await amir.accepts(await amir.sees_waiting())
    await amir.writes(carol, f"Hello {CANARY}")
    await amir.gets("note_add", conversation_id=carol.id, text=CANARY)
    await amir.gets("conversation_return", conversation_id=carol.id)
    await carol.gets("handoff_request")
    clock.advance(minutes=20)
    await carol.shop.sweep()
    await carol.gets("ticket_open", email=f"{CANARY}@x.example", text=CANARY)
    await amir.takes_over(carol)
    await amir.resolves(carol)
    await carol.gets("rating_submit", csat=5, comment=CANARY)
    await amir.gets("shopper_block", conversation_id=carol.id, blocked=True)
    await amir.gets("shopper_block", conversation_id=carol.id, blocked=False)
    await amir.gets("presence_set", presence="away")


async def test_events_are_what_the_domain_declares(carol: Shopper, amir: Agent, clock: FrozenClock, shop: Shop):
    await _live(carol, amir, clock)
    rows = shop.rows("SELECT * FROM events ORDER BY conversation_id, number")
    for row in rows:
        declared = set(DATA[EventType(row["type"])])
        assert set(json.loads(row["data"])) == declared, row["type"]
    seen = {row["type"] for row in rows}
    not_yet = {
        "handoff_offered",
        "handoff_declined",
        "handoff_lapsed",
        "handoff_transferred",
        "agent_lost",
        "outcome_revised",
    }
    assert {kind.value for kind in EventType} - seen - not_yet <= {"turn_clarified"}
    told = [row for row in rows if row["conversation_id"] == carol.id]
    assert [row["number"] for row in told] == list(range(1, len(told) + 1))
    assert all(row["version"] == 1 for row in rows)


async def test_events_hold_no_words_of_a_person(carol: Shopper, amir: Agent, clock: FrozenClock, shop: Shop):
    await _live(carol, amir, clock)
    written = repr([tuple(row) for row in shop.rows("SELECT * FROM events")])
    assert CANARY not in written
    assert CANARY in repr([tuple(row) for row in shop.rows("SELECT * FROM messages")])


async def test_logs_hold_no_words_of_a_person(carol: Shopper, amir: Agent, clock: FrozenClock, caplog):
    caplog.set_level("DEBUG", "bot")
    await _live(carol, amir, clock)
    await carol.asks("message_send", {"client_id": "abcdefgh", "text": CANARY, CANARY: CANARY})
    await carol.asks(CANARY, {})
    assert CANARY not in repr([record.__dict__ for record in caplog.records if record.name.startswith("bot.")])


async def test_every_reply_has_its_decision(carol: Shopper, shop: Shop):
    await carol.asked("where is my parcel")
    (row,) = shop.rows("SELECT d.*, m.author FROM decisions d JOIN messages m ON m.id = d.reply_id")
    assert (row["action"], row["entry"], row["author"]) == ("answer", "shipping/track-package", "bot")
    assert 0.5 < row["confidence"] <= 1
    assert row["kb_version"] == shop.parley.desk().knowledge.version
    assert json.loads(row["candidates"])[0]["entry"] == "shipping/track-package"
    assert json.loads(row["scores"])
