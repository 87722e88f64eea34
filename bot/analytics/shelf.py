"""Keeps the columns of the periods that were asked for last: a dashboard asks many things about one."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.analytics import days
from bot.analytics.days import Key, Period
from bot.errors import Conflict
from bot.store.transaction import Store, Transaction

MOST_BYTES = 256 * 1024 * 1024
"""A million episodes are about 100 MB; a period with its predecessor fits, and a shop's usual month is 1 MB."""
TRIES = 3


class Shelf:
    """Periods in memory; each time it is asked the database whether a day has changed since."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[tuple[datetime, datetime], Period] = OrderedDict()
        self._reading = asyncio.Lock()

    async def period(self, start: datetime, end: datetime) -> Period:
        """Return the episodes that ended in [start, end); many who ask at once wait for one reading."""
        async with self._reading:
            kept = self._kept.get((start, end))
            versions = await self._store.read(lambda tx: days.versions(tx, start, end))
            if kept is None or kept.versions != versions:
                kept = await self._read(start, end)
            self._keep((start, end), kept)
            return kept

    async def _read(self, start: datetime, end: datetime) -> Period:
        stored = await self._store.read(lambda tx: days.read(tx, days.versions(tx, start, end)))
        return await asyncio.to_thread(Period.of, stored, start, end)

    def _keep(self, name: tuple[datetime, datetime], period: Period) -> None:
        """Put it in front; let go of what was not asked for longest, as far as there is no room."""
        self._kept.pop(name, None)
        self._kept[name] = period
        while len(self._kept) > 1 and sum(one.frame.bytes for one in self._kept.values()) > MOST_BYTES:
            self._kept.popitem(last=False)

    async def keys(self, period: Period, numbers: Sequence[int]) -> list[Key]:
        """Return the keys of these episodes of a period; only their days are read. Raises Conflict.

        Conflict: one of the days has changed since the period was read.
        """
        places = [period.place(number) for number in numbers]
        by_day: dict[int, list[Key]] = {}
        for day in sorted({day for day, _ in places}):
            by_day[day] = await self._store.read(partial(_keys_of, day=period.versions[day]))
        return [by_day[day][place] for day, place in places]


def _keys_of(tx: Transaction, day: tuple[str, int]) -> list[Key]:
    name, version = day
    found = days.read_keys(tx, name)
    if days.version(tx, name) != version:  # asked behind the reading: PostgreSQL shows each statement the newest
        raise Conflict("These numbers have just changed. Please try again.")
    return found
