"""Rate limits that all processes share: each decides from its own buckets, and tells the others what it gave away."""

from __future__ import annotations

from collections.abc import Callable

from bot.server.limits import Buckets
from bot.server.wire import SPENT, Told


class SharedLimits:
    """The buckets of this process, by their names.

    Nobody waits for Redis, and without it each process limits by itself. Two processes can give away the same token
    within the moment that the wire takes.
    """

    def __init__(self, send: Callable[[Told], None] | None) -> None:
        """`send` passes on what is told to the other processes; None: there are none."""
        self._send = send
        self._buckets: dict[str, Buckets] = {}

    def open(self, name: str, *, per_minute: float, burst: int) -> Buckets:
        """Return buckets that all processes take from."""
        send = self._send
        spent = None if send is None else (lambda key: send((SPENT, name, key, None, None)))
        self._buckets[name] = Buckets(per_minute=per_minute, burst=burst, spent=spent)
        return self._buckets[name]

    def hear(self, told: Told) -> bool:
        """Count what another process gave away; False when this is about something else."""
        if told[0] != SPENT:
            return False
        if (buckets := self._buckets.get(told[1])) is not None:
            buckets.spend_elsewhere(told[2])
        return True
