"""Two processes on one port, on PostgreSQL and Redis."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from tests.faults.shop import Shop, opened
from tests.servers import PostgresServer


@contextlib.contextmanager
def fleet(
    folder: Path, postgres: PostgresServer, redis_url: str, *, port: int | None = None, **options: Any
) -> Iterator[Shop]:
    """Run two processes on one port; `port` is that of a proxy before PostgreSQL."""
    url = postgres.create_database()
    reached = url.replace(f":{postgres.port}/", f":{port or postgres.port}/")
    try:
        with opened(Shop(folder / "shop", reached, workers=2, redis_url=redis_url, **options)) as shop:
            yield shop
    finally:
        postgres.drop_database(url)


def processes_of(shop: Shop) -> list[psutil.Process]:
    """Return the processes that serve, in the order of their start."""
    return sorted(psutil.Process(shop.pid).children(), key=lambda process: process.create_time())
