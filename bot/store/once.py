"""One question to a database that is opened for it: what commands and the start ask before anything serves."""

from __future__ import annotations

import asyncio

from sqlalchemy.engine import make_url

from bot.errors import SettingsError, Unavailable
from bot.store.database import open_database
from bot.store.units import T, Unit


def run_once(url: str, unit: Unit[T]) -> T:
    """Run `unit` in a transaction of a database of its own, however long that takes.

    Raises SettingsError when nothing answers there, and what the unit raises.
    """

    async def run() -> T:
        database = open_database(url, patient=True)
        try:
            return await database.write(unit)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except Unavailable as error:
        shown = make_url(url).render_as_string(hide_password=True)
        raise SettingsError(
            [f"PARLEY_DATABASE_URL: expected a database that answers, got no connection to {shown}"]
        ) from error
