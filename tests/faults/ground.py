"""Where a shop stands: one process on a SQLite file, or two on one port, on PostgreSQL and Redis.

A test marked `on_both` runs on each of the two, one marked `on_both_in_full` on SQLite alone unless with --full.
"""

from __future__ import annotations

import contextlib
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.faults.fleet import processes_of
from tests.faults.shop import Shop, opened
from tests.servers import PostgresServer, wait_until

_IN_FULL = pytest.mark.full_only
on_both = pytest.mark.parametrize("ground", ["sqlite", "fleet"], indirect=True)
on_both_in_full = pytest.mark.parametrize("ground", ["sqlite", pytest.param("fleet", marks=_IN_FULL)], indirect=True)


class Ground:
    """Gives databases, and shops on them, in a folder of its own."""

    processes = 1

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._given = 0

    def database(self) -> str:
        """Return the URL of a new, empty database."""
        self._given += 1
        return f"sqlite:///{self.folder / f'parley{self._given}.db'}"

    def ask(self, url: str, query: str) -> list[str]:
        """Return the rows of a query, past the server: values as text with `|` between them."""
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)) as connection, connection:
            return ["|".join(map(str, row)) for row in connection.execute(query)]

    @contextlib.contextmanager
    def shop(self, *plants: str, name: str = "shop", url: str | None = None, **settings: Any) -> Iterator[Shop]:
        """Run a shop; the database is a new one unless one is given."""
        with opened(Shop(self.folder / name, url or self.database(), plants=plants, **settings)) as shop:
            yield shop

    def leave(self) -> None:
        """Give back what was taken."""


class Fleet(Ground):
    """Two processes on one port."""

    processes = 2

    def __init__(self, folder: Path, postgres: PostgresServer, redis_url: str) -> None:
        super().__init__(folder)
        self.postgres, self._redis_url = postgres, redis_url
        self._urls: list[str] = []

    def database(self) -> str:
        self._urls.append(self.postgres.create_database())
        return self._urls[-1]

    def ask(self, url: str, query: str) -> list[str]:
        return self.postgres.ask(url, query).splitlines()

    @contextlib.contextmanager
    def shop(self, *plants: str, name: str = "shop", url: str | None = None, **settings: Any) -> Iterator[Shop]:
        together = {"workers": self.processes, "redis_url": self._redis_url, **settings}
        with super().shop(*plants, name=name, url=url, **together) as shop:
            yield shop

    def leave(self) -> None:
        if self.postgres.process is not None:
            for url in self._urls:
                self.postgres.drop_database(url)


def kill_all(shop: Shop) -> None:
    """End every process of the shop at once."""
    shop.kill()


def kill_one(shop: Shop) -> None:
    """End one of the processes; its parent starts it again, later each time."""
    random.choice(processes_of(shop)).kill()
    wait_until(lambda: len(processes_of(shop)) == Fleet.processes, seconds=20, what="the process to be started again")


def kill_the_parent(shop: Shop) -> None:
    """End the parent alone, and come back when those that it leaves behind have finished what they had in hand."""
    left = processes_of(shop)
    psutil.Process(shop.pid).kill()
    _, alive = psutil.wait_procs(left, timeout=20)
    shop.kill()
    assert not alive, f"expected the processes to end with their parent, found {alive}"


def ways_to_kill(ground: Ground) -> tuple[Callable[[Shop], None], ...]:
    """Return how a shop there can be killed."""
    return (kill_all,) if ground.processes == 1 else (kill_one, kill_all, kill_the_parent)
