"""The wire between processes: what one tells its sockets, the others tell theirs. Redis carries it, and keeps nothing.

When Redis is away or hangs, nobody waits for it: what could not be sent is dropped here, and the relay of each
process reads the database again when its wire is back, when another process says that it lost something (a message of
its name alone), and every few seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

import orjson
from redis import asyncio as redis
from redis.exceptions import RedisError

from bot.domain.identifiers import new_id

logger = logging.getLogger(__name__)

CHANNEL = "parley:told:2"  # the number is that of the form of what it carries
TIMEOUT_SECONDS = 1.0  # no handler waits for Redis longer
RETRY_SECONDS = 1.0
MOST_UNSENT = 10_000
MOST_AT_ONCE = 200  # that share a message: each costs Redis and both processes about as much as what is in it
SPENT = "spent"
"""In the place of a namespace: a token of a rate limit was taken; bucket and key follow."""

Told = tuple[str, str, str, Any, str | None]
"""Namespace, room, event, data, the socket to leave out."""


async def redis_time(url: str) -> datetime | None:
    """Return what time Redis has; None when it does not answer."""
    client = redis.from_url(url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS)
    try:
        seconds, microseconds = await client.time()
        return datetime.fromtimestamp(seconds + microseconds / 1e6, UTC)
    except (RedisError, OSError, TimeoutError, ValueError):
        return None
    finally:
        await client.aclose()


class Wire(Protocol):
    """Passes on what was told here."""

    def send(self, told: Told) -> None:
        """Pass it on, or drop it; never blocks."""

    async def run(self, deliver: Callable[[Told], None], came_back: Callable[[], None]) -> None:
        """Hand in what other processes told, until cancelled; say when the wire is back or something was lost."""


class NoWire:
    """One process needs none."""

    def send(self, told: Told) -> None:
        """There is nobody else."""

    async def run(self, deliver: Callable[[Told], None], came_back: Callable[[], None]) -> None:  # noqa: ARG002
        await asyncio.Event().wait()


class RedisWire:
    """Publishes to one channel and listens to it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._me = new_id()
        self._unsent: asyncio.Queue[bytes] = asyncio.Queue(MOST_UNSENT)
        self._lost = False

    def send(self, told: Told) -> None:
        try:
            self._unsent.put_nowait(orjson.dumps(told))
        except asyncio.QueueFull:
            self._lost = True
            logger.info("wire_full")

    async def run(self, deliver: Callable[[Told], None], came_back: Callable[[], None]) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._publish())
            group.create_task(self._listen(deliver, came_back))

    def _client(self) -> redis.Redis:
        return redis.from_url(
            self._url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, health_check_interval=10
        )

    async def _publish(self) -> None:
        async with self._client() as client:
            while not _is_over():
                message = self._message(await self._unsent.get())
                try:
                    if self._lost:
                        # Whoever still listens cannot know that something is missing: its own connection held.
                        await client.publish(CHANNEL, self._message())
                        self._lost = False
                    await client.publish(CHANNEL, message)
                except (RedisError, OSError, TimeoutError):
                    self._lost = True
                    dropped = self._drop_all()
                    logger.warning("wire_lost", extra={"dropped": dropped + 1})
                    await asyncio.sleep(RETRY_SECONDS)
                    if self._unsent.empty():  # it is tried again even when nobody says anything
                        self._unsent.put_nowait(b"")

    def _message(self, first: bytes = b"") -> bytes:
        """Return what waits now, behind this process's name; its name alone says that something was lost."""
        told = [first] if first else []
        while told and len(told) < MOST_AT_ONCE and not self._unsent.empty():
            if one := self._unsent.get_nowait():
                told.append(one)
        return b"[" + b",".join([orjson.dumps(self._me), *told]) + b"]"

    def _drop_all(self) -> int:
        """Empty the queue: by the time Redis is back the database is the shorter way."""
        count = self._unsent.qsize()
        for _ in range(count):
            self._unsent.get_nowait()
        return count

    async def _listen(self, deliver: Callable[[Told], None], came_back: Callable[[], None]) -> None:
        while not _is_over():
            try:
                async with self._client() as client, client.pubsub(ignore_subscribe_messages=True) as subscription:
                    await subscription.subscribe(CHANNEL)
                    came_back()
                    while not _is_over():
                        message = await subscription.get_message(timeout=TIMEOUT_SECONDS)
                        if message is not None:
                            self._hand_in(message["data"], deliver, came_back)
            except (RedisError, OSError, TimeoutError) as error:
                logger.warning("wire_silent", extra={"kind": type(error).__name__})
            await asyncio.sleep(RETRY_SECONDS)

    def _hand_in(self, data: object, deliver: Callable[[Told], None], came_back: Callable[[], None]) -> None:
        try:
            sender, *all_told = orjson.loads(data)  # type: ignore[arg-type]  # whatever came is refused below
            if not isinstance(sender, str) or sender == self._me:
                return
            news = [told for one in all_told if (told := _told_of(one))]
        except (ValueError, TypeError):
            logger.warning("wire_message_refused")
            return
        if not all_told:
            came_back()
        for told in news:
            deliver(told)


def _is_over() -> bool:
    """Whether this task was told to end: a library that was just connecting may have swallowed it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _told_of(one: Any) -> Told | None:
    """Return what was told, None when it has not its form. Raises ValueError, TypeError."""
    namespace, room, event, payload, skip = one
    if not (isinstance(namespace, str) and isinstance(room, str) and isinstance(event, str)):
        return None
    return namespace, room, event, payload, skip if isinstance(skip, str) else None


def open_wire(url: str | None) -> Wire:
    """Return the wire that the settings ask for."""
    return RedisWire(url) if url else NoWire()
