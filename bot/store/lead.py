"""Which of several processes sweeps: the holder of an advisory lock of PostgreSQL, on a connection of its own.

The lock ends with its connection, so a killed process gives it up at once. One that stands still does not close its
connection: PostgreSQL does, when it has heard nothing for a while. Two that both believe to lead for a moment do no
harm, because every sweep decides each row in the database.
"""

from __future__ import annotations

import asyncio
import logging
import time

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

logger = logging.getLogger(__name__)

LOCK = 0x7061726C6579 << 8 | 1  # "parley"
SILENT_SECONDS = 20  # of the leader, until another may take over: four times as long as between two sweeps
_ASK_SECONDS = 2.0  # an answer holds so long: every sweep asks
_PATIENCE = 2.0


class Lead:
    """Asks for the lock until it has it, and then whether it still has."""

    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"timeout": _PATIENCE, "command_timeout": _PATIENCE},
        )
        self._connection: AsyncConnection | None = None
        self._mine = False
        self._asked_at = -_ASK_SECONDS
        self._asking = asyncio.Lock()

    async def is_mine(self) -> bool:
        """Whether this process leads; False, too, while the database is away."""
        async with self._asking:
            if time.monotonic() >= self._asked_at + _ASK_SECONDS:
                before, self._mine = self._mine, await self._ask()
                self._asked_at = time.monotonic()
                if before != self._mine:
                    logger.info("leads" if self._mine else "leads_no_more")
            return self._mine

    async def _ask(self) -> bool:
        try:
            if self._connection is None:
                self._connection = await self._engine.connect()
                await self._connection.execute(text(f"SET idle_session_timeout = '{SILENT_SECONDS}s'"))
                self._mine = False
            asked = "SELECT true" if self._mine else f"SELECT pg_try_advisory_lock({LOCK})"
            return bool(await self._connection.scalar(text(asked)))
        except (SQLAlchemyError, OSError, TimeoutError):
            await self._let_go()
            return False

    async def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                await connection.invalidate()
                await connection.close()
            except (SQLAlchemyError, OSError, TimeoutError):
                logger.info("lead_connection_lost")

    async def close(self) -> None:
        """Give the lock up."""
        async with self._asking:
            self._mine = False
            if self._connection is not None:
                await self._connection.close()
                self._connection = None
            await self._engine.dispose()
