"""One person whose data somebody asks for, and the receipt of what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.errors import BadInput


@dataclass(frozen=True, slots=True)
class Person:
    """Who is meant, by exactly one of these."""

    visitor: str | None = None
    """A visitor's id."""
    email: str | None = None
    """An address that a ticket or a mail of theirs has, or that they wrote in the chat."""
    conversation: str | None = None
    """The id of any conversation of theirs."""

    def __post_init__(self) -> None:
        given = [name for name in ("visitor", "email", "conversation") if getattr(self, name)]
        if len(given) != 1:
            raise BadInput("Expected exactly one of visitor, email and conversation, got {found}.", found=len(given))

    @property
    def named_by(self) -> str:
        """Return by which of them, for receipts."""
        return "visitor" if self.visitor else "email" if self.email else "conversation"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was erased, without anything about whom: it may be kept and sent on."""

    id: str
    at: datetime
    named_by: str
    visitors: int
    rows: Mapping[str, int]
    """Deleted rows by table."""
    before: bool = False
    """The visitor was erased already at an earlier time."""


def erasure_hash(visitor_id: str) -> str:
    """Return what the erase list keeps of a visitor: ids are random enough to need no salt."""
    return hashlib.sha256(f"erased:{visitor_id}".encode()).hexdigest()
