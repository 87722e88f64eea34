"""The aiohttp application: pages, API, sockets, health; what it needs starts and stops with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web

from bot.bootstrap import Parley
from bot.server.agent import AgentChannel
from bot.server.api import Api
from bot.server.api_privacy import PrivacyApi
from bot.server.beside import background
from bot.server.callers import PROXIES, Proxies
from bot.server.configuration_watch import ConfigurationWatch
from bot.server.demo_sign_in import DemoSignIn
from bot.server.gate import Gate
from bot.server.guards import GuardedServer
from bot.server.identity import cookie_name, origin_of
from bot.server.knowledge_watch import keep_knowledge
from bot.server.limits import Doors
from bot.server.metrics import Metrics
from bot.server.middleware import make_headers, make_middleware, make_refusal
from bot.server.open_routes import help_center_rules, open_rules, page_rules
from bot.server.openapi import description_rule
from bot.server.pages import Assets
from bot.server.relay import Relay
from bot.server.rules import Door, Rule
from bot.server.runner import REFUSE
from bot.server.shopper import ShopperChannel
from bot.server.siblings import Siblings
from bot.server.wire import open_wire
from bot.settings import Settings

BODY_LIMIT = 64 * 1024  # bytes; the largest request is a sign-in or a search
FRAME_LIMIT = 256 * 1024  # bytes of one packet: far over any message, so that a long one is refused with a sentence
PING_SECONDS = 15
PONG_SECONDS = 10


def own_origins_of(public_url: str) -> frozenset[str]:
    """Return the origins of Parley's own pages; on this machine by either of its names."""
    origin = origin_of(public_url)
    others = {origin.replace("//127.0.0.1", "//localhost"), origin.replace("//localhost", "//127.0.0.1")}
    return frozenset({origin, *others})


def make_app(
    parley: Parley,
    public_url: str,
    *,
    demo: DemoSignIn | None = None,
    demo_routes: Sequence[web.RouteDef] = (),
    siblings: Siblings | None = None,
) -> web.Application:
    """Return the application; `demo` opens the demo shop's pages, and what else the demo serves.

    `siblings`: the other processes of the same port.
    """
    settings = parley.settings
    own_origins = own_origins_of(public_url)
    assets = Assets()
    metrics = Metrics(parley.store.database, siblings)
    metrics.retention_late.set_function(parley.retention.late_seconds)
    sockets = _open_sockets(settings, own_origins, metrics)
    relay = Relay(parley, sockets, metrics, open_wire(settings.redis_url))
    sockets.register_namespace(ShopperChannel(parley, relay, _doors(settings), metrics))
    agents = AgentChannel(parley, relay, own_origins, cookie_name(public_url), metrics)
    sockets.register_namespace(agents)
    watch = ConfigurationWatch(parley, relay, agents)
    app = _bare(parley, metrics, sockets, public_url)
    gate = Gate(parley.agents, cookie_name(public_url), own_origins)
    gate.mount(app, Api(parley, public_url, watch=watch, demo=demo, limits=relay.limits).rules)
    gate.mount(app, PrivacyApi(parley, relay).rules)
    gate.mount(app, [*open_rules(parley, metrics, assets), *help_center_rules(parley, assets, public_url)])
    gate.mount(app, page_rules(assets, shop=demo is not None))
    gate.mount(app, [Rule(route.method, route.path, Door.KEY, route.handler) for route in demo_routes])
    gate.mount(app, [description_rule(gate.rules.values, cookie_name(public_url))])
    app[GATE] = gate
    beside = {
        "relay": relay.run,
        "guards": sockets.watch,
        "metrics": metrics.run,
        "housekeeping": parley.housekeeping.run,
        "configuration": watch.run,
        "offers": parley.offers.run,
        "sessions": agents.watch,
        "knowledge": lambda: keep_knowledge(parley, metrics),
    }
    app.cleanup_ctx.append(background(parley, beside))
    return app


GATE = web.AppKey("gate", Gate)
SERVER = web.AppKey("sockets", GuardedServer)


async def _check_declared(app: web.Application) -> None:
    app[GATE].check(app, app[SERVER])


def _doors(settings: Settings) -> Doors:
    return Doors(in_all=settings.connections, by_address=settings.connections_per_address)


def _bare(parley: Parley, metrics: Metrics, sockets: GuardedServer, public_url: str) -> web.Application:
    """Return an application without routes: what surrounds every request, and the sockets."""
    https = public_url.startswith("https://")
    around = make_middleware(parley.catalogs, metrics.count_error)
    app = web.Application(middlewares=[around], client_max_size=BODY_LIMIT)
    app.on_response_prepare.append(make_headers(https=https))
    app[REFUSE] = make_refusal(parley.catalogs, metrics.count_error, https=https)
    app[PROXIES] = Proxies(parley.settings.proxies, public_url)
    app[SERVER] = sockets
    sockets.attach(app)
    app.on_startup.insert(0, _check_declared)  # before anything beside the requests is started
    app.on_shutdown.append(_drain(sockets))
    return app


def _open_sockets(settings: Settings, own_origins: frozenset[str], metrics: Metrics) -> GuardedServer:
    return GuardedServer(
        metrics,
        async_mode="aiohttp",
        async_handlers=False,  # keeps the order of one client's messages
        cors_allowed_origins=sorted(own_origins | set(settings.shop_origins)),
        max_http_buffer_size=FRAME_LIMIT,
        ping_interval=PING_SECONDS,
        ping_timeout=PONG_SECONDS,
        transports=["websocket"],
        http_compression=False,
        logger=False,
        engineio_logger=False,
    )


def _drain(sockets: GuardedServer) -> Callable[[web.Application], Any]:
    async def drain(_app: web.Application) -> None:
        await sockets.drain()

    return drain
