"""Limits on what grows: token buckets by key, and a count of open sockets by address."""

from __future__ import annotations

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable

MOST_KEYS = 50_000  # buckets kept; the one not used for longest goes, and it is full again by then


class Buckets:
    """A bucket of `burst` tokens for each key, refilled at `per_minute`."""

    def __init__(
        self,
        *,
        per_minute: float,
        burst: int,
        clock: Callable[[], float] = time.monotonic,
        spent: Callable[[str], None] | None = None,
    ) -> None:
        """`spent` is told the key of every token taken here, for the other processes."""
        self._spent = spent
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> int:
        """Take a token; return 0, or the whole seconds until there is one again."""
        level = self._level(key)
        taken = level >= 1
        self._set(key, level - 1 if taken else level)
        if taken and self._spent is not None:
            self._spent(key)
        return 0 if taken else math.ceil((1 - level) / self._rate)

    def spend_elsewhere(self, key: str) -> None:
        """Take a token that another process gave away: two may give away the last at once, and both count."""
        self._set(key, max(-self._burst, self._level(key) - 1))

    def _level(self, key: str) -> float:
        now = self._clock()
        level, at = self._levels.pop(key, (self._burst, now))
        return min(self._burst, level + (now - at) * self._rate)

    def _set(self, key: str, level: float) -> None:
        self._levels[key] = (level, self._clock())
        if len(self._levels) > MOST_KEYS:
            self._levels.popitem(last=False)


class Doors:
    """Counts open sockets in all and by address."""

    def __init__(self, *, in_all: int, by_address: int) -> None:
        self._in_all = in_all
        self._by_address = by_address
        self._open: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Count one more; False when there is no room."""
        if self._open.total() >= self._in_all or self._open[address] >= self._by_address:
            return False
        self._open[address] += 1
        return True

    def leave(self, address: str) -> None:
        self._open[address] -= 1
        if self._open[address] <= 0:
            del self._open[address]
