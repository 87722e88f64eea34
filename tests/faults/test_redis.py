"""Two servers joined by Redis, which is killed, hangs or forgets: each chats on, and both show the same soon after.

Without Redis there is one process, and nothing to tell: not on SQLite.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.server.wire import RETRY_SECONDS
from tests.faults.shop import Shop, opened
from tests.faults.traffic import Traffic, traffic
from tests.faults.wire import until
from tests.servers import PostgresServer, RedisServer, redis_server

SAME_SECONDS = 15.0
AWAY_SECONDS = 1.5
pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("redis")]  # skips where there is none

Trouble = tuple[Callable[[RedisServer], object], Callable[[RedisServer], object]]


def _signal(number: int) -> Callable[[RedisServer], object]:
    def send(server: RedisServer) -> None:
        assert server.process is not None
        os.kill(server.process.pid, number)

    return send


KILLED: Trouble = (lambda server: server.kill(), lambda server: server.start())
HANGS: Trouble = (_signal(signal.SIGSTOP), _signal(signal.SIGCONT))


def _forget_all(server: RedisServer) -> None:
    """Empty it, and cut who listens off."""
    server.flush()
    server.ask("CLIENT KILL TYPE pubsub")


FORGETS: Trouble = (_forget_all, _forget_all)


@contextlib.contextmanager
def pair(folder: Path, postgres: PostgresServer, *plants: str) -> Iterator[tuple[Shop, Shop, RedisServer]]:
    """Run two servers on one database and one Redis."""
    url = postgres.create_database()
    try:
        with redis_server() as redis, contextlib.ExitStack() as stack:
            both = [Shop(folder / name, url, plants=plants, redis_url=redis.url) for name in ("first", "second")]
            for shop in both:
                stack.enter_context(opened(shop))
            yield both[0], both[1], redis
    finally:
        postgres.drop_database(url)


def all_see_the_same(people: Traffic) -> bool:
    """Whether every viewer of a conversation shows as much of it as the one who shows most."""
    for shopper in people.shoppers:
        views = [tab.view for tab in shopper.tabs]
        if people.watcher is not None:
            views.append(people.watcher.views[shopper.conversation_id])
        if len({view.last_seq for view in views}) > 1:
            return False
    return True


async def without_redis(first: Shop, second: Shop, redis: RedisServer, *troubles: Trouble) -> list[str]:
    """Take Redis away under load, let everybody fall silent, and bring it back; return everything that was wrong."""
    wrong: list[str] = []
    same: list[float] = []
    async with traffic(first, shoppers=8, other=second) as people:
        for begin, end in troubles:
            people.begin(pause=0.05)
            await asyncio.sleep(0.5)
            before = people.acknowledged
            await asyncio.to_thread(begin, redis)
            await asyncio.sleep(AWAY_SECONDS)
            if people.acknowledged < before + len(people.shoppers) // 2:
                wrong.append(f"only {people.acknowledged - before} messages were taken without Redis")
            for shopper in people.shoppers:
                shopper.writing = False
            await asyncio.wait_for(asyncio.gather(*people.writing), 30)
            await asyncio.sleep(2 * RETRY_SECONDS)  # what still waited to be passed on is lost by then, too
            await asyncio.to_thread(end, redis)
            started = time.monotonic()
            if not await until(lambda: all_see_the_same(people), seconds=SAME_SECONDS):
                wrong.append(f"not everybody saw the same {SAME_SECONDS} s after Redis was back")
            same.append(time.monotonic() - started)
        print(f"\n{len(same)} times without Redis: the same for all within {max(same):.1f} s of its return")
        verdict = await people.judge()
        print(f"\n{verdict} {people.codes or ''}")
        # What the wire lost is pulled, not told: that is no fault here.
        wrong += [f"{kind}: {count}" for kind, count in verdict.faults.items() if kind != "untold"]
        wrong += [f"heard {people.codes}"] if people.codes else []
    return wrong


async def test_each_chats_on_and_both_show_the_same(tmp_path: Path, postgres: PostgresServer, *, full: bool) -> None:
    """Killed twenty times, and hung and emptied in between."""
    troubles = ((KILLED, HANGS, KILLED, KILLED, FORGETS, KILLED) * 5) if full else (KILLED, HANGS, FORGETS)
    with pair(tmp_path, postgres) as (first, second, redis):
        assert await without_redis(first, second, redis, *troubles) == []


@pytest.mark.full_only
@pytest.mark.parametrize(("fault", "trouble"), [("never_reads_again", KILLED), ("listens_once", FORGETS)])
async def test_a_server_that_trusts_the_wire_is_caught(
    tmp_path: Path, postgres: PostgresServer, fault: str, trouble: Trouble
) -> None:
    with pair(tmp_path, postgres, fault) as (first, second, redis):
        wrong = await without_redis(first, second, redis, trouble)
    assert any("saw the same" in one for one in wrong), wrong


@pytest.mark.full_only
async def test_it_opens_and_ends_at_once_while_redis_hangs(
    tmp_path: Path, postgres: PostgresServer, *, full: bool
) -> None:
    """Also while the wire is just being laid: a library that connects may swallow that it was told to end."""
    url = postgres.create_database()
    with redis_server() as redis:
        HANGS[0](redis)
        with opened(Shop(tmp_path / "shop", url, redis_url=redis.url)) as shop:
            for _ in range(20 if full else 3):
                await asyncio.sleep(random.uniform(0.0, 1.5))
                code, seconds = await asyncio.to_thread(shop.terminate, seconds=10.0)
                print(f"ended with {code} after {seconds:.2f} s")
                assert code == 0, shop.log()
                await asyncio.to_thread(shop.start)
        HANGS[1](redis)
    postgres.drop_database(url)
