"""A conversation: its status, the table of allowed transitions, and what the bot remembers of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.handoffs import Disposition
from bot.errors import Conflict


class Status(StrEnum):
    """Who has the word."""

    BOT = "bot"
    WAITING = "waiting"
    AGENT = "agent"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        return self not in (Status.RESOLVED, Status.CLOSED)

    @property
    def bot_is_silent(self) -> bool:
        """While a person is asked for or there, what the shopper writes is kept for that person."""
        return self in (Status.WAITING, Status.AGENT)


class Change(StrEnum):
    """What can happen to a conversation's status."""

    HANDOFF_REQUESTED = "handoff_requested"
    TAKEN = "taken"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    TICKET_OPENED = "ticket_opened"
    TRANSFERRED_TO_PERSON = "transferred_to_person"
    TRANSFERRED_TO_TEAM = "transferred_to_team"
    AGENT_LOST = "agent_lost"
    RETURNED = "returned"
    ENDED_BY_SHOPPER = "ended_by_shopper"
    RESOLVED_BY_AGENT = "resolved_by_agent"
    IDLE = "idle"
    SHOPPER_WROTE_AGAIN = "shopper_wrote_again"


_OPEN = (Status.BOT, Status.WAITING, Status.AGENT)

TRANSITIONS: dict[tuple[Status, Change], Status] = {
    (Status.BOT, Change.HANDOFF_REQUESTED): Status.WAITING,
    (Status.BOT, Change.TAKEN): Status.AGENT,
    (Status.WAITING, Change.TAKEN): Status.AGENT,
    (Status.WAITING, Change.ACCEPTED): Status.AGENT,
    (Status.WAITING, Change.CANCELLED): Status.BOT,
    (Status.WAITING, Change.EXPIRED): Status.BOT,
    (Status.WAITING, Change.TICKET_OPENED): Status.BOT,
    (Status.BOT, Change.TICKET_OPENED): Status.BOT,
    (Status.AGENT, Change.TRANSFERRED_TO_PERSON): Status.AGENT,
    (Status.AGENT, Change.TRANSFERRED_TO_TEAM): Status.WAITING,
    (Status.AGENT, Change.AGENT_LOST): Status.WAITING,
    (Status.AGENT, Change.RETURNED): Status.BOT,
    **{(status, Change.ENDED_BY_SHOPPER): Status.RESOLVED for status in _OPEN},
    **{(status, Change.RESOLVED_BY_AGENT): Status.RESOLVED for status in _OPEN},
    **{(status, Change.IDLE): Status.CLOSED for status in _OPEN},
    (Status.RESOLVED, Change.SHOPPER_WROTE_AGAIN): Status.BOT,
    (Status.CLOSED, Change.SHOPPER_WROTE_AGAIN): Status.BOT,
}


def next_status(status: Status, change: Change) -> Status:
    """Return the status after `change`; what is not in the table is refused with `conflict`."""
    try:
        return TRANSITIONS[status, change]
    except KeyError:
        raise Conflict(
            "This conversation is {status}, so it cannot be {change}.",
            status=status.value,
            change=change.value.replace("_", " "),
        ) from None


@dataclass(frozen=True, slots=True)
class Memory:
    """What the bot remembers between two turns of one conversation."""

    language: str
    """The language that the conversation is held in."""
    last_entry: str | None = None
    """The entry that the previous turn answered with (or would have): the context of a follow-up question."""
    offered: tuple[str, ...] = ()
    """The entries that the previous turn offered as choices."""
    failures: int = 0
    """Failed or clarifying turns in a row."""
    awaiting_order_number: bool = False
    """The previous turn asked for an order number."""
    order_number: str | None = None
    """The order of which the previous turn asked the e-mail address."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One exchange between a shopper, the bot and perhaps an agent."""

    id: str
    visitor_id: str
    status: Status
    locale: str
    """BCP 47, as negotiated: what the interface speaks."""
    surface: str
    episode: int
    """Number of the current or last episode; 0 before the first."""
    episode_open: bool
    last_seq: int
    last_event: int
    memory: Memory
    created_at: datetime
    updated_at: datetime
    idle_at: datetime | None = None
    page: str | None = None
    time_zone: str | None = None
    agent_id: str | None = None
    handoff_id: str | None = None
    disposition: str | None = None
    blocked: bool = False
    """The shopper may read, and no longer write."""

    @property
    def is_rateable(self) -> bool:
        """Whether an episode is over, and was one."""
        return self.episode > 0 and not self.episode_open and self.disposition != Disposition.SPAM
