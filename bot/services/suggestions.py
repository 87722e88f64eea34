"""Questions to start with: what is asked most about the topic of the page that the shopper is on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.knowledge.entries import Entry, KnowledgeBase
from bot.services.answering import Answering
from bot.store.transaction import Store

USUAL = ("shipping/track-package", "returns/start-return", "refunds/refund-time", "orders/cancel-order")
"""What shops are asked most, until this one has been asked."""
SUGGESTED = 4
RECENT_DECISIONS = 5000
COUNTED_EVERY = timedelta(minutes=5)


class Suggestions:
    """Counts the answers of late, at most every few minutes."""

    def __init__(self, store: Store, answering: Callable[[], Answering], clock: Clock) -> None:
        self._store = store
        self._answering = answering
        self._clock = clock
        self._counted: Mapping[str, int] = {}
        self._count_again: datetime | None = None

    async def of(self, language: str, *, topic: str | None, page: str | None) -> list[Entry]:
        """Return entries to offer on a page, in `language` where they have it.

        `topic` is a help-center folder that the shop names; without one, `page` (a path) may hold the name.
        """
        now = self._clock.now()
        if self._count_again is None or now >= self._count_again:
            self._count_again = now + COUNTED_EVERY
            self._counted = await self._store.read(lambda tx: tx.decisions.answered_lately(RECENT_DECISIONS))
        knowledge = self._answering().knowledge
        topics = knowledge.asked_topics
        about = topic if topic in topics else topic_of(page, topics)
        return [knowledge.entry(id_, language) for id_ in ranked(knowledge, self._counted, about)[:SUGGESTED]]


def ranked(knowledge: KnowledgeBase, counted: Mapping[str, int], topic: str | None) -> Sequence[str]:
    """Return ids of entries: the topic's by how often they were answered, then what is asked of shops in general."""
    usual = [id_ for id_ in USUAL if id_ in knowledge.entries]
    known = knowledge.questions
    # Within a topic the usual questions come before the rest of it, as long as nobody asked for either.
    of_topic = [id_ for id_ in [*usual, *known] if topic and id_.startswith(f"{topic}/")]
    asked = [] if topic else [id_ for id_ in known if id_ in counted]
    first = sorted(of_topic + asked, key=lambda id_: -counted.get(id_, 0))
    return list(dict.fromkeys([*first, *usual]))


def topic_of(page: str | None, topics: frozenset[str]) -> str | None:
    """Return the topic that a part of the path names: `/help/en/shipping/`, `/account/order`."""
    for part in (page or "").lower().split("/"):
        for name in (part, f"{part}s", part.removesuffix("s")):
            if name in topics:
                return name
    return None
