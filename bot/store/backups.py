"""Backups: one SQLite file with every row of one moment, whichever database is served from.

From SQLite it is `VACUUM INTO`: consistent while others write, and without what was deleted. From PostgreSQL the rows
of one snapshot are copied into the file. Restoring copies the file's rows into an empty database of either kind.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.errors import SettingsError
from bot.store.copying import Copied, Progress, copy
from bot.store.database import check_writable
from bot.store.schema import check_current, head, is_known, revision_of_file, upgrade

_BUSY_SECONDS = 60.0


def back_up(url: str, file: Path, progress: Progress) -> int:
    """Write the backup and return its bytes; the file appears when it is whole. Raises SettingsError, Unavailable."""
    if file.exists():
        raise SettingsError([f"{file}: expected no such file yet, found one; a backup never replaces another"])
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        write = _vacuum(Path(_file_of(url)))
    else:
        check_current(url)

        def write(part: Path) -> None:
            made = f"sqlite:///{part}"
            upgrade(made)
            copy(url, made, progress)
            _settle(part)

    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError([f"{file}: expected a place for the backup, got: {error.strerror}"]) from error
    try:
        part.touch(mode=0o600)  # it holds people's words
        write(part)
        _check_file(part)
        _flush(part)
        part.rename(file)
    except OSError as error:
        raise SettingsError([f"{file}: expected a place for the backup, got: {error.strerror}"]) from error
    finally:
        for left in (part, Path(f"{part}-wal"), Path(f"{part}-shm")):
            left.unlink(missing_ok=True)
    return file.stat().st_size


def restore(file: Path, url: str, progress: Progress) -> list[Copied]:
    """Copy a backup into the empty database that the URL names, sign everybody out, and return what is there now.

    An older backup is brought up to date on the way. Raises SettingsError, Unavailable.
    """
    if not file.is_file():
        raise SettingsError([f"{file}: expected a backup, found no file"])
    _check_file(file)
    found = revision_of_file(file)
    if found is None or not is_known(found):
        what = f"revision {found}; update Parley" if found else "no tables of Parley"
        raise SettingsError([f"{file}: expected a backup of revision {head()} or older, found {what}"])
    check_writable(make_url(url))
    with tempfile.TemporaryDirectory(dir=file.parent if found != head() else None, prefix=".restore-") as folder:
        source = file
        if found != head():
            source = Path(folder) / "newer.db"
            _vacuum(file)(source)
            upgrade(f"sqlite:///{source}")
        upgrade(url)
        return copy(f"sqlite:///{source}", url, progress, sign_everybody_out=True)


def _file_of(url: str) -> str:
    file = make_url(url).database or ""
    if not Path(file).is_file():
        raise SettingsError([f"PARLEY_DATABASE_URL: expected a database, found no file {file}"])
    return file


def _vacuum(source: Path) -> Callable[[Path], None]:
    def write(target: Path) -> None:
        try:
            with closing(sqlite3.connect(source, timeout=_BUSY_SECONDS)) as connection:
                connection.execute("VACUUM INTO ?", (str(target),))
        except sqlite3.DatabaseError as error:
            raise SettingsError([f"{target}: expected to write a copy of {source}, got: {error}"]) from error

    return write


def _settle(file: Path) -> None:
    """Leave one file, without a log beside it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE").close()


def _check_file(file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise SettingsError([f"{file}: expected a whole SQLite file, got: {said}"])


def _flush(file: Path) -> None:
    """Have it on disk before it gets its name."""
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
