"""The people behind the console, what each role may do, and how a session is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What somebody signed in is here for."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    ADMIN = "admin"


class Presence(StrEnum):
    """Whether an agent can be given a conversation."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


class Right(StrEnum):
    """One thing that somebody may do."""

    CHAT = "chat"
    REPORTS = "reports"
    PEOPLE = "people"
    SETTINGS = "settings"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.AGENT: frozenset({Right.CHAT}),
    Role.SUPERVISOR: frozenset({Right.CHAT, Right.REPORTS, Right.SETTINGS}),
    Role.ANALYST: frozenset({Right.REPORTS}),
    Role.ADMIN: frozenset({Right.CHAT, Right.REPORTS, Right.PEOPLE, Right.SETTINGS}),
}


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who can sign in."""

    id: str
    name: str
    email: str
    role: Role
    languages: tuple[str, ...]
    capacity: int
    presence: Presence
    created_at: datetime
    disabled: bool = False
    teams: tuple[str, ...] = ()
    """Ids of the teams that the agent is in."""

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser."""

    agent: Agent
    expires_at: datetime
