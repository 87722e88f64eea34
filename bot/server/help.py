"""The help center as pages: rendered here, readable without any script."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import hdrs, web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.errors import BadInput
from bot.knowledge.body import ENTRY_SCHEME
from bot.knowledge.entries import DEFAULT_LANGUAGE, Entry, KnowledgeBase, to_json
from bot.locale.catalogs import language_name
from bot.locale.negotiate import LANGUAGES, negotiate, wishes_of_header
from bot.server.help_texts import texts_of
from bot.server.help_views import (
    Alternate,
    alternates_of,
    cards_of,
    entry_url,
    help_entries,
    items_of,
    sitemap,
    snippet_of,
    topic_of,
    topic_url,
    updated_of,
)
from bot.server.rules import Door, Rule
from bot.text.normalize import clean

LONGEST_QUERY = 200
"""Characters of a search; the rest is cut off."""
MORE_IN_TOPIC = 6
"""Entries of the same topic that stand beside an entry."""
CHAT = "/chat"

Feedback = Callable[[str, str, bool], Awaitable[None]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def help_rules(
    kb_source: Callable[[], KnowledgeBase],
    search: Callable[[str, str], list[str]],
    on_feedback: Feedback,
    asset: Callable[[str], str],
    *,
    origin: str | None = None,
) -> list[Rule]:
    """Return the rules of the routes below `/help`.

    kb_source: the help center of this moment. search: (text, language) -> entry ids, best first, none when
    nothing fits. on_feedback: (entry, language, helpful) -> counted. asset: `help.css` or `parley.svg` -> its address.
    origin: what canonical addresses begin with, `https://shop.example`; the request's own without it.
    """
    pages = HelpPages(kb_source, search, on_feedback, asset, origin)
    return [
        Rule("GET", "/help", Door.ANYBODY, pages.entrance),
        Rule("GET", "/help/", Door.ANYBODY, pages.entrance),
        Rule("GET", "/help/sitemap.xml", Door.ANYBODY, pages.sitemap),
        Rule("GET", "/help/{language}", Door.ANYBODY, pages.in_language(pages.add_slash)),
        Rule("GET", "/help/{language}/", Door.ANYBODY, pages.in_language(pages.home)),
        Rule("GET", "/help/{language}/search", Door.ANYBODY, pages.in_language(pages.results)),
        Rule("GET", "/help/{language}/{path:.+}/", Door.ANYBODY, pages.in_language(pages.topic)),
        Rule("GET", "/help/{language}/{path:.+}", Door.ANYBODY, pages.in_language(pages.entry)),
        Rule("POST", "/help/{language}/{path:.+}", Door.ANYBODY, pages.in_language(pages.feedback), form=True),
    ]


class HelpPages:
    """The handlers; each reads the help center of its moment and writes one page."""

    def __init__(
        self,
        kb_source: Callable[[], KnowledgeBase],
        search: Callable[[str, str], list[str]],
        on_feedback: Feedback,
        asset: Callable[[str], str],
        origin: str | None,
    ) -> None:
        self._kb = kb_source
        self._search = search
        self._on_feedback = on_feedback
        self._asset = asset
        self._origin = origin
        self._templates = Environment(
            loader=FileSystemLoader(Path(str(files("bot.server"))) / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    # --- pages ---

    async def entrance(self, request: web.Request) -> web.StreamResponse:
        """Send a browser to its language."""
        raise web.HTTPFound(f"/help/{self._wished(request)}/", headers={"Vary": "Accept-Language"})

    def in_language(self, handler: Callable[[web.Request, str], Awaitable[web.StreamResponse]]) -> Handler:
        """Return the handler, called with the language of the address when the help center has it."""

        async def handle(request: web.Request) -> web.StreamResponse:
            language = request.match_info["language"]
            if language not in self._languages():
                return self._missing(request, self._wished(request))
            return await handler(request, language)

        return handle

    async def add_slash(self, _request: web.Request, language: str) -> web.StreamResponse:
        """Send `/help/es` to `/help/es/`."""
        raise web.HTTPMovedPermanently(f"/help/{language}/")

    async def home(self, request: web.Request, language: str) -> web.StreamResponse:
        """Show every topic."""
        return self._page(
            request,
            "help_home.html",
            language,
            alternates=alternates_of(lambda other: f"/help/{other}/", self._languages()),
            path=f"/help/{language}/",
            topics=cards_of(self._kb(), language),
        )

    async def topic(self, request: web.Request, language: str) -> web.StreamResponse:
        """Show the entries of one topic."""
        topic = request.match_info["path"]
        entries = help_entries(self._kb(), language).get(topic)
        if not entries:
            return self._missing(request, language)
        return self._page(
            request,
            "help_topic.html",
            language,
            alternates=alternates_of(lambda other: topic_url(topic, other), self._languages()),
            path=topic_url(topic, language),
            topic_id=topic,
            topic=topic_of(topic, texts_of(language)),
            count=texts_of(language).articles.of(len(entries), language),
            entries=items_of(entries, language),
        )

    async def entry(self, request: web.Request, language: str) -> web.StreamResponse:
        """Show one entry; a topic's address without its slash leads to the topic."""
        id_ = request.match_info["path"]
        entry = self._help_entry(id_, language)
        if entry is None:
            if id_ in help_entries(self._kb(), language):
                raise web.HTTPMovedPermanently(topic_url(id_, language))
            return self._missing(request, language)
        return self._entry_page(request, entry, language)

    def _entry_page(self, request: web.Request, entry: Entry, language: str) -> web.Response:
        kb, texts = self._kb(), texts_of(language)
        related = [found for id_ in entry.related if (found := self._help_entry(id_, language)) is not None]
        beside = {entry.id, *(other.id for other in related)}
        same_topic = [other for other in help_entries(kb, language).get(entry.topic, ()) if other.id not in beside]
        topic = topic_of(entry.topic, texts)
        notice = texts.not_translated.format(language=language_name(entry.language, language))
        return self._page(
            request,
            "help_entry.html",
            language,
            alternates=alternates_of(lambda other: entry_url(entry.id, other), self._languages()),
            written=[other for other in self._languages() if other in kb.entries[entry.id]],
            path=entry_url(entry.id, entry.language),
            entry=entry,
            action=entry_url(entry.id, language),
            blocks=to_json(entry.blocks),
            description=snippet_of(entry),
            notice=None if entry.language == language else notice,
            topic=topic if entry.topic else None,
            topic_url=topic_url(entry.topic, language),
            updated=updated_of(entry, language),
            thanks=request.query.get("thanks"),
            related=items_of(related, language),
            same_topic=items_of(same_topic[:MORE_IN_TOPIC], language),
            same_topic_title=texts.same_topic.format(topic=topic.name),
        )

    async def results(self, request: web.Request, language: str) -> web.StreamResponse:
        """Show what a search finds."""
        query = " ".join(clean(request.query.get("q", "")).split())[:LONGEST_QUERY]
        ids = self._search(query, language) if query else []
        found = [entry for id_ in ids if (entry := self._help_entry(id_, language)) is not None]
        address = f"/help/{language}/search"
        return self._page(
            request,
            "help_search.html",
            language,
            alternates=alternates_of(
                lambda other: f"/help/{other}/search" + (f"?{urlencode({'q': query})}" if query else ""),
                self._languages(),
            ),
            path=f"{address}?{urlencode({'q': query})}" if query else address,
            query=query,
            count=texts_of(language).results.of(len(found), language),
            entries=items_of(found, language),
            topics=[] if found else cards_of(self._kb(), language),
        )

    async def feedback(self, request: web.Request, language: str) -> web.StreamResponse:
        """Count whether an entry helped, and say thanks on the entry's own page.

        Raises BadInput without an answer.
        """
        entry = self._help_entry(request.match_info["path"], language)
        if entry is None:
            return self._missing(request, language)
        answer = (await request.post()).get("helpful")
        if answer not in ("yes", "no"):
            raise BadInput("Expected one of {known}, got {found}.", known="yes, no", found=str(answer)[:40])
        await self._on_feedback(entry.id, entry.language, answer == "yes")
        raise web.HTTPSeeOther(f"{entry_url(entry.id, language)}?thanks={answer}#helpful")

    async def sitemap(self, request: web.Request) -> web.StreamResponse:
        """List every page with its languages, for search engines."""
        text = sitemap(self._kb(), self._languages(), self._start(request))
        return web.Response(text=text, content_type="application/xml", charset="utf-8")

    def _missing(self, request: web.Request, language: str) -> web.Response:
        return self._page(
            request,
            "help_missing.html",
            language,
            alternates=alternates_of(lambda other: f"/help/{other}/", self._languages()),
            path=None,
            status=404,
            topics=cards_of(self._kb(), language),
        )

    # --- what pages are made of ---

    def _page(
        self,
        request: web.Request,
        template: str,
        language: str,
        *,
        alternates: list[Alternate],
        path: str | None,
        written: list[str] | None = None,
        status: int = 200,
        **values: Any,
    ) -> web.Response:
        """Return a page; `written` are the languages that it really is in, all of them without it."""
        start = self._start(request)
        html = self._templates.get_template(template).render(
            texts=texts_of(language),
            language=language,
            alternates=alternates,
            written=self._languages() if written is None else written,
            canonical=None if path is None else start + path,
            start=start,
            home=f"/help/{language}/",
            search_url=f"/help/{language}/search",
            chat=CHAT,
            style=self._asset("help.css"),
            icon=self._asset("parley.svg"),
            link=lambda href: self._link(href, language),
            **values,
        )
        headers = {"Content-Language": language, "Cache-Control": "no-cache"}
        return web.Response(text=html, status=status, content_type="text/html", charset="utf-8", headers=headers)

    def _link(self, href: str, language: str) -> str:
        """Return where a link in an answer leads to: an entry's page, the chat for a request for a person."""
        if not href.startswith(ENTRY_SCHEME):
            return href
        id_ = href.removeprefix(ENTRY_SCHEME)
        return entry_url(id_, language) if self._help_entry(id_, language) is not None else CHAT

    def _help_entry(self, id_: str, language: str) -> Entry | None:
        kb = self._kb()
        entry = kb.entry(id_, language) if id_ in kb.entries else None
        return entry if entry is not None and entry.is_help else None

    def _languages(self) -> tuple[str, ...]:
        return tuple(language for language in self._kb().languages if language in LANGUAGES)

    def _wished(self, request: web.Request) -> str:
        languages = self._languages()
        wishes = wishes_of_header(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
        return negotiate(wishes, languages, DEFAULT_LANGUAGE if DEFAULT_LANGUAGE in languages else languages[0])

    def _start(self, request: web.Request) -> str:
        return self._origin or f"{request.scheme}://{request.host}"
