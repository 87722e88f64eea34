"""One Socket.IO connection of somebody in a test: what it asks, what it is answered, what it hears."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import socketio

from tests.shop import Shop

PATIENCE = 10.0  # seconds; what is waited for takes milliseconds


OUT = "thrown out"


class RefusedError(Exception):
    """The server answered with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: str = error["code"]
        self.message: str = error["message"]
        self.params: dict[str, Any] = error["params"]


class Caller:
    """One Socket.IO connection and everything that it heard."""

    def __init__(self, shop: Shop, namespace: str) -> None:
        self.shop = shop
        self.namespace = namespace
        self.heard: list[tuple[str, Any]] = []
        self._news = asyncio.Condition()
        self.client = socketio.AsyncClient(reconnection=False)
        self.client.on("*", self._hear, namespace=namespace)
        self.client.on("connect_error", self._note_refusal, namespace=namespace)
        self.refusal: Any = None
        """Why the server did not let this caller in."""

    async def _hear(self, event: str, data: Any = None) -> None:
        async with self._news:
            self.heard.append((event, data))
            self._news.notify_all()

    async def _note_refusal(self, refusal: Any) -> None:
        self.refusal = refusal

    async def connect(self, auth: Any = None, **headers: str) -> None:
        """Connect; raises socketio's ConnectionError when refused."""
        try:
            await self.client.connect(
                self.shop.door(), headers, auth, transports=["websocket"], namespaces=[self.namespace], wait_timeout=10
            )
        except socketio.exceptions.ConnectionError:
            if self.client.eio.http is not None:
                await self.client.eio.http.close()  # the library keeps it
            raise

    async def leave(self) -> None:
        await self.client.disconnect()

    async def asks(self, event: str, *payload: Any) -> Any:
        """Send an event and return its acknowledgement, whatever it says."""
        data: Any = payload[0] if len(payload) == 1 else (payload or None)
        return await self.client.call(event, data, namespace=self.namespace, timeout=PATIENCE)

    async def gets(self, event: str, **payload: Any) -> Any:
        """Send an event and return what `ok` holds; raises RefusedError."""
        answer = await self.asks(event, payload)
        if "error" in answer:
            raise RefusedError(answer["error"])
        return answer["ok"]

    async def tries(self, event: str, **payload: Any) -> str:
        """Send an event and return why it was refused: an error's code, `OUT` when this caller was thrown out."""
        try:
            answer = await self.asks(event, payload)
        except socketio.exceptions.BadNamespaceError:
            return OUT
        return str(answer.get("error", {}).get("code"))

    async def hears_of(self, event: str, fits: Callable[[Any], bool] = lambda _: True, *, after: int = 0) -> Any:
        """Return the data of the first such event past the first `after` ones; raises TimeoutError."""
        async with asyncio.timeout(PATIENCE), self._news:
            while True:
                for name, data in self.heard[after:]:
                    if name == event and fits(data):
                        return data
                await self._news.wait()

    def heard_of(self, event: str) -> list[Any]:
        """Return the data of all such events so far."""
        return [data for name, data in self.heard if name == event]
