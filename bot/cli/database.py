"""`parley db`: the database itself."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot.analytics.rollup import Rollup
from bot.clock import SystemClock
from bot.errors import SettingsError
from bot.setting_values import database_address
from bot.settings import Settings, read_settings
from bot.store.backups import back_up
from bot.store.backups import restore as restore_backup
from bot.store.copying import Copied
from bot.store.copying import copy as copy_rows
from bot.store.database import check_writable, open_database
from bot.store.schema import check_current, upgrade
from bot.store.transaction import Store

T = TypeVar("T")

app = typer.Typer(help="The database: its tables, a copy of it elsewhere, backups.", no_args_is_help=True)


def with_store(settings: Settings, use: Callable[[Store], Awaitable[T]]) -> T:
    """Run `use` on the database that the settings name. Raises SettingsError."""

    async def run() -> T:
        store = Store(open_database(settings.database_url), SystemClock())
        try:
            return await use(store)
        finally:
            await store.close()

    check_current(settings.database_url)
    return asyncio.run(run())


@app.command("upgrade")
def upgrade_database() -> None:
    """Make the tables, or bring them up to date; nothing stored is lost."""
    settings = read_settings()
    database = open_database(settings.database_url)
    check_writable(database.url)
    typer.echo(f"Database at revision {upgrade(settings.database_url)}.")


@app.command("recount")
def recount() -> None:
    """Count every stored episode again from its events, as after a change of the opening hours."""
    counted = with_store(read_settings(), lambda store: Rollup(store).rebuild())
    typer.echo(f"Counted again: {counted:,} episodes and days.")


Machine = Annotated[bool, typer.Option("--json", help="For machines.")]


@app.command("copy")
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="URL of the database that is read.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="URL of an empty database.")],
    *,
    as_json: Machine = False,
) -> None:
    """Move a shop to another database, such as from SQLite to PostgreSQL, and compare both.

    Stop the servers of FROM first: what they write after the copy has begun stays where it is.
    """
    read, written = _address("FROM", source), _address("TO", target)
    check_current(read)
    check_writable(open_database(written).url)
    upgrade(written)
    _tell(copy_rows(read, written, _Progress()), as_json=as_json)


@app.command("backup")
def backup(file: Annotated[Path, typer.Argument(help="A file that is not there yet.")]) -> None:
    """Write everything, as it is at one moment, into a file; the server may go on serving."""
    size = back_up(read_settings().database_url, file, _Progress())
    typer.echo(f"Backed up into {file} ({size:,} bytes).")


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="What parley db backup wrote.")], *, as_json: Machine = False
) -> None:
    """Put a backup into the empty database that the settings name; everybody has to sign in again."""
    _tell(restore_backup(file, read_settings().database_url, _Progress()), as_json=as_json)
    if not as_json:
        typer.echo("Was anybody erased since this backup? Then erase them here, too: parley privacy replay LIST")


def _address(name: str, value: str) -> str:
    try:
        return database_address(value)
    except ValueError as error:
        raise SettingsError([f"{name}: expected {error}, got a value of another form"]) from None


class _Progress:
    """Says on the error stream how far it is, one line for each table."""

    def __call__(self, table: str, done: int, total: int) -> None:
        if done == total or sys.stderr.isatty():
            end = "\n" if done == total else "\r"
            print(f"  {table:<24}{done:>12,} of {total:,}", end=end, file=sys.stderr, flush=True)


def _tell(copied: Sequence[Copied], *, as_json: bool) -> None:
    if as_json:
        tables = {one.table: {"rows": one.rows, "checksum": one.checksum} for one in copied}
        typer.echo(json.dumps({"tables": tables, "rows": sum(one.rows for one in copied)}))
        return
    for one in copied:
        typer.echo(f"  {one.table:<24}{one.rows:>12,} rows  {one.checksum[:16]}")
    typer.echo(f"Copied {sum(one.rows for one in copied):,} rows; counts and checksums of every table agree.")
