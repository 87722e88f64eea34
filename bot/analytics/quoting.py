"""What lists show of episodes: a line each, with the shopper's first words, masked and short."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, or_, select

from bot.analytics.days import Key
from bot.domain.messages import Author
from bot.store.counted import episodes
from bot.store.tables import agents, messages
from bot.store.transaction import Transaction
from bot.text.redact import mask

QUOTED = 120  # characters

Json = dict[str, Any]


def told_time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rows_of(tx: Transaction, keys: Sequence[Key]) -> dict[Key, Json]:
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
            "started_at": told_time(row.started_at),
            "ended_at": told_time(row.ended_at),
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
