"""Events hold what their type declares, and nobody's words."""

from __future__ import annotations

import pytest

from bot.domain.events import DATA, EventType, check_data

NAMES = [
    "conversation_started",
    "message_added",
    "turn_answered",
    "turn_clarified",
    "turn_failed",
    "feedback_given",
    "handoff_requested",
    "handoff_offered",
    "handoff_declined",
    "handoff_lapsed",
    "handoff_accepted",
    "handoff_transferred",
    "handoff_returned",
    "handoff_expired",
    "handoff_cancelled",
    "handoff_resolved",
    "agent_lost",
    "ticket_opened",
    "rating_requested",
    "rating_given",
    "language_switched",
    "episode_started",
    "episode_ended",
    "outcome_revised",
    "presence_changed",
]
WORDS = {"text", "comment", "name", "email", "note", "message", "subject"}


def test_every_promised_type_is_there():
    assert set(NAMES) <= {type_.value for type_ in EventType}


@pytest.mark.parametrize("type_", EventType, ids=str)
def test_type_declares_its_facts_once_and_none_of_them_is_words(type_: EventType):
    facts = DATA[type_]
    assert len(set(facts)) == len(facts)
    assert not WORDS.intersection(facts)


@pytest.mark.parametrize("type_", EventType, ids=str)
def test_declared_facts_are_accepted_and_any_other_is_refused(type_: EventType):
    check_data(type_, dict.fromkeys(DATA[type_]))
    check_data(type_, {})
    with pytest.raises(ValueError, match=rf"expected {type_.value} to hold only .*, got \['text'\]"):
        check_data(type_, {**dict.fromkeys(DATA[type_]), "text": "where is my parcel"})


@pytest.mark.parametrize("type_", [EventType(name) for name in NAMES if name.startswith("handoff_")], ids=str)
def test_events_of_a_handoff_name_reason_and_team(type_: EventType):
    assert {"reason", "team"} <= set(DATA[type_])


@pytest.mark.parametrize("type_", [EventType.TURN_ANSWERED, EventType.TURN_CLARIFIED, EventType.TURN_FAILED], ids=str)
def test_events_of_a_turn_say_how_it_was_decided(type_: EventType):
    assert {"entry", "confidence", "language", "kb_version", "ms"} <= set(DATA[type_])
