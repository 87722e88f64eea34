"""SIGTERM under load: exit code 0 within ten seconds, and nothing that was acknowledged is missing."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.faults.ground import Ground, on_both_in_full
from tests.faults.shop import Shop
from tests.faults.traffic import traffic

STOP_SECONDS = 10.0
pytestmark = pytest.mark.timeout(900)


async def stopped_under_load(shop: Shop, *, stops: int) -> list[str]:
    """Stop and start under load; return everything that was wrong."""
    wrong: list[str] = []
    async with traffic(shop, shoppers=20, watched=False) as people:
        people.begin(pause=0.01)
        for _ in range(stops):
            await asyncio.sleep(random.uniform(0.5, 1.0))
            code, seconds = await asyncio.to_thread(shop.terminate, seconds=STOP_SECONDS)
            print(f"\nended with {code} after {seconds:.2f} s")
            if code != 0:
                wrong.append(f"expected exit code 0 within {STOP_SECONDS} s, got {code} after {seconds:.1f} s")
            await asyncio.to_thread(shop.start)
            await asyncio.sleep(0.5)
        await people.rest()
        verdict = await people.judge()
        print(verdict, people.codes)
        wrong += [str(verdict)] if verdict.faults else []
        # While it drains a server may turn messages away, but not with a bug.
        wrong += [f"heard {people.codes}"] if set(people.codes) - {"unavailable"} else []
    return wrong


@on_both_in_full
async def test_it_finishes_what_it_has_acknowledged(ground: Ground, *, full: bool) -> None:
    with ground.shop() as shop:
        assert await stopped_under_load(shop, stops=20 if full else 1) == []


@pytest.mark.full_only
@pytest.mark.parametrize(("fault", "said"), [("ignores_signals", "got None"), ("drops_work", "'lost'")])
@on_both_in_full
async def test_a_planted_fault_is_caught(ground: Ground, fault: str, said: str) -> None:
    with ground.shop(fault) as shop:
        wrong = await stopped_under_load(shop, stops=2)  # of two, one may come between two batches
    assert any(said in one for one in wrong), wrong
