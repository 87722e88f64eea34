"""What tests put in the place of time; everything else is real."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""A Monday in winter time."""


class FrozenClock:
    """A clock that moves only when it is told to."""

    def __init__(self, start: datetime = NOON) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait for real: what runs in the background goes on."""
        await asyncio.sleep(seconds)

    def advance(self, **by: float) -> None:
        """Move on: `clock.advance(minutes=15)`."""
        self._now += timedelta(**by)
