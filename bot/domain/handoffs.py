"""A hand-off: a request for a person, from the queue to its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from bot.errors import Conflict


class Reason(StrEnum):
    """Why a person is asked for: a closed list."""

    ASKED_FOR_HUMAN = "asked_for_human"
    LOW_CONFIDENCE = "low_confidence"
    OUT_OF_SCOPE = "out_of_scope"
    REPEATED_FAILURE = "repeated_failure"
    NEGATIVE_FEEDBACK = "negative_feedback"
    ENTRY_ACTION = "entry_action"
    AGENT_INITIATED = "agent_initiated"


QUEUED_AT_ONCE = frozenset({Reason.ASKED_FOR_HUMAN, Reason.REPEATED_FAILURE, Reason.ENTRY_ACTION})
"""The other reasons say so and show "talk to a person", unless the shop wants them queued too."""


class Priority(IntEnum):
    """Who goes first; within one, who waits longest."""

    LOST = 0
    TRANSFERRED = 1
    ASKED = 2
    UNSURE = 3


def priority_of(reason: Reason) -> Priority:
    """Return how a new request stands: who only could not be answered comes after who asked or was failed."""
    return Priority.UNSURE if reason in (Reason.LOW_CONFIDENCE, Reason.OUT_OF_SCOPE) else Priority.ASKED


class HandoffStatus(StrEnum):
    """Where a hand-off stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    RESOLVED = "resolved"
    RETURNED = "returned"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def is_queued(self) -> bool:
        return self in (HandoffStatus.WAITING, HandoffStatus.OFFERED)


class Disposition(StrEnum):
    """How an agent closed a conversation."""

    SOLVED = "solved"
    NOT_SOLVED = "not_solved"
    SPAM = "spam"


_W, _O, _A = HandoffStatus.WAITING, HandoffStatus.OFFERED, HandoffStatus.ACCEPTED
TRANSITIONS: frozenset[tuple[HandoffStatus, HandoffStatus]] = frozenset(
    {
        (_W, _O),
        (_O, _A),
        (_W, _A),  # picked from the queue by an agent who sees all of it
        (_O, _W),
        (_W, HandoffStatus.EXPIRED),
        (_O, HandoffStatus.EXPIRED),
        (_W, HandoffStatus.CANCELLED),
        (_O, HandoffStatus.CANCELLED),
        (_A, HandoffStatus.RESOLVED),
        (_A, HandoffStatus.RETURNED),
        (_A, _W),
    }
)


def check_transition(before: HandoffStatus, after: HandoffStatus) -> None:
    """Raise Conflict unless the table allows it."""
    if (before, after) not in TRANSITIONS:
        raise Conflict(
            "This hand-off is {before}, so it cannot become {after}.", before=before.value, after=after.value
        )


@dataclass(frozen=True, slots=True)
class Handoff:
    """One request for a person."""

    id: str
    conversation_id: str
    episode: int
    status: HandoffStatus
    reason: Reason
    language: str
    requested_at: datetime
    """What its place goes by, also when it comes back to the queue."""
    waiting_since: datetime
    """When this wait began: the request, or when the agent was lost or passed it to a team."""
    expires_at: datetime
    topic: str | None = None
    order_number: str | None = None
    accepted_by: str | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    team_id: str | None = None
    """Whose it is first; None: everybody's."""
    priority: Priority = Priority.ASKED
    offered_to: str | None = None
    offered_at: datetime | None = None
    """When it was offered last, also when that is over."""
    offer_expires_at: datetime | None = None
    declined_by: tuple[str, ...] = ()
    """Who was asked and did not take it; begins anew when nobody else was left to ask."""
    shopper_seen_at: datetime | None = None
    """When the shopper was known to be there last, while it is in the queue."""
