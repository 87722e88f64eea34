"""Several processes on PostgreSQL and Redis: what a second one brings, what a connection takes, what growth costs.

    python -m tests.bench.fleet [--runs 5] [--clients 200] [--seconds 4] [--idle 2000] [--stored 10000,100000,1000000]

Server, load generator, PostgreSQL and Redis share all cores, as on one machine: the ratio is a lower bound. PostgreSQL
waits for the disk with every commit.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import psutil
import uvloop

from bot.store.schema import upgrade
from tests.bench.load import connect, cpu_of
from tests.bench.servers import KB, OPEN_FILES, load, prepare_index, running, write_texts
from tests.bench.stored import DAYS, ORIGINALS, store
from tests.faults.shop import Shop
from tests.servers import PostgresServer, RedisServer, postgres_server, redis_server

QUIET_SHARE = 0.1  # of a core: what was due at the start is done
QUIET_SECONDS = 900.0
RETAINED_DAYS = DAYS // 2  # so that about half of what is stored is over age
DELETING = "   while {deleted_per_second:.0f} a second are deleted, {refused} refused"


class Ground:
    """PostgreSQL and Redis, and shops on them."""

    def __init__(self, folder: Path, postgres: PostgresServer, redis: RedisServer) -> None:
        self._folder, self._postgres, self._redis = folder, postgres, redis
        self.texts = write_texts(folder / "texts")

    @contextlib.contextmanager
    def shop(
        self, name: str, *, workers: int, url: str | None = None, settled: bool = True, **settings: object
    ) -> Iterator[Shop]:
        """Run a shop of so many processes, on a database of its own unless one is given; `settled`: wait for quiet."""
        database = url or self.database()
        places = {"kb": KB, "redis_url": self._redis.url}
        one = Shop(self._folder / name, database, open_files=OPEN_FILES, workers=workers, **places, **settings)
        with running(one):
            if settled:
                _settle(one)
            yield one

    def database(self) -> str:
        """Return the URL of a new database, empty."""
        return self._postgres.create_database()

    def conversations(self, url: str) -> int:
        """Return how many are stored."""
        return int(self._postgres.ask(url, "SELECT count(*) FROM conversations"))

    def forget_last_deletion(self, url: str) -> None:
        """Let the next sweep look for what is over age: it does so once an hour."""
        self._postgres.ask(url, "DELETE FROM facts WHERE name = 'retention'")


def _settle(shop: Shop) -> None:
    """Wait until what was due at the start is done: counting what is stored takes its time."""
    until = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < until:
        before = cpu_of(shop.pid)
        time.sleep(2.0)
        if (cpu_of(shop.pid) - before) / 2.0 < QUIET_SHARE:
            return
    raise RuntimeError(f"expected the shop to be quiet within {QUIET_SECONDS:g} s")


def throughput(ground: Ground, *, runs: int, clients: int, seconds: float) -> dict[str, Any]:
    """Return durable turns a second of one process and of two, in turn, and the median of neighbours' ratios."""
    found: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
    with ground.shop("one", workers=1) as one, ground.shop("two", workers=2) as two:
        for run in range(runs):
            for workers, shop in ((1, one), (2, two)):
                options = {"clients": clients, "seconds": seconds, "texts": ground.texts, "run": run}
                found[workers].append(load(shop, **options, pinned=False))
    ratios = [b["per_second"] / a["per_second"] for a, b in zip(found[1], found[2], strict=True)]
    return {
        "clients": clients,
        "processes": {workers: _middle(measured) for workers, measured in found.items()},
        "ratio": round(median(ratios), 3),
    }


def _middle(measured: Sequence[dict[str, Any]]) -> dict[str, float]:
    names = ("per_second", "p50", "p99", "cpu", "server_cpu", "server_us")
    return {name: round(median(one[name] for one in measured), 2) for name in names}


def memory(ground: Ground, *, count: int) -> dict[str, float]:
    """Return bytes a connection over two processes, and what all of it takes without any."""
    with ground.shop("memory", workers=2) as shop:
        return uvloop.run(_memory(shop, count))


async def _memory(shop: Shop, count: int) -> dict[str, float]:
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session:
        wires = await connect(session, shop.url, max(2, count // 10))  # caches and arenas fill once
        await asyncio.sleep(1)
        before = own_bytes(shop)
        wires += await connect(session, shop.url, count, at_once=100)
        await asyncio.sleep(1)
        after = own_bytes(shop)
        for wire in wires:
            wire.cut()
    return {"count": count, "bytes": round((after - before) / count), "before": before}


def own_bytes(shop: Shop) -> int:
    """Return the bytes of all processes, what they share counted once."""
    process = psutil.Process(shop.pid)
    return sum(one.memory_full_info().pss for one in (process, *process.children()))


def growth(ground: Ground, *, stored: Sequence[int], clients: int, seconds: float, runs: int) -> list[dict[str, Any]]:
    """Return what a turn takes with more and more stored: nearly the same, if growth costs nothing."""
    url, found, held = ground.database(), [], 0
    upgrade(url)
    options = {"clients": clients, "seconds": seconds, "texts": ground.texts, "pinned": False}
    for number, count in enumerate(stored):
        times = max(1, count // ORIGINALS)
        uvloop.run(store(url, times, before=held))
        held = times
        with ground.shop(f"grown{number}", workers=1, url=url) as shop:
            measured = [load(shop, run=runs * number + run, **options) for run in range(runs)]
        found.append({"stored": count, **_middle(measured)})
        print(f"{count:,} stored: {_middle(measured)}", file=sys.stderr, flush=True)  # the last takes minutes to fill
    return [*found, _while_deleting(ground, url, runs=runs, stored=stored[-1], **options)]


def _while_deleting(ground: Ground, url: str, *, runs: int, stored: int, **options: Any) -> dict[str, Any]:
    """Return what a turn takes while half of what is stored is deleted for its age."""
    ground.forget_last_deletion(url)
    with ground.shop("aged", workers=1, url=url, settled=False, retention_days=RETAINED_DAYS) as shop:
        _begun(ground, url)
        before, started = ground.conversations(url), time.monotonic()
        measured = [load(shop, run=run, strict=False, **options) for run in range(runs)]
        gone, seconds = before - ground.conversations(url), time.monotonic() - started
    refused = sum(sum(one["errors"].values()) for one in measured)
    return {"stored": stored, "deleted_per_second": round(gone / seconds, 1), "refused": refused, **_middle(measured)}


def _begun(ground: Ground, url: str) -> None:
    """Wait until something is deleted: first the figures are brought up to date."""
    before, until = ground.conversations(url), time.monotonic() + QUIET_SECONDS
    while ground.conversations(url) >= before:
        if time.monotonic() > until:
            raise RuntimeError(f"expected something to be deleted within {QUIET_SECONDS:g} s")
        time.sleep(0.5)


def show(found: dict[str, Any]) -> None:
    turns = found["throughput"]
    print(f"Durable turns on PostgreSQL and Redis, {turns['clients']} clients (medians)")
    print("  processes   messages/s    p50 ms    p99 ms   CPU us each")
    for workers, one in turns["processes"].items():
        print(f"  {workers:9}{one['per_second']:13.0f}{one['p50']:10.1f}{one['p99']:10.1f}{one['server_us']:14.0f}")
    print(f"  a second process: {turns['ratio']:.2f} x the throughput, load and databases on the same cores")
    one = found["memory"]
    print(f"{one['count']} idle connections over two processes: {one['bytes']:,} bytes each")
    print(f"  all processes without any: {one['before'] / 2**20:.0f} MiB, what they share counted once")
    print("Episodes stored   messages/s    p50 ms    p99 ms   CPU us each   of the first")
    for one in found["growth"]:
        share = one["server_us"] / found["growth"][0]["server_us"]
        figures = f"{one['per_second']:13.0f}{one['p50']:10.1f}{one['p99']:10.1f}{one['server_us']:14.0f}{share:15.2f}"
        gone = one.get("deleted_per_second")
        print(f"{one['stored']:15,}{figures}" + (DELETING.format_map(one) if gone else ""))


def measure(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Measure all of it, one thing after the other."""
    prepare_index()
    load_options = {"runs": options.runs, "clients": options.clients, "seconds": options.seconds}
    stored = [int(count) for count in options.stored.split(",")]
    with postgres_server(fsync=True) as postgres, redis_server() as redis:
        ground = Ground(folder, postgres, redis)
        found: dict[str, Any] = {
            "throughput": throughput(ground, **load_options),
            "memory": memory(ground, count=options.idle),
        }
        print(found, file=sys.stderr, flush=True)
        return {**found, "growth": growth(ground, stored=stored, **load_options)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--idle", type=int, default=2000)
    parser.add_argument("--stored", default="10000,100000,1000000", help="episodes, one measurement for each")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        show(found := measure(Path(folder), options))
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
