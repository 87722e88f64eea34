"""Several processes on one PostgreSQL: they publish together without harm, and one of them leads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.locale.catalogs import load_catalogs
from bot.services import housekeeping
from bot.services.housekeeping import Housekeeping
from bot.services.leases import Leases
from bot.settings import Settings
from bot.store import lead
from bot.store.database import open_database
from bot.store.schema import upgrade
from bot.store.transaction import Store
from tests.fakes import FrozenClock
from tests.servers import PostgresServer
from tests.shop import within

pytestmark = pytest.mark.timeout(60)
ROUNDS = 20
CONTENT = {"files": {"returns/start.en.md": "x"}}


@pytest.fixture
async def both(postgres_url: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Store]]:
    """Give two stores on one database, as two processes have them."""
    monkeypatch.setattr(lead, "_ASK_SECONDS", 0.0)
    await asyncio.to_thread(upgrade, postgres_url)
    stores = [Store(open_database(postgres_url), clock) for _ in range(2)]
    yield stores
    for store in stores:
        await store.close()


async def test_processes_that_start_together_publish_together(both: list[Store]):
    """On an empty table nobody finds a row to wait for."""
    for number in range(ROUNDS):
        version = f"{number:064}"
        done = await asyncio.gather(
            *(
                store.write(lambda tx, name=version: tx.publications.publish(name, CONTENT, tx.now))  # type: ignore[misc]
                for store in both * 3
            )
        )
        assert sorted(done) == [False] * 5 + [True]
        assert await both[0].read(lambda tx: tx.publications.newest()) == version


async def test_what_is_published_last_is_newest_whatever_its_clock_says(both: list[Store]):
    for version, minutes in (("one", 0), ("two", -10), ("three", 0)):
        await both[0].write(
            lambda tx, name=version, late=minutes: tx.publications.publish(  # type: ignore[misc]
                name, CONTENT, tx.now + timedelta(minutes=late)
            )
        )
        assert await both[1].read(lambda tx: tx.publications.newest()) == version


async def test_one_leads_and_the_other_takes_over(both: list[Store]):
    first, second = both
    assert (await first.leads(), await second.leads(), await first.leads()) == (True, False, True)
    await first.close()
    assert await second.leads()


async def test_the_one_that_leads_sweeps_and_some_sweeps_are_everybodys(
    both: list[Store], clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(housekeeping, "SWEEP_SECONDS", 0.05)
    first, second = both
    assert await first.leads()
    swept: list[str] = []

    def counts(name: str) -> housekeeping.Sweep:
        async def sweep() -> int:
            swept.append(name)
            return 0

        return sweep

    catalogs = load_catalogs()
    follower = Housekeeping(
        second, clock, catalogs, Leases(second, catalogs, Settings()), [counts("one's")], everywhere=[counts("all's")]
    )
    running = asyncio.create_task(follower.run())
    await within(10, lambda: swept.count("all's") >= 5)
    assert "one's" not in swept
    await first.close()
    await within(10, lambda: "one's" in swept)
    running.cancel()
    await asyncio.wait([running])


async def test_a_connection_that_is_cut_gives_the_lead_away(both: list[Store], postgres: PostgresServer):
    first, second = both
    assert await first.leads()
    url = first.url.render_as_string(hide_password=False)
    postgres.ask(
        url,
        "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
        " WHERE l.locktype = 'advisory' AND d.datname = current_database()",
    )
    assert await second.leads()
    assert not await first.leads()
