"""Rows of exports, page by page in constant memory: masked, pseudonymised, filtered like the reports."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, or_, select, tuple_

from bot.analytics.dictionary import DECISIONS, EXPORTS
from bot.analytics.periods import NAMED, NONE, Query
from bot.analytics.quoting import pseudonym
from bot.errors import BadInput
from bot.store.counted import episodes
from bot.store.tables import agents, decisions, feedback, messages, teams
from bot.store.transaction import Store, Transaction
from bot.text.redact import mask

PAGE = 1000  # rows read at a time

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """What to write and how much of it to show."""

    what: str
    query: Query | None = None
    """None: everything that is stored, episodes that are still open included."""
    unmasked: bool = False
    no_text: bool = False
    coarse_times: bool = False
    """Times to the hour only."""
    order_numbers: tuple[str, ...] = ()
    """Shapes of the shop's own order numbers, which are never masked."""
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    """Of visitors' pseudonyms: two exports cannot be joined."""

    def __post_init__(self) -> None:
        if self.what not in EXPORTS:
            raise BadInput("Expected one of {known}, got {found}.", known=", ".join(EXPORTS), found=self.what[:40])


async def count(store: Store, export: Export) -> int:
    """Return how many rows there are at most (hours and weekdays are filtered while writing)."""
    query = _selected(export).order_by(None)
    return await store.read(lambda tx: tx.connection.scalar(select(func.count()).select_from(query.subquery())) or 0)


async def pages(store: Store, export: Export) -> AsyncIterator[list[Line]]:
    """Yield the rows, some at a time; each page is a short read of its own."""
    names = await store.read(_names)
    after: tuple[Any, ...] | None = None
    keys = _KEYS[export.what]
    while True:
        query = _selected(export).order_by(*keys).limit(PAGE)
        if after is not None:
            query = query.where(_behind(keys, after))
        rows = await store.read(partial(_rows, query=query))
        if rows:
            after = tuple(rows[-1]._mapping[key.name] for key in keys)  # noqa: SLF001  # its public name
            found = [_LINES[export.what](row._mapping, export, names) for row in rows if _is_wanted(row, export)]  # noqa: SLF001
            if found:
                yield found
        if len(rows) < PAGE:
            return


def _rows(tx: Transaction, query: Select[Any]) -> Sequence[Row[Any]]:
    return tx.connection.execute(query).all()


def _behind(keys: Sequence[ColumnElement[Any]], after: tuple[Any, ...]) -> ColumnElement[bool]:
    """Return what stands behind a place in the order of the keys."""
    return tuple_(*keys) > tuple_(*(literal(value, key.type) for key, value in zip(keys, after, strict=True)))


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called."""

    agents: Mapping[str, str]
    teams: Mapping[str, str]


def _names(tx: Transaction) -> Names:
    def named(table: Any) -> dict[str, str]:
        return {row.id: row.name for row in tx.connection.execute(select(table.c.id, table.c.name))}

    return Names(named(agents), named(teams))


_OF_EPISODE = {
    "messages": and_(
        messages.c.conversation_id == episodes.c.conversation_id, messages.c.episode == episodes.c.episode
    ),
    "decisions": and_(
        decisions.c.conversation_id == episodes.c.conversation_id, decisions.c.episode == episodes.c.episode
    ),
}
_KEYS: dict[str, tuple[Any, ...]] = {
    "conversations": (episodes.c.day, episodes.c.conversation_id, episodes.c.episode),
    "messages": (messages.c.conversation_id, messages.c.seq),
    "decisions": (decisions.c.conversation_id, decisions.c.at, decisions.c.id),
}


def _selected(export: Export) -> Select[Any]:
    """Return the rows of an export in no order."""
    if export.what == "conversations":
        query: Select[Any] = select(episodes)
    elif export.what == "messages":
        query = (
            select(messages, decisions.c.confidence, feedback.c.helpful)
            .outerjoin(decisions, decisions.c.reply_id == messages.c.id)
            .outerjoin(feedback, feedback.c.message_id == messages.c.id)
        )
    else:
        query = select(decisions)
    if export.query is None:
        return query
    if export.what in _OF_EPISODE:
        query = query.join(episodes, _OF_EPISODE[export.what]).add_columns(episodes.c.started_at)
    return query.where(*_conditions(export.query))


def _conditions(query: Query) -> list[ColumnElement[bool]]:
    last = query.end.date().isoformat()
    conditions: list[ColumnElement[bool]] = [
        episodes.c.day.between(query.start.date().isoformat(), last),
        episodes.c.ended_at >= query.start,
        episodes.c.ended_at < query.end,
    ]
    for name in NAMED:
        if wanted := query.filters.get(name):
            column = episodes.c[name]
            one_of = column.in_(sorted(wanted - {NONE}))
            conditions.append(or_(one_of, column.is_(None)) if NONE in wanted else one_of)
    return conditions


def _is_wanted(row: Row[Any], export: Export) -> bool:
    """Whether the hour and weekday filters leave it: databases do not know time zones alike."""
    query = export.query
    if query is None or not {"hour", "weekday"} & query.filters.keys():
        return True
    local = row.started_at.astimezone(query.zone)
    found = {"hour": str(local.hour), "weekday": str(local.weekday())}
    return all(found[name] in wanted for name, wanted in query.filters.items() if name in found)


def _time(at: datetime, export: Export) -> str:
    moment = at.astimezone(UTC)
    if export.coarse_times:
        moment = moment.replace(minute=0, second=0, microsecond=0)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _masked(text: str | None, export: Export) -> str | None:
    return text if text is None or export.unmasked else mask(text, export.order_numbers)


def _conversation(row: Mapping[Any, Any], export: Export, names: Names) -> Line:
    return {
        **{name: row[name] for name in _SAME},
        **{f"{name}_s": row[name] for name in _AS_SECONDS},
        "started_at": _time(row["started_at"], export),
        "ended_at": _time(row["ended_at"], export),
        "page": _masked(row["page"], export),
        "visitor": pseudonym(export.key, row["visitor_id"]) if row["visitor_id"] else None,
        "team": names.teams.get(row["team"], row["team"]) if row["team"] else None,
        "agent": names.agents.get(row["agent"], row["agent"]) if row["agent"] else None,
        "rating_requested": bool(row["rating_requested"]),
        "next_same_topic_s": row["next_gap_same_topic"],
    }


_AS_SECONDS = (
    "queue_wait",
    "first_response",
    "agent_response",
    "handle",
    "resolution",
    "queue_left",
    "first_response_human",
)
_SAME = tuple(column.name for column in EXPORTS["conversations"] if column.name in episodes.c)


def _message(row: Mapping[Any, Any], export: Export, names: Names) -> Line:
    return {
        "message_id": row["id"],
        "conversation_id": row["conversation_id"],
        "episode": row["episode"],
        "seq": row["seq"],
        "at": _time(row["at"], export),
        "author": row["author"],
        "agent": row["name"] or names.agents.get(row["agent_id"] or ""),
        "language": row["language"],
        "text": None if export.no_text else _masked(row["text"], export),
        "decision": row["decision"],
        "entry": row["entry"],
        "confidence": row["confidence"],
        "helpful": row["helpful"],
    }


def _decision(row: Mapping[Any, Any], export: Export, _names: Names) -> Line:
    line = {column.name: row[column.name] for column in DECISIONS if column.name != "decision_id"}
    return {"decision_id": row["id"], **line, "at": _time(row["at"], export)}


_LINES: dict[str, Callable[[Mapping[Any, Any], Export, Names], Line]] = {
    "conversations": _conversation,
    "messages": _message,
    "decisions": _decision,
}
