"""The database: durable writes that share a commit, and reads beside them.

A unit of work is a plain function of a connection, which may be run again: it changes nothing else. On SQLite one
writer thread takes all units that wait, runs them, commits once and answers all: group commit, with no wait when
nobody else writes. When a unit fails, the batch is undone and run again with a savepoint for each.
On PostgreSQL every unit is a transaction on a pooled connection; the server groups its own commits.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.errors import SettingsError, Unavailable

T = TypeVar("T")
Unit = Callable[[Connection], T]

logger = logging.getLogger(__name__)

BATCH = 256  # units that may share a commit: bounds how long the first of them waits
READERS = 4  # threads; SQLite's readers do not block its writer
LOCK_SECONDS = 5.0  # how long a write waits for another process's lock before it says so
_AWAY = "The database is not available right now; nothing was saved. Please try again in a moment."


class Database(Protocol):
    """Runs units of work: all or nothing, and durable once `write` returns."""

    url: URL
    commits: int
    units: int

    async def write(self, unit: Unit[T]) -> T:
        """Run `unit` in a transaction. Raises what it raises (nothing is saved), or Unavailable."""

    async def read(self, unit: Unit[T]) -> T:
        """Run `unit` on a connection that sees the last commit."""

    async def close(self) -> None:
        """Finish what waits and let go of the connections."""


def open_database(url: str) -> Database:
    """Return the database that the URL names; nothing is connected yet."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteDatabase(parsed.set(drivername="sqlite"))
    return PostgresDatabase(parsed)


@contextmanager
def _as_unavailable() -> Iterator[None]:
    """Map every way in which a database can be away, full or locked to one error."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        logger.warning("database_unavailable", extra={"kind": type(error.orig).__name__, "why": str(error.orig)[:200]})
        raise Unavailable(_AWAY) from error
    except DBAPIError as error:
        # Without a statement it is the connection that failed. SQLite's plain DatabaseError: the file is damaged, or is
        # no database at all.
        if not error.connection_invalidated and error.statement is not None and type(error) is not DatabaseError:
            raise
        logger.warning("database_unavailable", extra={"kind": type(error.orig).__name__, "why": str(error.orig)[:200]})
        raise Unavailable(_AWAY) from error
    except (OSError, sqlite3.DatabaseError, PoolTimeoutError) as error:
        logger.warning("database_unavailable", extra={"kind": type(error).__name__, "why": str(error)[:200]})
        raise Unavailable(_AWAY) from error


def _to_json(value: object) -> str:
    return orjson.dumps(value).decode()


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by us: savepoints need it
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={int(LOCK_SECONDS * 1000)}",
        "cache_size=-16000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def sqlite_engine(url: URL) -> Engine:
    """Return an engine whose connections are durable (`synchronous=FULL`) and check foreign keys."""
    engine = create_engine(
        url,
        poolclass=NullPool,
        connect_args={"check_same_thread": False},
        json_serializer=_to_json,
        json_deserializer=orjson.loads,
    )
    event.listen(engine, "connect", _configure)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

    return engine


class _Waiting:
    """One unit of work and whoever waits for it."""

    __slots__ = ("error", "future", "loop", "result", "unit")

    def __init__(self, unit: Unit[Any], loop: asyncio.AbstractEventLoop) -> None:
        self.unit = unit
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class SqliteDatabase:
    """One file, one writer thread, a few readers."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.commits = 0
        self.units = 0
        self._engine = sqlite_engine(url)
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._local = threading.local()
        self._open: list[Connection] = []

    async def write(self, unit: Unit[T]) -> T:
        if self._writer is None:
            self._writer = threading.Thread(target=self._run, name="write", daemon=True)
            self._writer.start()
        waiting = _Waiting(unit, asyncio.get_running_loop())
        self._waiting.put(waiting)
        return await waiting.future  # type: ignore[no-any-return]

    async def read(self, unit: Unit[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, unit)

    async def close(self) -> None:
        if self._writer is not None:
            self._waiting.put(None)
            await asyncio.to_thread(self._writer.join)
            self._writer = None
        await asyncio.to_thread(self._readers.shutdown)
        for connection in self._open:
            connection.close()
        self._engine.dispose()

    def _read(self, unit: Unit[T]) -> T:
        with _as_unavailable():
            if not hasattr(self._local, "connection"):
                self._local.connection = self._engine.connect()
                self._open.append(self._local.connection)
            with self._local.connection.begin():
                return unit(self._local.connection)

    def _run(self) -> None:
        connection: Connection | None = None
        while (first := self._waiting.get()) is not None:
            batch, last = self._take(first)
            try:
                if connection is None:
                    with _as_unavailable():
                        connection = self._engine.connect().execution_options(writes=True)
                self._commit(connection, batch)
            except BaseException as error:  # noqa: BLE001  # whoever waits must hear of it
                for waiting in batch:
                    waiting.error = error
                if connection is not None and not isinstance(error, Unavailable):
                    connection.close()
                    connection = None
            self._answer(batch)
            if last:
                break
        if connection is not None:
            connection.close()

    def _take(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        """Return all that waits now: under load they share a commit, alone nobody waits for company."""
        batch = [first]
        while len(batch) < BATCH:
            try:
                waiting = self._waiting.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                return batch, True
            batch.append(waiting)
        return batch, False

    def _commit(self, connection: Connection, batch: list[_Waiting]) -> None:
        """Run the batch and commit once; units are run again, each on its own, when one of them fails."""
        with _as_unavailable():
            try:
                with connection.begin():
                    for waiting in batch:
                        waiting.result = waiting.unit(connection)
            except (OperationalError, InterfaceError):
                raise  # the file is locked, full or gone: for the whole batch
            except Exception:  # noqa: BLE001  # whose fault it was is found out below
                self._commit_apart(connection, batch)
        self.commits += 1
        self.units += len(batch)

    @staticmethod
    def _commit_apart(connection: Connection, batch: list[_Waiting]) -> None:
        """Run each unit in a savepoint: the one that fails is undone, the others are not concerned."""
        with connection.begin():
            for waiting in batch:
                connection.exec_driver_sql("SAVEPOINT unit")
                try:
                    waiting.result = waiting.unit(connection)
                except (OperationalError, InterfaceError):
                    raise
                except Exception as error:  # noqa: BLE001  # this unit's caller gets it
                    connection.exec_driver_sql("ROLLBACK TO unit")
                    waiting.error = error
                connection.exec_driver_sql("RELEASE unit")

    @staticmethod
    def _answer(batch: list[_Waiting]) -> None:
        loops = {waiting.loop for waiting in batch}
        for loop in loops:
            mine = [waiting for waiting in batch if waiting.loop is loop]

            def settle(mine: list[_Waiting] = mine) -> None:
                for waiting in mine:
                    waiting.settle()

            try:
                loop.call_soon_threadsafe(settle)
            except RuntimeError:
                logger.info("writer_outlived_its_loop")


class PostgresDatabase:
    """A pool of connections to PostgreSQL."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.commits = 0
        self.units = 0
        self._engine: AsyncEngine = create_async_engine(
            url,
            pool_size=16,
            max_overflow=0,
            pool_timeout=5,
            json_serializer=_to_json,
            json_deserializer=orjson.loads,
            connect_args={"timeout": 5, "command_timeout": 15},
        )

    async def write(self, unit: Unit[T]) -> T:
        with _as_unavailable():
            try:
                async with self._engine.begin() as connection:
                    result = await connection.run_sync(unit)
            except SQLAlchemyError:
                raise
            except (OSError, TimeoutError) as error:
                raise Unavailable(_AWAY) from error
        self.commits += 1
        self.units += 1
        return result

    async def read(self, unit: Unit[T]) -> T:
        with _as_unavailable():
            try:
                async with self._engine.connect() as connection:
                    return await connection.run_sync(unit)
            except (OSError, TimeoutError) as error:
                raise Unavailable(_AWAY) from error

    async def close(self) -> None:
        await self._engine.dispose()


def check_writable(url: URL) -> None:
    """Refuse a SQLite file that cannot be made or written. Raises SettingsError with file and reason."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return
    path = Path(url.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
        connection = sqlite3.connect(path, timeout=LOCK_SECONDS)
        try:
            connection.execute("BEGIN IMMEDIATE").close()
            connection.rollback()
        finally:
            connection.close()
    except (OSError, sqlite3.DatabaseError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(
            [f"PARLEY_DATABASE_URL: expected a database file that can be written, got {path} ({why})"]
        ) from error


def ping(connection: Connection) -> None:
    """Ask the database whether it is there: a row of a table, because SQLite answers `SELECT 1` without its file."""
    connection.execute(text("SELECT name FROM facts LIMIT 1"))
