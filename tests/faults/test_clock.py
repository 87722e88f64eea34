"""The clock jumps by a day, both ways: nobody is thrown out, and times never go backwards in a conversation."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.faults.planted import OFFSET
from tests.faults.shop import Shop, opened
from tests.faults.traffic import traffic

HOUR = 3600
JUMPS = (24 * HOUR, -24 * HOUR, 0)
ALL_JUMPS = (HOUR, -HOUR, *JUMPS)
pytestmark = pytest.mark.timeout(120)


async def through_jumps(shop: Shop, jumps: tuple[int, ...] = JUMPS) -> list[str]:
    """Let people write while the clock jumps; return everything that was wrong."""
    wrong: list[str] = []
    async with traffic(shop, shoppers=10, tabs=2, watched=True) as people:
        people.begin(pause=0.02)
        for jump in jumps:
            await asyncio.sleep(1.2)  # a ping between two jumps
            before = people.acknowledged
            (shop.folder / OFFSET).write_text(str(jump))
            await asyncio.sleep(1.2)
            if people.acknowledged < before + 10:
                wrong.append(f"the chat stood still after a jump to {jump} s")
        await people.rest()
        verdict = await people.judge()
        tabs = [tab for shopper in people.shoppers for tab in shopper.tabs]
        returns = sum(tab.returns - 1 for tab in tabs)
        backwards = sum(tab.view.times != sorted(tab.view.times) for tab in tabs)
        print(f"\n{verdict}, {returns} reconnections, {backwards} transcripts with times backwards, {people.codes}")
        wrong += [str(verdict)] if verdict.faults else []
        # A ping in flight at the very moment of a jump may count as late; everybody else stays.
        wrong += [f"{returns} connections were lost"] if returns > len(tabs) // 4 else []
        wrong += [f"{backwards} transcripts go backwards"] if backwards else []
        wrong += [f"heard {people.codes}"] if people.codes else []
    return wrong


def _shop(folder: Path, *plants: str) -> Shop:
    plants = ("movable_clock", "quick_pings", *plants)
    return Shop(folder / "shop", f"sqlite:///{folder / 'parley.db'}", plants=plants)


async def test_the_clock_may_jump(tmp_path: Path, *, full: bool) -> None:
    with opened(_shop(tmp_path)) as shop:
        assert await through_jumps(shop, ALL_JUMPS if full else JUMPS) == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [("order_of_clock", "go backwards"), pytest.param("timers_by_clock", "were lost", marks=pytest.mark.full_only)],
)
async def test_a_planted_fault_is_caught(tmp_path: Path, fault: str, said: str) -> None:
    with opened(_shop(tmp_path, fault)) as shop:
        wrong = await through_jumps(shop)
    assert any(said in one for one in wrong), wrong
