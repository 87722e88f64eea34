"""Guessing is slowed, by account and by network address: exponentially, for a quarter of an hour at most."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from bot.errors import TooFast

LONGEST_DELAY = 900  # seconds; a lock-out by delay, never for ever
FREE_AT_ACCOUNT = 5  # sign-ins that may fail before a delay begins
FREE_AT_ADDRESS = 30  # an office has one address
MOST_KEYS = 10_000  # whose failures are remembered
FORGOTTEN_AFTER = timedelta(hours=1)


def locked_until(failures: int, now: datetime, *, free: int = FREE_AT_ACCOUNT) -> datetime | None:
    """Return until when nothing is tried after so many failures in a row."""
    over = failures - free
    return now + timedelta(seconds=min(LONGEST_DELAY, 2 ** min(over, 16))) if over >= 0 else None


def refuse_until(until: datetime | None, now: datetime) -> None:
    """Refuse as long as something is locked. Raises TooFast."""
    if until and until > now:
        seconds = int((until - now).total_seconds()) + 1
        raise TooFast("Too many failed attempts. Please try again in {retry_after} s.", retry_after=seconds)


class Guesses:
    """Counts failures by key, in memory: a flood must not become rows, and no Redis is needed."""

    def __init__(self, *, free: int) -> None:
        self._free = free
        self._failures: OrderedDict[str, tuple[int, datetime]] = OrderedDict()

    def refuse(self, key: str, now: datetime) -> None:
        """Refuse what was guessed at too often. Raises TooFast."""
        count, at = self._failures.get(key, (0, now))
        refuse_until(locked_until(count, at, free=self._free), now)

    def note(self, key: str, now: datetime) -> None:
        """Count one more failure."""
        count, at = self._failures.pop(key, (0, now))
        self._failures[key] = (count + 1 if now - at < FORGOTTEN_AFTER else 1, now)
        if len(self._failures) > MOST_KEYS:
            self._failures.popitem(last=False)
