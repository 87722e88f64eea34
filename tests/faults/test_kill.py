"""kill -9 under load: nothing acknowledged is lost, nothing doubled, no gap, one order for everybody."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Sequence

import pytest

from tests.faults.ground import Ground, kill_all, on_both, on_both_in_full, ways_to_kill
from tests.faults.official import Official
from tests.faults.shop import Shop
from tests.faults.traffic import traffic
from tests.faults.verdict import Verdict
from tests.faults.wire import Wire

SHOPPERS = 20
LOAD_SECONDS = (0.4, 1.0)  # between two kills
pytestmark = pytest.mark.timeout(1200)

Kill = Callable[[Shop], None]


async def killed_under_load(
    shop: Shop, *, kills: int, shoppers: int = SHOPPERS, make: object = Wire, ways: Sequence[Kill] = (kill_all,)
) -> Verdict:
    """Kill the server `kills` times while everybody writes, in each of the ways; return what became of it all."""
    async with traffic(shop, shoppers=shoppers, make=make) as people:
        people.begin(pause=0.02)
        for kill in itertools.islice(itertools.cycle(ways), kills):
            await asyncio.sleep(random.uniform(*LOAD_SECONDS))
            await asyncio.to_thread(kill, shop)
            if shop.process is None:
                await asyncio.to_thread(shop.start)
            await asyncio.sleep(0.5)
        await asyncio.sleep(1.0)
        await people.rest()
        verdict = await people.judge()
        print(f"\n{kills} kills, {shoppers} shoppers: {verdict} {people.codes or ''}")
        assert not set(people.codes) - {"unavailable"}, f"expected no error but `unavailable`, got {people.codes}"
        return verdict


@on_both
async def test_nothing_is_lost(ground: Ground, *, full: bool) -> None:
    """Of two processes one is killed, both with their parent, and their parent alone, in turn."""
    with ground.shop() as shop:
        verdict = await killed_under_load(shop, kills=50 if full else 3, ways=ways_to_kill(ground))
    assert not verdict.faults, str(verdict)
    assert verdict.acknowledged > SHOPPERS


@pytest.mark.full_only
@on_both_in_full
async def test_the_official_client_sees_the_same(ground: Ground) -> None:
    with ground.shop() as shop:
        verdict = await killed_under_load(shop, kills=5, shoppers=5, make=Official)
    assert not verdict.faults, str(verdict)


@pytest.mark.full_only
@pytest.mark.parametrize(
    ("fault", "kills", "kinds"),
    [
        ("early_acknowledgement", 2, {"lost"}),
        ("no_deduplication", 0, {"duplicates"}),
        ("skipped_number", 0, {"gaps"}),
        ("other_order", 1, {"disorder"}),
        ("no_reply", 0, {"unanswered"}),
        ("deaf_tab", 0, {"disorder"}),
    ],
)
@on_both_in_full
async def test_a_planted_fault_is_caught(ground: Ground, fault: str, kills: int, kinds: set[str]) -> None:
    with ground.shop(fault) as shop:
        verdict = await killed_under_load(shop, kills=kills, shoppers=8)
    assert kinds <= set(verdict.faults), str(verdict)


@pytest.mark.full_only
@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
async def test_news_that_is_never_told_is_caught(ground: Ground) -> None:
    """Of two processes it would be pulled like what the wire lost."""
    with ground.shop("lost_event") as shop:
        verdict = await killed_under_load(shop, kills=0, shoppers=8)
    assert "untold" in verdict.faults, str(verdict)
