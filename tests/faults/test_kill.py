"""kill -9 under load: nothing acknowledged is lost, nothing doubled, no gap, one order for everybody."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from tests.faults.official import Official
from tests.faults.shop import Shop, opened
from tests.faults.traffic import traffic
from tests.faults.verdict import Verdict
from tests.faults.wire import Wire
from tests.servers import PostgresServer

SHOPPERS = 20
LOAD_SECONDS = (0.4, 1.0)  # between two kills
pytestmark = pytest.mark.timeout(600)


async def killed_under_load(shop: Shop, *, kills: int, shoppers: int = SHOPPERS, make: object = Wire) -> Verdict:
    """Kill the server `kills` times while everybody writes; return what became of it all."""
    async with traffic(shop, shoppers=shoppers, make=make) as people:
        people.begin(pause=0.02)
        for _ in range(kills):
            await asyncio.sleep(random.uniform(*LOAD_SECONDS))
            shop.kill()
            await asyncio.to_thread(shop.start)
            await asyncio.sleep(0.5)
        await asyncio.sleep(1.0)
        await people.rest()
        verdict = await people.judge()
        print(f"\n{kills} kills, {shoppers} shoppers: {verdict} {people.codes or ''}")
        assert not set(people.codes) - {"unavailable"}, f"expected no error but `unavailable`, got {people.codes}"
        return verdict


async def test_nothing_is_lost_on_sqlite(tmp_path: Path, *, full: bool) -> None:
    with opened(Shop(tmp_path / "shop", f"sqlite:///{tmp_path / 'parley.db'}")) as shop:
        verdict = await killed_under_load(shop, kills=30 if full else 3)
    assert not verdict.faults, str(verdict)
    assert verdict.acknowledged > SHOPPERS


async def test_nothing_is_lost_on_postgresql(tmp_path: Path, postgres: PostgresServer, *, full: bool) -> None:
    url = postgres.create_database()
    try:
        with opened(Shop(tmp_path / "shop", url)) as shop:
            verdict = await killed_under_load(shop, kills=10 if full else 1)
    finally:
        postgres.drop_database(url)
    assert not verdict.faults, str(verdict)
    assert verdict.acknowledged > SHOPPERS


async def test_the_official_client_sees_the_same(tmp_path: Path, *, full: bool) -> None:
    with opened(Shop(tmp_path / "shop", f"sqlite:///{tmp_path / 'parley.db'}")) as shop:
        verdict = await killed_under_load(shop, kills=5 if full else 1, shoppers=5, make=Official)
    assert not verdict.faults, str(verdict)


@pytest.mark.parametrize(
    ("fault", "kills", "kinds"),
    [
        ("early_acknowledgement", 2, {"lost"}),
        ("no_deduplication", 0, {"duplicates"}),
        pytest.param("skipped_number", 0, {"gaps"}, marks=pytest.mark.full_only),
        pytest.param("lost_event", 0, {"untold"}, marks=pytest.mark.full_only),
        pytest.param("other_order", 1, {"disorder"}, marks=pytest.mark.full_only),
        pytest.param("no_reply", 0, {"unanswered"}, marks=pytest.mark.full_only),
        pytest.param("deaf_tab", 0, {"disorder"}, marks=pytest.mark.full_only),
    ],
)
async def test_a_planted_fault_is_caught(tmp_path: Path, fault: str, kills: int, kinds: set[str]) -> None:
    with opened(Shop(tmp_path / "shop", f"sqlite:///{tmp_path / 'parley.db'}", plants=[fault])) as shop:
        verdict = await killed_under_load(shop, kills=kills, shoppers=8)
    assert kinds <= set(verdict.faults), str(verdict)
