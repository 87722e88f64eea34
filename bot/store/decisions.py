"""What the bot decided and why, and what shoppers thought of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from bot.store.prepared import Prepared
from bot.store.tables import decisions, feedback, ratings


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """One turn's decision with everything that led to it."""

    id: str
    conversation_id: str
    message_id: str
    episode: int
    at: datetime
    action: str
    candidates: Sequence[Mapping[str, Any]]
    scores: Mapping[str, float]
    language: str
    kb_version: str
    milliseconds: float
    reason: str | None = None
    entry: str | None = None
    confidence: float | None = None
    reply_id: str | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """What a shopper thought of an episode."""

    conversation_id: str
    episode: int
    at: datetime
    csat: int | None = None
    nps: int | None = None
    comment: str | None = None


_INSERT = Prepared(insert(decisions))
_COLUMNS = tuple(column.name for column in decisions.c)


def _row_of(decision: StoredDecision) -> dict[str, Any]:
    row = {name: getattr(decision, name) for name in _COLUMNS}
    row["candidates"], row["scores"] = list(decision.candidates), dict(decision.scores)
    return row


class Decisions:
    """Rows of decisions, feedback and ratings."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_all(self, added: Sequence[StoredDecision]) -> None:
        _INSERT.run(self._connection, [_row_of(decision) for decision in added])

    def of_conversation(self, conversation_id: str, *, limit: int) -> list[StoredDecision]:
        """Return the last decisions, in order."""
        query = (
            select(decisions)
            .where(decisions.c.conversation_id == conversation_id)
            .order_by(decisions.c.at.desc(), decisions.c.id.desc())
            .limit(limit)
        )
        return [StoredDecision(**row._mapping) for row in self._connection.execute(query)][::-1]  # noqa: SLF001

    def set_feedback(
        self,
        conversation_id: str,
        message_id: str,
        *,
        episode: int,
        helpful: bool,
        comment: str | None,
        at: datetime,
    ) -> None:
        """Keep the shopper's last word on an answer."""
        self._connection.execute(delete(feedback).where(feedback.c.message_id == message_id))
        row = {
            "message_id": message_id,
            "conversation_id": conversation_id,
            "episode": episode,
            "helpful": helpful,
            "comment": comment,
            "at": at,
        }
        self._connection.execute(insert(feedback), row)

    def feedback(self, message_id: str) -> bool | None:
        """Return whether the shopper found the message helpful; None when it was not judged."""
        return self._connection.scalar(select(feedback.c.helpful).where(feedback.c.message_id == message_id))

    def judged(self, message_ids: Sequence[str]) -> dict[str, bool]:
        """Return whether the shopper found them helpful, of those messages that were judged."""
        if not message_ids:
            return {}
        query = select(feedback.c.message_id, feedback.c.helpful).where(feedback.c.message_id.in_(message_ids))
        return {id_: helpful for id_, helpful in self._connection.execute(query)}  # noqa: C416  # rows are no pairs to mypy

    def answered_lately(self, limit: int) -> dict[str, int]:
        """Return how often each entry was the answer among the newest `limit` decisions."""
        newest = select(decisions.c.entry, decisions.c.action).order_by(decisions.c.id.desc()).limit(limit).subquery()
        counts = select(newest.c.entry, func.count()).where(newest.c.action == "answer").group_by(newest.c.entry)
        return {entry: count for entry, count in self._connection.execute(counts) if entry}

    def rating(self, conversation_id: str, episode: int) -> Rating | None:
        query = select(ratings).where(ratings.c.conversation_id == conversation_id, ratings.c.episode == episode)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Rating(**row._mapping)  # noqa: SLF001

    def set_rating(self, rating: Rating) -> None:
        """Keep the rating; an earlier one of the same episode is replaced."""
        mine = (ratings.c.conversation_id == rating.conversation_id, ratings.c.episode == rating.episode)
        self._connection.execute(delete(ratings).where(*mine))
        self._connection.execute(insert(ratings), {column.name: getattr(rating, column.name) for column in ratings.c})
