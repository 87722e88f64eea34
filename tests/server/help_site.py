"""A small help center, served, and its pages as a browser without script sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.knowledge import loader
from bot.knowledge.entries import KnowledgeBase
from bot.locale.catalogs import load_catalogs
from bot.server.help import help_rules
from bot.server.middleware import make_headers, make_middleware

FILES = {
    "shipping/track.en.md": (
        '---\ntitle: "Where is my parcel?"\nrelated: [shipping/late, contact/human]\nupdated: 2026-11-21\n---\n'
        "Open **My orders** & see <3.\n\n1. Read [the notice](shipping/late).\n2. [Talk to us](contact/human).\n"
        "3. [Site](https://caravan.example/x?a=1&b=2) or [mail](mailto:a@caravan.example).\n"
    ),
    "shipping/track.es.md": '---\ntitle: "¿Dónde está mi paquete?"\nupdated: 2026-11-21\n---\nMira tus pedidos.\n',
    "shipping/track.fr.md": '---\ntitle: "Où est mon colis ?"\nupdated: 2026-11-21\n---\nVoyez vos commandes.\n',
    "shipping/late.en.md": '---\ntitle: "My parcel is late"\n---\nWait a little.\n',
    "gift-cards/lost_card.en.md": '---\ntitle: "A <lost> card"\n---\nAsk for a new one.\n',
    "loose.en.md": '---\ntitle: "No topic"\n---\nStill an answer.\n',
    "shipping.en.md": '---\ntitle: "Named like a topic"\n---\nAn answer too.\n',
    "contact/human.en.md": '---\ntitle: "A person"\naction: handoff\n---\nI ask somebody.\n',
    "smalltalk/hello.en.md": '---\ntitle: "Hello"\n---\nHello!\n',
    "contact/human.es.md": '---\ntitle: "Una persona"\naction: handoff\n---\nLa llamo.\n',
}


class Page(HTMLParser):
    """The parts of a page that tests ask about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [found for name, found in self.tags if name == tag and wanted.items() <= found.items()]

    @property
    def links(self) -> list[str | None]:
        return [found.get("href") for found in self.all("a")]


class Help:
    """The help center, served, with what was counted."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.counted: list[tuple[str, str, bool]] = []
        self.asked: list[tuple[str, str]] = []
        self.found: list[str] = []
        self.client: TestClient

    def search(self, text: str, language: str) -> list[str]:
        self.asked.append((text, language))
        return self.found

    async def count(self, entry: str, language: str, helpful: bool) -> None:  # noqa: FBT001  # the interface's form
        self.counted.append((entry, language, helpful))

    async def page(self, path: str, status: int = 200, **headers: str) -> Page:
        response = await self.client.get(path, headers=headers, allow_redirects=False)
        assert response.status == status, await response.text()
        self.headers = response.headers
        return Page(await response.text())


@asynccontextmanager
async def help_site() -> AsyncIterator[Help]:
    """Serve FILES."""
    help_ = Help(loader.build({name: text.encode() for name, text in FILES.items()}))
    app = web.Application(middlewares=[make_middleware(load_catalogs())])
    app.on_response_prepare.append(make_headers(https=False))
    rules = help_rules(lambda: help_.knowledge, help_.search, help_.count, lambda name: f"/assets/x-{name}")
    app.add_routes([web.route(rule.method, rule.path, rule.handler) for rule in rules])
    async with TestClient(TestServer(app)) as client:
        help_.client = client
        yield help_
