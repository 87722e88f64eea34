"""How much agents had to do: time online, time with conversations, and the most at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import or_, select

from bot.domain.agents import Presence
from bot.domain.events import EventType
from bot.store.tables import events, handoffs
from bot.store.transaction import Transaction

Span = tuple[datetime, datetime]


def read(tx: Transaction, start: datetime, end: datetime) -> dict[str, dict[str, Any]]:
    """Return agent id -> load in [start, end); agents without any are left out."""
    until = min(end, tx.now)
    online, handled = _online(tx, start, until), _handled(tx, start, until)
    told: dict[str, dict[str, Any]] = {}
    for agent in sorted({*online, *handled}):
        there, had = _seconds(online.get(agent, [])), _seconds(_merged(handled.get(agent, [])))
        told[agent] = {
            "online_seconds": there,
            "handle_seconds": _seconds(handled.get(agent, [])),
            "busy": min(1.0, had / there) if there else None,
            "most_at_once": most_at_once(handled.get(agent, [])),
        }
    return told


def _online(tx: Transaction, start: datetime, end: datetime) -> dict[str, list[Span]]:
    query = (
        select(events.c.actor_id, events.c.at, events.c.data)
        .where(events.c.type == EventType.PRESENCE_CHANGED.value, events.c.at >= start, events.c.at < end)
        .order_by(events.c.actor_id, events.c.at, events.c.id)
    )
    found: dict[str, list[Span]] = {}
    for agent, group in groupby(tx.connection.execute(query), key=lambda row: row.actor_id):
        told = list(group)
        since = start if told[0].data["before"] == Presence.ONLINE.value else None
        spans = []
        for row in told:
            if since is not None:
                spans.append((since, row.at))
            since = row.at if row.data["after"] == Presence.ONLINE.value else None
        found[agent] = [*spans, (since, end)] if since is not None else spans
    return found


def _handled(tx: Transaction, start: datetime, end: datetime) -> dict[str, list[Span]]:
    query = select(handoffs.c.accepted_by, handoffs.c.accepted_at, handoffs.c.ended_at).where(
        handoffs.c.accepted_by.is_not(None),
        handoffs.c.accepted_at < end,
        or_(handoffs.c.ended_at.is_(None), handoffs.c.ended_at > start),
    )
    found: dict[str, list[Span]] = {}
    for row in tx.connection.execute(query):
        span = max(row.accepted_at, start), min(row.ended_at or end, end)
        if span[0] < span[1]:
            found.setdefault(row.accepted_by, []).append(span)
    return found


def _seconds(spans: Iterable[Span]) -> float:
    return sum((end - start).total_seconds() for start, end in spans)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Return the time in which there was at least one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def most_at_once(spans: Iterable[Span]) -> int:
    """Return how many of the spans overlap at most; one that ends as another begins does not."""
    steps = sorted([(start, 1) for start, _ in spans] + [(end, -1) for _, end in spans])
    most = now = 0
    for _, step in steps:
        now += step
        most = max(most, now)
    return most
