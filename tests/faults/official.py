"""The official python-socketio client in the shape of Wire, so that a harness does not only trust our own."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import aiohttp
import socketio

from tests.faults.wire import SHOPPER, GoneError, Heard, RefusedError


class Official:
    """One connection of the official client; nothing reconnects by itself."""

    def __init__(self, namespace: str = SHOPPER, *, heard: Heard | None = None) -> None:
        self.namespace = namespace
        self.gone = asyncio.Event()
        self._client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
        if heard is not None:

            async def any_event(event: str, data: Any = None) -> None:
                heard(event, data)

            self._client.on("*", any_event, namespace=namespace)

        async def disconnected(*_reason: object) -> None:
            self.gone.set()

        self._client.on("disconnect", disconnected, namespace=namespace)

    async def open(
        self,
        session: aiohttp.ClientSession,  # the client brings its own
        url: str,
        auth: dict[str, Any] | None = None,
        *,
        origin: str | None = None,
        cookie: str | None = None,
    ) -> Official:
        """Connect and join the namespace. Raises GoneError."""
        headers = {name: value for name, value in (("Origin", origin), ("Cookie", cookie)) if value is not None}
        try:
            await self._client.connect(
                url, headers, auth or {}, transports=["websocket"], namespaces=[self.namespace], wait_timeout=30
            )
        except (socketio.exceptions.SocketIOError, aiohttp.ClientError) as error:
            await self.close()
            raise GoneError(str(error)) from None
        return self

    async def send(self, event: str, payload: Any) -> Any:
        """Send an event and return the acknowledgement. Raises GoneError."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def answered(*data: Any) -> None:
            if not answer.done():
                answer.set_result(data[0] if data else None)

        gone = asyncio.create_task(self.gone.wait())
        try:
            await self._client.emit(event, payload, namespace=self.namespace, callback=answered)
            await asyncio.wait({gone, answer}, return_when=asyncio.FIRST_COMPLETED)
        except (socketio.exceptions.SocketIOError, aiohttp.ClientError, ConnectionError):
            raise GoneError from None
        finally:
            gone.cancel()
        if not answer.done():
            raise GoneError
        return answer.result()

    async def ask(self, event: str, payload: Any) -> Any:
        """Send an event and return what was acknowledged. Raises GoneError, RefusedError."""
        answer = await self.send(event, payload)
        if "ok" not in answer:
            raise RefusedError(answer["error"]["code"], answer)
        return answer["ok"]

    async def close(self) -> None:
        with contextlib.suppress(Exception):
            await self._client.disconnect()
        with contextlib.suppress(Exception):
            await self._client.eio.http.close()
