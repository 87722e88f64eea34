"""Visitors: who holds a token may read what is theirs.

A row is a browser. Once the shop has said who somebody is, one row of theirs has the `subject` and owns everything, and
those of other browsers point to it (`same_as`), each with a token of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.domain.identities import Identity
from bot.store.correspondence import order_lookups
from bot.store.counted import episodes
from bot.store.tables import conversations, visitors

IDLE = timedelta(days=30)
"""A token that was not used for so long opens nothing."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser, and whom it belongs to: itself as long as nobody said."""

    id: str
    person_id: str


class Visitors:
    """Rows of visitors; the token itself is never stored."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, visitor_id: str, token_hash: str, at: datetime) -> None:
        self._connection.execute(
            insert(visitors),
            {"id": visitor_id, "token_hash": token_hash, "created_at": at, "last_seen_at": at},
        )

    def find(self, token_hash: str, now: datetime) -> Visitor | None:
        """Return the browser with this token."""
        person = visitors.alias("person")
        query = (
            select(visitors.c.id, visitors.c.same_as)
            .join(person, person.c.id == func.coalesce(visitors.c.same_as, visitors.c.id))  # who was erased is nobody
            .where(visitors.c.token_hash == token_hash, visitors.c.last_seen_at > now - IDLE)
        )
        return _visitor_of(self._connection.execute(query).one_or_none())

    def get(self, visitor_id: str) -> Visitor | None:
        query = select(visitors.c.id, visitors.c.same_as).where(visitors.c.id == visitor_id)
        return _visitor_of(self._connection.execute(query).one_or_none())

    def seen(self, visitor: Visitor, at: datetime) -> None:
        ids = {visitor.id, visitor.person_id}
        self._connection.execute(update(visitors).where(visitors.c.id.in_(ids)).values(last_seen_at=at))

    def is_same(self, visitor_id: str, person_id: str) -> bool:
        """Whether the browser has come to belong to this person."""
        query = select(visitors.c.id).where(visitors.c.id == visitor_id, visitors.c.same_as == person_id)
        return self._connection.scalar(query) is not None

    def of_subject(self, subject: str) -> Visitor | None:
        """Return who the shop calls so; two browsers that come at once wait for one another."""
        if self._connection.dialect.name == "postgresql":
            key = int.from_bytes(sha256(subject.encode()).digest()[:8], "big", signed=True)
            self._connection.execute(select(func.pg_advisory_xact_lock(key)))
        query = select(visitors.c.id, visitors.c.same_as).where(visitors.c.subject == subject)
        return _visitor_of(self._connection.execute(query).one_or_none())

    def is_known(self, visitor_id: str) -> bool:
        """Whether the shop has said who this is."""
        query = select(visitors.c.id).where(visitors.c.id == visitor_id, visitors.c.subject.is_not(None))
        return self._connection.scalar(query) is not None

    def identity_of(self, visitor_id: str) -> Identity | None:
        """Return what the shop has said of the visitor."""
        columns = (visitors.c.subject, visitors.c.verified_name, visitors.c.verified_email)
        row = self._connection.execute(select(*columns).where(visitors.c.id == visitor_id)).one_or_none()
        return None if row is None or row.subject is None else Identity(*row)

    def describe(self, visitor_id: str, identity: Identity, at: datetime) -> None:
        """Keep what the shop says of them."""
        row = {
            "subject": identity.subject,
            "verified_name": identity.name,
            "verified_email": identity.email,
            "verified_at": at,
        }
        self._connection.execute(update(visitors).where(visitors.c.id == visitor_id).values(row))

    def set_token(self, visitor_id: str, token_hash: str) -> None:
        self._connection.execute(update(visitors).where(visitors.c.id == visitor_id).values(token_hash=token_hash))

    def join(self, visitor_id: str, person_id: str) -> None:
        """Give what a browser has to whom it belongs; a conversation that nobody wrote in goes."""
        empty = delete(conversations).where(conversations.c.visitor_id == visitor_id, conversations.c.last_seq == 0)
        self._connection.execute(empty)
        for table in (conversations, order_lookups, episodes):
            theirs = update(table).where(table.c.visitor_id == visitor_id)
            self._connection.execute(theirs.values(visitor_id=person_id))
        blocked_at = self._connection.scalar(select(visitors.c.blocked_at).where(visitors.c.id == visitor_id))
        if blocked_at is not None:  # who was shut out does not come in again by another door
            self.block(person_id, blocked_at)
        self._connection.execute(update(visitors).where(visitors.c.id == visitor_id).values(same_as=person_id))

    def block(self, visitor_id: str, at: datetime | None) -> None:
        """Let the visitor write no longer; None: let them again."""
        self._connection.execute(update(visitors).where(visitors.c.id == visitor_id).values(blocked_at=at))

    def forget(self, visitor_id: str) -> None:
        """Delete a browser that owns nothing."""
        self._connection.execute(delete(visitors).where(visitors.c.id == visitor_id, visitors.c.same_as.is_not(None)))


def _visitor_of(row: Any) -> Visitor | None:
    return None if row is None else Visitor(row[0], row[1] or row[0])
