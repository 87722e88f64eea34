"""The time, as aware UTC, from one place that a test can replace."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime:
        """Return the aware UTC time."""

    async def sleep(self, seconds: float) -> None:
        """Wait until so many seconds have passed on this clock."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251  # the one home of this call

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class FastClock:
    """A clock that runs `speed` times as fast as the machine's, from the moment when it is made."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._real = SystemClock()
        self._start = self._real.now()

    def now(self) -> datetime:
        passed = self._real.now() - self._start
        return self._start + timedelta(seconds=passed.total_seconds() * self._speed)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)
