"""A breaker: what failed again and again is left alone for a while, so that nobody waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable


class Breaker:
    """Opens after `failures` in a row, for `rest` seconds; then one call may try, and its outcome decides."""

    def __init__(self, *, failures: int, rest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = failures
        self._rest = rest
        self._clock = clock
        self._failed = 0
        self._rests_until = 0.0

    def allows(self) -> bool:
        """Return whether a call may be made now; the first one after a rest holds the others off."""
        if self._failed < self._most:
            return True
        if self._clock() < self._rests_until:
            return False
        self._rests_until = self._clock() + self._rest
        return True

    def succeeded(self) -> None:
        self._failed = 0

    def failed(self) -> None:
        self._failed += 1
        if self._failed >= self._most:
            self._rests_until = self._clock() + self._rest
