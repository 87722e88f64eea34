"""What runs beside the requests goes on whatever it meets, and ends when it must, whatever a library swallows."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from bot.errors import Unavailable
from bot.server.beside import end, look_again

pytestmark = pytest.mark.timeout(30)
LONG = 5.0  # than any of these ends


async def deaf(times: int) -> None:
    """Wait long, and swallow being told to end so many times, as one does that was just connecting."""
    for _ in range(times):
        try:
            await asyncio.sleep(LONG)
        except asyncio.CancelledError:
            continue
        return
    await asyncio.sleep(LONG)


async def begun(*tasks: asyncio.Task[None]) -> list[asyncio.Task[None]]:
    await asyncio.sleep(0)
    return list(tasks)


async def test_who_swallows_the_end_is_told_again():
    tasks = await begun(asyncio.create_task(deaf(0)), asyncio.create_task(deaf(2)))
    await end(tasks, seconds=2.0)
    assert all(task.cancelled() for task in tasks)


async def test_who_never_ends_is_left_behind_and_named(caplog: pytest.LogCaptureFixture):
    tasks = await begun(asyncio.create_task(deaf(100), name="relay"), asyncio.create_task(deaf(0)))
    started = time.monotonic()
    with caplog.at_level(logging.WARNING):
        await end(tasks, seconds=0.2)
    assert 0.2 <= time.monotonic() - started < 2.0
    assert [record.names for record in caplog.records if record.message == "not_ended"] == [["relay"]]  # type: ignore[attr-defined]
    assert tasks[1].cancelled()
    while not tasks[0].done():
        tasks[0].cancel()
        await asyncio.sleep(0)


async def test_what_one_ended_with_is_raised_when_all_have_ended():
    async def breaks() -> None:
        raise RuntimeError("broken")

    tasks = await begun(asyncio.create_task(breaks()), asyncio.create_task(deaf(1)))
    with pytest.raises(RuntimeError, match="broken"):
        await end(tasks, seconds=2.0)
    assert tasks[1].cancelled()


async def test_what_a_look_meets_does_not_end_the_looking(caplog: pytest.LogCaptureFixture):
    met: list[Exception] = [ValueError("an odd row"), Unavailable("The database is away.")]
    looked = asyncio.Event()

    async def look() -> None:
        if met:
            raise met.pop(0)
        looked.set()

    with caplog.at_level(logging.WARNING):
        (looking,) = await begun(asyncio.create_task(look_again(look, seconds=0.0, failed="not_looked")))
        await asyncio.wait_for(looked.wait(), LONG)
        await end([looking])
    assert looking.cancelled()
    said = [record for record in caplog.records if record.message == "not_looked"]
    caplog.clear()  # an error here is what was asked for
    assert [record.levelname for record in said] == ["ERROR", "WARNING"]
    assert said[0].exc_info, "expected the odd one with its traceback"
