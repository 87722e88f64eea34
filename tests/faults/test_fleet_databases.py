"""Two processes whose PostgreSQL is restarted, has no connection left or is slow; and processes that may not join.

SQLite is no server that could do so; what its file can do is in test_databases.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
from pathlib import Path

import asyncpg
import pytest

from tests.faults.fleet import fleet
from tests.faults.proxy import proxy_to
from tests.faults.shop import Shop, opened
from tests.faults.traffic import traffic
from tests.faults.trouble import BACK_SECONDS, takes_messages, troubled
from tests.servers import PostgresServer, free_port, postgres_server

CONNECTIONS = 40  # of the server: two processes may want 34, and open them when they need them
WAY_SECONDS = 0.02
pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("postgres")]  # skips where there is none


@pytest.mark.full_only
async def test_postgresql_may_be_restarted(tmp_path: Path, redis_url: str, *, full: bool) -> None:
    with postgres_server() as server, fleet(tmp_path, server, redis_url) as shop:
        wrong = await troubled(shop, server.stop, lambda _: server.start(), cycles=5 if full else 1, told=15)
        assert wrong == []


@pytest.mark.full_only
async def test_two_processes_that_never_heal_are_caught(tmp_path: Path, redis_url: str) -> None:
    with postgres_server() as server, fleet(tmp_path, server, redis_url, plants=["never_heals"]) as shop:
        wrong = await troubled(shop, server.stop, lambda _: server.start(), cycles=1, told=15)
    assert any("no message was taken" in one for one in wrong), wrong


class Hog:
    """Takes every connection that is left, and gives them back when told to."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("+asyncpg", "")
        self._loop = asyncio.new_event_loop()
        self._held: list[asyncpg.Connection] = []

    def take(self) -> None:
        self._loop.run_until_complete(self._take())

    async def _take(self) -> None:
        try:
            while True:
                self._held.append(await asyncpg.connect(self._url, timeout=5))
        except asyncpg.TooManyConnectionsError:
            return

    def give_back(self, _: object = None) -> None:
        async def close() -> None:
            await asyncio.gather(*(one.close() for one in self._held))

        self._loop.run_until_complete(close())
        self._loop.close()

    def __len__(self) -> int:
        return len(self._held)


@pytest.mark.full_only
async def test_all_connections_may_be_taken(tmp_path: Path, redis_url: str) -> None:
    """Who opened before keeps what it has; what needs more is told `unavailable`, and not an error of ours."""
    with postgres_server(connections=CONNECTIONS) as server, fleet(tmp_path, server, redis_url) as shop:
        hog = Hog(shop.database_url)
        await asyncio.to_thread(hog.take)
        assert len(hog) >= 5, "expected connections to be left for others"
        try:
            async with traffic(shop, shoppers=12, watched=False) as people:
                people.begin(pause=0.01)
                await takes_messages(people, seconds=20)
                codes = dict(people.codes)
                await asyncio.to_thread(hog.give_back)
                assert await takes_messages(people, seconds=BACK_SECONDS) is not None
                await people.rest()
                verdict = await people.judge()
        finally:
            print(f"\n{len(hog)} connections taken; {verdict} {codes} {people.codes}")
        assert not verdict.faults, str(verdict)
        assert codes.keys() == {"unavailable"}, codes


async def slowed(folder: Path, postgres: PostgresServer, redis_url: str, *plants: str) -> list[str]:
    """Put PostgreSQL far away; return everything that was wrong."""
    wrong: list[str] = []
    async with proxy_to(postgres.port) as proxy, contextlib.AsyncExitStack() as stack:
        running = fleet(folder, postgres, redis_url, port=proxy.port, plants=plants)
        shop = await asyncio.to_thread(running.__enter__)
        stack.push_async_callback(asyncio.to_thread, running.__exit__, None, None, None)
        async with traffic(shop, shoppers=8, watched=False) as people:
            proxy.delay = WAY_SECONDS
            people.begin(pause=0.01, doubled=0.3)
            if await takes_messages(people, more=40, seconds=60) is None:
                wrong.append("expected messages to be taken all the same")
            quickest = min(people.waits, default=0.0)
            proxy.delay = 0.0
            await people.rest()
            verdict = await people.judge()
            print(f"\n{verdict} {people.codes}; the quickest turn took {quickest:.2f} s")
            assert quickest > 4 * WAY_SECONDS, "expected it to be slow"
            wrong += [str(verdict)] if verdict.faults else []
            wrong += [f"heard {people.codes}"] if set(people.codes) - {"unavailable"} else []
    return wrong


@pytest.mark.full_only
async def test_postgresql_may_be_slow(tmp_path: Path, postgres: PostgresServer, redis_url: str) -> None:
    """Every turn takes long, and each is there once, in order, for everybody."""
    assert await slowed(tmp_path, postgres, redis_url) == []


@pytest.mark.full_only
async def test_turns_that_do_not_wait_for_each_other_are_caught(
    tmp_path: Path, postgres: PostgresServer, redis_url: str
) -> None:
    assert await slowed(tmp_path, postgres, redis_url, "no_turn_lock")


def refused(shop: Shop) -> tuple[int, str]:
    """Start a process that should not join; return its exit code and what it said."""
    process = shop.spawn(shop.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    return process.returncode, said.decode()


@pytest.mark.full_only
def test_who_may_not_join_is_told_why(tmp_path: Path, postgres: PostgresServer, redis_url: str) -> None:
    """An older help center takes the published one; what cannot be served, or a newer schema, is refused."""
    with fleet(tmp_path, postgres, redis_url) as shop:
        older = Shop(tmp_path / "older", shop.database_url, redis_url=redis_url)
        older.folder.mkdir(exist_ok=True)
        (older.folder / "kb" / "payments" / "paypal.en.md").unlink()
        older.port = free_port()
        with opened(older):
            assert '"event": "knowledge_taken"' in older.whole_log()
        broken = json.dumps({"files": {"returns/start.en.md": "no front matter"}}).replace("'", "''")
        postgres.ask(
            shop.database_url,
            f"INSERT INTO kb_versions VALUES ('{'f' * 64}', now() + interval '1 hour', '{broken}')",
        )
        code, said = refused(older)
        assert (code, "expected a published help center that this version of Parley can serve" in said) == (78, True)
        assert shop.get("/readyz")[0] == 200
        postgres.ask(shop.database_url, f"DELETE FROM kb_versions WHERE version = '{'f' * 64}'")
        postgres.ask(shop.database_url, "UPDATE alembic_version SET version_num = '9999'")
        code, said = refused(older)
        assert (code, "or older, found 9999; update Parley" in said) == (78, True), said
        assert shop.get("/readyz")[0] == 200
