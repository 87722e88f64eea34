"""A durable turn against the bare echo, and against the echo with one search; the same clients and payloads.

python -m tests.bench.turns [--runs 5] [--clients 200] [--seconds 4] [--share 0.5]
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.servers import Echo, load, parley, prepare_index, running, write_texts
from tests.faults.shop import Shop

RATE_SHARE = 0.5  # of Parley's throughput: the load at which waiting times are compared


def measure(folder: Path, *, runs: int, clients: int, seconds: float, share: float = RATE_SHARE) -> dict[str, Any]:
    """Run the three servers in turn, `runs` times; return medians and ratios."""
    prepare_index()
    texts = write_texts(folder / "texts")
    servers: dict[str, Shop] = {
        "echo": Echo(folder / "echo"),
        "search": Echo(folder / "search", search=True),
        "parley": parley(folder / "parley"),
    }
    with running(servers["echo"]), running(servers["search"]), running(servers["parley"]):
        full = _rounds(servers, runs, clients=clients, seconds=seconds, texts=texts)
        rate = share * median(one["per_second"] for one in full["parley"])
        both = {name: servers[name] for name in ("search", "parley")}
        half = _rounds(both, runs, clients=clients, seconds=seconds, texts=texts, rate=rate, first=runs)
        shares = _shares(folder / "parley" / "parley.db")
    return {
        "clients": clients,
        "full": {name: _middle(found) for name, found in full.items()},
        "offered_per_second": round(rate),
        "at_that_load": {name: _middle(found) for name, found in half.items()},
        "throughput_of_echo": _ratio(full, "echo", "per_second"),
        "throughput_of_echo_with_search": _ratio(full, "search", "per_second"),
        "p99_of_echo_with_search": _ratio(half, "search", "p99"),
        **shares,
    }


def _rounds(servers: dict[str, Shop], runs: int, *, first: int = 0, **options: Any) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in servers}
    for run in range(runs):
        for name, server in servers.items():
            found[name].append(load(server, run=run + first, **options))
    return found


def _middle(found: list[dict[str, Any]]) -> dict[str, float]:
    names = ("per_second", "p50", "p99", "cpu", "server_cpu", "server_us")
    return {name: round(median(one[name] for one in found), 2) for name in names}


def _ratio(found: dict[str, list[dict[str, Any]]], against: str, name: str) -> float:
    """Return the median of the ratios of neighbouring runs: what disturbs one disturbs the other."""
    pairs = zip(found["parley"], found[against], strict=True)
    return round(median(mine[name] / theirs[name] for mine, theirs in pairs), 3)


def _shares(database: Path) -> dict[str, float]:
    """Return how many of the messages were replied to: a silent bot would be a cheap one."""
    connection = sqlite3.connect(database)
    counts = dict(connection.execute("SELECT author, count(*) FROM messages GROUP BY author").fetchall())
    connection.close()
    return {"messages": counts.get("shopper", 0), "replied": round(counts.get("bot", 0) / counts["shopper"], 3)}


def show(found: dict[str, Any]) -> None:
    print(f"A durable turn, {found['clients']} clients (medians)")
    print("  server          messages/s    p50 ms    p99 ms   CPU us each")
    for name, one in found["full"].items():
        print(f"  {name:14}{one['per_second']:12.0f}{one['p50']:10.1f}{one['p99']:10.1f}{one['server_us']:14.0f}")
    print(f"  at {found['offered_per_second']} messages/s offered:")
    for name, one in found["at_that_load"].items():
        print(f"  {name:14}{one['per_second']:12.0f}{one['p50']:10.1f}{one['p99']:10.1f}")
    print(f"  throughput: {found['throughput_of_echo']:.2f} of the bare echo (wanted 0.25)")
    print(f"  throughput: {found['throughput_of_echo_with_search']:.2f} of the echo with a search (wanted 0.50)")
    print(f"  p99: {found['p99_of_echo_with_search']:.2f} x the echo with a search (at most 3)")
    print(f"  {found['messages']} messages, {found['replied']:.1%} replied to by the bot")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--share", type=float, default=RATE_SHARE, help="of the throughput, for the waiting times")
    with tempfile.TemporaryDirectory() as folder:
        show(measure(Path(folder), **vars(parser.parse_args())))


if __name__ == "__main__":
    main()
