"""A route or an event that says for nobody who may call it keeps the server from starting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import socketio
from aiohttp import web

from bot.errors import UndeclaredError
from bot.server.app import GATE, SERVER, make_app
from bot.server.channel import Ask
from bot.server.payloads import Nothing
from bot.server.relay import AGENT
from bot.server.rules import Rule
from tests.shop import Shop


async def planted(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="anybody reads this")


async def sent(_sid: str, _asked: object) -> dict[str, Any]:
    return {}


def a_route(app: web.Application) -> None:
    app.router.add_get("/planted", planted)


def a_second_method(app: web.Application) -> None:
    app.router.add_put("/api/agents", planted)


def a_rule_for_nobody(app: web.Application) -> None:
    app[GATE].mount(app, [Rule("GET", "/planted", None, planted)])


def an_ask_without_a_right(app: web.Application) -> None:
    app[SERVER].namespace_handlers[AGENT].asks()["planted"] = Ask(Nothing, None, sent)


def a_bare_handler(app: web.Application) -> None:
    app[SERVER].on("planted", sent, namespace=AGENT)


def another_kind_of_namespace(app: web.Application) -> None:
    app[SERVER].register_namespace(socketio.AsyncNamespace("/planted"))


@pytest.mark.parametrize(
    ("plant", "fault"),
    [
        (a_route, "GET /planted: expected a Rule"),
        (a_second_method, "PUT /api/agents: expected a Rule"),
        (a_rule_for_nobody, "GET /planted: expected a Rule"),
        (an_ask_without_a_right, "/agent planted: expected the right"),
        (a_bare_handler, "/agent planted: expected an Ask"),
        (another_kind_of_namespace, "/planted: expected a Channel"),
    ],
)
async def test_what_declares_nobody_stops_the_start(shop: Shop, plant: Callable[[web.Application], None], fault: str):
    app = make_app(shop.parley, shop.url)
    plant(app)
    runner = web.AppRunner(app)
    with pytest.raises(UndeclaredError, match=fault):
        await runner.setup()
