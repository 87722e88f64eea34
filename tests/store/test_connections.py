"""PostgreSQL's connections go to who waits longest."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from bot.store.database import open_database
from bot.store.postgres import POOL_SIZE

CALLERS = 100
ASKS = 8


async def test_nobody_waits_while_others_come_and_go(postgres_url: str):
    database = open_database(postgres_url)
    answered, overtaken = 0, []

    async def caller() -> None:
        nonlocal answered
        for _ in range(ASKS):
            before = answered
            await database.read(lambda connection: connection.execute(text("SELECT pg_sleep(0.002)")))
            overtaken.append(answered - before)
            answered += 1

    try:
        await asyncio.gather(*(caller() for _ in range(CALLERS)))
    finally:
        await database.close()
    assert answered == CALLERS * ASKS
    assert max(overtaken) <= CALLERS + POOL_SIZE, "expected whoever asked first to be served first"
