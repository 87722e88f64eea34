"""A shop's order service on a free port, as bot/README.md describes it; it misbehaves when told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

KEY = "order-key"
EMAIL = "carol@example.com"
ORDER: dict[str, Any] = {
    "number": "CV-204518",
    "timeline": [
        {"status": "placed", "at": "2026-02-25T09:30:00Z"},
        {"status": "shipped", "at": "2026-02-27T23:30:00Z"},
    ],
    "expected_on": "2026-03-04",
    "tracking_number": "XY123456789ES",
    "something_new": {"that": "is ignored"},
}

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class OrderServer:
    """Answers for one order and one address, until told otherwise."""

    def __init__(self) -> None:
        self.orders = {(ORDER["number"], EMAIL): ORDER}
        self.asked: list[tuple[str, str, str | None]] = []
        """Number, address and authorization of each request."""
        self.answer: Answer = self.honest
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        told = (request.match_info["number"], request.query.get("email", ""), request.headers.get("Authorization"))
        self.asked.append(told)
        return await self.answer(request)

    async def honest(self, request: web.Request) -> web.StreamResponse:
        found = self.orders.get((request.match_info["number"], request.query["email"].lower()))
        return web.json_response(found) if found else web.json_response({}, status=404)

    async def hang(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(3600)
        return web.Response()

    async def drip(self, request: web.Request) -> web.StreamResponse:
        """Send a byte now and then, for ever."""
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.05)

    async def fail(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"error": "boom"}, status=500)

    async def html(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text="<h1>Welcome</h1>", content_type="text/html")

    async def not_json(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text="{", content_type="application/json")

    async def huge(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=b'"' + b"x" * 10_000_000 + b'"', content_type="application/json")

    async def redirect(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/elsewhere")

    async def refuse(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({}, status=401)

    def with_order(self, **changes: Any) -> Answer:
        """Return an answer that is the order with these fields changed."""

        async def answer(_request: web.Request) -> web.StreamResponse:
            return web.json_response({**ORDER, **changes})

        return answer


@pytest.fixture
async def order_server() -> AsyncIterator[OrderServer]:
    """Run an order service."""
    server = OrderServer()
    app = web.Application()
    app.router.add_get("/api/orders/{number}", server.handle)
    app.router.add_get("/elsewhere", server.with_order())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api"
    yield server
    await runner.cleanup()
