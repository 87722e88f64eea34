"""Two servers of one shop, on PostgreSQL and joined by Redis, as behind a load balancer: with `--fleet` every shop."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Self

import asyncpg
import pytest

from bot import bootstrap
from bot.server.wire import CHANNEL
from bot.settings import Settings
from bot.store.schema import upgrade
from tests.servers import PostgresServer, RedisServer
from tests.shop import Premises, Shop, hire, within

JOIN_SECONDS = 10.0


@dataclass(frozen=True)
class Ground:
    """PostgreSQL with a migrated database that has the staff in it, to be copied."""

    postgres: PostgresServer
    template: str

    @classmethod
    def prepare(cls, postgres: PostgresServer, premises: Premises) -> Ground:
        url = postgres.create_database()
        upgrade(url)
        settings = Settings(kb=premises.kb, cache=premises.cache, database_url=url)
        with premises.ready_index():
            asyncio.run(hire(bootstrap.assemble(settings)))
        return cls(postgres, url.rsplit("/", 1)[1])

    @contextmanager
    def database(self) -> Iterator[str]:
        """Give the URL of a database of one shop's own."""
        url = self.postgres.create_database(template=self.template)
        yield url
        self.postgres.drop_database(url)


@dataclass(repr=False)
class Twins(Shop):
    """Looks like one shop; whoever comes, comes to the one server and the other in turn."""

    redis: RedisServer | None = None
    _other: Shop = field(init=False)
    _came: Iterator[int] = field(default_factory=count, init=False)

    async def open(self, *, demo: Any = None) -> Self:
        await super().open(demo=demo)
        self._other = Shop(self.premises, self.settings, self.clock, public_url=self.url)
        await self._other.open(demo=demo)
        await within(JOIN_SECONDS, self._are_joined)
        return self

    def _are_joined(self) -> bool:
        assert self.redis is not None
        return self.redis.ask(rf'PUBLISH {CHANNEL} "[\"nobody\"]"') == ":2"

    async def close(self) -> None:
        await self._other.close()
        await super().close()

    def door(self) -> str:
        return self._other.url if next(self._came) % 2 else self.url

    async def sweep(self) -> int:
        """Each renews what it holds; the first sweeps."""
        await self._other.parley.leases.renew()
        return await super().sweep()

    @property
    def database(self) -> Path:
        pytest.skip("opens SQLite's file")

    def rows(self, query: str, *values: object) -> Sequence[Any]:
        """Ask PostgreSQL, past both servers."""
        if "sqlite_master" in query:
            pytest.skip("reads SQLite's list of tables")
        number = count(1)
        numbered = re.sub(r"\?", lambda _: f"${next(number)}", query)
        numbered = re.sub(r"json_extract\((\w+), '\$\.(\w+)'\)", r"\1 ->> '\2'", numbered).replace("rowid", "ctid")

        async def ask() -> list[Any]:
            connection = await asyncpg.connect(self.settings.database_url.replace("+asyncpg", ""))
            try:
                await connection.set_type_codec(
                    "timestamptz", schema="pg_catalog", encoder=str, decoder=_as_sqlite_text
                )
                return list(await connection.fetch(numbered, *values))
            finally:
                await connection.close()

        with ThreadPoolExecutor(1) as pool:  # this thread's loop is running
            return pool.submit(asyncio.run, ask()).result()


def _as_sqlite_text(moment: str) -> str:
    """Return a time as SQLite's file holds it, from PostgreSQL's text."""
    return datetime.fromisoformat(moment).astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
