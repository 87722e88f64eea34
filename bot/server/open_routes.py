"""What anybody may fetch: pages, files, the help center, health; and the figures, for who has their key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.bootstrap import Parley
from bot.errors import ParleyError, Unavailable
from bot.server.help import help_rules
from bot.server.metrics import Metrics
from bot.server.pages import Assets
from bot.server.rules import Door, Rule
from bot.store.database import ping

WORTH_SHOWING = 0.05  # below this the best result is no result
PAGES = {"/agent": "agent", "/dashboard": "dashboard", "/setup": "setup", "/invite": "setup", "/chat": "chat"}
SHOP_PAGES = {
    "/": "shop",
    "/shop/product": "shop-product",
    "/shop/basket": "shop-basket",
    "/shop/order": "shop-order",
}


def open_rules(parley: Parley, metrics: Metrics, assets: Assets) -> list[Rule]:
    return [
        Rule("GET", "/healthz", Door.ANYBODY, _alive),
        Rule("GET", "/readyz", Door.ANYBODY, _readiness(parley)),
        metrics.rule(parley.settings.metrics_token),
        Rule("GET", "/embed.js", Door.ANYBODY, assets.embed),
        Rule("GET", "/assets/{name}", Door.ANYBODY, assets.asset),
    ]


def help_center_rules(parley: Parley, assets: Assets, public_url: str) -> list[Rule]:
    def search(text: str, language: str) -> list[str]:
        ranking = parley.desk().retriever.search(text, language=language)
        if ranking.confidence < WORTH_SHOWING:
            return []
        return [candidate.entry for candidate in ranking.candidates]

    async def count(entry: str, language: str, helpful: bool) -> None:  # noqa: FBT001  # the pages' own signature
        await parley.store.write(lambda tx: tx.publications.vote(entry, language, helpful=helpful, at=tx.now))

    return help_rules(lambda: parley.desk().knowledge, search, count, assets.address, origin=public_url)


def _page(assets: Assets, name: str) -> Callable[[web.Request], Any]:
    async def page(_request: web.Request) -> web.StreamResponse:
        return assets.page(name)

    return page


def page_rules(assets: Assets, *, shop: bool) -> list[Rule]:
    """Return the rules of the pages; without a demo shop the front door leads to the chat."""
    named = {**PAGES, **(SHOP_PAGES if shop else {})}
    rules = [Rule("GET", path, Door.ANYBODY, _page(assets, name)) for path, name in named.items()]
    return rules if shop else [*rules, Rule("GET", "/", Door.ANYBODY, _to_chat)]


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
