"""`--workers 2` on PostgreSQL and Redis: processes die, the parent dies, all is stopped, and the promise holds.

Of several processes, so not on SQLite: one alone may write there.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from tests.faults.fleet import fleet, processes_of
from tests.faults.shop import Shop
from tests.faults.traffic import Traffic, traffic
from tests.faults.wire import until
from tests.servers import PostgresServer

pytestmark = pytest.mark.timeout(600)


def connections_of(process: psutil.Process) -> int:
    return sum(1 for one in process.net_connections("tcp") if one.status == psutil.CONN_ESTABLISHED)


@contextlib.asynccontextmanager
async def busy(shop: Shop, *, shoppers: int) -> AsyncIterator[Traffic]:
    """Have shoppers, each with two tabs, write to whichever process the kernel gave them."""
    async with traffic(shop, shoppers=shoppers) as people:
        people.begin(pause=0.05)
        await asyncio.sleep(0.5)
        yield people
        await people.rest()
        verdict = await people.judge()
        print(f"\n{verdict} {people.codes or ''}")
        assert not verdict.faults, str(verdict)
        assert not set(people.codes) - {"unavailable"}, people.codes


async def test_processes_may_die_and_all_is_stopped_at_once(
    tmp_path: Path, postgres: PostgresServer, redis_url: str, *, full: bool
) -> None:
    with fleet(tmp_path, postgres, redis_url) as shop:
        async with busy(shop, shoppers=10) as people:
            held = [connections_of(process) for process in processes_of(shop)]
            assert len(held) == 2
            assert min(held) >= 3, f"expected both processes to have shoppers, found {held}"
            assert shop.figure("parley_processes") == 2
            assert shop.figure("parley_sockets") == 21, "expected /metrics to speak for both"
            for _ in range(10 if full else 2):  # its parent waits twice as long after each
                victim = random.choice(processes_of(shop))
                victim.kill()
                assert await until(lambda: len(processes_of(shop)) == 2, seconds=20)
                before = people.acknowledged
                assert await until(lambda before=before: people.acknowledged > before + 20, seconds=20)  # type: ignore[misc]
        assert shop.whole_log().count("Parley is ready.") == 1
        pids = [process.pid for process in processes_of(shop)]
        code, seconds = await asyncio.to_thread(shop.terminate, seconds=10.0)
        print(f"ended with {code} after {seconds:.1f} s")
        assert code == 0
        assert not any(map(psutil.pid_exists, pids))


@pytest.mark.full_only
async def test_without_a_parent_the_processes_end(tmp_path: Path, postgres: PostgresServer, redis_url: str) -> None:
    with fleet(tmp_path, postgres, redis_url) as shop:
        processes = processes_of(shop)
        os.kill(shop.pid, signal.SIGKILL)
        gone, alive = await asyncio.to_thread(psutil.wait_procs, processes, 15)
        shop.kill()
        assert len(gone) == 2, alive
        shop.start()


@pytest.mark.full_only
async def test_one_sweeps_and_another_takes_over(tmp_path: Path, postgres: PostgresServer, redis_url: str) -> None:
    """The holder is killed: at once. It stands still: when PostgreSQL has heard nothing of it for a while."""
    with fleet(tmp_path, postgres, redis_url) as shop:
        assert await until(lambda: _leaders(shop) == 1, seconds=15)
        first = _leader(postgres, shop)
        # The kernel knows which process has the other end of the leader's connection.
        [held] = [p for p in processes_of(shop) if first in {c.laddr.port for c in p.net_connections("tcp")}]
        held.kill()
        assert await until(lambda: _leader(postgres, shop) not in (first, None), seconds=15)


def _leaders(shop: Shop) -> int:
    log = shop.whole_log()
    return log.count('"event": "leads"') - log.count('"event": "leads_no_more"')


def _leader(postgres: PostgresServer, shop: Shop) -> int | None:
    """Return the client's port of the connection that holds the sweeps' lock in this shop's database."""
    query = (
        "SELECT a.client_port FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
        " WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()"
    )
    said = postgres.ask(shop.database_url, query).split()
    return int(said[0]) if said else None


async def test_a_turn_that_was_held_when_its_process_died_is_free_at_once(
    tmp_path: Path, postgres: PostgresServer, redis_url: str
) -> None:
    with fleet(tmp_path, postgres, redis_url, plants=["holds_turns"]) as shop:
        async with traffic(shop, shoppers=1, tabs=2, watched=False) as people:
            [shopper] = people.shoppers
            slow = asyncio.create_task(shopper.write(pause=0.0, doubled=0.0, most=1))
            assert await until((shop.folder / "holding").exists, seconds=10)
            pid = int((shop.folder / "holding").read_text())
            (shop.folder / "held").touch()  # only the first is held
            os.kill(pid, signal.SIGKILL)
            await asyncio.wait_for(slow, 10)
            await people.rest()
            verdict = await people.judge()
            assert not verdict.faults, str(verdict)
            assert verdict.acknowledged == 1
