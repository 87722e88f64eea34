"""Several processes that share a cache fit an index once: one does, the others wait and read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows runs one process
    fcntl = None  # type: ignore[assignment]

_LOCK = ".building"


@contextmanager
def one_at_a_time(cache: Path) -> Iterator[None]:
    """Hold the cache's lock, which ends with the process; a cache that cannot be written is nobody's to wait for."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        lock = (cache / _LOCK).open("ab")
    except OSError:
        yield
        return
    with lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
