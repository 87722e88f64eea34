"""The people of every test: Carol the shopper, Amir and Beth the agents, Zoe the analyst, Mallory the outsider."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import pytest

from tests.callers import Caller, RefusedError
from tests.fakes import FrozenClock
from tests.servers import redis_server
from tests.shop import Premises, Shop, settings_for
from tests.twins import Ground, Twins

SHOPPER, AGENT = "/shopper", "/agent"

__all__ = ["Agent", "Caller", "OpenShop", "RefusedError", "Shopper"]

OpenShop = Callable[..., Awaitable[Shop]]


class Shopper(Caller):
    """Somebody with the chat open in one tab."""

    token: str
    id: str
    """Of the conversation."""
    settings: dict[str, Any]

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop, SHOPPER)
        self.said = 0
        """`seq` of what was said last."""

    async def comes(self, **auth: Any) -> Self:
        """Open the chat."""
        await self.connect(auth)
        started = await self.hears_of("session_started")
        self.token, self.settings = started["token"], started["settings"]
        self.id, self.locale = started["conversation"]["id"], started["conversation"]["locale"]
        return self

    async def another_tab(self, **auth: Any) -> Shopper:
        """Open the same conversation once more."""
        return await Shopper(self.shop).comes(token=self.token, **auth)

    async def says(self, text: str, client_id: str | None = None) -> dict[str, Any]:
        """Send a message and return its id and seq; raises RefusedError."""
        ok: dict[str, Any] = await self.gets("message_send", client_id=client_id or uuid4().hex, text=text)
        self.said = ok["seq"]
        return ok

    async def hears(self, author: str = "bot", *, after: int | None = None) -> dict[str, Any]:
        """Return the first message of the author past what was said last."""
        past = self.said if after is None else after
        told: dict[str, Any] = await self.hears_of(
            "message_added", lambda message: message["author"] == author and message["seq"] > past
        )
        return told

    async def asked(self, text: str) -> dict[str, Any]:
        """Say it and return the bot's reply."""
        await self.says(text)
        return await self.hears("bot")

    async def hears_nothing_from(self, author: str) -> bool:
        """Whether nobody of that kind answered what was said last; replies are committed with the message."""
        later = await self.gets("resume", after_seq=self.said)
        told = self.heard_of("message_added")
        return not [m for m in [*later["messages"], *told] if m["author"] == author and m["seq"] > self.said]

    async def sees(self) -> list[dict[str, Any]]:
        """Return the whole transcript."""
        messages: list[dict[str, Any]] = []
        more = True
        while more:
            page = await self.gets("resume", after_seq=messages[-1]["seq"] if messages else 0)
            messages, more = messages + page["messages"], page["more"]
        return messages

    async def status(self) -> str:
        """Return the conversation's status."""
        return str((await self.gets("resume", after_seq=0, limit=1))["status"])

    async def waits(self) -> dict[str, Any]:
        """Ask for a person by the button, and return the place in the queue."""
        await self.gets("handoff_request")
        place: dict[str, Any] = await self.hears_of("handoff_updated", lambda told: told["status"] == "waiting")
        return place


class Agent(Caller):
    """Somebody of the staff at the console."""

    cookie: str
    id: str

    def __init__(self, shop: Shop, name: str) -> None:
        super().__init__(shop, AGENT)
        self.name = name

    async def comes(self) -> Self:
        """Sign in and open the console."""
        self.cookie = await self.shop.cookie_of(self.name)
        await self.connect(Origin=self.shop.url, Cookie=f"parley_session={self.cookie}")
        self.id = (await self.hears_of("session_started"))["agent"]["id"]
        return self

    async def goes(self, presence: str) -> None:
        """Say whether conversations may be offered: online, away or offline."""
        await self.gets("presence_set", presence=presence)

    async def is_offered(self, shopper: Shopper, *, after: int = 0) -> dict[str, Any]:
        """Return the offer of the shopper's conversation."""
        offer: dict[str, Any] = await self.hears_of(
            "handoff_offered", lambda told: told["conversation"]["id"] == shopper.id, after=after
        )
        return offer

    async def sees_waiting(self) -> dict[str, Any]:
        """Return the first of the queue, as soon as there is one."""

        def somebody(told: Any) -> bool:
            return bool(told["queue"])

        queue = (await self.gets("queue_watch"))["queue"]
        first: dict[str, Any] = (queue or (await self.hears_of("queue_changed", somebody))["queue"])[0]
        return first

    async def accepts(self, waiting: dict[str, Any]) -> str:
        """Take a waiting conversation and return its id; raises RefusedError."""
        return str((await self.gets("handoff_accept", handoff_id=waiting["handoff"]["id"]))["conversation_id"])

    async def takes_over(self, shopper: Shopper) -> None:
        """Take the conversation from the queue or from the bot."""
        await self.gets("conversation_take", conversation_id=shopper.id)

    async def writes(self, shopper: Shopper, text: str, client_id: str | None = None) -> dict[str, Any]:
        """Write to the shopper; raises RefusedError."""
        ok: dict[str, Any] = await self.gets(
            "message_send", conversation_id=shopper.id, client_id=client_id or uuid4().hex, text=text
        )
        return ok

    async def resolves(self, shopper: Shopper, disposition: str = "solved") -> None:
        """Close the conversation."""
        await self.gets("conversation_resolve", conversation_id=shopper.id, disposition=disposition)


@pytest.fixture(scope="session")
def premises(tmp_path_factory: pytest.TempPathFactory, index_cache: Path) -> Premises:
    """Build what all servers of these tests share."""
    return Premises.build(tmp_path_factory.mktemp("premises"), index_cache)


@pytest.fixture(scope="session")
def ground(request: pytest.FixtureRequest, premises: Premises) -> Ground | None:
    """Give what shops of two servers stand on, when the tests run with `--fleet`."""
    if not request.config.getoption("--fleet"):
        return None
    return Ground.prepare(request.getfixturevalue("postgres"), premises)


@asynccontextmanager
async def shops(
    premises: Premises, folder: Path, clock: FrozenClock, ground: Ground | None = None
) -> AsyncIterator[OpenShop]:
    """Give a function that opens servers, and close them all at the end.

    On `ground` a shop is two servers; one, if it is to be `alone` with what each server counts for itself. A test that
    says what it is on, or is about the folder of one process, has that.
    """
    opened: list[Shop] = []

    async def open_shop(*, watches_kb: bool = False, alone: bool = False, demo: Any = None, **changes: Any) -> Shop:
        own = folder / f"shop{len(opened)}"
        own.mkdir()
        if ground and not watches_kb and not changes.keys() & {"database_url", "redis_url"}:
            redis = stack.enter_context(redis_server())
            where = {"database_url": stack.enter_context(ground.database()), "redis_url": redis.url}
            settings = settings_for(premises, own, **where, **changes)
            shop = Shop(premises, settings, clock) if alone else Twins(premises, settings, clock, redis=redis)
        else:
            shop = Shop(premises, settings_for(premises, own, **changes), clock, watches_kb=watches_kb)
        opened.append(await shop.open(demo=demo))
        return shop

    with ExitStack() as stack:
        yield open_shop
        for shop in opened:
            await shop.close()


@pytest.fixture
async def open_shop(
    premises: Premises, tmp_path: Path, clock: FrozenClock, ground: Ground | None
) -> AsyncIterator[OpenShop]:
    """Give a function that opens a server with settings of the test's own."""
    async with shops(premises, tmp_path, clock, ground) as opening:
        yield opening


@pytest.fixture
async def shop(open_shop: OpenShop) -> Shop:
    """Run a server."""
    return await open_shop()


@pytest.fixture
async def people(shop: Shop) -> AsyncIterator[list[Caller]]:
    """Remember who came, and show them out before the server closes."""
    came: list[Caller] = []
    yield came
    for caller in came:
        await caller.leave()


@pytest.fixture
async def carol(shop: Shop, people: list[Caller]) -> Shopper:
    """Carol the shopper, with the chat open."""
    people.append(carol := await Shopper(shop).comes())
    return carol


@pytest.fixture
async def mallory(shop: Shop, people: list[Caller]) -> Shopper:
    """Mallory the outsider: a shopper with a conversation of her own, who wants another's."""
    people.append(mallory := await Shopper(shop).comes())
    return mallory


@pytest.fixture
async def amir(shop: Shop, people: list[Caller]) -> Agent:
    """Amir the agent, at the console."""
    people.append(amir := await Agent(shop, "Amir").comes())
    return amir


@pytest.fixture
async def beth(shop: Shop, people: list[Caller]) -> Agent:
    """Beth the supervisor, at the console."""
    people.append(beth := await Agent(shop, "Beth").comes())
    return beth


@pytest.fixture
async def zoe(shop: Shop) -> str:
    """Zoe the analyst: her session's cookie."""
    return f"parley_session={await shop.cookie_of('Zoe')}"


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test in which the server met an error that it did not expect."""
    yield
    unexpected = [r for r in caplog.get_records("call") if r.name.startswith("bot.") and r.levelname == "ERROR"]
    assert not unexpected, [(r.getMessage(), r.exc_info and r.exc_info[1]) for r in unexpected]
