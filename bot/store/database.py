"""The database: all or nothing, and durable once a write returns."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, func, select, text
from sqlalchemy.engine import URL, make_url

from bot.errors import SettingsError
from bot.store.postgres import STATEMENT_SECONDS, PostgresDatabase
from bot.store.sqlite import LOCK_SECONDS, SqliteDatabase
from bot.store.units import T, Unit


class Database(Protocol):
    """Runs units of work: all or nothing, and durable once `write` returns."""

    url: URL
    commits: int
    units: int
    batches: Counter[int]
    """How often a commit held so many units."""

    @property
    def waiting(self) -> int:
        """Return how many units wait for their commit."""

    async def write(self, unit: Unit[T], then: Callable[[T], None] | None = None) -> T:
        """Run `unit` in a transaction; `then` gets its result after the commit, whether or not the caller still waits.

        Raises what the unit raises (nothing is saved), or Unavailable.
        """

    async def read(self, unit: Unit[T]) -> T:
        """Run `unit` on a connection that sees the last commit."""

    async def scrub(self) -> None:
        """Leave nothing of deleted rows on the disk, as far as the database lets us."""

    async def leads(self) -> bool:
        """Whether this process is the one of those on this database that does what one alone need do."""

    async def close(self) -> None:
        """Finish what waits and let go of the connections."""


def open_database(url: str, *, patient: bool = False) -> Database:
    """Return the database that the URL names; nothing is connected yet. `patient`: a statement may take hours."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteDatabase(parsed.set(drivername="sqlite"))
    return PostgresDatabase(parsed, seconds=None if patient else STATEMENT_SECONDS)


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


def database_time(connection: Connection) -> datetime:
    """Return what time the database's machine has."""
    told: datetime = connection.execute(select(func.now())).scalar_one()
    return told


def ping(connection: Connection) -> None:
    """Ask the database whether it is there: a row of a table, because SQLite answers `SELECT 1` without its file."""
    connection.execute(text("SELECT name FROM facts LIMIT 1"))
