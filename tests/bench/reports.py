"""How long a 90-day dashboard takes over many episodes, on SQLite and PostgreSQL.

    python -m tests.bench.reports [--counts 10000 100000 1000000] [--no-postgresql] [--folder DIR]

Episodes are made up, with about six events each and without text; all of them ended within the 90 days. They are filled
in and counted on SQLite, the first 100,000 of them; more are copies of their counted rows under other ids. PostgreSQL
gets a copy of every table but the events, which no dashboard reads. Each figure is the median of three: with nothing in
memory, and asked again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import JSON, Connection, select, text

from bot.analytics.drilldown import Asked, Drilldown
from bot.analytics.periods import Query
from bot.analytics.report import Reports
from bot.analytics.rollup import Rollup
from bot.clock import Clock
from bot.store.columns import metadata
from bot.store.database import open_database
from bot.store.schema import upgrade
from bot.store.transaction import Store
from tests.bench.run import machine
from tests.fakes import FrozenClock
from tests.history import fill
from tests.servers import postgres_server

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAYS = 90
RUNS = 3
MOST_FILLED = 100_000


@contextmanager
def a_database(kind: str, folder: Path) -> Iterator[str]:
    """Give the URL of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'reports.db'}"
        return
    with postgres_server(fsync=True) as server:
        yield server.create_database()


COPIED = ("agents", "visitors", "conversations", "episodes", "episode_days", "facts")
AT_ONCE = 20_000  # rows


async def copy(source: str, target: str) -> None:
    """Copy what a dashboard reads from SQLite to PostgreSQL."""
    database = open_database(source)
    wanted = await asyncpg.connect(target.replace("+asyncpg", ""))
    for name in COPIED:
        table = metadata.tables[name]
        as_json = [isinstance(column.type, JSON) for column in table.c]
        place = 0
        while True:
            some = select(table).order_by(*table.primary_key).limit(AT_ONCE).offset(place)
            rows = await database.read(lambda c, some=some: c.execute(some).all())
            if not rows:
                break
            records = [
                [json.dumps(v) if of_json and v is not None else v for v, of_json in zip(row, as_json, strict=True)]
                for row in rows
            ]
            await wanted.copy_records_to_table(name, records=records, columns=[column.name for column in table.c])
            place += len(rows)
    await wanted.execute("VACUUM ANALYZE")
    await wanted.close()
    await database.close()


def multiply(connection: Connection, times: int) -> None:
    """Copy every counted row under other ids, and say that the packed days are old."""
    names = [column.name for column in metadata.tables["episodes"].c if column.name != "conversation_id"]
    listed = ", ".join(names)
    numbers = " UNION ALL ".join(f"SELECT 'x{number:03d}' AS ending" for number in range(1, times))
    connection.execute(
        text(
            f"INSERT INTO episodes (conversation_id, {listed})"
            f" SELECT substr(conversation_id, 1, 32) || ending, {listed} FROM episodes, ({numbers})"
        )
    )
    connection.execute(text("UPDATE episode_days SET packed = NULL, version = version + 1"))


async def measure(url: str, count: int, counted: str | None) -> dict[str, Any]:
    """Fill and count (or copy what is `counted`), and ask what the dashboard asks; seconds, first and again."""
    clock: Clock = FrozenClock(NOW)
    store = Store(open_database(url), clock)
    rollup = Rollup(store)
    found: dict[str, Any] = {}
    start = NOW - timedelta(days=DAYS - 1)
    if counted is None:
        await _fill(store, rollup, count, start)
    else:
        await copy(counted, url)
    query = Query.parse(now=NOW, start=start.date().isoformat(), end=NOW.date().isoformat(), time_zone="Europe/Madrid")
    for name, ask in questions(store, rollup, query).items():
        first, again = [], []
        for _ in range(RUNS):
            # Nothing is in memory the first time; the second finds the period's columns there.
            asked = ask()
            first.append(await _seconds(asked))
            again.append(await _seconds(asked))
        found[name] = {"first": round(statistics.median(first), 3), "again": round(statistics.median(again), 3)}
        print(f"    {name:<22} {found[name]['first']:>9.3f} s {found[name]['again']:>9.3f} s", flush=True)
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    await store.close()
    return found


async def _fill(store: Store, rollup: Rollup, count: int, start: datetime) -> None:
    filled = min(count, MOST_FILLED)
    print("    filling and counting", flush=True)
    await fill(store.database, filled, start=start, days=DAYS - 14)
    await rollup.catch_up()
    if count > filled:
        await store.database.write(lambda connection: multiply(connection, count // filled))
        await rollup.catch_up()


async def _seconds(ask: Callable[[], Awaitable[Any]]) -> float:
    started = time.perf_counter()
    await ask()
    return time.perf_counter() - started


def questions(store: Store, rollup: Rollup, query: Query) -> dict[str, Callable[[], Callable[[], Awaitable[Any]]]]:
    """Return what a dashboard asks, each to be asked with nothing in memory, and again."""

    def reports(ask: Callable[[Reports], Awaitable[Any]]) -> Callable[[], Callable[[], Awaitable[Any]]]:
        def anew() -> Callable[[], Awaitable[Any]]:
            fresh = Reports(store, rollup)
            return lambda: ask(fresh)

        return anew

    def listing() -> Callable[[], Awaitable[Any]]:
        fresh = Drilldown(store, rollup)
        return lambda: fresh.listed(query, Asked("csat"))

    def page(one: Reports) -> Awaitable[Any]:
        return asyncio.gather(
            one.overview(query, kb_version=""),
            one.series(replace(query, only=frozenset({"outcomes", "csat"})), "day"),
            one.heat(query),
            one.groups(replace(query, only=frozenset({"outcomes", "csat"})), "topic"),
        )

    return {
        "overview": reports(lambda one: one.overview(query, kb_version="")),
        "series by day": reports(lambda one: one.series(query, "day")),
        "heat map": reports(lambda one: one.heat(query)),
        "groups by topic": reports(lambda one: one.groups(query, "topic")),
        "groups by agent": reports(lambda one: one.groups(query, "agent")),
        "drill-down, 50 rows": listing,
        "the whole page at once": reports(page),
    }


def show(told: list[dict[str, Any]]) -> None:
    """Print one table: seconds with nothing in memory / asked again."""
    columns = [(one["database"], one["count"]) for one in told]
    names = [name for name, value in told[0].items() if isinstance(value, dict)]
    print("\n| seconds, first / again | " + " | ".join(f"{kind} {count:,}" for kind, count in columns) + " |")
    print("|---|" + "---:|" * len(columns))
    for name in names:
        cells = [f"{one[name]['first']:.2f} / {one[name]['again']:.2f}" for one in told]
        print(f"| {name} | " + " | ".join(cells) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--no-postgresql", action="store_true", help="SQLite only")
    parser.add_argument("--folder", type=Path, help="on the disk to measure; a temporary one otherwise")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    options = parser.parse_args()
    print(machine(), flush=True)
    told = []
    kinds = ["sqlite"] if options.no_postgresql else ["sqlite", "postgresql"]
    for count in options.counts:
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            counted = None
            for kind in kinds:
                print(f"  {kind}, {count:,} episodes", flush=True)
                with a_database(kind, Path(name)) as url:
                    upgrade(url)
                    found = asyncio.run(measure(url, count, counted))
                    told.append({"database": kind, "count": count, **found})
                    counted = counted or url
    show(told)
    if options.json is not None:
        options.json.write_text(json.dumps(told, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
