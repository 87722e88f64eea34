"""Visitors: who holds a token may read what is theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.store.tables import visitors


class Visitors:
    """Rows of visitors; the token itself is never stored."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, visitor_id: str, token_hash: str, at: datetime) -> None:
        self._connection.execute(
            insert(visitors),
            {"id": visitor_id, "token_hash": token_hash, "created_at": at, "last_seen_at": at},
        )

    def find(self, token_hash: str) -> str | None:
        """Return the id of the visitor with this token."""
        return self._connection.scalar(select(visitors.c.id).where(visitors.c.token_hash == token_hash))

    def seen(self, visitor_id: str, at: datetime) -> None:
        self._connection.execute(update(visitors).where(visitors.c.id == visitor_id).values(last_seen_at=at))

    def block(self, visitor_id: str, at: datetime | None) -> None:
        """Let the visitor write no longer; None: let them again."""
        self._connection.execute(update(visitors).where(visitors.c.id == visitor_id).values(blocked_at=at))
