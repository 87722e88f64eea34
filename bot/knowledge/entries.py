"""What the help center holds: entries, their variants, and the whole as one frozen value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

DEFAULT_LANGUAGE = "en"
SMALLTALK = "smalltalk"
"""Topic of the entries that are courtesy, not help."""
HANDOFF = "handoff"
"""The action of the entry that asks for a person."""
ORDER_STATUS = "order_status"
ACTIONS = (HANDOFF, ORDER_STATUS)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; its children are inline nodes in their JSON form.

    `{"type": "text", "text": ...}`, `{"type": "bold" | "emphasis", "children": [...]}`,
    `{"type": "link", "href": ..., "children": [...]}`, `{"type": "break"}`. A link to an entry has the
    href `entry:<id>`.
    """

    children: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class BulletList:
    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class OrderedList:
    items: tuple[tuple[Block, ...], ...]


Block = Paragraph | BulletList | OrderedList


def to_json(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Return the JSON form of an answer: paragraphs, and lists whose items are lists of blocks."""
    return [_block_to_json(block) for block in blocks]


def _block_to_json(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"type": "paragraph", "children": [dict(child) for child in block.children]}
    items = [to_json(item) for item in block.items]
    return {"type": "list", "ordered": isinstance(block, OrderedList), "items": items}


@dataclass(frozen=True, slots=True)
class Lines:
    """Where in its file an entry says what, counted from 1: for messages about it."""

    title: int = 1
    variants: tuple[int, ...] = ()
    body: int = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One help-center answer in one language."""

    id: str
    language: str
    title: str
    variants: tuple[str, ...]
    body: str = ""
    blocks: tuple[Block, ...] = ()
    keywords: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    action: str | None = None
    """`handoff`, `order_status` or nothing."""
    updated: date | None = None
    source: str = field(default="", compare=False)
    """The file that it was read from."""
    lines: Lines = field(default=Lines(), compare=False, repr=False)

    @property
    def topic(self) -> str:
        return self.id.rpartition("/")[0]

    @property
    def is_smalltalk(self) -> bool:
        return self.id.startswith(f"{SMALLTALK}/")

    @property
    def is_help(self) -> bool:
        """Whether it answers a question: neither a courtesy nor the request for a person."""
        return not self.is_smalltalk and self.action != HANDOFF


@dataclass(frozen=True)
class KnowledgeBase:
    """Every entry in every language, and what must not be answered."""

    entries: Mapping[str, Mapping[str, Entry]]
    """Entry id -> language -> entry."""
    out_of_scope: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Language -> messages that must not be answered."""
    version: str = ""
    """Hex digest of the content."""

    @cached_property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted({language for by_language in self.entries.values() for language in by_language}))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(sorted(self.entries))

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """Ids of the entries that may be suggested; every shopper who connects is offered some."""
        return tuple(id_ for id_ in self.ids if next(iter(self.entries[id_].values())).is_help)

    @cached_property
    def asked_topics(self) -> frozenset[str]:
        """Topics of `questions`."""
        return frozenset(id_.rpartition("/")[0] for id_ in self.questions)

    @cached_property
    def about_orders(self) -> frozenset[str]:
        """Every entry that asks for an order number and looks the order up."""
        tongues = self.entries.items()
        return frozenset(id_ for id_, tongue in tongues if any(e.action == ORDER_STATUS for e in tongue.values()))

    @cached_property
    def topics(self) -> frozenset[str]:
        """Every folder that holds help, and the folders around it."""
        found = set()
        for id_ in self.entries:
            folder = id_.rpartition("/")[0]
            while folder and folder != SMALLTALK:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    def entry(self, id: str, language: str) -> Entry:  # noqa: A002  # the word for it
        """Return the entry in that language, else in the default one, else in any; KeyError if unknown."""
        by_language = self.entries[id]
        for wanted in (language, DEFAULT_LANGUAGE):
            if wanted in by_language:
                return by_language[wanted]
        return by_language[min(by_language)]

    def texts(self, language: str) -> tuple[tuple[str, str], ...]:
        """Return (entry id, text) for every title and variant in that language."""
        return tuple(
            (id_, text)
            for id_ in self.ids
            if (entry := self.entries[id_].get(language)) is not None
            for text in (entry.title, *entry.variants)
        )
