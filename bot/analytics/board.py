"""The board of pain points: found once for a period, kept for some minutes, shown in any language."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.analytics import badturns, painpoints
from bot.analytics.badturns import Turn
from bot.analytics.painpoints import PainPoint
from bot.analytics.periods import Query
from bot.analytics.rollup import Rollup
from bot.errors import NotFound
from bot.knowledge.entries import KnowledgeBase
from bot.store.transaction import Store

KEPT = 8  # boards
FRESH = timedelta(minutes=10)
MOST_BAD = 6000  # turns that are grouped; the newest

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Board:
    """What was found in a period."""

    query: Query
    points: tuple[PainPoint, ...]
    all_turns: tuple[int, int]
    """Now, and in the period before."""
    made_at: datetime
    kb_version: str

    def point(self, key: str) -> PainPoint:
        """Return a pain point. Raises NotFound."""
        for point in self.points:
            if point.key == key:
                return point
        raise NotFound("This pain point is not there any more. Reload the list.")


class Boards:
    """Makes boards off the loop, one at a time."""

    def __init__(self, store: Store, knowledge: Callable[[], KnowledgeBase], rollup: Rollup | None = None) -> None:
        self._store = store
        self._knowledge = knowledge
        self._rollup = rollup or Rollup(store)
        self._kept: OrderedDict[tuple[Any, ...], Board] = OrderedDict()
        self._making = asyncio.Lock()

    async def board(self, query: Query) -> Board:
        """Return the board of a period; filters by language and topic count."""
        knowledge = self._knowledge()
        filters = {name: tuple(sorted(query.filters.get(name, ()))) for name in ("language", "topic")}
        name = (query.first, query.last, query.zone.key, *filters.values(), knowledge.version)
        async with self._making:
            kept = self._kept.get(name)
            if kept is not None and timedelta() <= query.assumptions.now - kept.made_at < FRESH:
                return kept
            made = await self._make(query, knowledge)
            self._kept[name] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return made

    async def _make(self, query: Query, knowledge: KnowledgeBase) -> Board:
        await self._rollup.sweep()
        start = query.previous().start
        turns = await self._store.read(lambda tx: badturns.read(tx, start, query.end))
        wanted = [turn for turn in turns if _is_wanted(turn, query)]
        bad = sorted((turn for turn in wanted if turn.signs), key=lambda turn: turn.at)[-MOST_BAD:]
        found = await asyncio.to_thread(painpoints.find, bad, knowledge, query.start)
        before = sum(turn.at < query.start for turn in wanted)
        return Board(query, tuple(found), (len(wanted) - before, before), query.assumptions.now, knowledge.version)

    async def listed(self, query: Query, language: str) -> Json:
        """Return the board as JSON, titles in `language`."""
        board, knowledge = await self.board(query), self._knowledge()
        return {
            "period": query.to_json(),
            "turns": {"all": board.all_turns[0], "bad": sum(len(point.turns) for point in board.points)},
            "painpoints": [
                painpoints.to_json(point, knowledge, board.all_turns, query, language) for point in board.points
            ],
        }

    async def shown(self, query: Query, key: str, language: str) -> Json:
        """Return one pain point with samples. Raises NotFound."""
        board, knowledge = await self.board(query), self._knowledge()
        point = board.point(key)
        told = painpoints.to_json(point, knowledge, board.all_turns, query, language)
        return {**told, "samples": painpoints.samples(point)}


def _is_wanted(turn: Turn, query: Query) -> bool:
    languages, topics = query.filters.get("language"), query.filters.get("topic")
    topic = (turn.entry or "").rpartition("/")[0] or "none"
    return (not languages or turn.language in languages) and (not topics or topic in topics)
