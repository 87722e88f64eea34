"""A ticket: a message left for later, answered by mail; its status moves by the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.mails import MailStatus
from bot.errors import Conflict


class TicketStatus(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class TicketChange(StrEnum):
    """What can happen to a ticket."""

    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"


TRANSITIONS: dict[tuple[TicketStatus, TicketChange], TicketStatus] = {
    (TicketStatus.OPEN, TicketChange.ANSWERED): TicketStatus.ANSWERED,
    (TicketStatus.ANSWERED, TicketChange.ANSWERED): TicketStatus.ANSWERED,
    (TicketStatus.OPEN, TicketChange.CLOSED): TicketStatus.CLOSED,
    (TicketStatus.ANSWERED, TicketChange.CLOSED): TicketStatus.CLOSED,
    (TicketStatus.CLOSED, TicketChange.REOPENED): TicketStatus.OPEN,
}


IS_CLOSED = "This ticket is closed. Open it again first."
IS_NOT_CLOSED = "This ticket is not closed, so it cannot be opened again."


def next_ticket_status(status: TicketStatus, change: TicketChange) -> TicketStatus:
    """Return the status after `change`; what is not in the table is refused with `conflict`."""
    try:
        return TRANSITIONS[status, change]
    except KeyError:
        raise Conflict(IS_CLOSED if status is TicketStatus.CLOSED else IS_NOT_CLOSED) from None


@dataclass(frozen=True, slots=True)
class TicketReply:
    """An agent's answer to a ticket; `mail` says what became of the mail that carries it."""

    id: str
    ticket_id: str
    agent_id: str | None
    name: str
    text: str
    at: datetime
    mail_id: str | None = None
    mail: MailStatus | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A message left for later, with the number that the shopper was told."""

    id: str
    conversation_id: str
    number: str
    email: str
    text: str
    language: str
    status: TicketStatus
    topic: str | None
    at: datetime
    replies: tuple[TicketReply, ...] = ()
    confirmation: MailStatus | None = None
    """What became of the mail that confirmed it; nothing when none was due."""
