"""The facts that Parley records: written with the change they tell, never changed, without anybody's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Actor(StrEnum):
    """Who did it."""

    SHOPPER = "shopper"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class EventType(StrEnum):
    """Every fact that there is."""

    CONVERSATION_STARTED = "conversation_started"
    MESSAGE_ADDED = "message_added"
    TURN_ANSWERED = "turn_answered"
    TURN_CLARIFIED = "turn_clarified"
    TURN_FAILED = "turn_failed"
    FEEDBACK_GIVEN = "feedback_given"
    HANDOFF_REQUESTED = "handoff_requested"
    HANDOFF_OFFERED = "handoff_offered"
    HANDOFF_DECLINED = "handoff_declined"
    HANDOFF_LAPSED = "handoff_lapsed"
    HANDOFF_ACCEPTED = "handoff_accepted"
    HANDOFF_TRANSFERRED = "handoff_transferred"
    HANDOFF_RETURNED = "handoff_returned"
    HANDOFF_EXPIRED = "handoff_expired"
    HANDOFF_CANCELLED = "handoff_cancelled"
    HANDOFF_RESOLVED = "handoff_resolved"
    AGENT_LOST = "agent_lost"
    TICKET_OPENED = "ticket_opened"
    RATING_REQUESTED = "rating_requested"
    RATING_GIVEN = "rating_given"
    LANGUAGE_SWITCHED = "language_switched"
    EPISODE_STARTED = "episode_started"
    EPISODE_ENDED = "episode_ended"
    OUTCOME_REVISED = "outcome_revised"
    PRESENCE_CHANGED = "presence_changed"
    SHOPPER_BLOCKED = "shopper_blocked"
    SHOPPER_UNBLOCKED = "shopper_unblocked"


DATA: dict[EventType, tuple[str, ...]] = {
    EventType.CONVERSATION_STARTED: ("locale", "surface", "page"),
    EventType.MESSAGE_ADDED: ("message_id", "seq", "author", "language"),
    EventType.TURN_ANSWERED: ("entry", "confidence", "language", "kb_version", "ms"),
    EventType.TURN_CLARIFIED: ("entry", "confidence", "language", "kb_version", "ms", "choices"),
    EventType.TURN_FAILED: ("entry", "confidence", "language", "kb_version", "ms", "reason"),
    EventType.FEEDBACK_GIVEN: ("message_id", "entry", "helpful"),
    EventType.HANDOFF_REQUESTED: ("handoff_id", "reason", "team", "topic"),
    EventType.HANDOFF_OFFERED: ("handoff_id", "reason", "team", "to_agent"),
    EventType.HANDOFF_DECLINED: ("handoff_id", "reason", "team"),
    EventType.HANDOFF_LAPSED: ("handoff_id", "reason", "team", "to_agent"),
    EventType.HANDOFF_ACCEPTED: ("handoff_id", "reason", "team", "waited"),
    EventType.HANDOFF_TRANSFERRED: ("handoff_id", "reason", "team", "to_agent", "to_team"),
    EventType.HANDOFF_RETURNED: ("handoff_id", "reason", "team"),
    EventType.HANDOFF_EXPIRED: ("handoff_id", "reason", "team", "waited", "on_duty"),
    EventType.HANDOFF_CANCELLED: ("handoff_id", "reason", "team", "waited", "on_duty"),
    EventType.HANDOFF_RESOLVED: ("handoff_id", "reason", "team", "disposition", "topic"),
    EventType.AGENT_LOST: ("handoff_id", "reason", "team"),
    EventType.TICKET_OPENED: ("ticket_id",),
    EventType.RATING_REQUESTED: (),
    EventType.RATING_GIVEN: ("csat", "nps"),
    EventType.LANGUAGE_SWITCHED: ("before", "after"),
    EventType.EPISODE_STARTED: ("language",),
    EventType.EPISODE_ENDED: ("outcome", "language", "topic", "entry"),
    EventType.OUTCOME_REVISED: ("before", "after"),
    EventType.PRESENCE_CHANGED: ("before", "after"),
    EventType.SHOPPER_BLOCKED: (),
    EventType.SHOPPER_UNBLOCKED: (),
}
"""Which facts the data of an event holds: ids, counts, closed lists. Nothing else is accepted."""


@dataclass(frozen=True, slots=True)
class Event:
    """One fact, in the order in which it happened to its conversation (`number` = 1, 2, 3 ...)."""

    id: str
    conversation_id: str | None
    episode: int
    number: int
    type: EventType
    actor: Actor
    at: datetime
    data: Mapping[str, Any]
    actor_id: str | None = None
    version: int = 1


def check_data(type_: EventType, data: Mapping[str, Any]) -> None:
    """Refuse data that the type does not declare: a programming fault, so it raises ValueError."""
    known = DATA[type_]
    unknown = [name for name in data if name not in known]
    if unknown:
        raise ValueError(f"expected {type_.value} to hold only {known}, got {sorted(unknown)}")
