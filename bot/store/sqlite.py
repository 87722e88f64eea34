"""SQLite: one file, one writer thread whose units share a commit, a few readers beside it.

The writer takes all units that wait, runs them, commits once and answers all: group commit, with no wait when nobody
else writes. When a unit fails, the batch is undone and run again with a savepoint for each.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.pool import NullPool

from bot.errors import Unavailable
from bot.store.unavailable import as_unavailable
from bot.store.units import T, Unit, to_json

logger = logging.getLogger(__name__)

BATCH = 256  # units that may share a commit: bounds how long the first of them waits
READERS = 4  # threads; SQLite's readers do not block its writer
_LOST = (OperationalError, InterfaceError)  # the file is locked, full or gone
SCRUB_TRIES, SCRUB_WAIT_SECONDS = 20, 0.1
_EMPTY_LOG = "PRAGMA wal_checkpoint(TRUNCATE)"
LOCK_SECONDS = 5.0  # how long a write waits for another process's lock before it says so


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by us: savepoints need it
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten: erased words are not read from the disk
        f"busy_timeout={int(LOCK_SECONDS * 1000)}",
        "cache_size=-16000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _configure_reader(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only=ON").close()


def sqlite_engine(url: URL, *, reads_only: bool = False, json: Callable[[Any], Any] | None = None) -> Engine:
    """Return an engine whose connections are durable (`synchronous=FULL`) and check foreign keys.

    `reads_only`: the file is left as it is. `json`: what JSON columns' texts go through, instead of being read.
    """
    engine = create_engine(
        url,
        poolclass=NullPool,
        connect_args={"check_same_thread": False, "timeout": LOCK_SECONDS},
        json_serializer=json or to_json,
        json_deserializer=json or orjson.loads,
        hide_parameters=True,  # an error is logged, and these are people's words
    )
    event.listen(engine, "connect", _configure_reader if reads_only else _configure)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

    return engine


class _Waiting:
    """One unit of work and whoever waits for it."""

    __slots__ = ("error", "future", "loop", "result", "then", "unit")

    def __init__(self, unit: Unit[Any], then: Callable[[Any], None] | None, loop: asyncio.AbstractEventLoop) -> None:
        self.unit = unit
        self.then = then
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        if not self.future.done():
            if self.error is None:
                self.future.set_result(self.result)
            else:
                self.future.set_exception(self.error)
        if self.error is None and self.then is not None:
            try:
                self.then(self.result)
            except Exception:  # the others of the batch must hear of their commit all the same
                logger.exception("news_not_told")


class SqliteDatabase:
    """One file, one writer thread, a few readers."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.commits = 0
        self.units = 0
        self.batches: Counter[int] = Counter()
        self._engine = sqlite_engine(url)
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._local = threading.local()
        self._open: list[Connection] = []

    @property
    def waiting(self) -> int:
        return self._waiting.qsize()

    async def write(self, unit: Unit[T], then: Callable[[T], None] | None = None) -> T:
        if self._writer is None:
            self._writer = threading.Thread(target=self._run, name="write", daemon=True)
            self._writer.start()
        waiting = _Waiting(unit, then, asyncio.get_running_loop())
        self._waiting.put(waiting)
        return await waiting.future  # type: ignore[no-any-return]

    async def read(self, unit: Unit[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, unit)

    async def scrub(self) -> None:
        """Write the log into the file and empty it: what was deleted is in old pages of the log until then."""
        await asyncio.get_running_loop().run_in_executor(self._readers, self._empty_log)

    def _empty_log(self) -> None:
        with as_unavailable(), self._engine.connect() as connection:
            for _ in range(SCRUB_TRIES):
                busy, _pages, _moved = connection.connection.cursor().execute(_EMPTY_LOG).fetchone()
                if not busy:
                    return
                time.sleep(SCRUB_WAIT_SECONDS)
        logger.warning("log_not_emptied")  # somebody reads all the time: it is emptied the next time

    async def leads(self) -> bool:
        """Return True: a file has one process."""
        return True

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
        with as_unavailable():
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
                    with as_unavailable():
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
        with as_unavailable():
            try:
                with connection.begin():
                    for waiting in batch:
                        waiting.result = waiting.unit(connection)
            except _LOST:
                raise  # the file is locked, full or gone: for the whole batch
            except Exception:  # noqa: BLE001  # whose fault it was is found out below
                self._commit_apart(connection, batch)
        self.commits += 1
        self.units += len(batch)
        self.batches[len(batch)] += 1

    @staticmethod
    def _commit_apart(connection: Connection, batch: list[_Waiting]) -> None:
        """Run each unit in a savepoint: the one that fails is undone, the others are not concerned."""
        with connection.begin():
            for waiting in batch:
                connection.exec_driver_sql("SAVEPOINT unit")
                try:
                    waiting.result = waiting.unit(connection)
                except _LOST:
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
