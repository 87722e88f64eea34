"""The Socket.IO server with what python-socketio lacks: no binary, a time to join, an end for slow readers.

Each guard answers something measured: binary attachments grew one connection's memory without limit; a socket that
never joins a namespace stays open for ever; a reader that stops reading lets what waits for it grow without limit, and
only aborting the transport frees it. The overridden methods are the library's own, hence the exact version pins.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import socketio

from bot.server.lines import Line, Opening, PlainWebSocket, TextPacket, frame_of
from bot.server.metrics import Metrics

logger = logging.getLogger(__name__)

JOIN_SECONDS = 10.0
LOOK_SECONDS = 1.0
DRAIN_SECONDS = 6.0
LAST_WORDS_SECONDS = 0.2  # for acknowledgements on their way out
_BINARY = ("5", "6")
_EVENT = re.compile(r"2(/[a-z]+),(\d{0,18})(\[.+\])", re.DOTALL)
"""An event as every client sends it: namespace, number of the acknowledgement, name and payload."""


class GuardedServer(socketio.AsyncServer):  # type: ignore[misc]  # the library has no types
    """Refuses what is not ours, and lets go of who does not listen."""

    def __init__(self, metrics: Metrics, **options: Any) -> None:
        super().__init__(serializer=TextPacket, json=TextPacket.json, **options)
        self.eio._async = {**self.eio._async, "websocket": partial(PlainWebSocket, self)}  # noqa: SLF001
        self.lines: dict[str, Line] = {}
        self._metrics = metrics
        self._joining: dict[str, float] = {}
        self._draining = False
        self._in_hand = 0

    def _engineio_server_class(self) -> type[Opening]:
        return Opening

    async def take(self, eio_sid: str, data: str) -> None:
        """Take one packet; a bad one costs its sender the connection, and nobody else anything."""
        if data.startswith(_BINARY):
            self.cut(eio_sid, "binary")
            return
        if self._draining:
            return  # not acknowledged: the client keeps it and sends it to the next server
        self._in_hand += 1
        try:
            if found := _EVENT.fullmatch(data):
                await self._take_event(eio_sid, *found.groups())
            else:
                await self._handle_eio_message(eio_sid, data)
        except Exception as error:  # noqa: BLE001  # whatever it was, it came from outside
            logger.info("packet_refused", extra={"kind": type(error).__name__, "length": len(data)})
            self.cut(eio_sid, "malformed")
        finally:
            self._in_hand -= 1

    async def _take_event(self, eio_sid: str, namespace: str, number: str, payload: str) -> None:
        """Answer an event: what the library does in eight calls, and a search for handlers that we do not have."""
        name, *arguments = TextPacket.json.loads(payload)
        sid = self.manager.sid_from_eio_sid(eio_sid, namespace)
        if not self.manager.is_connected(sid, namespace):
            return
        answer = await self.namespace_handlers[namespace].trigger_event(name, sid, *arguments)
        if number:
            self._send(eio_sid, frame_of(f"43{namespace},{number}[{TextPacket.json.dumps(answer)}]"))

    def tell(self, event: str, data: object, *, namespace: str, room: str, skip: str | None = None) -> None:
        """Send an event to a room (or to one socket, by its id), at once and without waiting for anybody."""
        members = self.manager.rooms.get(namespace, {}).get(room)
        if not members:
            return
        frame = frame_of(f"42{namespace},{TextPacket.json.dumps([event, data])}")
        for sid, eio_sid in list(members.items()):
            if sid != skip:
                self._send(eio_sid, frame)

    def _send(self, eio_sid: str, frame: bytes) -> None:
        line = self.lines.get(eio_sid)
        if line is not None and not line.send(frame):
            self.cut(eio_sid, "slow")

    async def _send_packet(self, eio_sid: str, pkt: Any) -> None:
        self._send(eio_sid, frame_of(f"4{pkt.encode()}"))

    async def _send_eio_packet(self, eio_sid: str, eio_pkt: Any) -> None:
        self._send(eio_sid, frame_of(eio_pkt.encode()))

    async def _handle_eio_connect(self, eio_sid: str, environ: Mapping[str, Any]) -> None:
        await super()._handle_eio_connect(eio_sid, environ)
        self._joining[eio_sid] = asyncio.get_running_loop().time() + JOIN_SECONDS

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        self._joining.pop(eio_sid, None)
        await super()._handle_eio_disconnect(eio_sid, reason)

    async def drain(self) -> None:
        """Finish what is in hand, answer it, and close every socket; new messages are left to the next server."""
        self._draining = True
        loop = asyncio.get_running_loop()
        until = loop.time() + DRAIN_SECONDS
        while self._in_hand and loop.time() < until:  # noqa: ASYNC110  # once, at the end of a process
            await asyncio.sleep(0.02)
        await asyncio.sleep(LAST_WORDS_SECONDS)
        await asyncio.gather(*(line.close() for line in list(self.lines.values())))

    def cut(self, eio_sid: str, why: str) -> None:
        """End a connection at once and free what waits for it; the client comes back and catches up by `seq`."""
        line = self.lines.get(eio_sid)
        if line is not None and line.abort():
            self._metrics.evictions.labels(why).inc()

    async def watch(self) -> None:
        """Look for sockets that did not join in time, or whose peer is gone without a word, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for eio_sid in self._late(loop.time()):
                self.cut(eio_sid, "not_joined")
            for eio_sid in self._silent(loop.time()):
                self.cut(eio_sid, "silent")

    def _late(self, now: float) -> list[str]:
        joined = [eio_sid for eio_sid in self._joining if self._has_joined(eio_sid)]
        for eio_sid in joined:
            del self._joining[eio_sid]
        return [eio_sid for eio_sid, until in self._joining.items() if until <= now]

    def _has_joined(self, eio_sid: str) -> bool:
        return any(self.manager.sid_from_eio_sid(eio_sid, name) for name in self.namespace_handlers)

    def _silent(self, now: float) -> list[str]:
        """Return who has not even answered a ping: whatever the clock of the day says, which the library asks."""
        longest = self.eio.ping_interval + self.eio.ping_timeout
        return [eio_sid for eio_sid, line in self.lines.items() if now - line.heard_at > longest]
