"""Writes what was counted: rows replaced as a whole, told of one another, outcomes revised, packed days marked old."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, select, update

from bot.analytics.episodes import Row, link
from bot.domain.events import Actor, Event, EventType
from bot.domain.identifiers import new_id
from bot.domain.outcomes import Outcome, revised
from bot.errors import NotFound
from bot.store.counted import episode_days, episodes
from bot.store.transaction import Transaction

AT_ONCE = 200  # ended episodes that one transaction writes: nobody's message waits long behind it

_LOCK = 0x9A51E7  # any number that nobody else takes


def wait_for_others(tx: Transaction) -> None:
    """Let one process at a time write what is counted: two that insert the same row would refuse one another.

    SQLite has one writer anyway.
    """
    if tx.connection.dialect.name == "postgresql":
        tx.connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def chunks(items: Sequence[Any], size: int = AT_ONCE) -> Iterator[Sequence[Any]]:
    yield from (items[start : start + size] for start in range(0, len(items), size))


_SAME = and_(episodes.c.conversation_id == bindparam("key"), episodes.c.episode == bindparam("number"))
_LINKS = ("next_gap", "next_gap_same_topic", "previous_gap_same_topic")


def write(tx: Transaction, rows: Sequence[Row]) -> int:
    """Replace these rows, tell them of one another, revise outcomes."""
    if not rows:
        return 0
    keys = [{"key": row["conversation_id"], "number": row["episode"]} for row in rows]
    tx.connection.execute(delete(episodes).where(_SAME), keys)
    empty = dict.fromkeys(_LINKS)
    tx.connection.execute(insert(episodes), [{**row, **empty} for row in rows])
    days = {row["day"] for row in rows}
    days |= _link(tx, [row["visitor_id"] for row in rows if row["visitor_id"]])
    mark_stale(tx, days)
    return len(rows)


def _link(tx: Transaction, visitors: Iterable[str]) -> set[str]:
    """Tell the episodes of these visitors of one another; return the days in which a row changed."""
    days: set[str] = set()
    for some in chunks(sorted(set(visitors))):
        query = select(episodes).where(episodes.c.visitor_id.in_(some)).order_by(episodes.c.visitor_id)
        found = [dict(row._mapping) for row in tx.connection.execute(query)]  # noqa: SLF001  # its public name
        for _, group in groupby(found, key=lambda row: row["visitor_id"]):
            days |= _link_one(tx, list(group))
    return days


def _link_one(tx: Transaction, rows: list[Row]) -> set[str]:
    by_key = {(row["conversation_id"], row["episode"]): row for row in rows}
    days = set()
    for linked in link(rows):
        row = by_key[linked["conversation_id"], linked["episode"]]
        after = {name: linked[name] for name in _LINKS}
        outcome = revised(Outcome(row["outcome"]), returned_after=linked["next_gap_same_topic"])
        if outcome != row["outcome"] and _revise(tx, row, outcome):
            after["outcome"] = outcome.value
        if any(row[name] != value for name, value in after.items()):
            key = {"key": row["conversation_id"], "number": row["episode"]}
            tx.connection.execute(update(episodes).where(_SAME).values(after), key)
            days.add(row["day"])
    return days


def _revise(tx: Transaction, row: Row, after: Outcome) -> bool:
    """Record once that the outcome is another; False when the conversation is gone."""
    try:
        conversation = tx.conversations.lock(row["conversation_id"])
    except NotFound:
        return False
    told = tx.events.of_conversation(conversation.id, row["episode"])
    if any(event.type is EventType.OUTCOME_REVISED for event in told):
        return True
    number = conversation.last_event + 1
    event = Event(
        id=new_id(),
        conversation_id=conversation.id,
        episode=row["episode"],
        number=number,
        type=EventType.OUTCOME_REVISED,
        actor=Actor.SYSTEM,
        at=max(tx.now, conversation.updated_at),
        data={"before": row["outcome"], "after": after.value},
    )
    tx.events.add_all([event])
    tx.conversations.save(replace(conversation, last_event=number))
    tx.news.events.append(event)
    return True


def mark_stale(tx: Transaction, days: Iterable[str]) -> None:
    """Say that the packed form of these days is old."""
    wanted = sorted(set(days))
    for some in chunks(wanted):
        there = set(tx.connection.scalars(select(episode_days.c.day).where(episode_days.c.day.in_(some))))
        changed = {"packed": None, "keys": None, "version": episode_days.c.version + 1}
        tx.connection.execute(update(episode_days).where(episode_days.c.day.in_(some)).values(changed))
        if lacking := [{"day": day, "version": 1} for day in some if day not in there]:
            tx.connection.execute(insert(episode_days), lacking)
