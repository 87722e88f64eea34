"""Turns that ended badly, each with its signs: what pain points are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import and_, or_, select

from bot.domain.handoffs import Reason
from bot.domain.outcomes import Outcome
from bot.knowledge.entries import SMALLTALK
from bot.store.counted import episodes
from bot.store.tables import decisions, feedback, handoffs, messages
from bot.store.transaction import Transaction
from bot.text.tokens import words

SIGNS = ("no_answer", "thumbs_down", "asked_for_person", "rephrased", "abandoned", "low_csat")
LOW_CSAT = 2
SAME_AGAIN = 65.0  # likeness of two messages, of 100, from which one is the other put differently
REPHRASED = 2  # times in a row
FEWEST_WORDS = 2  # a message of one word names no problem
MOST_TURNS = 200_000

_GAVE_UP = (Reason.LOW_CONFIDENCE.value, Reason.OUT_OF_SCOPE.value, Reason.REPEATED_FAILURE.value)
_ENDED_BADLY = (
    Outcome.ABANDONED_IN_BOT.value,
    Outcome.ABANDONED_IN_QUEUE.value,
    Outcome.MISSED.value,
    Outcome.AGENT_UNRESOLVED.value,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A shopper's message with the bot's decision and how it went."""

    conversation_id: str
    episode: int
    message_id: str
    at: datetime
    language: str
    text: str
    action: str
    entry: str | None
    confidence: float
    helpful: bool | None
    signs: frozenset[str]
    csat: int | None
    ended_badly: bool
    handle: float
    """Seconds of agents' time in the episode."""


def read(tx: Transaction, start: datetime, end: datetime) -> list[Turn]:
    """Return every turn about help in [start, end), good and bad, in the order of conversations."""
    query = (
        select(
            decisions.c.conversation_id,
            decisions.c.episode,
            decisions.c.message_id,
            decisions.c.at,
            decisions.c.language,
            decisions.c.action,
            decisions.c.reason,
            decisions.c.entry,
            decisions.c.confidence,
            messages.c.text,
            messages.c.client_id,
            feedback.c.helpful,
            episodes.c.csat,
            episodes.c.outcome,
            episodes.c.handle,
        )
        .join(messages, messages.c.id == decisions.c.message_id)
        .outerjoin(feedback, feedback.c.message_id == decisions.c.reply_id)
        .outerjoin(
            episodes,
            and_(episodes.c.conversation_id == decisions.c.conversation_id, episodes.c.episode == decisions.c.episode),
        )
        .where(decisions.c.at >= start, decisions.c.at < end)
        .where(or_(episodes.c.outcome.is_(None), episodes.c.outcome != Outcome.SPAM.value))
        .order_by(decisions.c.conversation_id, decisions.c.episode, decisions.c.at, decisions.c.id)
        .limit(MOST_TURNS)
    )
    asked = _asked_for_person(tx, start, end)
    found: list[Turn] = []
    for key, group in groupby(tx.connection.execute(query), key=lambda row: (row.conversation_id, row.episode)):
        found += _turns_of(list(group), asked.get(key, []))
    return found


def _asked_for_person(tx: Transaction, start: datetime, end: datetime) -> dict[tuple[str, int], list[datetime]]:
    """Return when a person was asked for in each episode."""
    query = select(handoffs.c.conversation_id, handoffs.c.episode, handoffs.c.requested_at).where(
        handoffs.c.reason == Reason.ASKED_FOR_HUMAN.value,
        handoffs.c.requested_at >= start,
        handoffs.c.requested_at < end,
    )
    found: dict[tuple[str, int], list[datetime]] = {}
    for row in tx.connection.execute(query):
        found.setdefault((row.conversation_id, row.episode), []).append(row.requested_at)
    return found


def _turns_of(rows: Sequence[Any], asked: Sequence[datetime]) -> list[Turn]:
    """Return the turns of one episode; courtesies, choices and requests for a person are none."""
    about_help = [place for place, row in enumerate(rows) if _is_about_help(row)]
    found = []
    for place in about_help:
        row = rows[place]
        following = rows[place + 1] if place + 1 < len(rows) else None
        is_last = place == about_help[-1]
        signs = {
            "no_answer": row.reason in _GAVE_UP or (row.action == "clarify" and not _is_answer(following)),
            "thumbs_down": row.helpful is False,
            "asked_for_person": _is_answer(row) and _asks_next(row, following, asked),
            "rephrased": _is_rephrased(rows, place),
            "abandoned": is_last and row.outcome in _ENDED_BADLY[:2],
            "low_csat": is_last and row.csat is not None and row.csat <= LOW_CSAT,
        }
        found.append(
            Turn(
                conversation_id=row.conversation_id,
                episode=row.episode,
                message_id=row.message_id,
                at=row.at,
                language=row.language,
                text=row.text,
                action=row.action,
                entry=row.entry,
                confidence=row.confidence or 0.0,
                helpful=row.helpful,
                signs=frozenset(name for name, there in signs.items() if there),
                csat=row.csat,
                ended_badly=row.outcome in _ENDED_BADLY,
                handle=row.handle or 0.0,
            )
        )
    return found


def _is_about_help(row: Any) -> bool:
    if row.action == SMALLTALK or row.reason == Reason.ASKED_FOR_HUMAN.value:
        return False
    return not (row.client_id or "").startswith("pick:") and len(words(row.text)) >= FEWEST_WORDS


def _is_answer(row: Any) -> bool:
    return row is not None and row.action == "answer"


def _asks_next(row: Any, following: Any, asked: Sequence[datetime]) -> bool:
    """Whether a person was the next thing that the shopper wanted."""
    if following is not None and following.reason == Reason.ASKED_FOR_HUMAN.value:
        return True
    return any(row.at < at and (following is None or at < following.at) for at in asked)


def _is_rephrased(rows: Sequence[Any], place: int) -> bool:
    """Whether the shopper said the same again, and again, right after."""
    behind = rows[place + 1 : place + 1 + REPHRASED]
    return len(behind) == REPHRASED and all(
        fuzz.token_set_ratio(rows[place].text.lower(), other.text.lower()) >= SAME_AGAIN for other in behind
    )
