"""Business hours: several spans a day, holidays, a time zone; true on the days when clocks change too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES = 24 * 60
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")

Span = tuple[int, int]
"""Minutes after midnight by the clock on the wall: from the first, until before the second (1440 is midnight)."""
Moments = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hours:
    """When people are there.

    A span stays within its day: a night shift is 22:00-24:00 and 00:00-06:00 of the next day, because only so is it
    clear which half a holiday closes. In the hour that a clock repeats the doors stay open through; in the hour that
    it skips they open or close as it jumps.
    """

    time_zone: str
    week: Mapping[str, tuple[Span, ...]]
    holidays: tuple[tuple[date, str], ...] = ()

    def is_open(self, at: datetime) -> bool:
        return any(start <= at < end for start, end in self._around(at, at))

    def next_opening(self, at: datetime) -> datetime | None:
        """Return the first moment from `at` on when it is open (`at` itself when it is), in UTC; None when never."""
        if not any(self.week.values()):
            return None
        # Every holiday can close the one open day of a week, and one more may fall into the skipped hour.
        weeks = len(self.holidays) + 3
        for start, end in self._around(at, at + timedelta(weeks=weeks)):
            if at < end:
                return max(at.astimezone(UTC), start)
        return None

    def open_seconds(self, start: datetime, end: datetime) -> float:
        """Return how many seconds of the time between are within the hours."""
        seconds = 0.0
        reached = start
        for opens, closes in self._around(start, end):
            since, until = max(opens, reached), min(closes, end)
            if since < until:
                seconds += (until - since).total_seconds()
                reached = until  # two spans may meet in a repeated hour: counted once
        return seconds

    def _around(self, start: datetime, end: datetime) -> Iterator[Moments]:
        """Yield when it opens and closes, in order, on every day that the time between touches."""
        zone = ZoneInfo(self.time_zone)
        closed = {day for day, _ in self.holidays}
        day = start.astimezone(zone).date() - timedelta(days=1)  # midnight itself may be repeated
        last = end.astimezone(zone).date()
        while day <= last:
            if day not in closed:
                for opens, closes in self.week.get(DAYS[day.weekday()], ()):
                    moments = _moment(day, opens, zone, first=True), _moment(day, closes, zone, first=False)
                    if moments[0] < moments[1]:
                        yield moments
            day += timedelta(days=1)


def _moment(day: date, minutes: int, zone: ZoneInfo, *, first: bool) -> datetime:
    """Return when the clock on the wall shows this: the first or the last time, or the jump over it."""
    naive = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001  # a clock on the wall
    shown = naive.replace(tzinfo=zone, fold=0 if first else 1)
    moment = shown.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == naive:
        return moment
    return _jump(naive, zone)


def _jump(naive: datetime, zone: ZoneInfo) -> datetime:
    """Return when the clock jumps over this time."""
    early, late = (naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


# How hours are written down: in the database, over HTTP, in YAML.


def minutes_of(text: str) -> int:
    """Return `HH:MM` (24:00 too) as minutes. Raises ValueError."""
    if not (found := _CLOCK.fullmatch(text)):
        raise ValueError(f"expected HH:MM from 00:00 to 24:00, got {text}")
    return MINUTES if found[1] is None else int(found[1]) * 60 + int(found[2])


def clock_of(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def hours_of(document: Mapping[str, Any]) -> Hours:
    """Return the hours from their written form, which was checked when it was written."""
    return Hours(
        time_zone=document["time_zone"],
        week={
            day: tuple((minutes_of(start), minutes_of(end)) for start, end in document["week"].get(day, ()))
            for day in DAYS
        },
        holidays=tuple((date.fromisoformat(holiday["date"]), holiday["name"]) for holiday in document["holidays"]),
    )


def document_of(hours: Hours) -> dict[str, Any]:
    """Return the written form: `{time_zone, week: {mon: [[HH:MM, HH:MM]...]...}, holidays: [{date, name}]}`."""
    return {
        "time_zone": hours.time_zone,
        "week": {day: [[clock_of(start), clock_of(end)] for start, end in hours.week.get(day, ())] for day in DAYS},
        "holidays": [{"date": day.isoformat(), "name": name} for day, name in hours.holidays],
    }
