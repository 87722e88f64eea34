"""The board of pain points: grouped once for some days, whatever the time zone, and kept; shown in any language."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import func, select

from bot.analytics import badturns, painpoints
from bot.analytics.badturns import Turn
from bot.analytics.painpoints import Grouped, PainPoint
from bot.analytics.periods import Query
from bot.analytics.rollup import Rollup
from bot.errors import NotFound
from bot.knowledge.entries import KnowledgeBase
from bot.store.counted import episodes
from bot.store.transaction import Store, Transaction
from bot.text.tokens import Analyzer

KEPT = 8  # groupings
FRESH = timedelta(minutes=10)
GREW = 1.05  # times as many episodes as when it was made: made again before that
RESTS = timedelta(seconds=30)
"""Between two makings that nobody asked for."""
ASKED_LATELY = timedelta(hours=1)
MOST_BAD = 6000  # turns that are grouped; the newest
MARGIN = timedelta(days=1)
"""Days begin at other moments in other time zones: with a day more on both sides all of them are covered."""

Json = dict[str, Any]
Name = tuple[date, date, tuple[str, ...], tuple[str, ...], str]
"""First and last day, languages, topics, version of the help center."""


@dataclass(frozen=True, slots=True)
class Board:
    """What was found in a period."""

    query: Query
    points: tuple[PainPoint, ...]
    all_turns: tuple[int, int]
    """Now, and in the period before."""

    def point(self, key: str) -> PainPoint:
        """Return a pain point. Raises NotFound."""
        for point in self.points:
            if point.key == key:
                return point
        raise NotFound("This pain point is not there any more. Reload the list.")


@dataclass(frozen=True, slots=True)
class _Grouping:
    """Bad turns around some days, grouped."""

    grouped: Grouped
    times: tuple[datetime, ...]
    """Of all turns, good and bad."""
    episodes: int
    """How many had ended."""
    made_at: datetime
    asked: Query
    asked_at: datetime | None
    """None: nobody has asked yet."""

    def is_good(self, now: datetime, ended: int) -> bool:
        return timedelta() <= now - self.made_at < FRESH and ended <= self.episodes * GREW


class Boards:
    """Makes boards off the loop, one at a time; those that are looked at are made again before somebody waits."""

    def __init__(self, store: Store, knowledge: Callable[[], KnowledgeBase], rollup: Rollup | None = None) -> None:
        self._store = store
        self._knowledge = knowledge
        self._rollup = rollup or Rollup(store)
        self._kept: OrderedDict[Name, _Grouping] = OrderedDict()
        self._making = asyncio.Lock()
        self._analyzer_of = cache(Analyzer)  # they know the stems of what was grouped before

    async def board(self, query: Query) -> Board:
        """Return the board of a period; filters by language and topic count."""
        knowledge = self._knowledge()
        await self._rollup.sweep()
        made = await self._grouping(query, knowledge)
        found = await asyncio.to_thread(painpoints.points, made.grouped, knowledge.ids, query)
        since, until, before = query.start, query.end, query.previous().start
        counts = sum(since <= at < until for at in made.times), sum(before <= at < since for at in made.times)
        return Board(query, tuple(found), counts)

    async def keep_ready(self) -> int:
        """Make what is likely to be asked for: the last days of the shop, and what was looked at lately.

        For housekeeping, where it counts as nothing that was due.
        """
        if await self._rollup.behind():
            return 0
        now, zone = await self._store.read(lambda tx: (tx.now, _zone(tx)))
        usual = Query.parse(now=now, time_zone=zone)
        lately = [one.asked for one in self._kept.values() if one.asked_at and now - one.asked_at < ASKED_LATELY]
        for query in (usual, *lately):
            await self._prepare(replace(query, assumptions=usual.assumptions), self._knowledge(), now)
        return 0

    async def _prepare(self, query: Query, knowledge: KnowledgeBase, now: datetime) -> None:
        async with self._making:
            name = _name(query, knowledge)
            kept = self._kept.get(name)
            ended = await self._store.read(lambda tx: _ended(tx, query))
            if not ended or (kept and (now - kept.made_at < RESTS or kept.is_good(now + FRESH / 2, ended))):
                return
            if kept and kept.asked_at is None and kept.episodes * GREW >= ended:
                return  # nobody looks: it is made when somebody does
            made = await self._make(query, knowledge, ended)
            self._keep(name, replace(made, asked_at=kept.asked_at if kept else None))

    async def _grouping(self, query: Query, knowledge: KnowledgeBase) -> _Grouping:
        async with self._making:
            name, now = _name(query, knowledge), query.assumptions.now
            kept = self._kept.get(name)
            ended = await self._store.read(lambda tx: _ended(tx, query))
            if kept is None or not kept.is_good(now, ended):
                kept = await self._make(query, knowledge, ended)
            kept = replace(kept, asked_at=now)
            self._keep(name, kept)
            return kept

    def _keep(self, name: Name, made: _Grouping) -> None:
        self._kept.pop(name, None)
        self._kept[name] = made
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    async def _make(self, query: Query, knowledge: KnowledgeBase, ended: int) -> _Grouping:
        start, end = _span(query)
        turns = await self._store.read(lambda tx: badturns.read(tx, start, end))
        wanted = [turn for turn in turns if _is_wanted(turn, query)]
        bad = sorted((turn for turn in wanted if turn.signs), key=lambda turn: turn.at)[-MOST_BAD:]
        found = await asyncio.to_thread(painpoints.group, bad, knowledge, self._analyzer_of)
        times = tuple(turn.at for turn in wanted)
        return _Grouping(found, times, ended, query.assumptions.now, query, None)

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


def _name(query: Query, knowledge: KnowledgeBase) -> Name:
    languages, topics = (tuple(sorted(query.filters.get(name, ()))) for name in ("language", "topic"))
    return query.first, query.last, languages, topics, knowledge.version


def _span(query: Query) -> tuple[datetime, datetime]:
    """Return from when until when turns are read: the period and the one before it, in any time zone."""
    first, last = query.previous().first - MARGIN, query.last + 2 * MARGIN
    return datetime.combine(first, time(0), UTC), datetime.combine(last, time(0), UTC)


def _ended(tx: Transaction, query: Query) -> int:
    """Return how many episodes have ended in these days."""
    start, end = (at.date().isoformat() for at in _span(query))
    days = select(func.count()).select_from(episodes).where(episodes.c.day >= start, episodes.c.day < end)
    return tx.connection.scalar(days) or 0


def _zone(tx: Transaction) -> str:
    hours = tx.configuration.hours()
    return hours.time_zone if hours else "UTC"


def _is_wanted(turn: Turn, query: Query) -> bool:
    languages, topics = query.filters.get("language"), query.filters.get("topic")
    topic = (turn.entry or "").rpartition("/")[0] or "none"
    return (not languages or turn.language in languages) and (not topics or topic in topics)
