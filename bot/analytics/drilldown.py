"""The very episodes that a number counts, and one of them in full: from the same columns as the number itself."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import and_, or_, select

from bot.analytics import counts as of
from bot.analytics.days import Key
from bot.analytics.definitions import DEFINITIONS, Measure, Plain, Promoters, Share
from bot.analytics.frame import Array, Frame
from bot.analytics.periods import Query
from bot.analytics.rollup import Rollup
from bot.analytics.shelf import TRIES, Shelf
from bot.domain.messages import Author, Message
from bot.domain.outcomes import Outcome
from bot.errors import BadInput, Conflict, NotFound
from bot.store.counted import episodes
from bot.store.tables import agents, conversations, decisions, feedback, messages
from bot.store.transaction import Store, Transaction
from bot.text.redact import mask

PARTS = ("numerator", "denominator", "confirmed", "assumed", "promoters", "passives", "detractors")
MOST_ROWS = 200
QUOTED = 120  # characters
MOST_MESSAGES = 500

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
        known = await self._store.read(lambda tx: _rows(tx, [(one[0], one[1]) for one in page]))
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
        return await self._store.read(lambda tx: _transcript(tx, conversation_id, key, plain=plain))


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


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _rows(tx: Transaction, keys: Sequence[Key]) -> dict[Key, Json]:
    """Return what a list shows of these episodes."""
    if not keys:
        return {}
    names = {row.id: row.name for row in tx.connection.execute(select(agents.c.id, agents.c.name))}
    quotes = _quotes(tx, keys)
    ids = sorted({conversation_id for conversation_id, _ in keys})
    found = {}
    for row in tx.connection.execute(select(episodes).where(episodes.c.conversation_id.in_(ids))):
        key = (row.conversation_id, row.episode)
        found[key] = {
            "conversation_id": row.conversation_id,
            "episode": row.episode,
            "started_at": _time(row.started_at),
            "ended_at": _time(row.ended_at),
            "language": row.language,
            "topic": row.topic,
            "entry": row.entry,
            "outcome": row.outcome,
            "first_outcome": row.first_outcome,
            "handoff_reason": row.handoff_reason,
            "agent": names.get(row.agent) if row.agent else None,
            "csat": row.csat,
            "quote": quotes.get(key),
        }
    return found


def _quotes(tx: Transaction, keys: Sequence[Key]) -> dict[Key, str]:
    """Return the shopper's first words in each episode that still has them."""
    one_of = or_(*(and_(messages.c.conversation_id == c, messages.c.episode == e) for c, e in set(keys)))
    query = (
        select(messages.c.conversation_id, messages.c.episode, messages.c.text)
        .where(one_of, messages.c.author == Author.SHOPPER.value)
        .order_by(messages.c.conversation_id, messages.c.seq)
    )
    quotes: dict[Key, str] = {}
    for row in tx.connection.execute(query):
        quotes.setdefault((row.conversation_id, row.episode), shortened(mask(row.text)))
    return quotes


def shortened(text: str, most: int = QUOTED) -> str:
    """Return the text in one line of at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def pseudonym(key: bytes, visitor_id: str) -> str:
    """Return a name for a visitor that cannot be joined with another key's."""
    return hmac.new(key, visitor_id.encode(), hashlib.sha256).hexdigest()[:16]


def _transcript(tx: Transaction, conversation_id: str, key: bytes, *, plain: bool) -> Json:
    conversation = tx.conversations.get(conversation_id)
    if not conversation.last_seq:
        raise NotFound("There is no such conversation.")
    numbers = range(1, conversation.episode + 1)
    helpful = {
        row.message_id: row.helpful
        for row in tx.connection.execute(select(feedback).where(feedback.c.conversation_id == conversation_id))
    }
    told = tx.messages.after(conversation_id, 0, MOST_MESSAGES)
    query = select(decisions).where(decisions.c.conversation_id == conversation_id)
    decided = tx.connection.execute(query.order_by(decisions.c.at, decisions.c.id).limit(MOST_MESSAGES))
    return {
        "conversation": {
            "id": conversation.id,
            "status": conversation.status.value,
            "language": conversation.memory.language,
            "locale": conversation.locale,
            "surface": conversation.surface,
            "page": _shown(conversation.page, plain=plain),
            "created_at": _time(conversation.created_at),
            "messages": conversation.last_seq,
        },
        "visitor": conversation.visitor_id if plain else pseudonym(key, conversation.visitor_id),
        "masked": not plain,
        "episodes": list(_rows(tx, [(conversation_id, number) for number in numbers]).values()),
        "messages": [_message(message, helpful=helpful.get(message.id), plain=plain) for message in told],
        "decisions": [_decision(row._mapping) for row in decided],  # noqa: SLF001  # its public name
    }


def _shown(text: str | None, *, plain: bool) -> str | None:
    return text if plain or text is None else mask(text)


def _message(message: Message, *, helpful: bool | None, plain: bool) -> Json:
    names = ("id", "seq", "episode", "name", "language", "decision", "entry", "reason")
    return {
        **{name: getattr(message, name) for name in names},
        "author": message.author.value,
        "text": _shown(message.text, plain=plain),
        "at": _time(message.at),
        "helpful": helpful,
    }


def _decision(row: Mapping[Any, Any]) -> Json:
    names = ("message_id", "reply_id", "action", "reason", "entry", "confidence", "candidates", "scores", "language")
    return {
        **{name: row[name] for name in names},
        "at": _time(row["at"]),
        "kb_version": row["kb_version"],
        "milliseconds": row["milliseconds"],
    }
