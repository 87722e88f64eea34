"""Who is on duty: what a shopper is told before and while they wait for a person."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.agents import Agent
from bot.domain.hours import Hours
from bot.domain.teams import Team, team_for
from bot.services.routing import Away, away
from bot.store.transaction import News, Store, Transaction

FRESH_SECONDS = 5.0  # what everybody who opens the chat is told may be as old as a sweep


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody, the teams and the timetable, as they were at one moment."""

    agents: Sequence[Agent]
    teams: Sequence[Team]
    hours: Hours | None
    at: datetime

    def away(self, language: str, *, topic: str | None = None, team_id: str | None = None) -> Away | None:
        """Return None when somebody can come to a shopper of this language, else when people are back."""
        team = next((t for t in self.teams if t.id == team_id), None) or team_for(self.teams, topic)
        return away(self.agents, language, team, self.hours, self.at)


def roster(tx: Transaction) -> Roster:
    """Return who is there now."""
    return Roster(tx.agents.all(), tx.teams.all(), tx.configuration.hours(), tx.now)


class Duty:
    """Keeps the roster for some seconds: a storm of shoppers must not read it thousands of times."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._kept: Roster | None = None
        self._reading = asyncio.Lock()
        store.on_commit(self._hear)

    def _hear(self, news: News) -> None:
        if news.presence:
            self._kept = None

    async def away(self, language: str) -> Away | None:
        """Return None when somebody can come to a shopper of this language now."""
        async with self._reading:
            kept = self._kept
            if kept is None or self._clock.now() >= kept.at + timedelta(seconds=FRESH_SECONDS):
                self._kept = kept = await self._store.read(roster)
        return kept.away(language)
