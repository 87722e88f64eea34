"""The server, with faults planted on request: what proves that a harness can fail.

    python -m tests.faults.planted PORT WORKERS [NAME ...]

Names in FAULTS break a promise and must be caught; names in CONDITIONS only make something happen sooner or
let a test move the clock.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy.util import await_only

from bot import observability
from bot.cli.serve import serve
from bot.clock import SystemClock
from bot.domain.identifiers import new_id
from bot.domain.messages import Author
from bot.errors import FaultsError, Unavailable
from bot.server import app, channel, guards, lines, open_routes, relay, shopper, wire
from bot.services import exchange
from bot.store import conversations, messages, schema, sqlite
from bot.store.postgres import PostgresDatabase

OFFSET = "clock-offset"  # a file in the server's folder: seconds
NEXT_MIGRATIONS = "next-migrations"  # a folder there


def early_acknowledgement() -> None:
    """Answer a message before the commit."""
    sending: ContextVar[bool] = ContextVar("sending", default=False)
    receive = shopper.ShopperChannel._message_send

    async def message_send(self: Any, sid: str, asked: Any) -> Any:
        sending.set(True)
        try:
            return await receive(self, sid, asked)
        finally:
            sending.set(False)

    shopper.ShopperChannel._message_send = message_send
    for kind in (sqlite.SqliteDatabase, PostgresDatabase):
        kind.write = _telling_early(kind.write, sending)


def _telling_early(original: Any, sending: ContextVar[bool]) -> Any:
    async def write(self: Any, unit: Any, then: Any = None) -> Any:
        if not sending.get():
            return await original(self, unit, then)
        loop = asyncio.get_running_loop()
        early = loop.create_future()

        def told(connection: Any) -> Any:
            result = unit(connection)
            loop.call_soon_threadsafe(lambda: early.done() or early.set_result(result))
            # The moment in which power may fail, made longer.
            if connection.dialect.name == "postgresql":
                await_only(asyncio.sleep(0.3))
            else:
                time.sleep(0.03)
            return result

        late = asyncio.ensure_future(original(self, told, then))
        late.add_done_callback(lambda task: task.exception())  # nobody hears of it: that is the fault
        done, _ = await asyncio.wait({early, late}, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()

    return write


def no_deduplication() -> None:
    """Store a message again when it comes again."""
    original = messages.row_of_message
    messages.Messages.find_by_client_id = lambda *_: None
    messages.row_of_message = lambda message: original(replace(message, client_id=None))


def collides() -> None:
    """Store a message again when it comes again: the database refuses the second."""
    messages.Messages.find_by_client_id = lambda *_: None


def skipped_number() -> None:
    """Leave out a `seq` now and then."""
    original = exchange.Exchange.say

    def say(self: Any, *arguments: Any, **options: Any) -> Any:
        if self._last_seq % 8 == 6:
            self._last_seq += 1
        return original(self, *arguments, **options)

    exchange.Exchange.say = say


def lost_event() -> None:
    """Keep some news from everybody."""
    original, count = relay.Relay.publish, itertools.count()

    def publish(self: Any, news: Any) -> None:
        if news.messages and next(count) % 9 == 8:
            news.messages.clear()
        original(self, news)

    relay.Relay.publish = publish


def never_reads_again() -> None:
    """Trust the wire: what it lost is lost."""

    async def nothing(_self: Any) -> None:
        return

    relay.Relay._tell_what_was_missed = nothing


def listens_once() -> None:
    """Hear nothing from other processes any more once the wire was cut, and never read again what was missed."""
    never_reads_again()
    original, listened = wire.RedisWire._client, itertools.count()

    def client(self: Any) -> Any:
        if next(listened) > 1:  # one publishes, one listens
            raise asyncio.CancelledError
        return original(self)

    wire.RedisWire._client = client


def no_turn_lock() -> None:
    """Let two turns of one conversation run at once."""
    conversations._LOCKED = conversations.PreparedQuery(conversations._BY_ID)


def deaf_tab() -> None:
    """Tell only one tab of a conversation: the other's room is another."""
    seen: set[str] = set()
    original = shopper.ShopperChannel.enter_room

    async def enter_room(self: Any, sid: str, room: str, namespace: str | None = None) -> None:
        if room in seen:
            room += "-second"
        seen.add(room)
        await original(self, sid, room, namespace)

    shopper.ShopperChannel.enter_room = enter_room


def other_order() -> None:
    """Swap numbers in an answer to `resume`."""
    original = messages.Messages.after

    def after(self: Any, *arguments: Any) -> Any:
        found = original(self, *arguments)
        numbers = [message.seq for message in found]
        for first in range(0, len(numbers) - 1, 5):
            numbers[first : first + 2] = numbers[first : first + 2][::-1]
        return [replace(message, seq=seq) for message, seq in zip(found, numbers, strict=True)]

    messages.Messages.after = after


def no_reply() -> None:
    """Lose the bot's reply now and then, as a reply outside the transaction would be at a crash."""
    original, count = exchange.Exchange.say, itertools.count()

    def say(self: Any, author: Author, *arguments: Any, **options: Any) -> Any:
        lost = author is Author.BOT and next(count) % 10 == 9
        return original(self, Author.SYSTEM if lost else author, *arguments, **options)

    exchange.Exchange.say = say


def holds_turns() -> None:
    """Stay in the middle of the first turn, its rows locked, until told to go on or killed."""
    original = exchange.Exchange.say

    def say(self: Any, author: Author, *arguments: Any, **options: Any) -> Any:
        if author is Author.SHOPPER and not Path("holding").exists():
            Path("holding").write_text(str(os.getpid()))
            while not Path("held").exists():
                time.sleep(0.03)
        return original(self, author, *arguments, **options)

    exchange.Exchange.say = say


def not_durable() -> None:
    """Commit without waiting for the disk."""
    original = sqlite._configure

    def configure(connection: sqlite3.Connection, record: object) -> None:
        original(connection, record)
        connection.execute("PRAGMA synchronous=NORMAL").close()

    sqlite._configure = configure


def commit_each() -> None:
    """Commit every unit of work by itself."""
    sqlite.BATCH = 1


def pretends() -> None:
    """Say that a message is kept when the database is away."""
    original = shopper.ShopperChannel._message_send

    async def message_send(self: Any, sid: str, asked: Any) -> Any:
        try:
            return await original(self, sid, asked)
        except Unavailable:
            return {"id": new_id(), "seq": 1}

    shopper.ShopperChannel._message_send = message_send


def never_heals() -> None:
    """Stay unavailable once the database was away."""
    for kind in (sqlite.SqliteDatabase, PostgresDatabase):
        kind.write = _breaking_for_good(kind.write)


def _breaking_for_good(original: Any) -> Any:
    broken: list[Unavailable] = []

    async def write(self: Any, unit: Any, then: Any = None) -> Any:
        if broken:
            raise broken[0]
        try:
            return await original(self, unit, then)
        except Unavailable as error:
            broken.append(error)
            raise

    return write


def always_ready() -> None:
    """Say ready without asking the database."""

    async def ready(_request: Any) -> Any:
        return web.json_response({"status": "ready"})

    open_routes._readiness = lambda _parley: ready


def waits_for_ever() -> None:
    """Let a writer wait for a lock as long as it takes, and everybody behind it."""
    sqlite.LOCK_SECONDS = 3600.0


def no_eviction() -> None:
    """Keep everything for who does not read."""
    lines.MOST_PACKETS = lines.MOST_BYTES = 10**12


def no_join_limit() -> None:
    """Let sockets stay that never join."""
    guards.JOIN_SECONDS = 3600.0


def binary_welcome() -> None:
    """Collect binary attachments, as the library would if it did not count them."""
    held: list[object] = []
    original = guards.GuardedServer.take

    async def take(self: Any, eio_sid: str, data: str) -> None:
        if data.startswith("5"):
            held.append(data)
        else:
            await original(self, eio_sid, data)

    async def listen(self: Any, connection: Any, socket: Any, line: Any) -> None:
        async for message in socket:
            if message.type is lines.WSMsgType.BINARY:
                held.append(message.data)
            else:
                await self._guard.take(connection.sid, message.data[1:])

    guards.GuardedServer.take = take
    lines.PlainWebSocket._listen = listen


def no_pings() -> None:
    """Never find out that a peer is gone."""
    app.PING_SECONDS = 3600


def stumbles() -> None:
    """Raise a programming error on what is not an object."""
    original = channel.Channel._answer

    async def answer(self: Any, sid: str, ask: Any, rest: Any) -> Any:
        async def handler(sid: str, payload: Any) -> Any:
            return await ask.handler(sid, payload)

        if rest and not isinstance(rest[0], dict):
            return await original(self, sid, replace(ask, payload=_AnyPayload, handler=_broken), rest)
        return await original(self, sid, replace(ask, handler=handler), rest)

    channel.Channel._answer = answer


class _AnyPayload:
    @staticmethod
    def model_validate(value: Any) -> Any:
        return value


async def _broken(_sid: str, payload: Any) -> Any:
    return payload["text"].strip


def talkative() -> None:
    """Log every complaint of the libraries in full."""
    observability.LibraryFilter.filter = observability.SparingFilter.filter = lambda *_: True
    original = guards.GuardedServer.take

    async def take(self: Any, eio_sid: str, data: Any) -> None:
        guards.logger.warning("frame %s", str(data)[:2000])
        await original(self, eio_sid, data)

    guards.GuardedServer.take = take


def falls_over() -> None:
    """End the process on a frame that is not understood."""
    original = guards.GuardedServer.cut

    def cut(self: Any, eio_sid: str, why: str) -> None:
        if why == "malformed":
            os._exit(1)
        original(self, eio_sid, why)

    guards.GuardedServer.cut = cut


def slow_refusals() -> None:
    """Spend a long time on what is refused, with everybody waiting."""
    original = channel.Channel._refusal

    def refusal(self: Any, error: Exception, sid: str, request_id: str) -> Any:
        time.sleep(0.1)
        return original(self, error, sid, request_id)

    channel.Channel._refusal = refusal


def slow_joins() -> None:
    """Hold everybody up for each who joins."""
    original = shopper.ShopperChannel.joined

    async def joined(self: Any, *arguments: Any) -> None:
        time.sleep(3.0)  # noqa: ASYNC251  # the fault
        await original(self, *arguments)

    shopper.ShopperChannel.joined = joined


def ignores_signals() -> None:
    """Take no notice of SIGTERM."""
    original = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    loops = __import__("uvloop").Loop
    loops.add_signal_handler = lambda *_: original


def drops_work() -> None:
    """End at SIGTERM with what was acknowledged still on its way to the disk."""
    early_acknowledgement()
    __import__("uvloop").Loop.add_signal_handler = lambda _loop, number, *_: signal.signal(
        number, lambda *_: os._exit(0)
    )


def order_of_clock() -> None:
    """Stamp messages with whatever the clock says, backwards too."""
    original = exchange.Exchange.__init__

    def begin(self: Any, tx: Any, conversation: Any) -> None:
        original(self, tx, conversation)
        self.now = tx.now

    exchange.Exchange.__init__ = begin


def timers_by_clock() -> None:
    """Throw out everybody whose last ping is a while ago by the wall clock."""
    original = guards.GuardedServer._late

    def late(self: Any, now: float) -> Any:
        found = list(original(self, now))
        before[:], passed = [time.time()], time.time() - (before or [time.time()])[0]
        return found + (list(self.lines) if abs(passed) > 600 else [])

    before: list[float] = []
    guards.GuardedServer._late = late


def quick_pings() -> None:
    """Ask peers every second whether they are there."""
    app.PING_SECONDS, app.PONG_SECONDS = 1, 2


def quick_locks() -> None:
    """Give up on a lock after a second."""
    sqlite.LOCK_SECONDS = 1.0


def quick_joins() -> None:
    """Give a second to join."""
    guards.JOIN_SECONDS = 1.0


def next_release() -> None:
    """Be the program of a later release: its migrations are in NEXT_MIGRATIONS."""
    original, folder = schema._config, str(Path(NEXT_MIGRATIONS).resolve())

    def config(*arguments: Any) -> Any:
        found = original(*arguments)
        found.set_main_option("script_location", folder)
        return found

    schema._config = config


def movable_clock() -> None:
    """Add the seconds in the file OFFSET to every clock that shows the time of day."""
    wall, wall_ns, now = time.time, time.time_ns, SystemClock.now
    path = Path(OFFSET)

    def offset() -> float:
        try:
            return float(path.read_text())
        except (OSError, ValueError):
            return 0.0

    time.time = lambda: wall() + offset()
    time.time_ns = lambda: wall_ns() + int(offset() * 1e9)
    SystemClock.now = lambda self: now(self) + timedelta(seconds=offset())


CONDITIONS: dict[str, Callable[[], None]] = {
    one.__name__: one
    for one in (quick_pings, quick_locks, quick_joins, movable_clock, collides, holds_turns, next_release)
}
FAULTS: dict[str, Callable[[], None]] = {
    one.__name__: one
    for one in (
        early_acknowledgement,
        no_deduplication,
        skipped_number,
        lost_event,
        never_reads_again,
        listens_once,
        no_turn_lock,
        deaf_tab,
        other_order,
        no_reply,
        not_durable,
        commit_each,
        pretends,
        never_heals,
        always_ready,
        waits_for_ever,
        no_eviction,
        no_join_limit,
        binary_welcome,
        no_pings,
        stumbles,
        talkative,
        falls_over,
        slow_refusals,
        slow_joins,
        ignores_signals,
        drops_work,
        order_of_clock,
        timers_by_clock,
    )
}


def main() -> None:
    port, workers, *names = sys.argv[1:]
    for name in names:
        {**CONDITIONS, **FAULTS}[name]()
    try:
        serve(host="127.0.0.1", port=int(port), workers=int(workers), demo=False)
    except FaultsError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
