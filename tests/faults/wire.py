"""A Socket.IO client on a bare WebSocket: cheap enough for thousands, and able to misbehave.

Speaks Engine.IO 4 and Socket.IO 5 as text frames. Nothing reconnects by itself and nothing is hidden.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import Callable
from typing import Any

import aiohttp

SHOPPER = "/shopper"
AGENT = "/agent"
JOIN_SECONDS = 60.0
ASK_SECONDS = 60.0

Heard = Callable[[str, Any], None]


class GoneError(Exception):
    """The connection ended before the answer came: nobody knows whether the server did it."""


class RefusedError(Exception):
    """The server answered with an error; `args[0]` is its code."""


def address(url: str) -> str:
    """Return where a WebSocket of this server is opened."""
    return f"{url}/socket.io/?EIO=4&transport=websocket"


async def until(true: Callable[[], object], *, seconds: float) -> bool:
    """Wait until something holds; False when it does not in time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.05)
    return True


class Wire:
    """One connection to one namespace.

    `raw` leaves events undecoded and acknowledgements as text: what a load generator needs.
    """

    def __init__(self, namespace: str = SHOPPER, *, heard: Heard | None = None, raw: bool = False) -> None:
        self.namespace = namespace
        self.events = 0
        self._heard = heard
        self._raw = raw
        self._ids = itertools.count()
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reading: asyncio.Task[None] | None = None
        self._joined: asyncio.Future[None] | None = None
        self.gone = asyncio.Event()

    @property
    def socket(self) -> aiohttp.ClientWebSocketResponse:
        assert self._socket is not None, "expected an open wire"
        return self._socket

    async def open(
        self,
        session: aiohttp.ClientSession,
        url: str,
        auth: dict[str, Any] | None = None,
        *,
        origin: str | None = None,
        cookie: str | None = None,
        join: bool = True,
    ) -> Wire:
        """Connect and join the namespace. Raises GoneError, RefusedError, or aiohttp's own errors."""
        headers = {name: value for name, value in (("Origin", origin), ("Cookie", cookie)) if value is not None}
        self._socket = await session.ws_connect(address(url), headers=headers, max_msg_size=0, autoping=True)
        self._joined = asyncio.get_running_loop().create_future()
        self._reading = asyncio.create_task(self._read())
        if join:
            try:
                await self.socket.send_str(f"40{self.namespace},{json.dumps(auth or {})}")
                await asyncio.wait_for(self._joined, JOIN_SECONDS)
            except ConnectionError:
                raise GoneError from None
        return self

    async def ask(self, event: str, payload: Any) -> Any:
        """Send an event and return what the server acknowledged. Raises GoneError, RefusedError."""
        answer = await self.send(event, payload)
        if self._raw:
            if not answer.startswith('[{"ok"'):
                raise RefusedError(answer[:200])
            return answer
        if "ok" not in answer:
            raise RefusedError(answer["error"]["code"], answer)
        return answer["ok"]

    async def send(self, event: str, payload: Any) -> Any:
        """Send an event and return the acknowledgement, an error or not. Raises GoneError."""
        if self.gone.is_set():
            raise GoneError
        number = next(self._ids)
        future = self._asked[number] = asyncio.get_running_loop().create_future()
        try:
            await self.socket.send_str(f"42{self.namespace},{number}{json.dumps([event, payload])}")
            return await asyncio.wait_for(future, ASK_SECONDS)
        except ConnectionError:
            raise GoneError from None
        finally:
            self._asked.pop(number, None)

    async def close(self) -> None:
        """Close, and wait until the reader is done."""
        if self._socket is not None:
            with contextlib.suppress(ConnectionError):
                await self._socket.close()
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading

    def cut(self) -> None:
        """Drop the connection without a word, as a lost network does to the other side."""
        transport = self.socket.get_extra_info("socket")
        if self._reading is not None:
            self._reading.cancel()
        response = self.socket._response.connection  # aiohttp has no public way to abort
        if transport is not None and response is not None and response.transport is not None:
            response.transport.abort()
        self._end()

    def pause(self) -> None:
        """Stop reading: the slow consumer. The kernel's buffers fill, then the server's."""
        connection = self.socket._response.connection
        assert connection is not None
        assert connection.transport is not None
        connection.transport.pause_reading()

    async def _read(self) -> None:
        head = f"42{self.namespace},"
        acknowledged = f"43{self.namespace},"
        try:
            async for frame in self.socket:
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    continue
                data: str = frame.data
                if data.startswith(acknowledged):
                    self._answered(data[len(acknowledged) :])
                elif data.startswith(head):
                    self.events += 1
                    if self._heard is not None:
                        event, *rest = json.loads(data[len(head) :])
                        self._heard(event, rest[0] if rest else None)
                elif data == "2":
                    await self.socket.send_str("3")
                else:
                    self._control(data)
        except ConnectionError:
            pass
        finally:
            self._end()

    def _answered(self, rest: str) -> None:
        number, bracket, body = rest.partition("[")
        future = self._asked.pop(int(number), None)
        if future is not None and not future.done():
            text = bracket + body
            future.set_result(text if self._raw else json.loads(text)[0])

    def _control(self, data: str) -> None:
        joined = self._joined
        if joined is None or joined.done():
            return
        if data.startswith(f"40{self.namespace},"):
            joined.set_result(None)
        elif data.startswith(f"44{self.namespace},"):
            told = json.loads(data[len(self.namespace) + 3 :])
            joined.set_exception(RefusedError((told.get("data") or {}).get("code", told.get("message"))))

    def _end(self) -> None:
        self.gone.set()
        for future in (*self._asked.values(), *([self._joined] if self._joined else [])):
            if not future.done():
                future.set_exception(GoneError())
                future.exception()  # somebody may have given up waiting already
        self._asked.clear()
