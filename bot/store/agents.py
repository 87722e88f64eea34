"""Agents: who they are, what they sign in with, and whether they are there."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from bot.domain.agents import Agent, Presence
from bot.domain.conversations import Status
from bot.domain.rights import Right, Role
from bot.errors import NotFound
from bot.store.rows import agent_of
from bot.store.staff import sessions
from bot.store.tables import agents, conversations, team_members

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
AGENTS = select(agents, _TEAM_IDS, _OPEN)
"""What an `Agent` is made of."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against."""

    agent: Agent
    password_hash: str
    failed_sign_ins: int
    locked_until: datetime | None


class Agents:
    """Rows of agents."""

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
            "granted": sorted(agent.granted),
            "created_at": agent.created_at,
            "failed_sign_ins": 0,
        }
        self._connection.execute(insert(agents), row)

    def get(self, agent_id: str) -> Agent:
        """Return the agent. Raises NotFound."""
        if (agent := self.find(agent_id)) is None:
            raise NotFound("There is no such agent.")
        return agent

    def find(self, agent_id: str) -> Agent | None:
        """Return the agent if there is one."""
        row = self._connection.execute(AGENTS.where(agents.c.id == agent_id)).one_or_none()
        return None if row is None else agent_of(row)

    def all(self) -> list[Agent]:
        return [agent_of(row) for row in self._connection.execute(AGENTS.order_by(agents.c.name, agents.c.id))]

    def count(self) -> int:
        return self._connection.scalar(select(func.count()).select_from(agents)) or 0

    def credentials(self, email: str, *, lock: bool = False) -> Credentials | None:
        """Return what a sign-in is checked against; `lock` keeps others from changing it until the commit."""
        query = AGENTS.where(agents.c.email == email)
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

    def set_role(self, agent_id: str, role: Role) -> None:
        """Make somebody something else, with what that role may do and nothing beside it."""
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(role=role.value, granted=[]))

    def set_granted(self, agent_id: str, granted: AbstractSet[Right]) -> None:
        """Say what somebody may do beside what their role says."""
        row = {"granted": sorted(granted)}
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(row))

    def set_disabled(self, agent_id: str, at: datetime | None) -> None:
        """Let somebody sign in no longer; None: let them again."""
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(disabled_at=at))

    def set_password(self, agent_id: str, password_hash: str) -> None:
        """Set another password; what was guessed at the old one counts no longer."""
        row = {"password_hash": password_hash, "failed_sign_ins": 0, "locked_until": None}
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(row))

    def lock_all(self) -> list[Agent]:
        """Return everybody; nobody else changes any of them until this transaction ends."""
        self._connection.execute(select(agents.c.id).order_by(agents.c.id).with_for_update()).all()
        return self.all()

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
        query = AGENTS.where(agents.c.presence != Presence.OFFLINE.value, over).order_by(agents.c.id)
        return [agent_of(row) for row in self._connection.execute(query)]
