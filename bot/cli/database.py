"""`parley db`: the database itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from bot.analytics.rollup import Rollup
from bot.clock import SystemClock
from bot.settings import Settings, read_settings
from bot.store.database import check_writable, open_database
from bot.store.schema import check_current, upgrade
from bot.store.transaction import Store

T = TypeVar("T")

app = typer.Typer(help="The database: bring its tables up to date.", no_args_is_help=True)


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
