"""Keeps the table of ended episodes in step with the events, and can make it again from nothing.

Forward: ended episodes behind the cursor, in batches. Back: what was told of ended episodes since the last look, and
`OVERLAP` before it (clocks of several processes differ, and one may be set back). Every step may be repeated or raced
by another process: rows are replaced as a whole, and the event that revises an outcome is written under the
conversation's lock.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from bot.analytics.days import Key, day_of
from bot.analytics.episodes import OpenSeconds, Row, episode_of
from bot.analytics.frame import Frame, pack
from bot.analytics.recording import AT_ONCE, chunks, mark_stale, wait_for_others, write
from bot.domain.events import Event, EventType
from bot.store.counted import episode_days, episodes
from bot.store.events import event_of
from bot.store.tables import conversations, events
from bot.store.transaction import Store, Transaction

CURSOR = "rollup"
"""The name under which the database keeps how far events were read."""
OVERLAP = timedelta(minutes=10)
PACKED_AT_ONCE = 5  # days
SWEEP_BUDGET = 2.0  # seconds of work before a sweep lets others have a turn
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_AFTER_THE_END = (
    EventType.EPISODE_ENDED,
    EventType.RATING_GIVEN,
    EventType.RATING_REQUESTED,
    EventType.FEEDBACK_GIVEN,
    EventType.OUTCOME_REVISED,
    EventType.HANDOFF_RESOLVED,
    EventType.HANDOFF_CANCELLED,
)
"""What the end of an episode and the time after it may tell."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far events were read."""

    at: datetime
    id: str
    """Of the last ended episode's event that was read forward."""
    looked: datetime
    """When it was last looked back."""

    @classmethod
    def of(cls, tx: Transaction) -> Cursor:
        """Return where the database says that reading goes on."""
        kept = tx.publications.fact(CURSOR)
        if kept is None:
            return cls(BEGINNING, "", tx.now)
        at, id_, looked = kept.split(" ")
        return cls(datetime.fromisoformat(at), id_, datetime.fromisoformat(looked))

    def keep(self, tx: Transaction) -> None:
        tx.publications.set_fact(CURSOR, f"{self.at.isoformat()} {self.id} {self.looked.isoformat()}")


class Rollup:
    """The one writer of the counted tables."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def sweep(self) -> int:
        """Read what is new, for a bounded time; return how many episodes were counted or days packed."""
        return await self._work(SWEEP_BUDGET)

    async def keep_up(self) -> int:
        """Sweep for housekeeping: what is counted follows from what was due elsewhere, so nothing was due here."""
        await self.sweep()
        return 0

    async def catch_up(self) -> int:
        """Read everything that is new, however long it takes."""
        return await self._work(float("inf"))

    async def rebuild(self) -> int:
        """Make the rows of every retained conversation again; those of erased ones stay as they are."""

        def forget(tx: Transaction) -> None:
            retained = episodes.c.conversation_id.in_(select(conversations.c.id))
            mark_stale(tx, tx.connection.scalars(select(episodes.c.day).where(retained).distinct()))
            tx.connection.execute(delete(episodes).where(retained))
            Cursor(BEGINNING, "", tx.now).keep(tx)

        await self._store.write(forget)
        return await self.catch_up()

    async def behind(self) -> bool:
        """Tell whether ended episodes are not counted yet."""
        return await self._store.read(lambda tx: bool(_ended_behind(tx, Cursor.of(tx), 1)))

    async def _work(self, budget: float) -> int:
        done, until = 0, time.monotonic() + budget
        while (step := await self._forward()) is not None:
            done += step
            if time.monotonic() > until:
                return done
        done += await self._back()
        while packed := await self._pack():
            done += packed
            if time.monotonic() > until:
                break
        return done

    async def _forward(self) -> int | None:
        """Count one batch of ended episodes behind the cursor; None when there is none."""

        def look(tx: Transaction) -> tuple[Cursor, list[Row]] | None:
            cursor = Cursor.of(tx)
            ended = _ended_behind(tx, cursor, AT_ONCE)
            if not ended:
                return None
            keys = list(dict.fromkeys((row.conversation_id, row.episode) for row in ended))
            return replace(cursor, at=ended[-1].at, id=ended[-1].id), read_episodes(tx, keys)

        found = await self._store.read(look)
        if found is None:
            return None
        cursor, rows = found

        def unit(tx: Transaction) -> int:
            wait_for_others(tx)
            cursor.keep(tx)
            return write(tx, rows)

        return await self._store.write(unit)

    async def _back(self) -> int:
        """Count again what was told of ended episodes since the last look."""

        def look(tx: Transaction) -> tuple[bool, list[Row]]:
            cursor = Cursor.of(tx)
            newest = _newest(tx, min(cursor.looked, tx.now) - OVERLAP)
            known = _known(tx, list(newest))
            due = [key for key, number in newest.items() if known.get(key, 0) < number]
            return abs(tx.now - cursor.looked) > OVERLAP / 2, read_episodes(tx, due)

        old, rows = await self._store.read(look)
        if not rows and not old:
            return 0

        def unit(tx: Transaction) -> int:
            wait_for_others(tx)
            replace(Cursor.of(tx), looked=tx.now).keep(tx)
            return write(tx, rows)

        return await self._store.write(unit)

    async def _pack(self) -> int:
        """Pack days that are over and were changed since; return how many."""

        def look(tx: Transaction) -> list[tuple[str, int, Frame, bytes]]:
            query = (
                select(episode_days.c.day, episode_days.c.version)
                .where(episode_days.c.packed.is_(None), episode_days.c.day < tx.now.date().isoformat())
                .order_by(episode_days.c.day)
                .limit(PACKED_AT_ONCE)
            )
            return [(day, version, *day_of(tx, [day])) for day, version in tx.connection.execute(query).all()]

        found = await self._store.read(look)
        for day, version, frame, keys in found:
            packed = await asyncio.to_thread(pack, frame)
            await self._store.write(partial(_keep_packed, day=day, version=version, packed=packed, keys=keys))
        return len(found)


def _keep_packed(tx: Transaction, *, day: str, version: int, packed: bytes, keys: bytes) -> None:
    """Keep the packed day unless a row of it is newer."""
    same = (episode_days.c.day == day, episode_days.c.version == version)
    tx.connection.execute(update(episode_days).where(*same).values(packed=packed, keys=keys))


def _ended_behind(tx: Transaction, cursor: Cursor, limit: int) -> Sequence[Any]:
    query = (
        select(events.c.conversation_id, events.c.episode, events.c.at, events.c.id)
        .where(events.c.type == EventType.EPISODE_ENDED.value, events.c.at >= cursor.at)
        .where(or_(events.c.at > cursor.at, events.c.id > cursor.id))
        .order_by(events.c.at, events.c.id)
        .limit(limit)
    )
    return tx.connection.execute(query).all()


def _newest(tx: Transaction, since: datetime) -> dict[Key, int]:
    """Return the number of the newest event after the end of each episode that has one since then."""
    query = (
        select(events.c.conversation_id, events.c.episode, func.max(events.c.number))
        .where(events.c.type.in_([type_.value for type_ in _AFTER_THE_END]), events.c.at >= since)
        .group_by(events.c.conversation_id, events.c.episode)
    )
    return {(conversation_id, episode): number for conversation_id, episode, number in tx.connection.execute(query)}


def _known(tx: Transaction, keys: Sequence[Key]) -> dict[Key, int]:
    """Return the last event that each counted episode was read up to."""
    found: dict[Key, int] = {}
    for some in chunks(list({conversation_id for conversation_id, _ in keys})):
        query = select(episodes.c.conversation_id, episodes.c.episode, episodes.c.last_event)
        rows = tx.connection.execute(query.where(episodes.c.conversation_id.in_(some)))
        found |= {(row.conversation_id, row.episode): row.last_event for row in rows}
    return found


def read_episodes(tx: Transaction, keys: Sequence[Key]) -> list[Row]:
    """Return the rows of those of these episodes that have ended."""
    wanted, rows = set(keys), []
    hours = tx.configuration.hours()
    open_seconds: OpenSeconds | None = hours.open_seconds if hours else None
    for some in chunks(list(dict.fromkeys(conversation_id for conversation_id, _ in keys))):
        visitors = _visitors(tx, some)
        query = select(events).where(events.c.conversation_id.in_(some))
        told = map(event_of, tx.connection.execute(query.order_by(events.c.conversation_id, events.c.number)))
        for conversation_id, group in groupby(told, key=lambda event: event.conversation_id or ""):
            by_episode: dict[int, list[Event]] = {}
            started = None
            for event in group:
                started = event if event.type is EventType.CONVERSATION_STARTED else started
                by_episode.setdefault(event.episode, []).append(event)
            for number, of_episode in by_episode.items():
                row = (conversation_id, number) in wanted and episode_of(of_episode, started, open_seconds)
                if row:
                    rows.append({**row, "visitor_id": visitors.get(conversation_id)})
    return rows


def _visitors(tx: Transaction, conversation_ids: Sequence[str]) -> dict[str, str]:
    query = select(conversations.c.id, conversations.c.visitor_id).where(conversations.c.id.in_(conversation_ids))
    return {row.id: row.visitor_id for row in tx.connection.execute(query)}
