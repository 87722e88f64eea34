"""Shoppers with an outbox and two tabs, and an agent who watches: what the widget and the console must do."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.faults.shop import QUESTIONS, Shop
from tests.faults.verdict import Acknowledged, Seen
from tests.faults.wire import AGENT, SHOPPER, GoneError, RefusedError, Wire

PAGE = 200
LATER = frozenset({"unavailable", "too_fast"})  # codes after which the outbox tries again
AWAY = (GoneError, aiohttp.ClientError, OSError, TimeoutError)


class View:
    """A transcript as one viewer shows it: appended in the order of `seq`, a hole is pulled."""

    def __init__(self) -> None:
        self.shown: list[tuple[int, str]] = []
        self.times: list[str] = []
        self.holes = 0
        self.up_to_date = False
        self._early: dict[int, dict[str, Any]] = {}

    @property
    def last_seq(self) -> int:
        return self.shown[-1][0] if self.shown else 0

    def hear(self, message: dict[str, Any]) -> bool:
        """Take an event; True when something before it is missing and must be pulled."""
        if message["seq"] > self.last_seq + 1 and self.up_to_date:
            self.holes += 1
            self.up_to_date = False
        self._take(message)
        return not self.up_to_date

    def pulled(self, messages: list[dict[str, Any]], *, last_seq: int, more: bool) -> bool:
        """Take an answer to `resume`; True when another page must be pulled."""
        for message in messages:
            self._take(message)
        if self._early and not more and self.last_seq >= last_seq:
            more = min(self._early) > self.last_seq + 1
        self.up_to_date = not more and self.last_seq >= last_seq
        # A server whose numbers skip would be asked for ever.
        return not self.up_to_date and bool(messages)

    def _take(self, message: dict[str, Any]) -> None:
        if message["seq"] > self.last_seq:
            self._early[message["seq"]] = message
        while (following := self._early.pop(self.last_seq + 1, None)) is not None:
            self.shown.append((following["seq"], following["id"]))
            self.times.append(following["at"])

    def skip(self) -> None:
        """Show what came although something before it never did."""
        for seq in sorted(self._early):
            message = self._early.pop(seq)
            self.shown.append((seq, message["id"]))


class Tab:
    """One connection of a viewer that comes back by itself and pulls what it missed."""

    def __init__(self, shop: Shop, session: aiohttp.ClientSession, make: Callable[..., Any] = Wire) -> None:
        self.line: Any = None
        self.online = asyncio.Event()
        self.closing = False
        self.returns = 0
        self._shop = shop
        self._session = session
        self._make = make

    async def keep_open(self) -> None:
        """Connect, and again whenever the connection is lost, until closed."""
        while not self.closing:
            try:
                await self.connect()
                await self.catch_up()
                self.online.set()
                self.returns += 1
                await self.line.gone.wait()
            except AWAY:
                pass
            except RefusedError as error:
                if error.args[0] not in (*LATER, "internal", "forbidden", "unauthorized"):
                    raise
            self.online.clear()
            with contextlib.suppress(*AWAY):
                if self.line is not None:
                    await self.line.close()
            await asyncio.sleep(0.02 + random.random() * 0.1)

    async def connect(self) -> None:
        raise NotImplementedError

    async def catch_up(self) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        self.closing = True
        if self.line is not None:
            await self.line.close()


class ShopperTab(Tab):
    """A shopper's tab: one conversation."""

    def __init__(self, name: str, shopper: Shopper, shop: Shop, **options: Any) -> None:
        super().__init__(shop, shopper.session, **options)
        self.name = name
        self.view = View()
        self._shopper = shopper
        self._started = asyncio.Event()
        self._pull = asyncio.Event()

    async def connect(self) -> None:
        self._started.clear()
        self.view.up_to_date = False
        self.line = self._make(SHOPPER, heard=self._hear)
        await self.line.open(self._session, self._shop.url, {"token": self._shopper.token, "locale": "en-US"})
        started = asyncio.create_task(self._started.wait())
        gone = asyncio.create_task(self.line.gone.wait())
        _, pending = await asyncio.wait({started, gone}, return_when=asyncio.FIRST_COMPLETED, timeout=30)
        for task in pending:
            task.cancel()
        if not self._started.is_set():
            raise GoneError

    async def catch_up(self) -> None:
        while True:
            answer = await self.line.ask("resume", {"after_seq": self.view.last_seq, "limit": PAGE})
            if not self.view.pulled(answer["messages"], last_seq=answer["last_seq"], more=answer["more"]):
                return

    def _hear(self, event: str, data: Any) -> None:
        if event == "session_started":
            self._shopper.token = data["token"] or self._shopper.token
            self._shopper.conversation_id = data["conversation"]["id"]
            self._started.set()
        elif self._lacks(event, data) and self.online.is_set():
            self._shopper.background(self._pull_quietly())

    def _lacks(self, event: str, data: Any) -> bool:
        """Whether something that the event tells of is not shown yet."""
        if event == "message_added":
            return self.view.hear(data)
        return event == "conversation_updated" and data["last_seq"] > self.view.last_seq

    async def _pull_quietly(self) -> None:
        with contextlib.suppress(*AWAY, RefusedError):
            await self.catch_up()


@dataclass
class Kept:
    """One message of the outbox."""

    client_id: str
    text: str
    answers: list[tuple[str, int]] = field(default_factory=list)


class Shopper:
    """Writes until told to stop; what is not acknowledged stays in the outbox and is sent again, in order."""

    def __init__(
        self,
        number: int,
        shop: Shop,
        session: aiohttp.ClientSession,
        *,
        tabs: int = 2,
        other: Shop | None = None,
        make: Callable[..., Any] = Wire,
    ) -> None:
        self.number = number
        self.shop = shop
        self.session = session
        self.token: str | None = None
        self.first = 1
        """The number of the first message; who comes back with a token goes on with others than before."""
        self.conversation_id = ""
        self.sent: list[Kept] = []
        self.outbox: list[Kept] = []
        self.codes: dict[str, int] = {}
        self.waits: list[float] = []
        self.writing = False
        places = (shop, other or shop)
        self.tabs = [
            ShopperTab(f"tab {letter} of {number}", self, place, make=make)
            for letter, place in zip("ab"[:tabs], places, strict=False)
        ]
        self._tasks: set[asyncio.Task[None]] = set()
        self._choose = random.Random(number)

    def background(self, work: Any) -> None:
        """Run something beside, and keep hold of it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def arrive(self) -> None:
        """Open the first tab, which brings the token, then the others."""
        for tab in self.tabs:
            self.background(tab.keep_open())
            await asyncio.wait_for(tab.online.wait(), 60)

    async def write(self, *, pause: float, doubled: float = 0.1, most: int | None = None) -> None:
        """Write a message after another, about `pause` seconds apart; a share of them is sent twice."""
        self.writing = True
        while self.writing and (most is None or len(self.sent) < most):
            number = self.first + len(self.sent)
            text = f"{self._choose.choice(QUESTIONS)} {self.number}-{number}"
            self.outbox.append(Kept(f"client-{self.number:04}-{number:06}", text))
            self.sent.append(self.outbox[-1])
            await self.send_outbox(doubled=doubled)
            await asyncio.sleep(pause * (0.5 + self._choose.random()))
        self.writing = False

    async def send_outbox(self, *, doubled: float = 0.0) -> None:
        """Send what waits until it is acknowledged; a message that was cut off is sent again."""
        while self.outbox:
            first = self.outbox[0]
            lines = [tab.line for tab in self.tabs if tab.online.is_set()] or [None]
            chosen = [self._choose.choice(lines)]
            if self._choose.random() < doubled:
                chosen.append(self._choose.choice(lines))
            results = await asyncio.gather(*(self._send(line, first) for line in chosen))
            if any(results):
                self.outbox.pop(0)
            else:
                await asyncio.sleep(0.03)

    async def _send(self, line: Any, kept: Kept) -> bool:
        if line is None:
            return False
        started = time.monotonic()
        try:
            answer = await line.ask("message_send", {"client_id": kept.client_id, "text": kept.text})
        except AWAY:
            return False
        except RefusedError as error:
            self.codes[error.args[0]] = self.codes.get(error.args[0], 0) + 1
            # An answer that is final (a bug, or a message that is refused) must not be asked for ever.
            return error.args[0] not in LATER
        self.waits.append(time.monotonic() - started)
        kept.answers.append((answer["id"], answer["seq"]))
        return True

    def acknowledged(self) -> list[Acknowledged]:
        return [
            Acknowledged(self.conversation_id, kept.client_id, kept.text, tuple(kept.answers))
            for kept in self.sent
            if kept.answers
        ]

    def seen(self) -> list[Seen]:
        return [Seen(tab.name, self.conversation_id, tuple(tab.view.shown), tab.view.holes) for tab in self.tabs]

    async def leave(self) -> None:
        self.writing = False
        for tab in self.tabs:
            await tab.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Watcher(Tab):
    """An agent who looks at every conversation at once."""

    def __init__(self, shop: Shop, session: aiohttp.ClientSession, *, make: Callable[..., Any] = Wire) -> None:
        super().__init__(shop, session, make=make)
        self.views: dict[str, View] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._pulling: set[str] = set()

    async def arrive(self, conversations: list[str]) -> None:
        """Watch these conversations from now on."""
        self.views = {conversation_id: View() for conversation_id in conversations}
        self._background(self.keep_open())
        await asyncio.wait_for(self.online.wait(), 60)

    async def connect(self) -> None:
        for view in self.views.values():
            view.up_to_date = False
        self.line = self._make(AGENT, heard=self._hear)
        await self.line.open(self._session, self._shop.url, {}, origin=self._shop.url, cookie=self._shop.cookie)
        for conversation_id in self.views:
            await self.line.ask("conversation_join", {"conversation_id": conversation_id})

    async def catch_up(self) -> None:
        for conversation_id in self.views:
            await self._pull(conversation_id)

    async def _pull(self, conversation_id: str) -> None:
        view = self.views[conversation_id]
        while True:
            asked = {"conversation_id": conversation_id, "after_seq": view.last_seq, "limit": PAGE}
            answer = await self.line.ask("resume", asked)
            if not view.pulled(answer["messages"], last_seq=answer["last_seq"], more=answer["more"]):
                return

    def _hear(self, event: str, data: Any) -> None:
        if event == "message_added":
            view = self.views.get(data["conversation_id"])
            if view is not None and view.hear(data) and self.online.is_set():
                self._background(self._pull_quietly(data["conversation_id"]))
        elif event == "conversation_updated":
            view = self.views.get(data["id"])
            if view is not None and data["last_seq"] > view.last_seq and self.online.is_set():
                self._background(self._pull_quietly(data["id"]))

    async def _pull_quietly(self, conversation_id: str) -> None:
        """Pull once at a time, and again when told to come back later: who gave up would stay behind."""
        if conversation_id in self._pulling:
            return
        self._pulling.add(conversation_id)
        try:
            with contextlib.suppress(*AWAY):
                while not await self._pulled(conversation_id):  # noqa: ASYNC110  # the server says when, no event does
                    await asyncio.sleep(1)
        finally:
            self._pulling.discard(conversation_id)

    async def _pulled(self, conversation_id: str) -> bool:
        try:
            await self._pull(conversation_id)
        except RefusedError as error:
            return error.args[0] not in LATER
        return True

    def _background(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def seen(self) -> list[Seen]:
        return [
            Seen("the agent", conversation_id, tuple(view.shown), view.holes)
            for conversation_id, view in self.views.items()
        ]

    async def leave(self) -> None:
        await self.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
