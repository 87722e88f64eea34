"""The aiohttp application: pages, API, sockets, health; what it needs starts and stops with it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from typing import Any

from aiohttp import web
from watchfiles import awatch

from bot.bootstrap import Parley, reload
from bot.errors import FaultsError, ParleyError
from bot.server.agent import AgentChannel
from bot.server.api import SIGN_INS_AT_ONCE, SIGN_INS_PER_MINUTE, Api
from bot.server.api_privacy import PrivacyApi
from bot.server.callers import PROXIES, Proxies
from bot.server.configuration_watch import ConfigurationWatch
from bot.server.demo_sign_in import DemoSignIn
from bot.server.gate import Gate
from bot.server.guards import GuardedServer
from bot.server.identity import cookie_name, origin_of
from bot.server.knowledge_watch import KnowledgeWatch
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

logger = logging.getLogger(__name__)

BODY_LIMIT = 64 * 1024  # bytes; the largest request is a sign-in or a search
FRAME_LIMIT = 256 * 1024  # bytes of one packet: far over any message, so that a long one is refused with a sentence
PING_SECONDS = 15
PONG_SECONDS = 10
END_SECONDS = 2.0  # that what runs beside has to end


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
    app = _bare(parley, metrics, https=public_url.startswith("https://"))
    app[PROXIES] = Proxies(settings.proxies, public_url)
    sockets.attach(app)
    gate = Gate(parley.agents, cookie_name(public_url), own_origins)
    sign_ins = relay.limit("sign_ins", per_minute=SIGN_INS_PER_MINUTE, burst=SIGN_INS_AT_ONCE)
    gate.mount(app, Api(parley, public_url, watch=watch, demo=demo, sign_ins=sign_ins).rules)
    gate.mount(app, PrivacyApi(parley, relay).rules)
    gate.mount(app, open_rules(parley, metrics, assets))
    gate.mount(app, page_rules(assets, shop=demo is not None))
    gate.mount(app, [Rule(route.method, route.path, Door.KEY, route.handler) for route in demo_routes])
    gate.mount(app, help_center_rules(parley, assets, public_url))
    gate.mount(app, [description_rule(gate.rules.values, cookie_name(public_url))])
    app[GATE], app[SERVER] = gate, sockets
    app.on_startup.append(_check_declared)
    app.on_shutdown.append(_drain(sockets))
    beside = {
        "relay": relay.run,
        "guards": sockets.watch,
        "loop": metrics.watch,
        "siblings": metrics.answer_siblings,
        "housekeeping": parley.housekeeping.run,
        "configuration": watch.run,
        "offers": parley.offers.run,
        "sessions": agents.watch,
        "knowledge": KnowledgeWatch(parley, metrics).run,
        # Several processes serve what is published, and no folder of one of them.
        **({} if settings.redis_url else {"folder": lambda: _watch(parley)}),
    }
    app.cleanup_ctx.append(_background(parley, beside))
    return app


GATE = web.AppKey("gate", Gate)
SERVER = web.AppKey("sockets", GuardedServer)


async def _check_declared(app: web.Application) -> None:
    app[GATE].check(app, app[SERVER])


def _doors(settings: Settings) -> Doors:
    return Doors(in_all=settings.connections, by_address=settings.connections_per_address)


def _bare(parley: Parley, metrics: Metrics, *, https: bool) -> web.Application:
    """Return an application without routes: what surrounds every request."""
    around = make_middleware(parley.catalogs, metrics.count_error)
    app = web.Application(middlewares=[around], client_max_size=BODY_LIMIT)
    app.on_response_prepare.append(make_headers(https=https))
    app[REFUSE] = make_refusal(parley.catalogs, metrics.count_error, https=https)
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


def _background(
    parley: Parley, beside: Mapping[str, Callable[[], Coroutine[Any, Any, None]]]
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def background(_app: web.Application) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(run(), name=name) for name, run in beside.items()]
        yield
        await _end(tasks)
        await parley.close()

    return background


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel, and again: a library that was connecting may swallow it; the loop's own end cancels what is left."""
    until, pending = asyncio.get_running_loop().time() + END_SECONDS, set(tasks)
    while pending and asyncio.get_running_loop().time() < until:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=END_SECONDS / 4)
    if pending:
        logger.info("not_ended", extra={"names": sorted(task.get_name() for task in pending)})
    for task in set(tasks) - pending:
        if not task.cancelled() and (error := task.exception()):
            raise error


async def _watch(parley: Parley) -> None:
    """Serve a changed help center; a broken change keeps the old one and says so."""
    async for _changes in awatch(parley.kb_folder, step=200, rust_timeout=1000):
        try:
            await reload(parley)
        except FaultsError as error:
            logger.warning("knowledge_refused", extra={"faults": error.faults[:20], "count": len(error.faults)})
        except ParleyError as error:  # served, but the database was away
            logger.warning("knowledge_not_published", extra={"code": error.code})
        except Exception:  # the next change must still be seen
            logger.exception("knowledge_not_reloaded")
