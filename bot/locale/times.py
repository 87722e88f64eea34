"""Times as a shopper reads them: in their own time zone, in the words of their language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time

from bot.locale.negotiate import language_of


@dataclass(frozen=True, slots=True)
class Moment:
    """A time to come, in words."""

    days: int
    """Midnights until then: 0 is today, 1 tomorrow."""
    weekday: str
    date: str
    """Without the year: `March 2`, `2 de marzo`, `2 mars`."""
    time: str


def moment(at: datetime, now: datetime, zone: tzinfo, *, language: str, locale: str) -> Moment:
    """Return how to say `at`; the locale's own habits (12 or 24 hours) where it is of this language."""
    habits = _locale(locale if language_of(locale) == language else language, language)
    there = at.astimezone(zone)
    return Moment(
        days=(there.date() - now.astimezone(zone).date()).days,
        weekday=str(format_date(there, "EEEE", locale=habits)),
        date=str(format_skeleton("MMMMd", there, locale=habits)),
        time=str(format_time(there, "short", tzinfo=zone, locale=habits)),
    )


def zone_of(*names: str | None) -> tzinfo:
    """Return the first of these that is a time zone, else UTC; a browser may send anything."""
    for name in names:
        try:
            if name:
                return ZoneInfo(name)
        except (ValueError, OSError, KeyError):  # unknown, no name at all, or a folder
            continue
    return UTC


def _locale(tag: str, otherwise: str) -> Locale:
    try:
        return Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale.parse(otherwise)
