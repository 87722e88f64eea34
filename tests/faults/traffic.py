"""Many shoppers and a watching agent on one shop: begin, disturb, come to rest, judge."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.faults.people import Shopper, Watcher
from tests.faults.shop import Shop
from tests.faults.verdict import Verdict, judge, rows_of
from tests.faults.wire import Wire, until

REST_SECONDS = 60.0
QUIET_SECONDS = 0.5
RETURNS_WITH = 100_000  # the number of the first message of somebody who was here before


@dataclass
class Traffic:
    """Everybody who is there."""

    shop: Shop
    shoppers: list[Shopper]
    watcher: Watcher | None
    writing: list[asyncio.Task[None]]

    def begin(self, *, pause: float = 0.01, doubled: float = 0.1) -> None:
        """Let everybody write, about `pause` seconds between an acknowledgement and the next message."""
        self.writing = [asyncio.create_task(shopper.write(pause=pause, doubled=doubled)) for shopper in self.shoppers]

    async def rest(self) -> None:
        """Stop writing, empty the outboxes, and wait until the news is told.

        Raises TimeoutError when an outbox stays full: the server does not come back.
        """
        for shopper in self.shoppers:
            shopper.writing = False
        await asyncio.wait_for(asyncio.gather(*self.writing), REST_SECONDS)
        tabs = [tab for shopper in self.shoppers for tab in shopper.tabs]
        everybody = [*tabs, *([self.watcher] if self.watcher else [])]
        await asyncio.wait_for(asyncio.gather(*(one.online.wait() for one in everybody)), REST_SECONDS)
        # What is told comes within milliseconds; rest is when nothing has come for a while.
        await until(self._is_quiet(), seconds=REST_SECONDS)

    def _is_quiet(self) -> Callable[[], bool]:
        seen, since = -1, 0.0

        def quiet() -> bool:
            nonlocal seen, since
            if (now := self._shown()) != seen:
                seen, since = now, time.monotonic()
            return time.monotonic() > since + QUIET_SECONDS

        return quiet

    def _shown(self) -> int:
        views = [tab.view for shopper in self.shoppers for tab in shopper.tabs]
        views += self.watcher.views.values() if self.watcher else []
        return sum(len(view.shown) for view in views)

    async def judge(self) -> Verdict:
        """Compare acknowledgements, views and disk.

        Of two processes each tells its own sockets first: what comes over the wire may be behind that, and is pulled.
        """
        seen = [view for shopper in self.shoppers for view in shopper.seen()]
        seen += self.watcher.seen() if self.watcher else []
        acknowledged = [one for shopper in self.shoppers for one in shopper.acknowledged()]
        verdict = judge(await rows_of(self.shop.database_url), acknowledged, seen)
        if self.shop.workers > 1:
            verdict.untold.clear()
        return verdict

    @property
    def acknowledged(self) -> int:
        return sum(1 for shopper in self.shoppers for kept in shopper.sent if kept.answers)

    @property
    def waits(self) -> list[float]:
        """Return seconds from sending to acknowledgement, of all."""
        return [wait for shopper in self.shoppers for wait in shopper.waits]

    @property
    def codes(self) -> dict[str, int]:
        """Return how often each error was told."""
        totals: dict[str, int] = {}
        for shopper in self.shoppers:
            for code, count in shopper.codes.items():
                totals[code] = totals.get(code, 0) + count
        return totals


@asynccontextmanager
async def traffic(
    shop: Shop,
    *,
    shoppers: int = 20,
    tabs: int = 2,
    watched: bool = True,
    other: Shop | None = None,
    make: Callable[..., Any] = Wire,
    tokens: Sequence[str | None] = (),
) -> AsyncIterator[Traffic]:
    """Bring everybody in; second tabs and the agent come to the other server, where there is one.

    `tokens`: of shoppers who were here before.
    """
    timeout = aiohttp.ClientTimeout(total=None, connect=10, sock_connect=10)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        people = [Shopper(number, shop, session, tabs=tabs, other=other, make=make) for number in range(shoppers)]
        for shopper, token in zip(people, tokens, strict=False):
            shopper.token, shopper.first = token, RETURNS_WITH
        watcher = None
        try:
            await asyncio.gather(*(shopper.arrive() for shopper in people))
            if watched:
                place = other or shop
                await asyncio.to_thread(place.sign_in)
                watcher = Watcher(place, session, make=make)
                await watcher.arrive([shopper.conversation_id for shopper in people])
            yield Traffic(shop, people, watcher, [])
        finally:
            await asyncio.gather(*(shopper.leave() for shopper in people))
            if watcher is not None:
                await watcher.leave()
