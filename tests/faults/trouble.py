"""Trouble under load: it comes, it is told, it goes, and all is well again without a restart."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from tests.faults.shop import Shop
from tests.faults.traffic import Traffic, traffic

BACK_SECONDS = 10.0


async def told_unavailable(people: Traffic, *, seconds: float) -> bool:
    """Whether a shopper hears `unavailable` within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if people.codes.get("unavailable"):
            return True
        await asyncio.sleep(0.05)
    return False


async def takes_messages(people: Traffic, *, more: int = 20, seconds: float) -> float | None:
    """Return after how many seconds messages are acknowledged again, or None."""
    started, before = time.monotonic(), people.acknowledged
    while time.monotonic() < started + seconds:
        if people.acknowledged >= before + more:
            return time.monotonic() - started
        await asyncio.sleep(0.05)
    return None


async def troubled(
    shop: Shop, trouble: Callable[[], object], relief: Callable[[object], object], *, cycles: int, told: float | None
) -> list[str]:
    """Cause trouble under load and take it away, `cycles` times; return everything that was wrong.

    `told` is within how many seconds of the trouble a writer must hear `unavailable`; None: nobody need.
    """
    wrong: list[str] = []
    async with traffic(shop, shoppers=8, watched=False) as people:
        people.begin(pause=0.02)
        await takes_messages(people, seconds=20)
        for cycle in range(cycles):
            for shopper in people.shoppers:
                shopper.codes.clear()
            handle = await asyncio.to_thread(trouble)
            if told and not await told_unavailable(people, seconds=told):
                wrong.append(f"nobody heard `unavailable` within {told} s")
            if (await asyncio.to_thread(shop.get, "/healthz"))[0] != 200:
                wrong.append("the event loop was held up")
            if set(people.codes) - {"unavailable"}:
                wrong.append(f"heard {people.codes}")
            await asyncio.to_thread(relief, handle)
            took = await takes_messages(people, seconds=BACK_SECONDS)
            if took is None:
                wrong.append(f"no message was taken within {BACK_SECONDS} s of the relief")
                break
            print(f"\ncycle {cycle + 1}: well again after {took:.2f} s")
        try:
            await asyncio.wait_for(people.rest(), 15)
        except TimeoutError:
            wrong.append("an outbox stayed full")
        verdict = await people.judge()
        print(verdict)
        wrong += [str(verdict)] if verdict.faults else []
    return wrong
