"""Earlier episodes: each once, newest first, with its outcome as it stands now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.domain.events import Actor, Event, EventType
from bot.services.briefs import previous_of
from tests.fakes import NOON


def event(number: int, type_: EventType, episode: int, **data: Any) -> Event:
    at = NOON + timedelta(minutes=number)
    return Event(f"e{number}", "c", episode, number, type_, Actor.SYSTEM, at, data)


def test_a_revised_outcome_is_the_one_that_counts():
    happened = [
        event(1, EventType.EPISODE_ENDED, 1, outcome="bot_assumed", topic="refunds"),
        event(2, EventType.OUTCOME_REVISED, 1, before="bot_assumed", after="abandoned_in_bot"),
        event(3, EventType.EPISODE_ENDED, 2, outcome="missed", topic=None),
        event(4, EventType.OUTCOME_REVISED, 1, before="abandoned_in_bot", after="bot_confirmed"),
    ]
    newest_first = happened[::-1]
    assert [(p.episode, p.outcome, p.topic) for p in previous_of(newest_first)] == [
        (2, "missed", None),
        (1, "bot_confirmed", "refunds"),
    ]
    assert previous_of([]) == []
