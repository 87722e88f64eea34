"""What a shop needs as it grows: many shoppers at once who write now and then, on SQLite and on PostgreSQL and Redis.

    python -m tests.bench.crowd [--shoppers 2000] [--rates 50,100,200] [--seconds 10]

Everybody is connected; together they write so many messages a second, each waiting for its acknowledgement. The load
generator, the server and the databases share all cores. The sizing table in README.md is what this prints.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.bench.fleet import Ground, own_bytes
from tests.bench.servers import KB, OPEN_FILES, load, prepare_index, running
from tests.faults.shop import Shop
from tests.servers import postgres_server, redis_server

KEPT_UP = 0.98  # of what is offered; less and messages wait for one another

Opening = Callable[[str], Any]


def measure(folder: Path, *, shoppers: int, rates: Sequence[float], seconds: float) -> dict[str, Any]:
    """Return for each way to run Parley what every rate cost, until one was too much."""
    prepare_index()
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server(fsync=True))
        redis = stack.enter_context(redis_server())
        ground = Ground(folder, postgres, redis)
        assert postgres.process is not None

        @contextmanager
        def alone(name: str) -> Iterator[Shop]:
            url = f"sqlite:///{folder / name}.db"
            with running(Shop(folder / name, url, kb=KB, open_files=OPEN_FILES)) as shop:
                yield shop

        ways: dict[str, tuple[Opening, int | None]] = {
            "one process, SQLite": (alone, None),
            "one process, PostgreSQL": (lambda name: ground.shop(name, workers=1), postgres.process.pid),
            "two processes, PostgreSQL": (lambda name: ground.shop(name, workers=2), postgres.process.pid),
        }
        options = {"clients": shoppers, "seconds": seconds, "texts": ground.texts, "pinned": False}
        found = {}
        for number, (way, (opening, database)) in enumerate(ways.items()):
            with opening(f"crowd{number}") as shop:
                found[way] = _climb(shop, rates, database, **options)
        return {"shoppers": shoppers, "ways": found}


def _climb(shop: Shop, rates: Sequence[float], database: int | None, **options: Any) -> dict[str, Any]:
    """Offer more and more; the last one measured is the first that was too much."""
    empty, steps = own_bytes(shop), []
    for run, rate in enumerate(rates):
        measured = load(shop, rate=rate, run=run, database=database, strict=False, **options)
        kept_up = measured["per_second"] >= KEPT_UP * rate and not measured["errors"]
        steps.append({"offered": rate, "kept_up": kept_up, **measured})
        if not kept_up:
            break
    return {"empty": empty, "steps": steps}


def show(found: dict[str, Any]) -> None:
    print(f"{found['shoppers']:,} shoppers at once")
    for way, one in found["ways"].items():
        print(f"{way}: {one['empty'] / 2**20:.0f} MiB before they come")
        print("  offered/s   done/s    p50 ms    p99 ms   CPU us: Parley   database")
        for step in one["steps"]:
            figures = f"{step['offered']:11.0f}{step['per_second']:9.0f}{step['p50']:10.1f}{step['p99']:10.1f}"
            cpu = f"{step['server_us']:17.0f}{step['database_us']:11.0f}"
            print(f"{figures}{cpu}{'' if step['kept_up'] else '   too much'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shoppers", type=int, default=2000)
    parser.add_argument("--rates", default="50,100,200,300,400,500,700", help="messages a second of all together")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--json", type=Path, help="also write the figures there")
    options = parser.parse_args()
    rates = [float(rate) for rate in options.rates.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), shoppers=options.shoppers, rates=rates, seconds=options.seconds)
    show(found)
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
