"""PostgreSQL: a pool of connections; the server groups its own commits."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import orjson
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import Unavailable
from bot.store.lead import Lead
from bot.store.unavailable import AWAY, as_unavailable
from bot.store.units import T, Unit, to_json

POOL_SIZE = 16
WAIT_SECONDS = 5.0  # for a free connection
STATEMENT_SECONDS = 15.0  # longer than any statement of a turn; nobody waits for more


class PostgresDatabase:
    """A pool of connections to PostgreSQL; `seconds` is how long one statement may take."""

    def __init__(self, url: URL, *, seconds: float | None = STATEMENT_SECONDS) -> None:
        self.url = url
        self.commits = 0
        self.units = 0
        self.waiting = 0
        self.batches: Counter[int] = Counter()
        self._lead = Lead(url)
        # SQLAlchemy's pool lets who has just come go before those who wait, so under load somebody may wait for ever.
        self._turns = asyncio.Semaphore(POOL_SIZE)
        self._engine: AsyncEngine = create_async_engine(
            url,
            pool_size=POOL_SIZE,
            max_overflow=0,
            json_serializer=to_json,
            json_deserializer=orjson.loads,
            hide_parameters=True,  # an error is logged, and these are people's words
            connect_args={"timeout": 5, "command_timeout": seconds},
        )

    async def write(self, unit: Unit[T], then: Callable[[T], None] | None = None) -> T:
        return await asyncio.shield(self._write(unit, then))

    async def _write(self, unit: Unit[T], then: Callable[[T], None] | None) -> T:
        self.waiting += 1
        try:
            with as_unavailable():
                try:
                    async with self._turn(), self._engine.begin() as connection:
                        result = await connection.run_sync(unit)
                except SQLAlchemyError:
                    raise
                except (OSError, TimeoutError) as error:
                    raise Unavailable(AWAY) from error
        finally:
            self.waiting -= 1
        self.commits += 1
        self.units += 1
        self.batches[1] += 1
        if then is not None:
            then(result)
        return result

    async def read(self, unit: Unit[T]) -> T:
        with as_unavailable():
            try:
                async with self._turn(), self._engine.connect() as connection:
                    return await connection.run_sync(unit)
            except (OSError, TimeoutError) as error:
                raise Unavailable(AWAY) from error

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Wait until a connection is free, first come, first served. Raises what the pool would."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._turns.acquire()
        except TimeoutError:
            raise PoolTimeoutError(f"no connection was free within {WAIT_SECONDS:g} s") from None
        try:
            yield
        finally:
            self._turns.release()

    async def scrub(self) -> None:
        """Leave it to the server: it takes old rows away by itself (autovacuum), and its log when that is full."""

    async def leads(self) -> bool:
        return await self._lead.is_mine()

    async def close(self) -> None:
        await self._lead.close()
        await self._engine.dispose()
