"""Agents, their sessions, and the one-time links that make the first of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, or_, select, update

from bot.domain.agents import Agent, Presence, Session
from bot.domain.conversations import Status
from bot.errors import NotFound
from bot.store.rows import agent_of
from bot.store.tables import agents, conversations, links, sessions, team_members

_TEAM_IDS = (
    select(func.aggregate_strings(team_members.c.team_id, ","))
    .where(team_members.c.agent_id == agents.c.id)
    .correlate(agents)
    .scalar_subquery()
    .label("team_ids")
)
_OPEN = (
    select(func.count())
    .where(conversations.c.agent_id == agents.c.id, conversations.c.status == Status.AGENT.value)
    .correlate(agents)
    .scalar_subquery()
    .label("open")
)
_AGENTS = select(agents, _TEAM_IDS, _OPEN)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against."""

    agent: Agent
    password_hash: str
    failed_sign_ins: int
    locked_until: datetime | None


def _there(token_hashes: Sequence[str], now: datetime) -> Select[Any]:
    """Return the query for sessions that have not ended and whose agents may still sign in."""
    return (
        select(agents, _TEAM_IDS, _OPEN, sessions.c.expires_at, sessions.c.token_hash)
        .join(sessions, sessions.c.agent_id == agents.c.id)
        .where(sessions.c.token_hash.in_(token_hashes), sessions.c.expires_at > now, agents.c.disabled_at.is_(None))
    )


class Agents:
    """Rows of agents, sessions and links."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, agent: Agent, password_hash: str) -> None:
        row = {
            "id": agent.id,
            "name": agent.name,
            "email": agent.email,
            "password_hash": password_hash,
            "role": agent.role.value,
            "languages": list(agent.languages),
            "capacity": agent.capacity,
            "presence": agent.presence.value,
            "created_at": agent.created_at,
            "failed_sign_ins": 0,
        }
        self._connection.execute(insert(agents), row)

    def get(self, agent_id: str) -> Agent:
        """Return the agent. Raises NotFound."""
        row = self._connection.execute(_AGENTS.where(agents.c.id == agent_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such agent.")
        return agent_of(row)

    def all(self) -> list[Agent]:
        return [agent_of(row) for row in self._connection.execute(_AGENTS.order_by(agents.c.name, agents.c.id))]

    def count(self) -> int:
        return self._connection.scalar(select(func.count()).select_from(agents)) or 0

    def credentials(self, email: str, *, lock: bool = False) -> Credentials | None:
        """Return what a sign-in is checked against; `lock` keeps others from changing it until the commit."""
        query = _AGENTS.where(agents.c.email == email)
        row = self._connection.execute(query.with_for_update(of=agents) if lock else query).one_or_none()
        return (
            None
            if row is None
            else Credentials(agent_of(row), row.password_hash, row.failed_sign_ins, row.locked_until)
        )

    def note_sign_in(self, agent_id: str, *, failures: int, locked_until: datetime | None) -> None:
        changed = update(agents).where(agents.c.id == agent_id)
        self._connection.execute(changed.values(failed_sign_ins=failures, locked_until=locked_until))

    def set_up(self, agent: Agent, at: datetime) -> None:
        """Set what supervisors decide about the agent; who is switched off is signed out everywhere."""
        row = {
            "languages": list(agent.languages),
            "capacity": agent.capacity,
            "disabled_at": func.coalesce(agents.c.disabled_at, at) if agent.disabled else None,
        }
        self._connection.execute(update(agents).where(agents.c.id == agent.id).values(row))
        if agent.disabled:
            self._connection.execute(delete(sessions).where(sessions.c.agent_id == agent.id))

    def set_presence(self, agent_id: str, presence: Presence) -> None:
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(presence=presence.value))

    def lock(self, agent_id: str) -> Agent:
        """Return the agent; nobody else gives them a conversation until this transaction ends. Raises NotFound."""
        query = select(agents.c.id).where(agents.c.id == agent_id).with_for_update(key_share=True)
        self._connection.execute(query).one_or_none()
        return self.get(agent_id)  # a statement of its own: it sees what was committed while this one waited

    def note_assigned(self, agent_id: str, at: datetime) -> None:
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(last_assigned_at=at))

    def hold(self, agent_ids: Sequence[str], until: datetime) -> None:
        """Renew the leases of connected agents; in order, so that two processes cannot lock each other out."""
        for agent_id in sorted(agent_ids):
            held = update(agents).where(agents.c.id == agent_id, agents.c.disabled_at.is_(None))
            self._connection.execute(held.values(lease_until=until))

    def release(self, agent_id: str, until: datetime) -> None:
        """Let a lease end soon, unless another process renews it."""
        released = update(agents).where(agents.c.id == agent_id, agents.c.lease_until > until)
        self._connection.execute(released.values(lease_until=until))

    def gone(self, now: datetime) -> list[Agent]:
        """Return those who are not offline yet though their lease is over or their account switched off."""
        over = or_(agents.c.lease_until.is_(None), agents.c.lease_until <= now, agents.c.disabled_at.is_not(None))
        query = _AGENTS.where(agents.c.presence != Presence.OFFLINE.value, over).order_by(agents.c.id)
        return [agent_of(row) for row in self._connection.execute(query)]

    def add_session(self, token_hash: str, agent_id: str, at: datetime, expires_at: datetime) -> None:
        row = {
            "token_hash": token_hash,
            "agent_id": agent_id,
            "created_at": at,
            "last_seen_at": at,
            "expires_at": expires_at,
        }
        self._connection.execute(insert(sessions), row)

    def find_session(self, token_hash: str, now: datetime) -> Session | None:
        """Return the session if it has not ended and its agent may still sign in."""
        row = self._connection.execute(_there([token_hash], now)).one_or_none()
        return None if row is None else Session(agent_of(row), row.expires_at)

    def find_sessions(self, token_hashes: Sequence[str], now: datetime) -> dict[str, Agent]:
        """Return whose these sessions are, by their hash, as far as they are there."""
        return {row.token_hash: agent_of(row) for row in self._connection.execute(_there(token_hashes, now))}

    def end_session(self, token_hash: str) -> None:
        self._connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    def end_old_sessions(self, now: datetime) -> None:
        self._connection.execute(delete(sessions).where(sessions.c.expires_at <= now))

    def add_link(self, token_hash: str, kind: str, at: datetime, expires_at: datetime) -> None:
        row = {"token_hash": token_hash, "kind": kind, "created_at": at, "expires_at": expires_at}
        self._connection.execute(insert(links), row)

    def void_links(self, kind: str, at: datetime) -> None:
        """Take back the links of this kind that nobody used: only the newest works."""
        self._connection.execute(
            update(links).where(links.c.kind == kind, links.c.used_at.is_(None)).values(used_at=at)
        )

    def use_link(self, token_hash: str, kind: str, at: datetime) -> bool:
        """Use the link up; False when it is unknown, used or too old."""
        used = (
            update(links)
            .where(
                links.c.token_hash == token_hash,
                links.c.kind == kind,
                links.c.used_at.is_(None),
                links.c.expires_at > at,
            )
            .values(used_at=at)
        )
        return self._connection.execute(used).rowcount == 1
