"""One WebSocket each: text only, read by one task, written without a queue.

The library gives every connection a second task and a queue for writing, and a timer and a task for every frame that it
reads: two thirds of what a small message costs. A line writes a frame straight to the transport, which buffers what the
other side does not take; how much that is tells who reads too slowly. The library's own methods are replaced, hence the
exact version pins and tests/server/test_lines.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections import deque
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol

import engineio
import orjson
from aiohttp import WSMsgType, web
from engineio.async_drivers.aiohttp import WebSocket
from socketio.packet import Packet

from bot.errors import BadInput

MOST_PACKETS = 200  # waiting for one reader
MOST_BYTES = 1_000_000  # waiting for one reader
MOST_WORDS = 200  # of a refusal that quotes what was sent
CLOSE_SECONDS = 2.0  # for the other side to say goodbye; a half-open one never does
_CLOSE, _PONG, _MESSAGE = "1", "3", "4"  # of Engine.IO
_IGNORED = ("0", "2", "5", "6")
_HALF = re.compile("[\ud800-\udfff]")
_SMALL, _MEDIUM = 126, 1 << 16  # where a frame's length takes two and eight bytes more


class _Json:
    """orjson with the signature that the library calls; it refuses deep and endless input by itself.

    Half a surrogate pair, which a browser sends when a text is cut within an emoji, is valid JSON that orjson does not
    take. It must not cost the connection: the outbox would send it again for ever.
    """

    @staticmethod
    def dumps(value: object, **_options: object) -> str:
        try:
            return orjson.dumps(value).decode()
        except TypeError:
            return json.dumps(value)

    @staticmethod
    def loads(text: str | bytes, **_options: object) -> Any:
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return orjson.loads(_HALF.sub("\ufffd", _again(text)))


def _again(text: str | bytes) -> str:
    """Return the same JSON with every escape written out."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except RecursionError:
        raise ValueError("expected JSON, got something nested too deeply") from None


class TextPacket(Packet):  # type: ignore[misc]  # the library has no types
    """A packet that is never searched for binary values: Parley sends and takes none."""

    uses_binary_events = False
    json = _Json


def frame_of(text: str) -> bytes:
    """Return a text frame of the WebSocket protocol, as a server sends it: whole, not masked, not compressed."""
    payload = text.encode()
    length = len(payload)
    if length < _SMALL:
        return b"\x81%c%b" % (length, payload)
    if length < _MEDIUM:
        return b"\x81\x7e%b%b" % (length.to_bytes(2), payload)
    return b"\x81\x7f%b%b" % (length.to_bytes(8), payload)


class Line:
    """The way out of one connection, in the place of the library's queue."""

    __slots__ = ("_ends", "_socket", "_transport", "_written", "heard_at")

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport, heard_at: float) -> None:
        self._socket = socket
        self._transport = transport
        self._written = 0
        self._ends: deque[int] = deque()  # where each frame that may still wait ends, in bytes from the first on
        self.heard_at = heard_at
        """When the last frame came, by the loop's clock."""

    def send(self, frame: bytes) -> bool:
        """Write a frame; False, and nothing is written, when too much waits for this reader already."""
        transport = self._transport
        if transport.is_closing():
            return True  # nobody is there, so nobody is slow
        if waiting := transport.get_write_buffer_size():
            if waiting > MOST_BYTES or self._packets(waiting) >= MOST_PACKETS:
                return False
        elif self._ends:
            self._ends.clear()
        self._written += len(frame)
        self._ends.append(self._written)
        transport.write(frame)
        return True

    def _packets(self, waiting: int) -> int:
        """Return how many frames wait, of so many bytes."""
        ends, sent = self._ends, self._written - waiting
        while ends and ends[0] <= sent:
            ends.popleft()
        return len(ends)

    def abort(self) -> bool:
        """End the connection and free what waits; False when it is ending already."""
        if self._transport.is_closing():
            return False
        self._transport.abort()
        return True

    async def close(self) -> None:
        """Send what waits and a goodbye, and wait for the other's."""
        with contextlib.suppress(Exception):  # it may be gone in any way
            await self._socket.close()

    async def put(self, packet: Any) -> None:
        """Take a packet of the library's own: its opening, its pings, its goodbye. Who is too slow gets none."""
        if packet is not None:
            self.send(frame_of(packet.encode()))

    async def join(self) -> None:
        """Nothing waits here."""


class Opening(engineio.AsyncServer):  # type: ignore[misc]
    """The library's door, for WebSockets only: what else comes to it ends in the middle of its polling."""

    async def handle_request(self, request: web.Request) -> web.StreamResponse:
        wishes = [wish.strip() for wish in request.headers.get("Connection", "").lower().split(",")]
        if request.headers.get("Upgrade", "").lower() != "websocket" or "upgrade" not in wishes:
            raise BadInput("The request is not valid: {why}.", why="expected a WebSocket's opening")
        response: web.StreamResponse = await super().handle_request(request)
        if isinstance(response, web.Response) and response.status >= HTTPStatus.BAD_REQUEST:
            said = (response.text or "").strip('".')[:MOST_WORDS]
            raise BadInput("The request is not valid: {why}.", why=said)
        return response


class Guard(Protocol):
    """Who takes what comes in, and ends a connection."""

    lines: dict[str, Line]
    """Every open connection's way out, by Engine.IO's number."""

    async def take(self, eio_sid: str, data: str) -> None: ...

    def cut(self, eio_sid: str, why: str) -> None: ...


class PlainWebSocket(WebSocket):  # type: ignore[misc]
    """A WebSocket without compression, which costs a third of the CPU for messages this small."""

    def __init__(self, guard: Guard, handler: Any, server: Any) -> None:
        super().__init__(handler, server)
        self._guard = guard

    async def __call__(self, environ: Mapping[str, Any]) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(
            max_msg_size=self.server.max_http_buffer_size, compress=False, timeout=CLOSE_SECONDS
        )
        request: web.Request = environ["aiohttp.request"]
        connection = self.handler.__self__  # the library's side of it: its number, its pings
        try:
            await socket.prepare(request)
        except BaseException as error:
            # The library would keep what it made for this request, until a ping was not answered.
            await connection.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_ERROR)
            self.server.sockets.pop(connection.sid, None)
            if isinstance(error, ValueError):  # a header that is not even ASCII
                raise BadInput("The request is not valid: {why}.", why="a header is malformed") from None
            raise
        if connection.connected or request.transport is None:  # an upgrade from polling, which is not offered; or gone
            return socket
        line = Line(socket, request.transport, asyncio.get_running_loop().time())
        connection.connected = connection.upgraded = True
        while not connection.queue.empty():
            await line.put(connection.queue.get_nowait())
        connection.queue = line
        self._guard.lines[connection.sid] = line
        try:
            await self._listen(connection, socket, line)
        finally:
            del self._guard.lines[connection.sid]
            await connection.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
            connection.queue = None  # the library's next ping holds the connection for a while, but not all of this
        return socket

    async def _listen(self, connection: Any, socket: web.WebSocketResponse, line: Line) -> None:
        """Take one frame after the other, each when the one before is answered, until there are no more."""
        now = asyncio.get_running_loop().time
        while (message := await socket.receive()).type is WSMsgType.TEXT:
            line.heard_at = now()
            frame = message.data
            kind = frame[:1]
            if kind == _MESSAGE:
                await self._guard.take(connection.sid, frame[1:])
            elif kind == _PONG:
                connection.schedule_ping()
            elif kind not in _IGNORED:  # its goodbye, or nothing of Engine.IO
                return
        if message.type is WSMsgType.BINARY:
            self._guard.cut(connection.sid, "binary")
