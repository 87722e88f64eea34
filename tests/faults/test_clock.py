"""The clock jumps by an hour and by a day, both ways: nobody is thrown out, no conversation's times go backwards."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.ground import Ground, on_both_in_full
from tests.faults.planted import OFFSET
from tests.faults.shop import Shop
from tests.faults.traffic import traffic

HOUR = 3600
DAY = 24 * HOUR
MOVABLE = ("movable_clock", "quick_pings")
pytestmark = pytest.mark.timeout(120)


async def through_jumps(shop: Shop, jump: int) -> list[str]:
    """Let people write while the clock jumps, back by as much, and right again; return everything that was wrong.

    An agent watches unless the jump is a day's: a sign-in lasts twelve hours, so that one ends it, rightly.
    """
    wrong: list[str] = []
    async with traffic(shop, shoppers=10, tabs=2, watched=jump < DAY) as people:
        people.begin(pause=0.02)
        for offset in (jump, -jump, 0):
            await asyncio.sleep(1.2)  # a ping between two jumps
            before = people.acknowledged
            (shop.folder / OFFSET).write_text(str(offset))
            await asyncio.sleep(1.2)
            if people.acknowledged < before + 10:
                wrong.append(f"the chat stood still after a jump to {offset} s")
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


@pytest.mark.full_only
@pytest.mark.parametrize("jump", [HOUR, DAY], ids=["hour", "day"])
@on_both_in_full
async def test_the_clock_may_jump(ground: Ground, jump: int) -> None:
    """Two processes of one machine have one clock."""
    with ground.shop(*MOVABLE) as shop:
        assert await through_jumps(shop, jump) == []


@pytest.mark.full_only
@pytest.mark.parametrize(("fault", "said"), [("order_of_clock", "go backwards"), ("timers_by_clock", "were lost")])
@on_both_in_full
async def test_a_planted_fault_is_caught(ground: Ground, fault: str, said: str) -> None:
    with ground.shop(*MOVABLE, fault) as shop:
        wrong = await through_jumps(shop, DAY)
    assert any(said in one for one in wrong), wrong
