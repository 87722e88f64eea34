"""Idle connected shoppers on one process: memory of each, time to connect, the longest stall; against the bare echo.

python -m tests.bench.idle [--count 5000]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from tests.bench.load import connect
from tests.bench.servers import LOAD_CORE, OPEN_FILES, Echo, core, parley, prepare_index, running
from tests.faults.shop import ROOT, Shop

FIRST = 300  # connections before counting begins: caches and arenas fill once
SPARE_FILES = 500


def possible(wanted: int) -> int:
    """Return how many connections the limits on open files allow."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard - FIRST - SPARE_FILES)


async def fill(url: str, pid: int, count: int) -> dict[str, float]:
    """Connect FIRST, then `count` more; return bytes each, seconds, and the longest waits for an answer.

    The waits are what the generator saw, on its own busy core; how long the loop stood still Parley says itself.
    """
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session:
        wires = await connect(session, url, FIRST)
        await asyncio.sleep(1)
        before = _resident(pid)
        waits: list[float] = []
        watching = asyncio.create_task(_watch(session, url, waits))
        started = time.perf_counter()
        wires += await connect(session, url, count, at_once=100)
        seconds = time.perf_counter() - started
        connecting, waits[:] = max(waits), []
        await asyncio.sleep(3)
        watching.cancel()
        each = (_resident(pid) - before) / count
        for wire in wires:
            wire.cut()
        found = {"bytes": each, "seconds": seconds, "stall_connecting": connecting, "stall_idle": max(waits)}
        async with session.get(f"{url}/metrics") as answer:
            figures = re.search(r"^parley_loop_longest_stall_seconds (\S+)$", await answer.text(), re.MULTILINE)
        return {**found, "stall_loop": float(figures[1])} if figures else found


async def _watch(session: aiohttp.ClientSession, url: str, waits: list[float]) -> None:
    """Ask all the time; what the event loop does not answer at once is a stall."""
    while True:
        started = time.perf_counter()
        async with session.get(f"{url}/healthz") as answer:
            await answer.read()
        waits.append(time.perf_counter() - started)
        await asyncio.sleep(0.01)


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def measure(folder: Path, *, count: int) -> dict[str, Any]:
    """Fill the echo and Parley, each in its own process with a generator of its own."""
    prepare_index()
    count = possible(count)
    found: dict[str, Any] = {"count": count}
    servers: dict[str, Shop] = {"echo": Echo(folder / "echo"), "parley": parley(folder / "parley")}
    for name, server in servers.items():
        with running(server):
            found[name] = _generate(server, count)
    found["bytes_of_echo"] = found["parley"]["bytes"] / found["echo"]["bytes"]
    return found


def _generate(server: Shop, count: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.idle", "--fill", server.url, str(server.pid), "--count", str(count)]
    command = ["prlimit", f"--nofile={OPEN_FILES}", "--", *command]
    if core(LOAD_CORE) is not None:
        command = ["taskset", "-c", str(LOAD_CORE), *command]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise RuntimeError(f"the connections could not be opened:\n{done.stderr[-2000:]}")
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def show(found: dict[str, Any]) -> None:
    print(f"{found['count']} idle connections")
    print("  server     bytes each   connected in s   longest wait ms: connecting   idle   longest stall of the loop")
    for name in ("echo", "parley"):
        one = found[name]
        stalls = f"{1000 * one['stall_connecting']:28.0f}{1000 * one['stall_idle']:7.0f}"
        stalls += f"{1000 * one['stall_loop']:28.0f} (at most 200)" if "stall_loop" in one else ""
        print(f"  {name:8}{one['bytes']:13.0f}{one['seconds']:17.1f}{stalls}")
    print(f"  memory: {found['bytes_of_echo']:.2f} x the bare echo (at most 1.5)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--fill", nargs=2, metavar=("URL", "PID"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fill:
        print(json.dumps(uvloop.run(fill(options.fill[0], int(options.fill[1]), options.count))))
        return
    with tempfile.TemporaryDirectory() as folder:
        show(measure(Path(folder), count=options.count))


if __name__ == "__main__":
    main()
