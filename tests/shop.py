"""A whole server in the test's own process: real application, real sockets, real database, free port."""

from __future__ import annotations

import asyncio
import shutil
import socket
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from inspect import isawaitable
from pathlib import Path
from typing import Any, Self, cast

import aiohttp
from aiohttp import web

from bot import bootstrap
from bot.bootstrap import Parley
from bot.clock import Clock
from bot.demo.seed import PASSWORD, DemoSignIn
from bot.domain.agents import RENEW_SECONDS, Agent, Presence
from bot.domain.identifiers import hash_token, new_id, new_token
from bot.domain.rights import Role
from bot.server import app as application
from bot.server import guards, knowledge_watch
from bot.server.runner import Runner
from bot.services.answering import Answering
from bot.settings import Settings
from bot.store.schema import upgrade
from bot.store.transaction import Transaction
from tests.builders import small_kb
from tests.fakes import FrozenClock

STAFF = {
    "Amir": ("amir@shop.example", Role.AGENT, ("en", "es", "fr")),
    "Beth": ("beth@shop.example", Role.SUPERVISOR, ("en", "es")),
    "Zoe": ("zoe@shop.example", Role.ANALYST, ("en",)),
    "Ada": ("ada@shop.example", Role.ADMIN, ("en",)),
}


@dataclass(frozen=True, repr=False)
class Premises:
    """What tests share: a help center with its index, and a migrated database with the staff in it."""

    kb: Path
    cache: Path
    database: Path
    answering: Answering

    @classmethod
    def build(cls, folder: Path, cache: Path) -> Premises:
        """Fit (or load) the index and migrate a database once."""
        kb = folder / "kb"
        kb.mkdir()
        settings = Settings(kb=small_kb(kb), cache=cache, database_url=f"sqlite:///{folder / 'template.db'}")
        upgrade(settings.database_url)
        parley = bootstrap.assemble(settings)
        asyncio.run(hire(parley))
        return cls(kb, cache, folder / "template.db", parley.desk())

    def add_staff(self, tx: Transaction) -> None:
        """Make everybody of the staff; nobody types a password here, so all have the same hash of nothing."""
        for name, (email, role, languages) in STAFF.items():
            tx.agents.add(Agent(new_id(), name, email, role, languages, 5, Presence.OFFLINE, tx.now), "-")

    def copy_database(self, folder: Path) -> str:
        """Return the URL of a database of the test's own, with the staff in it."""
        path = folder / "parley.db"
        with closing(sqlite3.connect(self.database)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
        return f"sqlite:///{path}"

    def copy_kb(self, folder: Path) -> Path:
        """Return a copy of the help center that the test may change."""
        return Path(shutil.copytree(self.kb, folder / "kb"))

    @contextmanager
    def ready_index(self) -> Iterator[None]:
        """Let `assemble` take the shared index instead of reading it again: a second for each test."""
        build = bootstrap.build_answering

        def ready(folder: Path, settings: Settings, catalogs: Any) -> Answering:
            return self.answering if folder == self.kb.resolve() else build(folder, settings, catalogs)

        bootstrap.build_answering = ready
        try:
            yield
        finally:
            bootstrap.build_answering = build


async def _nothing_changes(_parley: Parley) -> None:
    await asyncio.Event().wait()


@dataclass(repr=False)
class Shop:
    """The running server."""

    premises: Premises
    settings: Settings
    clock: Clock
    watches_kb: bool = False
    public_url: str | None = None
    """Its own, unless it is one of several behind the same."""
    parley: Parley = field(init=False)
    url: str = field(init=False)
    http: aiohttp.ClientSession = field(init=False)
    _runner: web.AppRunner = field(init=False)

    async def open(self, *, demo: Any = None) -> Self:
        """Start serving on a free port."""
        with self.premises.ready_index():
            self.parley = bootstrap.assemble(self.settings, self.clock)
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            app = application.make_app(
                self.parley,
                self.public_url or self.settings.public_url or self.url,
                demo=DemoSignIn("amir@shop.example", "printed at start") if demo else None,
            )
        except BaseException:
            listener.close()
            raise
        self._runner = Runner(app, access_log=None, shutdown_timeout=1)
        with self._quickly():
            await self._runner.setup()
        await web.SockSite(self._runner, listener).start()
        self.http = aiohttp.ClientSession(self.url, cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def close(self) -> None:
        """Stop, and let the database go."""
        await self.http.close()
        last_words, guards.LAST_WORDS_SECONDS = guards.LAST_WORDS_SECONDS, 0.0
        try:
            await self._runner.cleanup()
        finally:
            guards.LAST_WORDS_SECONDS = last_words

    @contextmanager
    def _quickly(self) -> Iterator[None]:
        """Leave out the watch over the folder, which takes a fifth of a second to end, unless the test is about it."""
        watch = knowledge_watch.watch_folder
        if not self.watches_kb:
            knowledge_watch.watch_folder = _nothing_changes
        try:
            yield
        finally:
            knowledge_watch.watch_folder = watch

    def door(self) -> str:
        """Return the address to which the next one connects."""
        return self.url

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return Path(str(self.parley.store.url.database))

    def rows(self, query: str, *values: object) -> Sequence[Any]:
        """Read the file as another process does: only what was committed is there."""
        with closing(sqlite3.connect(self.database)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(query, values).fetchall()

    def value(self, query: str, *values: object) -> Any:
        """Return the one value of the one row."""
        ((found,),) = self.rows(query, *values)
        return found

    async def cookie_of(self, name: str) -> str:
        """Sign somebody of the staff in by name or address, past the password, and return the session's token."""
        email = STAFF[name][0] if name in STAFF else name
        token = new_token()

        def unit(tx: Any) -> None:
            agent = tx.agents.credentials(email).agent
            tx.sessions.add(hash_token(token), agent.id, tx.now, tx.now.replace(year=tx.now.year + 1))

        await self.parley.store.write(unit)
        return token

    async def set_up(self, **sections: Any) -> None:
        """Change hours, teams or people as a supervisor does; people are given by name."""
        if people := sections.get("people"):
            sections["people"] = [{"email": STAFF[name][0], **changes} for name, changes in people.items()]
        await self.parley.configuring.change(sections, version=None, actor=None)

    async def passes(self, seconds: float) -> None:
        """Let time pass as it does: swept every few seconds."""
        clock = cast("FrozenClock", self.clock)
        while seconds > 0:
            clock.advance(seconds=min(seconds, RENEW_SECONDS))
            seconds -= RENEW_SECONDS
            await self.sweep()

    async def sweep(self) -> int:
        """Do what the clock has made due."""
        return await self.parley.housekeeping.sweep()


async def hire(parley: Parley) -> None:
    """Make the staff, with passwords, and let the database go."""
    for name, (email, role, languages) in STAFF.items():
        await parley.agents.add(name=name, email=email, password=PASSWORD, role=role, languages=languages)
    await parley.close()


def settings_for(premises: Premises, folder: Path, **changes: Any) -> Settings:
    """Return settings of a shop with a database of its own."""
    plain = Settings(kb=premises.kb, cache=premises.cache, database_url=premises.copy_database(folder))
    return replace(plain, **changes)


async def migrated(premises: Premises, url: str) -> str:
    """Make the tables and the staff in an empty PostgreSQL database, and return its URL."""
    await asyncio.to_thread(upgrade, url)
    with premises.ready_index():
        parley = bootstrap.assemble(Settings(kb=premises.kb, cache=premises.cache, database_url=url))
    await parley.store.write(premises.add_staff)
    await parley.close()
    return url


async def within(seconds: float, ready: Callable[[], Any]) -> Any:
    """Ask again and again until the answer is true, and return it; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            found = ready()
            if isawaitable(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.01)
