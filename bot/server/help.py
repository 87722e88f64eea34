"""The help center as pages: rendered here, readable without any script."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from aiohttp import hdrs, web
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.errors import BadInput, Forbidden
from bot.knowledge.body import ENTRY_SCHEME, words_of
from bot.knowledge.entries import DEFAULT_LANGUAGE, Entry, KnowledgeBase, to_json
from bot.locale.catalogs import language_name
from bot.locale.negotiate import LANGUAGES, negotiate, wishes_of_header
from bot.server.help_texts import Texts, Topic, texts_of
from bot.text.normalize import clean

LONGEST_QUERY = 200
"""Characters of a search; the rest is cut off."""
SNIPPET = 160
"""Characters of an answer that a list shows."""
MORE_IN_TOPIC = 6
"""Entries of the same topic that stand beside an entry."""
CHAT = "/chat"
_NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'

Feedback = Callable[[str, str, bool], Awaitable[None]]


def help_routes(
    kb_source: Callable[[], KnowledgeBase],
    search: Callable[[str, str], list[str]],
    on_feedback: Feedback,
    asset: Callable[[str], str],
    *,
    origin: str | None = None,
) -> list[web.RouteDef]:
    """Return the routes below `/help`.

    kb_source: the help center of this moment. search: (text, language) -> entry ids, best first, none when
    nothing fits. on_feedback: (entry, language, helpful) -> counted. asset: `help.css` -> its address.
    origin: what canonical addresses begin with, `https://shop.example`; the request's own without it.
    """
    pages = HelpPages(kb_source, search, on_feedback, asset, origin)
    return [
        web.get("/help", pages.entrance),
        web.get("/help/", pages.entrance),
        web.get("/help/sitemap.xml", pages.sitemap),
        web.get("/help/{language}", pages.add_slash),
        web.get("/help/{language}/", pages.home),
        web.get("/help/{language}/search", pages.results),
        web.get("/help/{language}/{path:.+}/", pages.topic),
        web.get("/help/{language}/{path:.+}", pages.entry),
        web.post("/help/{language}/{path:.+}", pages.feedback),
    ]


@dataclass(frozen=True, slots=True)
class Card:
    """A topic in a list."""

    topic: str
    name: str
    about: str
    count: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """An entry in a list."""

    title: str
    snippet: str
    topic: str
    url: str
    language: str


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same page in another language."""

    language: str
    name: str
    url: str


def topic_of(topic: str, texts: Texts) -> Topic:
    """Return name and description of a topic; one that we do not know is named after its folder."""
    if not topic:
        return Topic(name=texts.other_topic, about="")
    named = topic.rpartition("/")[2].replace("-", " ").replace("_", " ").strip()
    return texts.topics.get(topic) or Topic(name=named[:1].upper() + named[1:], about="")


def help_entries(kb: KnowledgeBase, language: str) -> dict[str, list[Entry]]:
    """Return topic -> its entries, each in the language if there, else in another; topics in reading order."""
    known = list(texts_of(language).topics)
    grouped: dict[str, list[Entry]] = {}
    for id_ in kb.ids:
        entry = kb.entry(id_, language)
        if entry.is_help:
            grouped.setdefault(entry.topic, []).append(entry)
    order = {topic: place for place, topic in enumerate(known)}
    return dict(sorted(grouped.items(), key=lambda pair: (not pair[0], order.get(pair[0], len(order)), pair[0])))


def snippet_of(entry: Entry) -> str:
    """Return the beginning of an answer, cut at a word."""
    text = " ".join(words_of(entry.blocks[:1]).split())
    if text.endswith(":"):  # what follows is what it says
        text = " ".join(words_of(entry.blocks[:2]).split())
    if len(text) <= SNIPPET:
        return text
    return text[:SNIPPET].rpartition(" ")[0].rstrip(",;:") + "\N{HORIZONTAL ELLIPSIS}"


def entry_url(entry: str, language: str) -> str:
    return f"/help/{language}/{quote(entry)}"


def topic_url(topic: str, language: str) -> str:
    return f"/help/{language}/{quote(topic)}/" if topic else f"/help/{language}/"


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
        wishes = wishes_of_header(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
        languages = self._languages()
        default = DEFAULT_LANGUAGE if DEFAULT_LANGUAGE in languages else languages[0]
        raise web.HTTPFound(f"/help/{negotiate(wishes, languages, default)}/", headers={"Vary": "Accept-Language"})

    async def add_slash(self, request: web.Request) -> web.StreamResponse:
        """Send `/help/es` to `/help/es/`."""
        language = request.match_info["language"]
        if language not in self._languages():
            return self._missing(request, self._wished(request))
        raise web.HTTPMovedPermanently(f"/help/{language}/")

    async def home(self, request: web.Request) -> web.StreamResponse:
        """Show every topic."""
        if (language := self._language(request)) is None:
            return self._missing(request, self._wished(request))
        return self._page(
            request,
            "help_home.html",
            language,
            alternates=self._alternates(lambda other: f"/help/{other}/", self._languages()),
            path=f"/help/{language}/",
            topics=self._cards(language),
        )

    async def topic(self, request: web.Request) -> web.StreamResponse:
        """Show the entries of one topic."""
        language = self._language(request)
        topic = request.match_info["path"]
        entries = help_entries(self._kb(), language).get(topic) if language is not None else None
        if language is None or not entries:
            return self._missing(request, language or self._wished(request))
        return self._page(
            request,
            "help_topic.html",
            language,
            alternates=self._alternates(lambda other: topic_url(topic, other), self._languages()),
            path=topic_url(topic, language),
            topic_id=topic,
            topic=topic_of(topic, texts_of(language)),
            count=texts_of(language).articles.of(len(entries), language),
            entries=self._items(entries, language),
        )

    async def entry(self, request: web.Request) -> web.StreamResponse:
        """Show one entry; a topic's address without its slash leads to the topic."""
        language = self._language(request)
        if language is None:
            return self._missing(request, self._wished(request))
        id_ = request.match_info["path"]
        entry = self._help_entry(id_, language)
        if entry is None:
            if id_ in help_entries(self._kb(), language):
                raise web.HTTPMovedPermanently(topic_url(id_, language))
            return self._missing(request, language)
        return self._entry_page(request, entry, language)

    def _entry_page(self, request: web.Request, entry: Entry, language: str) -> web.Response:
        kb, texts = self._kb(), texts_of(language)
        written = [other for other in self._languages() if other in kb.entries[entry.id]]
        related = [found for id_ in entry.related if (found := self._help_entry(id_, language)) is not None]
        beside = {entry.id, *(other.id for other in related)}
        same_topic = [other for other in help_entries(kb, language).get(entry.topic, ()) if other.id not in beside]
        topic = topic_of(entry.topic, texts)
        notice = texts.not_translated.format(language=language_name(entry.language, language))
        return self._page(
            request,
            "help_entry.html",
            language,
            alternates=self._alternates(lambda other: entry_url(entry.id, other), written),
            path=entry_url(entry.id, entry.language),
            entry=entry,
            action=entry_url(entry.id, language),
            blocks=to_json(entry.blocks),
            description=snippet_of(entry),
            notice=None if entry.language == language else notice,
            topic=topic if entry.topic else None,
            topic_url=topic_url(entry.topic, language),
            updated=_updated(entry, language),
            thanks=request.query.get("thanks"),
            related=self._items(related, language),
            same_topic=self._items(same_topic[:MORE_IN_TOPIC], language),
            same_topic_title=texts.same_topic.format(topic=topic.name),
        )

    async def results(self, request: web.Request) -> web.StreamResponse:
        """Show what a search finds."""
        if (language := self._language(request)) is None:
            return self._missing(request, self._wished(request))
        query = " ".join(clean(request.query.get("q", "")).split())[:LONGEST_QUERY]
        ids = self._search(query, language) if query else []
        found = [entry for id_ in ids if (entry := self._help_entry(id_, language)) is not None]
        address = f"/help/{language}/search"
        return self._page(
            request,
            "help_search.html",
            language,
            alternates=self._alternates(
                lambda other: f"/help/{other}/search" + (f"?{urlencode({'q': query})}" if query else ""),
                self._languages(),
            ),
            path=f"{address}?{urlencode({'q': query})}" if query else address,
            query=query,
            count=texts_of(language).results.of(len(found), language),
            entries=self._items(found, language),
            topics=[] if found else self._cards(language),
        )

    async def feedback(self, request: web.Request) -> web.StreamResponse:
        """Count whether an entry helped, and say thanks on the entry's own page.

        Raises BadInput without an answer, Forbidden when another site sent it.
        """
        language = self._language(request)
        entry = self._help_entry(request.match_info["path"], language) if language is not None else None
        if language is None or entry is None:
            return self._missing(request, language or self._wished(request))
        _refuse_other_sites(request)
        answer = (await request.post()).get("helpful")
        if answer not in ("yes", "no"):
            raise BadInput("Expected helpful=yes or helpful=no.")
        await self._on_feedback(entry.id, entry.language, answer == "yes")
        raise web.HTTPSeeOther(f"{entry_url(entry.id, language)}?thanks={answer}#helpful")

    async def sitemap(self, request: web.Request) -> web.StreamResponse:
        """List every page with its languages, for search engines."""
        kb, start = self._kb(), self._start(request)
        languages = self._languages()
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<urlset {_NAMESPACES}>"]
        lines += _sitemap_entries(start, {language: f"/help/{language}/" for language in languages})
        for topic, entries in help_entries(kb, languages[0]).items():
            if topic:
                lines += _sitemap_entries(start, {language: topic_url(topic, language) for language in languages})
            for id_ in (entry.id for entry in entries):
                written = {language: kb.entries[id_][language] for language in languages if language in kb.entries[id_]}
                addresses = {language: entry_url(id_, language) for language in written}
                lines += _sitemap_entries(start, addresses, written)
        return web.Response(text="\n".join([*lines, "</urlset>", ""]), content_type="application/xml", charset="utf-8")

    def _missing(self, request: web.Request, language: str) -> web.Response:
        return self._page(
            request,
            "help_missing.html",
            language,
            alternates=self._alternates(lambda other: f"/help/{other}/", self._languages()),
            path=None,
            status=404,
            topics=self._cards(language),
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
        status: int = 200,
        **values: Any,
    ) -> web.Response:
        start = self._start(request)
        html = self._templates.get_template(template).render(
            texts=texts_of(language),
            language=language,
            alternates=alternates,
            canonical=None if path is None else start + path,
            start=start,
            home=f"/help/{language}/",
            search_url=f"/help/{language}/search",
            chat=CHAT,
            style=self._asset("help.css"),
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

    def _cards(self, language: str) -> list[Card]:
        texts = texts_of(language)
        cards = []
        for topic, entries in help_entries(self._kb(), language).items():
            named = topic_of(topic, texts)
            count = texts.articles.of(len(entries), language)
            url = topic_url(topic, language) if topic else entry_url(entries[0].id, language)
            cards.append(Card(topic, named.name, named.about, count, url))
        return cards

    def _items(self, entries: Iterable[Entry], language: str) -> list[Item]:
        texts = texts_of(language)
        return [
            Item(
                title=entry.title,
                snippet=snippet_of(entry),
                topic=topic_of(entry.topic, texts).name,
                url=entry_url(entry.id, language),
                language=entry.language,
            )
            for entry in entries
        ]

    def _help_entry(self, id_: str, language: str) -> Entry | None:
        kb = self._kb()
        entry = kb.entry(id_, language) if id_ in kb.entries else None
        return entry if entry is not None and entry.is_help else None

    def _languages(self) -> tuple[str, ...]:
        return tuple(language for language in self._kb().languages if language in LANGUAGES)

    def _language(self, request: web.Request) -> str | None:
        language = request.match_info["language"]
        return language if language in self._languages() else None

    def _wished(self, request: web.Request) -> str:
        languages = self._languages()
        wishes = wishes_of_header(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
        return negotiate(wishes, languages, DEFAULT_LANGUAGE if DEFAULT_LANGUAGE in languages else languages[0])

    def _alternates(self, url: Callable[[str], str], languages: Iterable[str]) -> list[Alternate]:
        return [Alternate(language, texts_of(language).language_name, url(language)) for language in languages]

    def _start(self, request: web.Request) -> str:
        return self._origin or f"{request.scheme}://{request.host}"


def _updated(entry: Entry, language: str) -> tuple[str, str] | None:
    """Return the date for machines and the sentence for people."""
    if entry.updated is None:
        return None
    date = format_date(entry.updated, format="long", locale=language)
    return entry.updated.isoformat(), texts_of(language).updated.format(date=date)


def _refuse_other_sites(request: web.Request) -> None:
    origin = request.headers.get(hdrs.ORIGIN)
    foreign = origin is not None and urlsplit(origin).netloc != request.host
    if foreign or request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("This request comes from another site.")


def _sitemap_entries(start: str, addresses: Mapping[str, str], entries: Mapping[str, Entry] | None = None) -> list[str]:
    """Return the lines for one page in all its languages; addresses hold nothing that XML would mind."""
    alternates = [
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{start}{address}"/>'
        for language, address in addresses.items()
    ]
    lines = []
    for language, address in addresses.items():
        updated = entries[language].updated if entries else None
        changed = f"<lastmod>{updated.isoformat()}</lastmod>" if updated else ""
        lines.append(f"<url><loc>{start}{address}</loc>{changed}{''.join(alternates)}</url>")
    return lines
