"""The door for events as one connection sees it: real server, real channel, real payloads, without a network."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import orjson
from aiohttp import WSMessage, WSMsgType
from sqlalchemy.engine import make_url

from bot.domain.rights import SHOPPER_RIGHTS, Right
from bot.locale.catalogs import load_catalogs
from bot.server import payloads
from bot.server.channel import Ask, Channel
from bot.server.guards import GuardedServer
from bot.server.limits import Buckets
from bot.server.lines import Line, PlainWebSocket
from bot.server.metrics import Metrics
from bot.server.payloads import Payload
from bot.store.sqlite import SqliteDatabase

NAMESPACE, SOCKET = "/shopper", "socket"
APART = "\x1e"  # what Engine.IO puts between packets where several come at once
_ANSWER = re.compile(r"43/shopper,\d+(\[.*\])", re.DOTALL)
_ASKED = re.compile(r"42/shopper,(\d{1,18})(\[.+\])", re.DOTALL)


class Pipe(asyncio.Transport):
    """A transport that keeps what is written and takes everything at once."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []
        self.gone = False

    def write(self, data: object) -> None:
        head = {126: 4, 127: 10}.get(data[1], 2)  # type: ignore[index]  # a frame's own length
        self.written.append(bytes(data)[head:].decode())  # type: ignore[call-overload]

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return self.gone

    def abort(self) -> None:
        self.gone = True


class Mouth(Channel):
    """A channel that takes every payload there is, each under its name, and says what it read."""

    def asks(self) -> Mapping[str, Ask]:
        kinds = [kind for kind in vars(payloads).values() if isinstance(kind, type) and issubclass(kind, Payload)]
        return {kind.__name__: Ask(kind, Right.OWN_CONVERSATION, self._repeat) for kind in kinds if kind is not Payload}

    def rights_of(self, sid: str) -> frozenset[Right]:
        return SHOPPER_RIGHTS

    async def _repeat(self, sid: str, payload: Payload) -> dict[str, Any]:
        return payload.model_dump(mode="json")


class Frames:
    """A server with one connection that joined, and what it does with frames."""

    def __init__(self) -> None:
        metrics = Metrics(SqliteDatabase(make_url("sqlite://")))
        self._server = GuardedServer(metrics, async_mode="aiohttp", async_handlers=False)
        buckets = Buckets(per_minute=1e9, burst=10**9)
        self._server.register_namespace(Mouth(NAMESPACE, load_catalogs(), buckets, metrics))

    def check(self, text: str) -> None:
        """Send frames; raises AssertionError for what a connection must never see."""
        asyncio.run(self._send(text.split(APART)))

    async def _send(self, frames: list[str]) -> None:
        pipe = Pipe()
        coming = [WSMessage(WSMsgType.TEXT, frame, None) for frame in frames]
        coming.append(WSMessage(WSMsgType.CLOSED, None, None))
        socket: Any = SimpleNamespace(receive=lambda: _now(coming.pop(0)))
        self._server.lines[SOCKET] = line = Line(socket, pipe, 0.0)
        sid = self._server.manager.sid_from_eio_sid(SOCKET, NAMESPACE)
        if sid is None or not self._server.manager.is_connected(sid, NAMESPACE):
            await self._server.manager.connect(SOCKET, NAMESPACE)
        connection = SimpleNamespace(sid=SOCKET, schedule_ping=lambda: None)
        await PlainWebSocket._listen(SimpleNamespace(_guard=self._server), connection, socket, line)  # type: ignore[arg-type]
        answers = [answer(text) for text in pipe.written if text.startswith("43")]
        sound = itertools.takewhile(lambda frame: must_be_answered(frame) or frame in ("0", "2", "3"), frames)
        assert len(answers) >= sum(map(must_be_answered, sound)), "expected an answer to every event"


async def _now(message: WSMessage) -> WSMessage:
    return message


def answer(text: str) -> dict[str, Any]:
    """Return what an acknowledgement says: `ok`, or an error with a code that is not our own fault."""
    found = _ANSWER.fullmatch(text)
    assert found, text[:80]
    (said,) = orjson.loads(found[1])
    assert set(said) in ({"ok"}, {"error"}), text[:80]
    assert said.get("error", {}).get("code") != "internal", "expected no fault of our own"
    return dict(said)


def must_be_answered(frame: str) -> bool:
    """Whether the frame is an event with a number and valid JSON."""
    found = _ASKED.fullmatch(frame)
    try:
        return bool(found) and bool(orjson.loads(found[2]))  # type: ignore[index]
    except orjson.JSONDecodeError:
        return False
