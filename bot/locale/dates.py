"""Days and moments as a reader writes them, where the reader is."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time


def locale_of(language: str, tag: str) -> Locale:
    """Return the reader's locale (`en-GB`) where it is of the language that is spoken, else the language's."""
    try:
        locale = Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale(language)
    return locale if locale.language == language else Locale(language)


def day(at: date | datetime, locale: Locale, zone: tzinfo) -> str:
    """Return `2 March 2026`; a moment is first moved to the zone."""
    return format_date(at.astimezone(zone) if isinstance(at, datetime) else at, "long", locale=locale)


def moment(at: datetime, locale: Locale, zone: tzinfo) -> str:
    """Return `2 Mar 2026, 13:05`."""
    there = at.astimezone(zone)
    return f"{format_date(there, 'medium', locale=locale)}, {format_time(there, 'short', locale=locale)}"
