"""The report of a period: figures now and before, over time, by group, by hour; read once, computed off the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from sqlalchemy import func, select

from bot.analytics import benchmarks, load
from bot.analytics.figures import changes, figures, without_spam
from bot.analytics.frame import EMPTY, NAMES, Array, Frame
from bot.analytics.periods import NAMED, NONE, Query
from bot.analytics.rollup import Rollup
from bot.analytics.shelf import Shelf
from bot.errors import BadInput
from bot.store.tables import conversations
from bot.store.transaction import Store, Transaction

STEPS = ("hour", "day", "week", "month")
MOST_POINTS = 1100
MOST_CHOICES = 200

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a report needs beside the episodes."""

    agents: Mapping[str, str]
    """Id -> name."""
    teams: Mapping[str, str]
    open: int

    def title(self, name: str, key: str) -> str:
        """Return what people read for a group's key."""
        known = self.agents if name == "agent" else self.teams if name == "team" else {}
        return known.get(key, key)


def facts(tx: Transaction) -> Facts:
    return Facts(
        agents={agent.id: agent.name for agent in tx.agents.all()},
        teams={team.id: team.name for team in tx.teams.all()},
        open=tx.connection.scalar(select(func.count()).where(conversations.c.episode_open)) or 0,
    )


class Reports:
    """Everything that is read from the counted episodes; what has just happened is counted first."""

    def __init__(self, store: Store, rollup: Rollup | None = None, shelf: Shelf | None = None) -> None:
        self._store = store
        self._rollup = rollup or Rollup(store)
        self._shelf = shelf or Shelf(store)

    async def keep_up(self) -> None:
        """Count what has just happened."""
        await self._rollup.sweep()

    async def report(self, query: Query, *, kb_version: str) -> Json:
        """Return the figures of the period, in groups when the query says by what."""
        whole, found = await self._read(query)

        def compute() -> Json:
            frame = _filtered(whole, query)
            told = {
                "period": query.to_json(),
                "kb_version": kb_version,
                "as_of": query.assumptions.now.isoformat(),
                **_figures(frame, query),
                "open": found.open,
            }
            if query.by is not None:
                told["groups"] = {
                    found.title(query.by, key): _figures(part, query, intervals=False)
                    for key, part in _grouped(frame, query, query.by)
                }
            return told

        return await asyncio.to_thread(compute)

    async def overview(self, query: Query, *, kb_version: str) -> Json:
        """Return the figures with those of the period before, what changed, and the lines to compare with."""
        whole, found = await self._read(query)
        before = await self._frame(query.previous())
        lines = await self._store.read(benchmarks.read)
        behind = await self._rollup.behind()

        def compute() -> Json:
            now, previous = _filtered(whole, query), _filtered(before, query)
            told = _figures(now, query)
            told_before = _figures(previous, query) if len(previous) else None
            return {
                "period": query.to_json(),
                "kb_version": kb_version,
                "as_of": query.assumptions.now.isoformat(),
                **told,
                "open": found.open,
                "previous": {"period": query.previous().to_json(), **told_before} if told_before else None,
                "changes": changes(told, told_before) if told_before else {},
                "benchmarks": lines,
                "behind": behind,
            }

        return await asyncio.to_thread(compute)

    async def series(self, query: Query, step: str) -> Json:
        """Return the figures of each hour, day, week or month, with those of the period before. Raises BadInput."""
        if step not in STEPS:
            raise BadInput("Expected one of {known}, got {found}.", known=", ".join(STEPS), found=step[:40])
        if step == "hour" and query.days * 24 > MOST_POINTS:
            raise BadInput("Expected at most {most} days, got {days}.", most=MOST_POINTS // 24, days=query.days)
        whole, _ = await self._read(query)
        before = await self._frame(query.previous())

        def compute() -> Json:
            now, previous = _points(whole, query, step), _points(before, query.previous(), step)
            return {"step": step, "period": query.to_json(), "points": now, "previous": previous[: len(now)]}

        return await asyncio.to_thread(compute)

    async def groups(self, query: Query, by: str) -> Json:
        """Return the figures of each group, and how many episodes it had in the period before."""
        whole, found = await self._read(query)
        before = await self._frame(query.previous())
        loads = await self._store.read(lambda tx: load.read(tx, query.start, query.end)) if by == "agent" else {}

        def compute() -> Json:
            previous = dict(_grouped(_filtered(before, query), query.previous(), by))
            told: list[Json] = []
            for key, part in _grouped(_filtered(whole, query), query, by):
                then = previous.get(key)
                group: Json = {
                    "key": key,
                    "title": found.title(by, key),
                    "figures": _figures(part, query, intervals=False),
                    "previous_episodes": len(without_spam(then)) if then is not None else 0,
                }
                told.append({**group, "load": loads[key]} if key in loads else group)
            if by in NAMED:
                told.sort(key=lambda group: (-group["figures"]["episodes"], group["key"]))
            return {"by": by, "period": query.to_json(), "groups": told}

        return await asyncio.to_thread(compute)

    async def heat(self, query: Query) -> Json:
        """Return how many episodes, and requests for a person, began in each hour of the week."""
        whole, _ = await self._read(query)

        def compute() -> Json:
            frame = without_spam(_filtered(whole, query))
            place = query.local(frame["started_at"], "weekday") * 24 + query.local(frame["started_at"], "hour")
            asked = ~frame.equals("handoff_reason", "")
            cells, handoffs = (np.bincount(part, minlength=168).reshape(7, 24) for part in (place, place[asked]))
            return {"period": query.to_json(), "cells": cells.tolist(), "handoffs": handoffs.tolist()}

        return await asyncio.to_thread(compute)

    async def choices(self, query: Query) -> Json:
        """Return what each filter can be set to in the period, most frequent first."""
        whole, found = await self._read(query)

        def compute() -> Json:
            frame = without_spam(whole)
            told: Json = {}
            for name in NAMED:
                counts = np.bincount(frame[name], minlength=len(frame.names[name])).tolist()
                known = sorted(zip(counts, frame.names[name], strict=True), key=lambda pair: (-pair[0], pair[1]))[
                    :MOST_CHOICES
                ]
                told[name] = [
                    {"key": text or NONE, "title": found.title(name, text or NONE), "episodes": count}
                    for count, text in known
                    if count
                ]
            return told

        return await asyncio.to_thread(compute)

    async def _frame(self, query: Query) -> Frame:
        return (await self._shelf.period(query.start, query.end)).frame

    async def _read(self, query: Query) -> tuple[Frame, Facts]:
        await self._rollup.sweep()
        return await self._frame(query), await self._store.read(facts)


def _figures(frame: Frame, query: Query, *, intervals: bool = True) -> Json:
    only = frozenset() if intervals else query.only
    return figures(frame, query.assumptions, query.agent_minutes, intervals=intervals, only=only)


def _filtered(frame: Frame, query: Query) -> Frame:
    return frame.take(query.filtered(frame)) if query.filters else frame


def _grouped(frame: Frame, query: Query, by: str) -> list[tuple[str, Frame]]:
    """Return each group's key and episodes, in the order of the keys."""
    if by in NAMES:
        return [(text or NONE, part) for text, part in sorted(frame.by(by).items())]
    if by == "day":
        parts = frame.parted(query.local(frame["ended_at"], "day"))
        return [(_date(day).isoformat(), part) for day, part in sorted(parts.items())]
    parts = frame.parted(query.local(frame["started_at"], by))
    return [(str(number), part) for number, part in sorted(parts.items())]


def _date(day: int) -> date:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date()


def _points(whole: Frame, query: Query, step: str) -> list[Json]:
    frame = _filtered(whole, query)
    starts, places = _buckets(frame["ended_at"], query, step)
    # The episodes lie in the order of their ends, so each bucket is one stretch.
    cuts = np.searchsorted(places, np.arange(len(starts) + 1)).tolist()
    nothing = _figures(EMPTY, query, intervals=False)
    return [
        {
            "start": start,
            **(_figures(frame.take(slice(begin, end)), query, intervals=False) if begin < end else nothing),
        }
        for start, (begin, end) in zip(starts, pairwise(cuts), strict=True)
    ]


def _buckets(ended: Array, query: Query, step: str) -> tuple[list[str], Array]:
    """Return the start of each bucket, and the number of the bucket of each end."""
    if step == "hour":
        count = -(-int((query.end - query.start).total_seconds()) // 3600)
        starts = [(query.start + timedelta(hours=hour)).isoformat() for hour in range(count)]
        return starts, (ended - round(query.start.timestamp() * 1000)) // 3_600_000
    begins = [_begin(day, step) for day in query.dates]
    first_days = list(dict.fromkeys(max(begin, query.first) for begin in begins))
    bucket_of_day = np.cumsum([0, *(after != before for before, after in pairwise(begins))])
    day = query.local(ended, "day") - (query.first - date(1970, 1, 1)).days
    return [first.isoformat() for first in first_days], bucket_of_day[np.clip(day, 0, query.days - 1)]


def _begin(day: date, step: str) -> date:
    """Return the first day of the week or month of a day; the day itself for steps of days."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day
