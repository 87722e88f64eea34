"""Reads business hours that somebody wrote."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.hours import DAYS, Hours, Span, minutes_of
from bot.services.checking import Checking

NAME = 120  # characters

NO_ZONE = "Expected a time zone such as Europe/Madrid, got {found}."
NOT_A_SPAN = "Expected when it opens and when it closes, such as 09:00 and 14:00; 24:00 is midnight."
BACKWARDS = "It has to close after it opens. For a night, let one span end at 24:00 and the next day begin at 00:00."
OVERLAP = "This begins before the span above it has ended."
NOT_A_DATE = "Expected a date such as 2026-12-25."


class HoursReading(Checking):
    """Notes what is wrong with hours."""

    def hours(self, value: object, path: str) -> Hours | None:
        if value is None:
            return None
        fields = self.fields(value, path, ("time_zone", "week", "holidays"), ("time_zone", "week"))
        zone = self.zone(fields["time_zone"], f"{path}.time_zone") if "time_zone" in fields else ""
        week = self.fields(fields.get("week", {}), f"{path}.week", DAYS)
        days = {day: tuple(self._spans(week.get(day, ()), f"{path}.week.{day}")) for day in DAYS}
        holidays = sorted(self._holidays(fields.get("holidays", ()), f"{path}.holidays"))
        return Hours(zone, days, tuple(holidays))

    def zone(self, value: object, path: str) -> str:
        zone = self.text(value, path, NAME)
        try:
            return ZoneInfo(zone).key if zone else ""
        except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an OSError
            self.fault(path, NO_ZONE, found=zone)
            return ""

    def _spans(self, value: object, path: str) -> Iterator[Span]:
        reached = 0
        for where, item in self.items(value, path):
            try:
                start, end = (minutes_of(clock) for clock in item)
            except (TypeError, ValueError):
                self.fault(where, NOT_A_SPAN)
                continue
            if start >= end:
                self.fault(where, BACKWARDS)
            elif start < reached:
                self.fault(where, OVERLAP)
            reached = max(reached, end)
            yield start, end

    def _holidays(self, value: object, path: str) -> Iterator[tuple[date, str]]:
        seen: set[Hashable] = set()
        for where, item in self.items(value, path):
            fields = self.fields(item, where, ("date", "name"), ("date", "name"))
            name = self.text(fields["name"], f"{where}.name", NAME) if "name" in fields else ""
            if "date" not in fields:
                continue
            try:
                day = date.fromisoformat(str(fields["date"]))
            except ValueError:
                self.fault(f"{where}.date", NOT_A_DATE)
                continue
            self.once(seen, day, f"{where}.date", day.isoformat())
            yield day, name
