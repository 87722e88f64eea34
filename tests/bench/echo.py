"""The baseline: bare python-socketio on aiohttp, which acknowledges what it got; and the same with one search.

python -m tests.bench.echo PORT [KB CACHE]
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import socketio
import uvloop
from aiohttp import web


def searcher(kb_folder: Path, cache: Path) -> Callable[[str], Any]:
    """Return one search over a help center, in English."""
    from bot.knowledge.loader import load  # noqa: PLC0415  # the bare echo has no help center
    from bot.retrieval.retriever import open_index  # noqa: PLC0415

    retriever = open_index(load(kb_folder), cache)
    return lambda text: retriever.search(text, language="en")


def make_app(search: Callable[[str], Any] | None) -> web.Application:
    """Return the echo: what anybody writes who has read the library's first page."""
    sockets = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*", transports=["websocket"])

    async def echo(_sid: str, sent: dict[str, Any]) -> dict[str, Any]:
        if search is not None:
            search(sent["text"])
        return {"ok": sent}

    sockets.on("message_send", echo, namespace="/shopper")
    app = web.Application()
    sockets.attach(app)
    app.router.add_get("/healthz", _alive)
    return app


async def _alive(_request: web.Request) -> web.Response:
    return web.Response(text="alive")


async def serve(port: int, search: Callable[[str], Any] | None) -> None:
    """Serve until killed."""
    runner = web.AppRunner(make_app(search), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=4096).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    places = [Path(argument) for argument in sys.argv[2:4]]
    uvloop.run(serve(int(sys.argv[1]), searcher(*places) if places else None))
