"""The very episodes that a number counts, and one of them in full: from the same columns as the number itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import select

from bot.analytics import counts as of
from bot.analytics.definitions import DEFINITIONS, Measure, Plain, Promoters, Share
from bot.analytics.frame import Array, Frame
from bot.analytics.periods import Query
from bot.analytics.quoting import rows_of
from bot.analytics.rollup import Rollup
from bot.analytics.shelf import TRIES, Shelf
from bot.analytics.transcripts import transcript
from bot.domain.outcomes import Outcome
from bot.errors import BadInput, Conflict
from bot.store.tables import conversations
from bot.store.transaction import Store, Transaction

PARTS = ("numerator", "denominator", "confirmed", "assumed", "promoters", "passives", "detractors")
MOST_ROWS = 200

Json = dict[str, Any]
Counted = tuple[str, int, int, float | None]
"""Conversation, episode, which time in it, and the value where the number is a measure."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A number: a metric, which part of it, and between which values."""

    metric: str
    part: str = "numerator"
    least: float | None = None
    most: float | None = None

    def __post_init__(self) -> None:
        if self.metric not in DEFINITIONS or self.metric == "load":
            raise BadInput("There is no metric {found}.", found=self.metric[:60])
        if self.part not in PARTS:
            raise BadInput("Expected one of {known}, got {found}.", known=", ".join(PARTS), found=self.part[:40])

    def counts(self, frame: Frame, query: Query) -> Array:
        """Return how many times each episode counts. Raises BadInput for a part that the metric has not."""
        definition, given = DEFINITIONS[self.metric], query.assumptions
        match definition, self.part:
            case Share(), "numerator":
                return definition.numerator(frame, given)
            case Share(), "denominator":
                return definition.denominator(frame, given)
            case Share(parts=(confirmed, assumed)), ("confirmed" | "assumed"):
                return (confirmed if self.part == "confirmed" else assumed)(frame, given)
            case Measure(), "numerator":
                return self._within(definition.values(frame))
            case Promoters(), _:
                return definition.among(frame, given) & _answers(frame, self.part)
            case Plain(), "numerator":
                return _plain(self.metric, frame, query)
            case _:
                raise BadInput("The metric {metric} has no part {part}.", metric=self.metric, part=self.part)

    def values(self, frame: Frame) -> Array | None:
        """Return the duration or count of each episode, where the metric is one."""
        definition = DEFINITIONS[self.metric]
        return definition.values(frame) if isinstance(definition, Measure) else None

    def _within(self, values: Array) -> Array:
        with np.errstate(invalid="ignore"):
            mask = ~np.isnan(values)
            mask &= True if self.least is None else values >= self.least
            mask &= True if self.most is None else values <= self.most
        return mask


def _answers(frame: Frame, part: str) -> Array:
    given = frame["nps"].astype(np.int64) - 1
    match part:
        case "promoters":
            return np.asarray(given >= of.PROMOTER)
        case "detractors":
            return np.asarray(given <= of.DETRACTOR)
        case "passives":
            return np.asarray((given > of.DETRACTOR) & (given < of.PROMOTER))
        case _:
            return np.ones(len(frame), np.bool_)


def _plain(metric: str, frame: Frame, query: Query) -> Array:
    given = query.assumptions
    match metric:
        case "handoffs_begun":
            return of.asked(frame, given)
        case "cost_avoided":
            return of.by_bot(frame, given)
        case "spam":
            return frame.equals("outcome", Outcome.SPAM)
        case _:
            return of.everyone(frame, given)


class Drilldown:
    """Lists what a number counts, and shows one conversation with its decisions."""

    def __init__(self, store: Store, rollup: Rollup | None = None, shelf: Shelf | None = None) -> None:
        self._store = store
        self._rollup = rollup or Rollup(store)
        self._shelf = shelf or Shelf(store)

    async def keys(self, query: Query, asked: Asked) -> list[Counted]:
        """Return everything that the number counts, newest first."""
        return (await self._found(query, asked, 0, None))[1]

    async def _found(self, query: Query, asked: Asked, after: int, limit: int | None) -> tuple[int, list[Counted]]:
        """Return how much the number counts, and a stretch of it, newest first."""
        if asked.metric == "open":
            keys: list[Counted] = [(key, episode, 1, None) for key, episode in await self._store.read(_open)]
            return len(keys), keys[after:][:limit]
        await self._rollup.sweep()
        for _ in range(TRIES):
            with suppress(Conflict):  # an episode came in between
                return await self._stretch(query, asked, after, limit)
        return await self._stretch(query, asked, after, limit)

    async def _stretch(self, query: Query, asked: Asked, after: int, limit: int | None) -> tuple[int, list[Counted]]:
        """Return the same as it is at this moment. Raises Conflict."""
        period = await self._shelf.period(query.start, query.end)
        n, places = await asyncio.to_thread(_counted, period.frame, query, asked, after, limit)
        keys = await self._shelf.keys(period, [place for place, _, _ in places])
        return n, [(*key, nth, value) for key, (_, nth, value) in zip(keys, places, strict=True)]

    async def listed(self, query: Query, asked: Asked, *, after: int = 0, limit: int = 50) -> Json:
        """Return a page of what the number counts, with how many there are."""
        limit = max(1, min(limit, MOST_ROWS))
        n, page = await self._found(query, asked, after, limit)
        unit = getattr(DEFINITIONS[asked.metric], "unit", "episode")
        known = await self._store.read(lambda tx: rows_of(tx, [(one[0], one[1]) for one in page]))
        rows = []
        for conversation_id, episode, nth, value in page:
            row = known.get((conversation_id, episode), {"conversation_id": conversation_id, "episode": episode})
            is_turn = unit in ("turn", "answer")
            named = f"{conversation_id}:{episode}" + (f":{nth}" if is_turn else "")
            rows.append(
                {"id": named, **row, **({"nth": nth} if is_turn else {}), **({} if value is None else {"value": value})}
            )
        return {"n": n, "rows": rows, "next": str(after + limit) if after + limit < n else None}

    async def transcript(self, conversation_id: str, key: bytes, *, plain: bool = False) -> Json:
        """Return one conversation with why the bot said what it said. Raises NotFound.

        The shopper is pseudonymised and what names or charges a person is masked, unless it is to be `plain`.
        """
        return await self._store.read(lambda tx: transcript(tx, conversation_id, key, plain=plain))


def _counted(
    frame: Frame, query: Query, asked: Asked, after: int, limit: int | None
) -> tuple[int, list[tuple[int, int, float | None]]]:
    """Return how much the number counts, and of a stretch of it the places, which time each, and its value."""
    mask = query.filtered(frame)
    if asked.metric != "spam":
        mask &= ~frame.equals("outcome", Outcome.SPAM)
    chosen = np.flatnonzero(mask)[::-1]
    left = frame.take(chosen)
    ends, values = np.cumsum(asked.counts(left, query).astype(np.int64)), asked.values(left)
    n = int(ends[-1]) if len(ends) else 0
    stretch = np.arange(after, n if limit is None else min(n, after + limit))
    found: list[tuple[int, int, float | None]] = []
    for place, index in zip(stretch.tolist(), np.searchsorted(ends, stretch, "right").tolist(), strict=True):
        nth = place - (int(ends[index - 1]) if index else 0) + 1
        found.append((int(chosen[index]), nth, None if values is None else float(values[index])))
    return n, found


def _open(tx: Transaction) -> list[tuple[str, int]]:
    query = select(conversations.c.id, conversations.c.episode).where(conversations.c.episode_open)
    return [(row.id, row.episode) for row in tx.connection.execute(query.order_by(conversations.c.updated_at.desc()))]
