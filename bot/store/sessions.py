"""Signed-in browsers; the token itself is never stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from bot.domain.agents import Needs, Session
from bot.domain.identifiers import new_id
from bot.store.agents import AGENTS
from bot.store.rows import agent_of
from bot.store.staff import sessions
from bot.store.tables import agents

_OF_SESSION = (
    sessions.c.token_hash,
    sessions.c.id.label("session_id"),
    sessions.c.created_at.label("signed_in_at"),
    sessions.c.last_seen_at,
    sessions.c.expires_at,
    sessions.c.browser,
    sessions.c.needs_code,
)


def _there(now: datetime) -> Select[Any]:
    """Return the query for sessions that have not ended and whose agents may still sign in."""
    joined = AGENTS.add_columns(*_OF_SESSION).join(sessions, sessions.c.agent_id == agents.c.id)
    return joined.where(sessions.c.expires_at > now, agents.c.disabled_at.is_(None))


def _session_of(row: Row[Any]) -> Session:
    return Session(
        agent=agent_of(row),
        expires_at=row.expires_at,
        id=row.session_id or "",
        created_at=row.signed_in_at,
        last_seen_at=row.last_seen_at,
        browser=row.browser,
        needs=Needs.CODE if row.needs_code else None,
    )


class Sessions:
    """Rows of sessions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        token_hash: str,
        agent_id: str,
        at: datetime,
        expires_at: datetime,
        *,
        browser: str | None = None,
        needs_code: bool = False,
    ) -> None:
        row = {
            "token_hash": token_hash,
            "agent_id": agent_id,
            "created_at": at,
            "last_seen_at": at,
            "expires_at": expires_at,
            "id": new_id(),
            "browser": browser,
            "needs_code": needs_code,
        }
        self._connection.execute(insert(sessions), row)

    def find(self, token_hash: str, now: datetime, *, seen_after: datetime) -> Session | None:
        """Return the session if it has not ended, was used since then, and its agent may still sign in."""
        query = _there(now).where(sessions.c.token_hash == token_hash, sessions.c.last_seen_at > seen_after)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _session_of(row)

    def among(self, token_hashes: Sequence[str], now: datetime) -> dict[str, Session]:
        """Return those that have not ended, by their hash."""
        found = self._connection.execute(_there(now).where(sessions.c.token_hash.in_(token_hashes)))
        return {row.token_hash: _session_of(row) for row in found}

    def of(self, agent_id: str, now: datetime, *, seen_after: datetime) -> list[Session]:
        """Return the agent's sessions, the one that was used last first."""
        query = _there(now).where(sessions.c.agent_id == agent_id, sessions.c.last_seen_at > seen_after)
        found = self._connection.execute(query.order_by(sessions.c.last_seen_at.desc(), sessions.c.id))
        return [_session_of(row) for row in found]

    def counts(self, now: datetime, *, seen_after: datetime) -> dict[str, tuple[int, datetime]]:
        """Return how many sessions everybody has, and when the last was used, by the agent's id."""
        query = select(sessions.c.agent_id, sessions.c.last_seen_at).where(
            sessions.c.expires_at > now, sessions.c.last_seen_at > seen_after
        )
        told: dict[str, tuple[int, datetime]] = {}
        for agent_id, at in self._connection.execute(query):
            count, last = told.get(agent_id, (0, at))
            told[agent_id] = (count + 1, max(last, at))
        return told

    def touch(self, token_hashes: Sequence[str], at: datetime) -> None:
        """Note that they are in use."""
        used = update(sessions).where(sessions.c.token_hash.in_(token_hashes), sessions.c.last_seen_at < at)
        self._connection.execute(used.values(last_seen_at=at))

    def end(self, token_hash: str) -> None:
        self._connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    def end_one(self, agent_id: str, session_id: str) -> bool:
        """End one of the agent's sessions by its name; False when they have none of this name."""
        one = delete(sessions).where(sessions.c.agent_id == agent_id, sessions.c.id == session_id)
        return self._connection.execute(one).rowcount == 1

    def end_all(self, agent_id: str, *, but: str | None = None) -> int:
        """End the agent's sessions, but perhaps one (by its hash); return how many they were."""
        all_of = delete(sessions).where(sessions.c.agent_id == agent_id)
        return self._connection.execute(all_of if but is None else all_of.where(sessions.c.token_hash != but)).rowcount

    def end_old(self, now: datetime) -> None:
        self._connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
