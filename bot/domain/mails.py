"""A mail in the outbox: when it is tried again, and when that ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class MailStatus(StrEnum):
    """What became of a mail."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class MailKind(StrEnum):
    """Why a mail is sent; only an agent's reply is written by a person."""

    TICKET_OPENED = "ticket_opened"
    TICKET_REPLY = "ticket_reply"
    CODE = "code"
    TRANSCRIPT = "transcript"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address; its `message_id` stays the same however often it is tried."""

    id: str
    conversation_id: str | None
    """None for a report."""
    ticket_id: str | None
    kind: MailKind
    email: str
    language: str
    subject: str
    text: str
    message_id: str
    answers: str | None
    """`message_id` of the mail that this one follows."""
    status: MailStatus
    attempts: int
    refusal: str | None
    """Why the last attempt failed, in a word or two: never what a server said, which may hold an address."""
    at: datetime
    due_at: datetime
    settled_at: datetime | None = None
    html: str | None = None
    """The same as `text`, for readers that show it."""

    @classmethod
    def queued(cls, mail_id: str, *, domain: str, at: datetime, **written: Any) -> Mail:
        """Return a new mail that is due at once; `domain` is the sender's, `written` says what is in it and to whom."""
        return cls(
            id=mail_id,
            message_id=f"<{mail_id}@{domain}>",
            status=MailStatus.QUEUED,
            attempts=0,
            refusal=None,
            at=at,
            due_at=at,
            **written,
        )


WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
"""How long after each attempt the next one is due; the last wait repeats."""
GIVE_UP_AFTER = timedelta(hours=24)
"""A mail that could not be sent for so long has failed, and the console shows it."""


def next_attempt(mail: Mail, now: datetime) -> datetime | None:
    """Return when a mail that could not be sent now is tried again; None when its time is over.

    `mail.attempts` counts the one that failed now, so it is 1 at least.
    """
    end = mail.at + GIVE_UP_AFTER
    if now >= end:
        return None
    return min(now + WAITS[min(mail.attempts, len(WAITS)) - 1], end)
