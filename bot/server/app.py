"""The aiohttp application: pages, API, sockets, health; what it needs starts and stops with it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from typing import Any

from aiohttp import web
from watchfiles import awatch

from bot.bootstrap import Parley, reload
from bot.errors import FaultsError, ParleyError, Unavailable
from bot.server.agent import AgentChannel
from bot.server.api import Api
from bot.server.configuration_watch import ConfigurationWatch
from bot.server.demo_sign_in import DemoSignIn
from bot.server.guards import GuardedServer
from bot.server.help import help_routes
from bot.server.identity import cookie_name, origin_of
from bot.server.limits import Doors
from bot.server.metrics import Metrics
from bot.server.middleware import add_headers, make_middleware
from bot.server.pages import Assets
from bot.server.relay import Relay
from bot.server.shopper import ShopperChannel
from bot.server.wire import open_wire
from bot.settings import Settings
from bot.store.database import ping

logger = logging.getLogger(__name__)

BODY_LIMIT = 64 * 1024  # bytes; the largest request is a sign-in or a search
FRAME_LIMIT = 256 * 1024  # bytes of one packet: far over any message, so that a long one is refused with a sentence
PING_SECONDS = 15
PONG_SECONDS = 10
WORTH_SHOWING = 0.05  # below this the best result is no result
PAGES = {"/agent": "agent", "/dashboard": "dashboard", "/setup": "setup", "/chat": "chat"}
SHOP_PAGES = {
    "/": "shop",
    "/shop/product": "shop-product",
    "/shop/basket": "shop-basket",
    "/shop/order": "shop-order",
}


def own_origins_of(public_url: str) -> frozenset[str]:
    """Return the origins of Parley's own pages; on this machine by either of its names."""
    origin = origin_of(public_url)
    others = {origin.replace("//127.0.0.1", "//localhost"), origin.replace("//localhost", "//127.0.0.1")}
    return frozenset({origin, *others})


def make_app(
    parley: Parley, public_url: str, *, demo: DemoSignIn | None = None, demo_routes: Sequence[web.RouteDef] = ()
) -> web.Application:
    """Return the application; `demo` opens the demo shop's pages, and what else the demo serves."""
    settings = parley.settings
    own_origins = own_origins_of(public_url)
    assets = Assets()
    metrics = Metrics(parley.store.database)
    sockets = _open_sockets(settings, own_origins, metrics)
    relay = Relay(parley, sockets, metrics, open_wire(settings.redis_url))
    sockets.register_namespace(ShopperChannel(parley, relay, _doors(settings), metrics))
    agents = AgentChannel(parley, relay, own_origins, cookie_name(public_url), metrics)
    sockets.register_namespace(agents)
    watch = ConfigurationWatch(parley, relay, agents)
    app = _bare(parley, metrics)
    sockets.attach(app)
    app.add_routes(Api(parley, public_url, own_origins, watch=watch, demo=demo).routes())
    app.add_routes(
        [
            web.get("/healthz", _alive),
            metrics.handler(settings.metrics_token),
            web.get("/readyz", _readiness(parley)),
            web.get("/embed.js", assets.embed),
            web.get("/assets/{name}", assets.asset),
            *(*demo_routes, *_pages(assets, shop=demo is not None)),
        ]
    )
    app.add_routes(_help_center(parley, assets, public_url))
    app.on_shutdown.append(_drain(sockets))
    beside = {
        "relay": relay.run,
        "guards": sockets.watch,
        "loop": metrics.watch,
        "housekeeping": parley.housekeeping.run,
        "configuration": watch.run,
        "offers": parley.offers.run,
        "sessions": agents.watch,
        "knowledge": lambda: _watch(parley),
    }
    app.cleanup_ctx.append(_background(parley, beside))
    return app


def _doors(settings: Settings) -> Doors:
    return Doors(in_all=settings.connections, by_address=settings.connections_per_address)


def _bare(parley: Parley, metrics: Metrics) -> web.Application:
    """Return an application without routes: what surrounds every request."""
    around = make_middleware(parley.catalogs, metrics.count_error)
    app = web.Application(middlewares=[around], client_max_size=BODY_LIMIT)
    app.on_response_prepare.append(add_headers)
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


def _help_center(parley: Parley, assets: Assets, public_url: str) -> list[web.RouteDef]:
    def search(text: str, language: str) -> list[str]:
        ranking = parley.desk().retriever.search(text, language=language)
        if ranking.confidence < WORTH_SHOWING:
            return []
        return [candidate.entry for candidate in ranking.candidates]

    async def count(entry: str, language: str, helpful: bool) -> None:  # noqa: FBT001  # the pages' own signature
        await parley.store.write(lambda tx: tx.publications.vote(entry, language, helpful=helpful, at=tx.now))

    return help_routes(lambda: parley.desk().knowledge, search, count, assets.address, origin=public_url)


def _page(assets: Assets, name: str) -> Callable[[web.Request], Any]:
    async def page(_request: web.Request) -> web.StreamResponse:
        return assets.page(name)

    return page


def _pages(assets: Assets, *, shop: bool) -> list[web.RouteDef]:
    """Return the routes of the pages; without a demo shop the front door leads to the chat."""
    named = {**PAGES, **(SHOP_PAGES if shop else {})}
    routes = [web.get(path, _page(assets, name)) for path, name in named.items()]
    return routes if shop else [*routes, web.get("/", _to_chat)]


async def _to_chat(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/chat")


async def _alive(_request: web.Request) -> web.StreamResponse:
    return web.json_response({"status": "alive"})


def _readiness(parley: Parley) -> Callable[[web.Request], Any]:
    async def ready(_request: web.Request) -> web.StreamResponse:
        try:
            async with asyncio.timeout(2):
                await parley.store.database.read(ping)
        except (ParleyError, TimeoutError):
            raise Unavailable("The database is not available right now.") from None
        return web.json_response({"status": "ready"})

    return ready


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
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await parley.close()

    return background


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
