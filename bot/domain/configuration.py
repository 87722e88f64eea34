"""What supervisors set up while Parley runs, as a whole with a version."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.agents import Agent
from bot.domain.hours import Hours
from bot.domain.schedules import Schedule
from bot.domain.teams import CannedReply, Team

VARIABLES = ("agent", "order", "ticket", "page", "topic")
"""What a canned reply may name in braces: whatever a conversation can truly fill when the text is inserted."""
_NAMED = re.compile(r"\{([^{}\n]{0,60})\}")


@dataclass(frozen=True, slots=True)
class Configuration:
    """Hours, teams, canned replies, people and reports by mail, as they were at one version."""

    version: int
    hours: Hours | None
    """The shop's own; None: always open."""
    teams: tuple[Team, ...]
    canned_replies: tuple[CannedReply, ...]
    people: tuple[Agent, ...]
    reports: tuple[Schedule, ...] = ()
    """Those that go out by mail."""


def unknown_variables(text: str) -> list[str]:
    """Return what a canned reply names in braces and nothing can fill."""
    return [name for name in _NAMED.findall(text) if name not in VARIABLES]
