"""Agents and hand-offs as the rules of routing see them, at noon."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.agents import LEASE_SECONDS, Agent, Presence
from bot.domain.handoffs import Handoff, HandoffStatus, Reason
from bot.domain.hours import DAYS, Hours
from bot.domain.rights import Role
from bot.domain.teams import Team
from bot.services.routing import Person
from tests.fakes import NOON

NEVER_OPEN = Hours("UTC", {})
MORNINGS = Hours("UTC", dict.fromkeys(DAYS, ((9 * 60, 12 * 60),)))  # at noon they have just closed
ALL_DAY = Hours("UTC", dict.fromkeys(DAYS, ((0, 24 * 60),)))
LEASED = NOON + timedelta(seconds=LEASE_SECONDS)


def ago(seconds: float) -> datetime:
    return NOON - timedelta(seconds=seconds)


def agent(name: str, **fields: Any) -> Agent:
    """Return somebody online who speaks English, with nothing to do."""
    plain = Agent(name, name, f"{name}@x.example", Role.AGENT, ("en",), 2, Presence.ONLINE, NOON, lease_until=LEASED)
    return replace(plain, **fields)


def person(name: str, *, looking: bool = False, **fields: Any) -> Person:
    return Person(agent(name, **fields), looking)


def handoff(name: str = "h", **fields: Any) -> Handoff:
    """Return somebody English who waits since a minute."""
    plain = Handoff(
        id=name,
        conversation_id=name,
        episode=1,
        status=HandoffStatus.WAITING,
        reason=Reason.ASKED_FOR_HUMAN,
        language="en",
        requested_at=ago(60),
        waiting_since=ago(60),
        expires_at=NOON + timedelta(minutes=14),
    )
    return replace(plain, **fields)


def team(*members: str, hours: Hours | None = None) -> Team:
    return Team("t", "Payments", ("payments",), hours, members)
