"""The wire ends when it is told to, at whatever moment, and whatever Redis does meanwhile."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest

from bot.server import wire
from bot.server.wire import RedisWire

pytestmark = pytest.mark.timeout(60)
MOMENTS = 60  # steps of the loop, from the first on


@pytest.fixture
def silent() -> Iterator[str]:
    """Give the URL of what takes connections and never answers, as a Redis that hangs."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


@pytest.mark.parametrize("sends", [False, True])
async def test_it_ends_at_whatever_moment(silent: str, *, sends: bool):
    async def ends(steps: int) -> bool:
        one = RedisWire(silent)
        if sends:
            one.send(("/shopper", "room", "event", None, None))
        running = asyncio.create_task(one.run(lambda _told: None, lambda: None))
        for _ in range(steps):
            await asyncio.sleep(0)
        running.cancel()
        done, _ = await asyncio.wait([running], timeout=5 * (wire.TIMEOUT_SECONDS + wire.RETRY_SECONDS))
        return bool(done)

    # One after the other until it is ended, so that a step is a step; then they wait together.
    waiting = []
    for steps in range(MOMENTS):
        waiting.append(asyncio.create_task(ends(steps)))
        for _ in range(steps + 3):
            await asyncio.sleep(0)
    late = [steps for steps, ended in enumerate(await asyncio.gather(*waiting)) if not ended]
    assert late == []
