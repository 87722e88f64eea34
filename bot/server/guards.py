"""The Socket.IO server with what python-socketio lacks: no binary, a time to join, an end for slow readers.

Each guard answers something measured: binary attachments grew one connection's memory without limit; a socket that
never joins a namespace stays open for ever; a reader that stops reading lets its queue grow without limit, and only
aborting the transport frees it. The overridden methods are the library's own, hence the exact version pins.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
import socketio
from aiohttp import web
from engineio.async_drivers.aiohttp import WebSocket
from socketio.packet import Packet

from bot.errors import BadInput
from bot.server.metrics import Metrics

logger = logging.getLogger(__name__)

JOIN_SECONDS = 10.0
MOST_PACKETS = 200  # waiting for one reader
MOST_BYTES = 1_000_000  # waiting for one reader
LOOK_SECONDS = 1.0
CLOSE_SECONDS = 2.0  # for the other side to say goodbye; a half-open one never does
DRAIN_SECONDS = 6.0
LAST_WORDS_SECONDS = 0.2  # for acknowledgements on their way out
_FEW_PACKETS = 16  # below this their bytes are not counted
_BINARY = ("5", "6")
_HALF = re.compile("[\ud800-\udfff]")
_PACKETS = tuple("0123456")  # of Engine.IO


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


class PlainWebSocket(WebSocket):  # type: ignore[misc]
    """A WebSocket without compression, which costs a third of the CPU for messages this small."""

    async def __call__(self, environ: Mapping[str, Any]) -> web.WebSocketResponse:
        self._sock = web.WebSocketResponse(
            max_msg_size=self.server.max_http_buffer_size, compress=False, timeout=CLOSE_SECONDS
        )
        request = environ["aiohttp.request"]
        if not request.headers.get("Sec-WebSocket-Key", "").isascii():
            raise BadInput("The request is not valid: {why}.", why="Sec-WebSocket-Key is malformed")
        await self._sock.prepare(request)
        self.environ = environ
        await self.handler(self)
        return self._sock

    async def wait(self) -> str | None:
        """Return the next frame; None, as at the client's end, for what is no text packet of Engine.IO.

        The library would raise in the middle of the request and leave the socket in its tables.
        """
        frame = await super().wait()
        return frame if isinstance(frame, str) and frame[:1] in _PACKETS else None


class GuardedServer(socketio.AsyncServer):  # type: ignore[misc]
    """Refuses what is not ours, and lets go of who does not listen."""

    def __init__(self, metrics: Metrics, **options: Any) -> None:
        super().__init__(serializer=TextPacket, json=_Json, **options)
        self.eio._async = {**self.eio._async, "websocket": PlainWebSocket}  # noqa: SLF001
        self._metrics = metrics
        self._joining: dict[str, float] = {}
        self._draining = False
        self._in_hand = 0

    async def _handle_eio_connect(self, eio_sid: str, environ: Mapping[str, Any]) -> None:
        await super()._handle_eio_connect(eio_sid, environ)
        self._joining[eio_sid] = asyncio.get_running_loop().time() + JOIN_SECONDS

    async def _handle_eio_message(self, eio_sid: str, data: object) -> None:
        if not isinstance(data, str) or data.startswith(_BINARY):
            self.cut(eio_sid, "binary")
            return
        if self._draining:
            return  # not acknowledged: the client keeps it and sends it to the next server
        self._in_hand += 1
        try:
            await super()._handle_eio_message(eio_sid, data)
        except Exception as error:  # noqa: BLE001  # a bad packet costs its sender the connection, nobody else
            logger.info("packet_refused", extra={"kind": type(error).__name__, "length": len(data)})
            self.cut(eio_sid, "malformed")
        finally:
            self._in_hand -= 1

    async def drain(self) -> None:
        """Finish what is in hand, answer it, and close every socket; new messages are left to the next server."""
        self._draining = True
        loop = asyncio.get_running_loop()
        until = loop.time() + DRAIN_SECONDS
        while self._in_hand and loop.time() < until:  # noqa: ASYNC110  # once, at the end of a process
            await asyncio.sleep(0.02)
        await asyncio.sleep(LAST_WORDS_SECONDS)
        for connection in list(self.eio.sockets.values()):
            await connection.queue.put(None)  # the writer sends what waits before this, then closes the socket

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        self._joining.pop(eio_sid, None)
        await super()._handle_eio_disconnect(eio_sid, reason)

    async def _send_eio_packet(self, eio_sid: str, eio_pkt: Any) -> None:
        connection = self.eio.sockets.get(eio_sid)
        if connection is None:
            return
        if connection.queue.qsize() >= MOST_PACKETS:
            self.cut(eio_sid, "slow")
            return
        await super()._send_eio_packet(eio_sid, eio_pkt)

    def cut(self, eio_sid: str, why: str) -> None:
        """End a connection at once and free what waits for it; the client comes back and catches up by `seq`."""
        connection = self.eio.sockets.get(eio_sid)
        environ = self.environ.get(eio_sid)
        if connection is None or environ is None or connection.closing or connection.closed:
            return
        self._metrics.evictions.labels(why).inc()
        while not connection.queue.empty():
            connection.queue.get_nowait()
            connection.queue.task_done()
        transport = environ["aiohttp.request"].transport
        if transport is not None:
            transport.abort()

    async def watch(self) -> None:
        """Look for sockets that did not join in time or do not read, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for eio_sid in self._late(loop.time()):
                self.cut(eio_sid, "not_joined")
            for eio_sid in self._full():
                self.cut(eio_sid, "slow")

    def _late(self, now: float) -> list[str]:
        joined = [eio_sid for eio_sid in self._joining if self._has_joined(eio_sid)]
        for eio_sid in joined:
            del self._joining[eio_sid]
        return [eio_sid for eio_sid, until in self._joining.items() if until <= now]

    def _has_joined(self, eio_sid: str) -> bool:
        return any(self.manager.sid_from_eio_sid(eio_sid, name) for name in self.namespace_handlers)

    def _full(self) -> Iterator[str]:
        for eio_sid, connection in list(self.eio.sockets.items()):
            waiting = connection.queue.qsize()
            if waiting > _FEW_PACKETS and _bytes_of(connection.queue) > MOST_BYTES:
                yield eio_sid


def _bytes_of(queue: asyncio.Queue[Any]) -> int:
    packets = list(queue._queue)  # type: ignore[attr-defined]  # noqa: SLF001  # asyncio offers no look at what waits
    return sum(len(packet.data) for packet in packets if packet is not None and packet.data is not None)
