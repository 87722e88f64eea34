"""Alive and ready: red while the database is away, green again by itself, and nobody loses a message."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest

from bot.domain.rights import Role
from bot.store import sqlite
from bot.store.schema import upgrade
from tests.fakes import FrozenClock
from tests.people import OpenShop, Premises, RefusedError, Shopper
from tests.shop import Shop, settings_for, within


class Cable:
    """The wire between the server and its database, which a test can cut and mend."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self.port = 0

    async def mend(self) -> None:
        """Let connections through."""
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """End every connection and take no new one."""
        assert self._server is not None
        self._server.close()
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)
        await self._server.wait_closed()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        line = asyncio.current_task()
        assert line is not None
        self._lines.add(line)
        pumps = [asyncio.ensure_future(_pump(reader, back)), asyncio.ensure_future(_pump(there, writer))]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            pass
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for end in (writer, back):
                end.transport.abort()
            self._lines.discard(line)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


@pytest.fixture
async def cabled(
    premises: Premises, tmp_path, clock: FrozenClock, postgres_url: str
) -> AsyncIterator[tuple[Shop, Cable]]:
    """Run a server whose PostgreSQL is at the end of a cable."""
    await asyncio.to_thread(upgrade, postgres_url)
    head, _, name = postgres_url.rpartition("/")
    cable = Cable(int(head.rpartition(":")[2]))
    await cable.mend()
    settings = settings_for(premises, tmp_path, database_url=f"{head.rpartition(':')[0]}:{cable.port}/{name}")
    shop = await Shop(premises, settings, clock).open()
    yield shop, cable
    await shop.close()
    await cable.cut()


async def status(shop: Shop, path: str = "/readyz") -> int:
    """Fetch and return the status."""
    async with shop.http.get(path) as response:
        return int(response.status)


async def test_readiness_follows_the_database(cabled: tuple[Shop, Cable]):
    shop, cable = cabled
    carol = await Shopper(shop).comes()
    assert (await carol.asked("where is my parcel"))["decision"] == "answer"
    assert await status(shop) == 200
    await cable.cut()
    assert (await status(shop), await status(shop, "/healthz")) == (503, 200)
    with pytest.raises(RefusedError) as refused:
        await carol.says("do you take paypal", client_id="while-away")
    assert refused.value.code == "unavailable"
    await cable.mend()

    async def ready() -> bool:
        return await status(shop) == 200

    await within(10, ready)
    assert (await carol.says("do you take paypal", client_id="while-away"))["seq"] == 3
    assert [m["seq"] for m in await carol.sees()] == [1, 2, 3, 4]
    await carol.leave()


async def test_whole_hand_off_on_postgresql(cabled: tuple[Shop, Cable]):
    shop, _ = cabled
    email = "amir@shop.example"
    await shop.parley.agents.add(
        name="Amir", email=email, password="a long password", role=Role.AGENT, languages=("en",)
    )
    from tests.people import Agent  # noqa: PLC0415

    amir, carol = await Agent(shop, "Amir").comes(), await Shopper(shop).comes(page="/\x00", time_zone="\ud800")
    await carol.says("where is my parcel \x00 \U0001f600")
    await carol.waits()
    await amir.accepts(await amir.sees_waiting())
    await amir.writes(carol, "Hello")
    await amir.resolves(carol)
    await carol.gets("page_set", page="/a\x00b")
    assert [m["author"] for m in await carol.sees()] == ["shopper", "bot", "bot", "system", "agent", "system"]
    await carol.gets("conversation_delete")
    for caller in (amir, carol):
        await caller.leave()


async def test_locked_file_is_told_and_heals(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sqlite, "LOCK_SECONDS", 0.2)
    shop = await open_shop()
    carol = await Shopper(shop).comes()
    with closing(sqlite3.connect(shop.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RefusedError) as refused:
            await carol.says("where is my parcel", client_id="while-locked")
        assert refused.value.code == "unavailable"
        assert await status(shop) == 200, "reading still works"
        assert await carol.sees() == []
        other.execute("ROLLBACK")
    assert (await carol.says("where is my parcel", client_id="while-locked"))["seq"] == 1
    await carol.leave()


async def test_database_without_tables_is_not_ready(open_shop: OpenShop):
    shop = await open_shop()
    assert await status(shop) == 200
    with closing(sqlite3.connect(shop.database)) as other:
        other.execute("DROP TABLE facts")
        other.commit()
    assert await status(shop) == 503
