"""The people behind the console, and how a session is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.rights import RIGHTS, Right, Role


class Presence(StrEnum):
    """Whether an agent can be given a conversation."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


RENEW_SECONDS = 5.0  # how often a process says whom it still has on the line
LEASE_SECONDS = 15.0  # three renewals: one may be late, one may be lost
RELEASE_SECONDS = 6.0  # what is left when the last socket of a process closes: another process renews within it


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
    lease_until: datetime | None = None
    """Until when it counts that they are connected; None when they never were."""
    last_assigned_at: datetime | None = None
    """When they got a conversation last."""
    open: int = 0
    """Conversations that they have now."""
    granted: frozenset[Right] = frozenset()
    """What they may do beside what their role says."""
    totp: bool = False
    """Whether a code is asked for beside the password."""

    def is_connected(self, now: datetime) -> bool:
        """Whether a socket of theirs is known to be open."""
        return self.lease_until is not None and self.lease_until > now

    def is_on_duty(self, now: datetime) -> bool:
        """Whether they are at the console, taking conversations or just away from it."""
        there = self.presence is not Presence.OFFLINE and self.is_connected(now)
        return there and not self.disabled and self.may(Right.CHAT)

    def may_be_asked(self, now: datetime) -> bool:
        """Whether a conversation may be offered to them: a lease that nobody renews any more is no ear."""
        return (
            self.is_on_duty(now)
            and self.presence is Presence.ONLINE
            and self.is_connected(now + timedelta(seconds=RELEASE_SECONDS))
        )

    @property
    def rights(self) -> frozenset[Right]:
        return RIGHTS[self.role] | self.granted

    def may(self, right: Right) -> bool:
        return right in self.rights


class Needs(StrEnum):
    """What a session still lacks; until then it may do nothing else."""

    CODE = "code"
    TOTP = "totp"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser."""

    agent: Agent
    expires_at: datetime
    id: str
    """Names it to people; it carries no authority."""
    created_at: datetime
    last_seen_at: datetime
    browser: str | None = None
    """Family and system, such as `Firefox, Linux`."""
    needs: Needs | None = None
    """The second step of signing in, or the setting up of one where it is required."""
