"""How long a 90-day dashboard takes over many episodes, on SQLite and PostgreSQL.

    python -m tests.bench.reports [--counts 10000 100000 1000000] [--databases sqlite postgresql] [--folder DIR]

Episodes are made up, with about six events each and without text; all of them ended within the 90 days. They are filled
in and counted on SQLite, the first 100,000 of them; more are copies of their counted rows under other ids. PostgreSQL
gets a copy of every table but the events, which no dashboard reads. Each figure is the median of three, computed anew
each time.
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
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, text

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
AT_ONCE = 2000  # rows


async def copy(source: str, target: Store) -> None:
    """Copy what a dashboard reads."""
    database = open_database(source)
    for name in COPIED:
        table = metadata.tables[name]
        rows = await database.read(lambda c, table=table: [dict(r._mapping) for r in c.execute(select(table))])
        for place in range(0, len(rows), AT_ONCE):
            some = rows[place : place + AT_ONCE]

            def unit(connection: Connection, table: Any = table, some: Any = some) -> None:
                connection.execute(insert(table), some)

            await target.database.write(unit)
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


async def measure(url: str, count: int, counted: str | None) -> dict[str, float]:
    """Fill and count (or copy what is `counted`), and ask what the dashboard asks; seconds."""
    clock: Clock = FrozenClock(NOW)
    store = Store(open_database(url), clock)
    rollup = Rollup(store)
    found: dict[str, float] = {}

    async def timed(name: str, ask: Callable[[], Awaitable[Any]], runs: int = RUNS) -> Any:
        taken, answer = [], None
        for _ in range(runs):
            started = time.perf_counter()
            answer = await ask()
            taken.append(time.perf_counter() - started)
        found[name] = round(statistics.median(taken), 3)
        print(f"    {name:<22} {found[name]:>9.3f} s", flush=True)
        return answer

    start = NOW - timedelta(days=DAYS - 1)
    if counted is None:
        filled = min(count, MOST_FILLED)
        await timed("fill", lambda: fill(store.database, filled, start=start, days=DAYS - 14), runs=1)
        await timed("count", rollup.catch_up, runs=1)
        if count > filled:
            await store.database.write(lambda connection: multiply(connection, count // filled))
            await timed("pack the days", rollup.catch_up, runs=1)
    else:
        await copy(counted, store)
        await store.database.write(lambda connection: connection.execute(text("ANALYZE")) and None)
    reports, drilldown = Reports(store, rollup), Drilldown(store, rollup)
    query = Query.parse(now=NOW, start=start.date().isoformat(), end=NOW.date().isoformat(), time_zone="Europe/Madrid")
    overview = await timed("overview", lambda: reports.overview(query, kb_version=""))
    await timed("series by day", lambda: reports.series(query, "day"))
    await timed("heat map", lambda: reports.heat(query))
    await timed("groups by topic", lambda: reports.groups(query, "topic"))
    await timed("groups by language", lambda: reports.groups(query, "language"))
    await timed("drill-down, 50 rows", lambda: drilldown.listed(query, Asked("csat")))
    found["episodes"] = overview["episodes"]
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    await store.close()
    return found


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
    if options.json is not None:
        options.json.write_text(json.dumps(told, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
