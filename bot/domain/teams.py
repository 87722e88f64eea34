"""Teams: agents for some topics, with hours of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.hours import Hours


@dataclass(frozen=True, slots=True)
class Team:
    """Agents who take the conversations about some topics before everybody else does."""

    id: str
    name: str
    topics: tuple[str, ...]
    """Folders of the help center; each stands for the folders in it too."""
    hours: Hours | None
    """None: the shop's."""
    members: tuple[str, ...]
    """Ids of agents."""


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A text that agents send often, in one language, called by `/shortcut`."""

    id: str
    shortcut: str
    language: str
    text: str


def team_for(teams: Iterable[Team], topic: str | None) -> Team | None:
    """Return the team of the topic: the one that names the nearest folder around it; None: everybody's."""
    named = {folder: team for team in teams for folder in team.topics}
    while topic:
        if team := named.get(topic):
            return team
        topic = topic.rpartition("/")[0]
    return None
