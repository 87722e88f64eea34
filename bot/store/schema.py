"""The tables' versions: brought up to date by Alembic, refused when newer than this program."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from bot.errors import SettingsError
from bot.store.once import run_once

TABLE_SECONDS = 0.5  # that a change waits for a table: PostgreSQL looks for deadlocks after one second
IN_USE_SECONDS = 60.0  # in which it tries again
MIGRATION_LOCK = 0x7061726C6579 << 8  # "parley"; the sweeps' is the next number


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Return the newest revision that this program knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def is_known(revision: str) -> bool:
    """Whether this program can bring tables of this revision up to date."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def revision_of_file(file: Path) -> str | None:
    """Return the revision of a SQLite file, None when it holds no tables of ours; the file is left as it is."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        return None
    return str(row[0]) if row else None


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(url: str) -> str:
    """Bring the tables to the newest revision and return it. Raises SettingsError."""
    until = time.monotonic() + IN_USE_SECONDS
    while True:
        try:
            run_once(url, _upgrade)
        except SettingsError as error:
            if not _in_use(error):
                raise
            if time.monotonic() > until:
                waited = f"within {IN_USE_SECONDS:g} s"
                raise SettingsError(
                    [f"PARLEY_DATABASE_URL: expected every table to be free for a moment {waited}, found them in use"]
                ) from error
            time.sleep(0.2)
        else:
            return head()


def _upgrade(connection: Connection) -> None:
    found = _revision(connection)
    if found is not None and not is_known(found):
        raise SettingsError([f"PARLEY_DATABASE_URL: expected revision {head()} or older, found {found}; update Parley"])
    if connection.dialect.name == "postgresql":
        # Processes that start together: one migrates, the others find it done.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        if _revision(connection) not in (None, head()):
            # Who serves meanwhile waits behind a change that waits for a table, and each may hold what the other wants:
            # it gives up, all undone, before PostgreSQL would choose between the two, and begins again. Nearly every
            # turn begins with the conversation, so who has that table waits for few.
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{TABLE_SECONDS}s'")
            connection.exec_driver_sql("LOCK TABLE conversations IN ACCESS EXCLUSIVE MODE")
    command.upgrade(_config(connection), "head")


def _in_use(error: BaseException | None) -> bool:
    """Whether it was others' locks that were in the way, however deep that is in the error's causes."""
    while error is not None:
        if getattr(getattr(error, "orig", None), "sqlstate", None) in ("55P03", "40P01"):
            return True
        error = error.__cause__
    return False


def check_current(url: str) -> None:
    """Refuse a database whose tables are missing or of another revision. Raises SettingsError."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database and not Path(parsed.database).exists():
        raise SettingsError([f"PARLEY_DATABASE_URL: expected a database, found no file {parsed.database}"])
    found = run_once(url, _revision)
    if found != head():
        state = f"revision {found}" if found else "no tables"
        raise SettingsError([f"PARLEY_DATABASE_URL: expected revision {head()}, found {state}; run: parley db upgrade"])
