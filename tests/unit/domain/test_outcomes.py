"""An ended episode counts exactly once: the first outcome that fits."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest

from bot.domain.conversations import Status
from bot.domain.events import Actor, Event, EventType
from bot.domain.handoffs import Disposition
from bot.domain.messages import Author
from bot.domain.outcomes import EpisodeFacts, Outcome, facts_of, outcome_of
from tests.fakes import NOON

SPAM, NOT_SOLVED, SOLVED = Disposition.SPAM, Disposition.NOT_SOLVED, Disposition.SOLVED

CASES: list[tuple[dict[str, Any], Outcome]] = [
    ({}, Outcome.ABANDONED_IN_BOT),
    ({"disposition": SPAM, "agent_wrote": True, "ticket_opened": True}, Outcome.SPAM),
    ({"agent_wrote": True}, Outcome.AGENT_RESOLVED),
    ({"agent_wrote": True, "disposition": SOLVED, "ticket_opened": True}, Outcome.AGENT_RESOLVED),
    ({"agent_wrote": True, "disposition": NOT_SOLVED}, Outcome.AGENT_UNRESOLVED),
    ({"agent_wrote": True, "shopper_left_unanswered": True}, Outcome.AGENT_UNRESOLVED),
    ({"ticket_opened": True, "nobody_came": True}, Outcome.TICKETED),
    ({"nobody_came": True, "last_decision_answered": True}, Outcome.MISSED),
    ({"left_while_waiting": True, "last_feedback_helpful": True}, Outcome.ABANDONED_IN_QUEUE),
    ({"last_feedback_helpful": True}, Outcome.BOT_CONFIRMED),
    ({"last_decision_answered": True}, Outcome.BOT_ASSUMED),
    ({"last_decision_answered": True, "last_feedback_helpful": True}, Outcome.BOT_CONFIRMED),
    ({"last_decision_answered": True, "last_feedback_helpful": False}, Outcome.ABANDONED_IN_BOT),
    ({"disposition": SOLVED, "last_decision_answered": True}, Outcome.BOT_ASSUMED),
]


@pytest.mark.parametrize(
    ("facts", "outcome"), CASES, ids=lambda value: "+".join(value) if isinstance(value, dict) else ""
)
def test_first_outcome_that_fits(facts: dict[str, Any], outcome: Outcome):
    assert outcome_of(EpisodeFacts(**facts)) is outcome


def test_all_combinations_have_an_outcome_and_every_outcome_happens():
    either = (False, True)
    found = {
        outcome_of(EpisodeFacts(disposition, wrote, left, ticket, expired, waiting, helpful, answered))
        for disposition, wrote, left, ticket, expired, waiting, helpful, answered in product(
            (None, *Disposition), either, either, either, either, either, (None, *either), either
        )
    }
    assert found == set(Outcome)


def told(*facts: tuple[EventType, Mapping[str, Any]]) -> list[Event]:
    """Return the events of an episode, in order."""
    return [
        Event(str(number), "c", 1, number, type_, Actor.SYSTEM, NOON, data)
        for number, (type_, data) in enumerate(facts, 1)
    ]


def wrote(author: Author) -> tuple[EventType, Mapping[str, Any]]:
    return EventType.MESSAGE_ADDED, {"author": author.value}


def judged(*, helpful: bool) -> tuple[EventType, Mapping[str, Any]]:
    return EventType.FEEDBACK_GIVEN, {"helpful": helpful}


ANSWERED, FAILED = (EventType.TURN_ANSWERED, {}), (EventType.TURN_FAILED, {})
SHOPPER, BOT, AGENT, SYSTEM = map(wrote, (Author.SHOPPER, Author.BOT, Author.AGENT, Author.SYSTEM))

THUMBS_UP, THUMBS_DOWN = judged(helpful=True), judged(helpful=False)
EXPIRED, TICKET = (EventType.HANDOFF_EXPIRED, {}), (EventType.TICKET_OPENED, {})

STORIES = [
    ("answered and gone", [SHOPPER, ANSWERED, BOT], Status.BOT, None, Outcome.BOT_ASSUMED),
    ("thumbs up", [SHOPPER, ANSWERED, BOT, THUMBS_UP], Status.BOT, None, Outcome.BOT_CONFIRMED),
    (
        "thumbs up, then down",
        [ANSWERED, THUMBS_UP, THUMBS_DOWN],
        Status.BOT,
        None,
        Outcome.ABANDONED_IN_BOT,
    ),
    (
        "answered, then failed",
        [ANSWERED, BOT, SHOPPER, FAILED, BOT],
        Status.BOT,
        None,
        Outcome.ABANDONED_IN_BOT,
    ),
    ("left in the queue", [SHOPPER, FAILED, BOT], Status.WAITING, None, Outcome.ABANDONED_IN_QUEUE),
    ("nobody came", [SHOPPER, EXPIRED, SYSTEM], Status.BOT, None, Outcome.MISSED),
    (
        "ticket",
        [SHOPPER, EXPIRED, TICKET],
        Status.BOT,
        None,
        Outcome.TICKETED,
    ),
    ("agent helps", [SHOPPER, AGENT, SHOPPER], Status.AGENT, SOLVED, Outcome.AGENT_RESOLVED),
    ("agent cannot help", [SHOPPER, AGENT], Status.AGENT, NOT_SOLVED, Outcome.AGENT_UNRESOLVED),
    ("agent walks away", [SHOPPER, AGENT, SHOPPER, SYSTEM], Status.AGENT, None, Outcome.AGENT_UNRESOLVED),
    ("shopper walks away from an agent", [SHOPPER, AGENT], Status.AGENT, None, Outcome.AGENT_RESOLVED),
    ("spam", [SHOPPER, AGENT], Status.AGENT, SPAM, Outcome.SPAM),
    ("nothing but a greeting", [], Status.BOT, None, Outcome.ABANDONED_IN_BOT),
]


@pytest.mark.parametrize(
    ("events", "status", "disposition", "outcome"), [story[1:] for story in STORIES], ids=[s[0] for s in STORIES]
)
def test_story_ends_as(
    events: list[tuple[EventType, Mapping[str, Any]]], status: Status, disposition: Disposition | None, outcome: Outcome
):
    assert outcome_of(facts_of(told(*events), status=status, disposition=disposition)) is outcome
