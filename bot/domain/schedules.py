"""When a report goes out by mail, and which days it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

HOUR = 7
"""Of the morning, by the schedule's own clock: what ended at night is counted by then."""
MOST_SCHEDULES, MOST_RECIPIENTS = 20, 20


class Every(StrEnum):
    """How often; a week begins on Monday."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A report that goes out again and again."""

    id: str
    every: Every
    recipients: tuple[str, ...]
    language: str
    time_zone: str

    def due_after(self, at: datetime) -> datetime:
        """Return when it is sent next, in UTC: on the first morning of a week or month that is later than `at`."""
        zone = ZoneInfo(self.time_zone)
        begin = _begin(at.astimezone(zone).date(), self.every)
        while (due := datetime.combine(begin, time(HOUR), zone).astimezone(UTC)) <= at:
            begin = _next(begin, self.every)
        return due

    def period(self, at: datetime) -> tuple[date, date]:
        """Return the first and the last day of the last week or month that was over at `at`."""
        end = _begin(at.astimezone(ZoneInfo(self.time_zone)).date(), self.every) - timedelta(days=1)
        return _begin(end, self.every), end


def _begin(day: date, every: Every) -> date:
    return day.replace(day=1) if every is Every.MONTH else day - timedelta(days=day.weekday())


def _next(begin: date, every: Every) -> date:
    return _begin(begin + timedelta(days=31), every) if every is Every.MONTH else begin + timedelta(days=7)
