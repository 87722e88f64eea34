"""The one door for events: a known event, a genuine caller, a valid payload; and always an answer.

Four things about python-socketio, each measured, that this answers: a client can send events that are called
`connect` and `disconnect` with arguments of its own; a handler that raises acknowledges nothing; the default mode
finishes two quick messages out of order (`async_handlers=False` where the server is made); and namespace objects are
shared by all clients, so nothing of a client is kept on them but in a table by socket.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import socketio

from bot import observability
from bot.domain.identifiers import new_id
from bot.domain.rights import Right
from bot.errors import Forbidden, ParleyError, TooFast, UnknownEvent
from bot.locale.catalogs import Catalogs
from bot.server.limits import Buckets
from bot.server.metrics import Metrics
from bot.server.payloads import Payload
from bot.server.refusals import browser_language, explain

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ask:
    """One event that a client may send: its payload, the right that it needs, and who answers it."""

    payload: type[Payload]
    right: Right
    handler: Callable[[str, Any], Awaitable[Any]]


class Channel(socketio.AsyncNamespace):  # type: ignore[misc]  # the library has no types
    """A namespace that lets through only what it declares."""

    def __init__(self, namespace: str, catalogs: Catalogs, buckets: Buckets, metrics: Metrics) -> None:
        super().__init__(namespace)
        self._catalogs = catalogs
        self._buckets = buckets
        self._metrics = metrics

    @property
    def _sockets(self) -> Any:
        return self.server

    def asks(self) -> Mapping[str, Ask]:
        """Return every event that a client may send."""
        raise NotImplementedError  # a channel without events is none

    def rights_of(self, sid: str) -> frozenset[Right]:
        """Return what this client may do."""
        raise NotImplementedError  # deny by default

    def language_of(self, sid: str) -> str:  # noqa: ARG002
        """Return the language in which this client reads errors."""
        return "en"

    def language_at_door(self, environ: Mapping[str, Any], auth: object) -> str:
        """Return the language of whoever wants in: as asked for in the handshake, else as their browser has it."""
        locale = auth.get("locale") if isinstance(auth, dict) else None
        return locale[:35] if isinstance(locale, str) else browser_language(environ["aiohttp.request"])

    def rate_key(self, sid: str) -> str:
        """Return whose rate an event counts against."""
        return sid

    def about(self, sid: str, payload: Payload) -> str | None:  # noqa: ARG002
        """Return the conversation that an event is about, for the log."""
        return None

    async def joined(self, sid: str, environ: Mapping[str, Any], auth: object) -> None:
        """Let a client in, or raise to refuse it."""

    async def left(self, sid: str) -> None:
        """Forget a client."""

    async def trigger_event(self, event: str, *args: Any) -> Any:
        """Answer one event; called by the library for the genuine connect and disconnect, too."""
        sid, rest = args[0], args[1:]
        if event == "connect":
            # Only the server's own environ is genuine: a forged event carries what the client wrote.
            genuine = bool(rest) and rest[0] is self._sockets.get_environ(sid, self.namespace)
            return await self._connect(sid, rest) if genuine else self._unknown(sid, event)
        if event == "disconnect":
            # A genuine one comes when the manager has let go of the client already.
            if self._sockets.manager.is_connected(sid, self.namespace):
                return self._unknown(sid, event)
            return await self._disconnect(sid)
        ask = self.asks().get(event) if isinstance(event, str) else None  # type: ignore[redundant-expr]  # JSON may hold anything
        if ask is None:
            return self._unknown(sid, event)
        return await self._answer(sid, ask, rest)

    async def _connect(self, sid: str, rest: tuple[Any, ...]) -> None:
        environ, auth = rest[0], rest[1] if len(rest) > 1 else None
        try:
            await self.joined(sid, environ, auth)
        except Exception as error:  # noqa: BLE001  # the edge is the one place that may catch everything
            refusal = explain(error, self._catalogs, self.language_at_door(environ, auth), new_id())
            raise socketio.exceptions.ConnectionRefusedError(refusal["error"]["message"], refusal["error"]) from None

    async def _disconnect(self, sid: str) -> None:
        try:
            await self.left(sid)
        except ParleyError as error:  # the database is away: nobody is left to be told
            logger.warning("leaving_not_noted", extra={"code": error.code})

    async def _answer(self, sid: str, ask: Ask, rest: tuple[Any, ...]) -> dict[str, Any]:
        request_id = new_id()
        observability.request_id.set(request_id)
        observability.conversation_id.set(None)
        try:
            if wait := self._buckets.wait(self.rate_key(sid)):
                raise TooFast("That was too fast. Please wait {retry_after} s.", retry_after=wait)  # noqa: TRY301
            if ask.right not in self.rights_of(sid):
                raise Forbidden("Your role does not allow this.")  # noqa: TRY301
            payload = ask.payload.model_validate(rest[0] if len(rest) == 1 else {} if not rest else None)
            observability.conversation_id.set(self.about(sid, payload))
            return {"ok": await ask.handler(sid, payload)}
        except Exception as error:  # noqa: BLE001  # the edge is the one place that may catch everything
            return self._refusal(error, sid, request_id)

    def _refusal(self, error: Exception, sid: str, request_id: str) -> dict[str, Any]:
        told = explain(error, self._catalogs, self.language_of(sid), request_id)
        self._metrics.count_error(told["error"]["code"])
        logger.debug("refused", extra={"code": told["error"]["code"]})
        return told

    def _unknown(self, sid: str, event: object) -> dict[str, Any]:
        name = event[:40] if isinstance(event, str) else type(event).__name__
        error = UnknownEvent("There is no event called {event}.", event=name)
        return self._refusal(error, sid, new_id())
