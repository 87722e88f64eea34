"""Copies every row from one database into another, empty one, and compares what arrived with what was there.

The source is read in one transaction that sees one moment, also while a server writes to it; the target is written in
one transaction, so that a copy is there as a whole or not at all. JSON goes over as the text that it is, ids and times
as they are: nothing is made anew, so nothing can repeat.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import orjson
from sqlalchemy import Connection, Table, delete, func, insert, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.util import greenlet_spawn

from bot.errors import SettingsError
from bot.store import staff
from bot.store.columns import metadata
from bot.store.schema import upgrade
from bot.store.sqlite import sqlite_engine
from bot.store.unavailable import as_unavailable

BATCH = 1000  # rows: some hundred kilobytes
_MODULUS = 1 << 128

Progress = Callable[[str, int, int], None]
"""Is told the table, how many of its rows are there, and how many will be."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What both databases hold of one table."""

    table: str
    rows: int
    checksum: str
    """Hex digest of all rows, whatever their order."""


def copy(source: str, target: str, progress: Progress, *, sign_everybody_out: bool = False) -> list[Copied]:
    """Copy all rows between two databases of the newest revision; return every table's figures, which are equal.

    Rows that migrations write into new tables make way; any other row in the target refuses.

    Raises SettingsError when the target holds rows or a table differs (then nothing is in the target), or Unavailable.
    """
    fresh = _rows_of_new_tables()

    async def run() -> list[Copied]:
        async with _connected(make_url(source)) as reader, _connected(make_url(target), writes=True) as writer:
            return await greenlet_spawn(_copy, reader, writer, fresh, progress, sign_everybody_out)

    with as_unavailable():
        return asyncio.run(run())


@asynccontextmanager
async def _connected(url: URL, *, writes: bool = False) -> AsyncIterator[Connection]:
    """Give a connection for `greenlet_spawn`, on either database; reading, it sees one moment."""
    if url.get_backend_name() == "sqlite":
        engine = sqlite_engine(url.set(drivername="sqlite"), reads_only=not writes, json=_as_it_is)
        with engine.connect().execution_options(writes=writes) as connection:
            yield connection
        return
    served = create_async_engine(
        url,
        poolclass=NullPool,
        isolation_level="READ COMMITTED" if writes else "REPEATABLE READ",
        json_serializer=_as_it_is,
        json_deserializer=_as_it_is,
        hide_parameters=True,
        connect_args={"timeout": 5},
    )
    async with served.connect() as connected:
        yield cast("Connection", connected.sync_connection)


def _as_it_is(value: Any) -> Any:
    return value


def _rows_of_new_tables() -> dict[str, int]:
    """Return how many rows the migrations write into each table."""
    with tempfile.TemporaryDirectory(prefix="parley-") as folder:
        url = f"sqlite:///{folder}/new.db"
        upgrade(url)
        with sqlite_engine(make_url(url), reads_only=True).connect() as connection:
            return {table.name: _count(connection, table) for table in metadata.sorted_tables}


def _copy(
    source: Connection,
    target: Connection,
    fresh: dict[str, int],
    progress: Progress,
    sign_everybody_out: bool,  # noqa: FBT001  # greenlet_spawn passes by position
) -> list[Copied]:
    with source.begin(), target.begin():
        _make_way(target, fresh)
        copied = [_copy_table(source, target, table, progress) for table in metadata.sorted_tables]
        faults = [fault for one in copied for fault in _faults_of(target, one)]
        if faults:
            raise SettingsError(faults)
        if sign_everybody_out:
            target.execute(delete(staff.sessions))
        return copied


def _make_way(target: Connection, fresh: dict[str, int]) -> None:
    counts = {table.name: _count(target, table) for table in metadata.sorted_tables}
    if held := [f"{name} ({count:,} rows)" for name, count in counts.items() if count > fresh[name]]:
        raise SettingsError([f"expected an empty database to copy into, found rows in {', '.join(held)}"])
    for table in reversed(metadata.sorted_tables):
        target.execute(delete(table))


def _copy_table(source: Connection, target: Connection, table: Table, progress: Progress) -> Copied:
    total, done, checksum = _count(source, table), 0, 0
    progress(table.name, 0, total)
    for rows in _batches(source, table):
        try:
            target.execute(insert(table), rows)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            why = str(error.orig).splitlines()[0][:200]
            raise SettingsError(
                [f"{table.name}: expected rows that the target takes, got a refusal after row {done:,}: {why}"]
            ) from error
        checksum = (checksum + sum(map(_digest, rows))) % _MODULUS
        done += len(rows)
        progress(table.name, done, total)
    return Copied(table.name, done, f"{checksum:032x}")


def _faults_of(target: Connection, sent: Copied) -> Iterator[str]:
    """Read the table again from where it was written; yield how it differs."""
    found, checksum = 0, 0
    for rows in _batches(target, metadata.tables[sent.table]):
        found += len(rows)
        checksum = (checksum + sum(map(_digest, rows))) % _MODULUS
    if found != sent.rows:
        yield f"{sent.table}: expected {sent.rows:,} rows in the target, found {found:,}; nothing was kept"
    elif f"{checksum:032x}" != sent.checksum:
        yield f"{sent.table}: expected checksum {sent.checksum} in the target, found {checksum:032x}; nothing was kept"


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    result = connection.execution_options(yield_per=BATCH).execute(select(table))
    for rows in result.mappings().partitions():
        yield [dict(row) for row in rows]


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _digest(row: dict[str, Any]) -> int:
    """Return 128 bits of a row, the same on both databases; they are summed, because rows come in any order."""
    values = [_plain(value) for value in row.values()]
    return int.from_bytes(hashlib.blake2b(orjson.dumps(values), digest_size=16).digest())


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.hex() if isinstance(value, bytes | memoryview) else value
