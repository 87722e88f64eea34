"""Hand-offs across two processes: how long until the agent sees the offer, and until each hears the other.

    python -m tests.bench.handoffs [--runs 3] [--count 100] [--rate 100]

Two processes on one PostgreSQL and one Redis. The shopper is always at the first; the agent in turn at the same process
and at the other, so that what disturbs the one disturbs the other. `rate` messages a second of other shoppers, half at
each process, go on meanwhile. Load generator, processes and databases share all cores.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from bot.server.agent import ASKS_PER_MINUTE
from tests.bench.fleet import Ground
from tests.bench.load import Measured, client, connect
from tests.bench.run import machine
from tests.bench.servers import prepare_index
from tests.faults.shop import QUESTIONS, Shop
from tests.faults.wire import AGENT, SHOPPER, Wire
from tests.servers import postgres_server, redis_server

WAITS = ("offer", "from_agent", "from_shopper")
SAID = {
    "offer": "request until the agent sees the offer",
    "from_agent": "agent's message until the shopper hears it",
    "from_shopper": "shopper's message until the agent hears it",
}
HEARD_SECONDS = 30.0
PAUSE_SECONDS = 3 * 60 / ASKS_PER_MINUTE  # an agent may ask so often, and asks three times
OTHERS = 50  # shoppers who write meanwhile


Waits = dict[str, float]
"""Seconds, by the names of WAITS."""


class Ears:
    """Notes when something was heard: everything, so that nothing can come before it is waited for."""

    def __init__(self) -> None:
        self._heard: list[tuple[str, Any, float]] = []
        self._came = asyncio.Event()

    def hear(self, event: str, data: Any) -> None:
        self._heard.append((event, data, time.perf_counter()))
        self._came.set()

    async def at(self, event: str, fits: Callable[[Any], bool]) -> tuple[Any, float]:
        """Return what was told and when, as `perf_counter` has it. Raises TimeoutError."""
        async with asyncio.timeout(HEARD_SECONDS):
            while True:
                self._came.clear()
                for told, data, moment in self._heard:
                    if told == event and fits(data):
                        self._heard.clear()
                        return data, moment
                await self._came.wait()


class Desk:
    """An agent at one of the processes."""

    def __init__(self, shop: Shop, cookie: str) -> None:
        self._shop, self._cookie = shop, cookie
        self.ears = Ears()
        self.wire = Wire(AGENT, heard=self.ears.hear)

    async def open(self, session: aiohttp.ClientSession) -> None:
        await self.wire.open(session, self._shop.url, {}, origin=self._shop.url, cookie=self._cookie)
        await self.wire.ask("presence_set", {"presence": "online"})

    async def close(self) -> None:
        await self.wire.ask("presence_set", {"presence": "offline"})
        await self.wire.close()


async def one_handoff(session: aiohttp.ClientSession, shop: Shop, desk: Desk, number: int) -> Waits:
    """Hand a new conversation over, let both write, resolve it; return the waits in seconds."""
    ears = Ears()
    shopper = await Wire(SHOPPER, heard=ears.hear).open(session, shop.url, {"locale": "en-US"})
    started, _ = await ears.at("session_started", bool)
    mine = {"conversation_id": started["conversation"]["id"]}
    waits, asked = Waits(), time.perf_counter()
    await shopper.ask("handoff_request", {})
    offer, at = await desk.ears.at(
        "handoff_offered", lambda told: told["conversation"]["id"] == mine["conversation_id"]
    )
    waits["offer"] = at - asked
    await desk.wire.ask("handoff_accept", {"handoff_id": offer["handoff"]["id"]})
    for name, wire, hearing, extra in (
        ("from_agent", desk.wire, ears, mine),
        ("from_shopper", shopper, desk.ears, {}),
    ):
        client_id, asked = f"handoff-{name}-{number:06}", time.perf_counter()
        text = "Hello, how can I help you today?" if extra else "Where is my parcel, please?"
        sending = asyncio.create_task(wire.ask("message_send", {"client_id": client_id, "text": text, **extra}))
        author = name.removeprefix("from_")
        _, at = await hearing.at("message_added", lambda told, author=author: told["author"] == author)
        waits[name] = at - asked
        await sending
    await desk.wire.ask("conversation_resolve", {**mine, "disposition": "solved"})
    await shopper.close()
    await asyncio.sleep(PAUSE_SECONDS)
    return waits


@contextlib.asynccontextmanager
async def others(session: aiohttp.ClientSession, shops: list[Shop], rate: float) -> AsyncIterator[None]:
    """Let other shoppers write, `rate` messages a second in all, as long as the block."""
    if not rate:
        yield
        return
    measured = Measured()
    wires = [wire for shop in shops for wire in await connect(session, shop.url, OTHERS // len(shops))]
    writing = [client(number, wire, measured, QUESTIONS, len(wires) / rate) for number, wire in enumerate(wires)]
    tasks = [asyncio.create_task(one) for one in writing]
    try:
        yield
    finally:
        measured.stop = True
        await asyncio.gather(*tasks)
        for wire in wires:
            await wire.close()


async def _measure(first: Shop, second: Shop, *, runs: int, each: int, rate: float) -> dict[str, list[Waits]]:
    cookie = await asyncio.to_thread(second.sign_in)  # the later one has the link
    found: dict[str, list[Waits]] = {"same": [], "across": []}
    numbers, timeout = count(), aiohttp.ClientTimeout(total=None)
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session,
        others(session, [first, second], rate),
    ):
        for _ in range(runs):
            for name, place in (("same", first), ("across", second)):
                desk = Desk(place, cookie)
                await desk.open(session)
                for _ in range(each // 10):  # caches fill once
                    await one_handoff(session, first, desk, next(numbers))
                found[name] += [await one_handoff(session, first, desk, next(numbers)) for _ in range(each)]
                await desk.close()
    return found


def measure(folder: Path, *, runs: int, each: int, rate: float) -> dict[str, Any]:
    """Return p50 and p99 in ms for each wait, on the same process and across, and their ratios."""
    prepare_index()
    with postgres_server(fsync=True) as postgres, redis_server() as redis:
        ground = Ground(folder, postgres, redis)
        url = ground.database()
        with ground.shop("first", workers=1, url=url) as first, ground.shop("second", workers=1, url=url) as second:
            found = uvloop.run(_measure(first, second, runs=runs, each=each, rate=rate))
    waits = {name: {place: _figures([one[name] for one in found[place]]) for place in found} for name in WAITS}
    return {"machine": machine(), "handoffs": len(found["same"]), "rate": rate, "waits": waits}


def _figures(waits: list[float]) -> dict[str, float]:
    ordered = sorted(waits)
    return {f"p{part}": round(1000 * ordered[int(part / 100 * (len(ordered) - 1))], 2) for part in (50, 99)}


def show(found: dict[str, Any]) -> None:
    print(found["machine"])
    print(f"{found['handoffs']} hand-offs each, {found['rate']:g} messages/s of others (ms)")
    print(f"  {'':44}   one process       across       ratio")
    print(f"  {'':44}   p50     p99     p50     p99    p50   p99")
    for name, one in found["waits"].items():
        same, across = one["same"], one["across"]
        ratios = "".join(f"{across[part] / same[part]:6.2f}" for part in ("p50", "p99"))
        figures = "".join(f"{place[part]:8.1f}" for place in (same, across) for part in ("p50", "p99"))
        print(f"  {SAID[name]:44}{figures} {ratios}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--count", type=int, default=100, help="hand-offs for each place and run")
    parser.add_argument("--rate", type=float, default=100.0, help="messages a second of others; 0: nobody else")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        show(found := measure(Path(folder), runs=options.runs, each=options.count, rate=options.rate))
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
