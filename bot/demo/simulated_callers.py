"""One genuine Socket.IO connection of a simulated person, and the pace at which they live."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import socketio

PATIENCE = 60.0  # real seconds for an acknowledgement: a busy machine is slow, but an answer has to come


class RefusedError(Exception):
    """The server answered with an error."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Pace:
    """Simulated seconds: `speed` of them in each real one."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._start = time.monotonic()

    def now(self) -> float:
        """Return the simulated seconds since the morning began."""
        return (time.monotonic() - self._start) * self._speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self._speed)

    def timeout(self, seconds: float) -> asyncio.Timeout:
        return asyncio.timeout(max(0.0, seconds) / self._speed)


class Caller:
    """Connects, asks, and keeps what it hears in a queue."""

    def __init__(self, url: str, namespace: str) -> None:
        self._url = url
        self._namespace = namespace
        self._client: socketio.AsyncClient | None = None
        self.heard: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()

    async def connect(self, auth: Any = None, **headers: str) -> None:
        """Open a new connection. Raises socketio's ConnectionError."""
        client = socketio.AsyncClient(reconnection=False)
        client.on("*", self._hear, namespace=self._namespace)
        await client.connect(
            self._url,
            headers,
            auth,
            transports=["websocket"],
            namespaces=[self._namespace],
            wait_timeout=PATIENCE,
        )
        self._client = client

    async def _hear(self, event: str, data: Any = None) -> None:
        self.heard.put_nowait((event, data))

    async def ask(self, event: str, **payload: Any) -> Any:
        """Return what `ok` holds. Raises RefusedError; TimeoutError when nothing is acknowledged."""
        if self._client is None:
            raise RefusedError("disconnected")
        try:
            answer = await self._client.call(event, payload, namespace=self._namespace, timeout=PATIENCE)
        except socketio.exceptions.BadNamespaceError:
            raise RefusedError("disconnected") from None
        except socketio.exceptions.TimeoutError:
            raise TimeoutError(event) from None
        if "error" in answer:
            raise RefusedError(answer["error"]["code"])
        return answer["ok"]

    async def leave(self) -> None:
        """Close the connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.disconnect()
