"""The load generator: one process, bare WebSockets, each client waits for its acknowledgement before the next.

    python -m tests.bench.load URL CLIENTS SECONDS --texts FILE [--skip LINE] [--core N] [--pid PID] [--warm SECONDS]
        [--rate R] [--database PID]

Prints one JSON object: messages, per_second, p50, p90, p99 (milliseconds), errors, pushed (events from the start),
cpu and server_cpu (share of a core), server_us and database_us (CPU a message of the server, and of its database).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil
import uvloop

from tests.faults.wire import GoneError, RefusedError, Wire


@dataclass
class Measured:
    """What all clients saw."""

    waits: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    counting: bool = False
    stop: bool = False


async def client(number: int, wire: Wire, measured: Measured, texts: Sequence[str], pause: float) -> None:
    """Write until told to stop; `pause` is seconds between two messages of this client (0: as fast as it goes)."""
    turn = 0
    if pause:
        await asyncio.sleep(random.Random(number).random() * pause)
    due = time.perf_counter()
    while not measured.stop:
        turn += 1
        asked = {"client_id": f"bench-{number:05}-{turn:07}", "text": texts[turn % len(texts)]}
        started = time.perf_counter()
        try:
            await wire.ask("message_send", asked)
        except (GoneError, RefusedError, TimeoutError) as error:
            what = str(error)[:120] or type(error).__name__
            measured.errors[what] = measured.errors.get(what, 0) + 1
            if wire.gone.is_set():
                return
            await asyncio.sleep(0.1)
            continue
        if measured.counting:
            measured.waits.append(time.perf_counter() - started)
        if pause:
            due += pause
            await asyncio.sleep(max(0.0, due - time.perf_counter()))


async def connect(session: aiohttp.ClientSession, url: str, count: int, *, at_once: int = 50) -> list[Wire]:
    """Open `count` raw wires, `at_once` at a time."""
    gate = asyncio.Semaphore(at_once)

    async def one() -> Wire:
        async with gate:
            return await Wire(raw=True).open(session, url, {"locale": "en-US"})

    return list(await asyncio.gather(*(one() for _ in range(count))))


def cpu_of(pid: int | None) -> float:
    """Return the seconds of CPU that a process and those that it started have used."""
    if pid is None:
        return 0.0
    process = psutil.Process(pid)
    times = [one.cpu_times() for one in (process, *process.children())]
    return sum(one.user + one.system for one in times)


async def run(options: argparse.Namespace, texts: Sequence[str]) -> dict[str, object]:
    """Connect all, warm up, measure."""
    measured = Measured()
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session:
        wires = await connect(session, options.url, options.clients)
        pause = options.clients / options.rate if options.rate else 0.0
        tasks = [
            asyncio.create_task(client(n, wire, measured, texts[n :: len(wires)], pause))
            for n, wire in enumerate(wires)
        ]
        await asyncio.sleep(options.warm)
        measured.counting, own, theirs, started = True, time.process_time(), cpu_of(options.pid), time.perf_counter()
        databases = cpu_of(options.database)
        await asyncio.sleep(options.seconds)
        measured.counting, elapsed = False, time.perf_counter() - started
        own, theirs = time.process_time() - own, cpu_of(options.pid) - theirs
        databases = cpu_of(options.database) - databases
        measured.stop = True
        await asyncio.gather(*tasks)
        pushed = sum(wire.events for wire in wires)
        await asyncio.gather(*(wire.close() for wire in wires))
    waits = sorted(measured.waits)
    at = (
        {name: round(1000 * waits[int(share * (len(waits) - 1))], 2) for name, share in SHARES.items()} if waits else {}
    )
    return {
        "messages": len(waits),
        "per_second": round(len(waits) / elapsed, 1),
        **at,
        "errors": measured.errors,
        "pushed": pushed,
        "cpu": round(own / elapsed, 2),
        "server_cpu": round(theirs / elapsed, 2),
        "server_us": round(1e6 * theirs / max(1, len(waits))),
        "database_us": round(1e6 * databases / max(1, len(waits))),
    }


SHARES = {"p50": 0.5, "p90": 0.9, "p99": 0.99}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("clients", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--core", type=int)
    parser.add_argument("--texts", required=True, help="file with one message a line; no client sends another's")
    parser.add_argument("--skip", type=int, default=0, help="line to begin with: another one for each run")
    parser.add_argument("--pid", type=int, help="the server, to report its CPU")
    parser.add_argument("--database", type=int, help="a database server on this machine, to report its CPU")
    parser.add_argument("--warm", type=float, default=1.0)
    parser.add_argument("--rate", type=float, default=0.0, help="messages a second offered by all; 0 is closed loop")
    options = parser.parse_args()
    if options.core is not None:
        os.sched_setaffinity(0, {options.core})
    texts = Path(options.texts).read_text(encoding="utf-8").splitlines()
    first = options.skip % len(texts)
    print(json.dumps(uvloop.run(run(options, texts[first:] + texts[:first]))))


if __name__ == "__main__":
    main()
