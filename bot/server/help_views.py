"""What the help center's pages show of entries: cards of topics, lists of entries, addresses, the sitemap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from babel.dates import format_date

from bot.knowledge.body import words_of
from bot.knowledge.entries import Entry, KnowledgeBase
from bot.server.help_texts import Texts, Topic, texts_of

SNIPPET = 160
"""Characters of an answer that a list shows."""
_NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'


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


def cards_of(kb: KnowledgeBase, language: str) -> list[Card]:
    """Return every topic; the entries without one are cards of their own."""
    texts = texts_of(language)
    cards = []
    for topic, entries in help_entries(kb, language).items():
        if not topic:
            cards += [Card("", entry.title, "", "", entry_url(entry.id, language)) for entry in entries]
            continue
        named = topic_of(topic, texts)
        count = texts.articles.of(len(entries), language)
        cards.append(Card(topic, named.name, named.about, count, topic_url(topic, language)))
    return cards


def items_of(entries: Iterable[Entry], language: str) -> list[Item]:
    """Return entries as a list shows them."""
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


def alternates_of(url: Callable[[str], str], languages: Iterable[str]) -> list[Alternate]:
    """Return one page in each of the languages."""
    return [Alternate(language, texts_of(language).language_name, url(language)) for language in languages]


def updated_of(entry: Entry, language: str) -> tuple[str, str] | None:
    """Return the date for machines and the sentence for people."""
    if entry.updated is None:
        return None
    date = format_date(entry.updated, format="long", locale=language)
    return entry.updated.isoformat(), texts_of(language).updated.format(date=date)


def sitemap(kb: KnowledgeBase, languages: Sequence[str], start: str) -> str:
    """Return every page with its languages, as search engines read it; `start` begins each address."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<urlset {_NAMESPACES}>"]
    lines += _pages(start, {language: f"/help/{language}/" for language in languages})
    for topic, entries in help_entries(kb, languages[0]).items():
        if topic:
            lines += _pages(start, {language: topic_url(topic, language) for language in languages})
        for written in (kb.entries[entry.id] for entry in entries):
            found = {language: written[language] for language in languages if language in written}
            addresses = {language: entry_url(entry.id, language) for language, entry in found.items()}
            lines += _pages(start, addresses, found)
    return "\n".join([*lines, "</urlset>", ""])


def _pages(start: str, addresses: Mapping[str, str], entries: Mapping[str, Entry] | None = None) -> Iterator[str]:
    """Yield the lines of one page in all its languages; an address holds nothing that XML would mind."""
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{start}{address}"/>'
        for language, address in addresses.items()
    )
    for language, address in addresses.items():
        updated = entries[language].updated if entries else None
        changed = f"<lastmod>{updated.isoformat()}</lastmod>" if updated else ""
        yield f"<url><loc>{start}{address}</loc>{changed}{alternates}</url>"
