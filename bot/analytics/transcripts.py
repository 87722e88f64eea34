"""What happened, row by row: conversations (one row an ended episode), messages, decisions."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, select

from bot.analytics.episodes import Episode, ended_episodes
from bot.domain.messages import Author
from bot.store.tables import agents, conversations, decisions, feedback, messages
from bot.store.transaction import Transaction


def _names(*lines: str) -> list[str]:
    return " ".join(lines).split()


CONVERSATIONS = _names(
    "conversation_id episode started_at ended_at language surface page visitor outcome disposition handoff_reason",
    "team agent topic entry messages_shopper messages_bot messages_agent answered clarified failed queue_wait_s",
    "first_response_s agent_response_s handle_s resolution_s csat nps helpful unhelpful kb_version",
)
MESSAGES = _names(
    "message_id conversation_id episode seq at author agent language text decision entry confidence helpful"
)
DECISIONS = _names(
    "decision_id conversation_id episode message_id reply_id at action reason entry confidence candidates scores",
    "language kb_version milliseconds",
)
COLUMNS: Mapping[str, list[str]] = {
    "conversations": CONVERSATIONS,
    "messages": MESSAGES,
    "decisions": DECISIONS,
}

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
END = datetime(9999, 1, 1, tzinfo=UTC)

Line = dict[str, Any]


def rows_of(tx: Transaction, what: str, key: bytes) -> list[Line]:
    """Return the rows of one export; `key` makes visitors' pseudonyms, so that two exports cannot be joined."""
    if what == "conversations":
        return _conversations(tx, key)
    return [_plain(row) for row in tx.connection.execute(_messages() if what == "messages" else _decisions())]


def _plain(row: Row[Any]) -> Line:
    return {name: _time(value) if isinstance(value, datetime) else value for name, value in row._mapping.items()}  # noqa: SLF001


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _messages() -> Select[Any]:
    return (
        select(
            messages.c.id.label("message_id"),
            messages.c.conversation_id,
            messages.c.episode,
            messages.c.seq,
            messages.c.at,
            messages.c.author,
            messages.c.name.label("agent"),
            messages.c.language,
            messages.c.text,
            messages.c.decision,
            messages.c.entry,
            decisions.c.confidence,
            feedback.c.helpful,
        )
        .outerjoin(decisions, decisions.c.reply_id == messages.c.id)
        .outerjoin(feedback, feedback.c.message_id == messages.c.id)
        .order_by(messages.c.conversation_id, messages.c.seq)
    )


def _decisions() -> Select[Any]:
    return select(
        decisions.c.id.label("decision_id"),
        *(decisions.c[name] for name in DECISIONS if name != "decision_id"),
    ).order_by(decisions.c.conversation_id, decisions.c.at, decisions.c.id)


def _conversations(tx: Transaction, key: bytes) -> list[Line]:
    known = {
        row.id: row
        for row in tx.connection.execute(
            select(conversations.c.id, conversations.c.visitor_id, conversations.c.surface, conversations.c.page)
        )
    }
    names = {row.id: row.name for row in tx.connection.execute(select(agents.c.id, agents.c.name))}
    return [
        _conversation(episode, known[episode.conversation_id], names, key)
        for episode in ended_episodes(tx, BEGINNING, END)
        if episode.conversation_id in known
    ]


def _conversation(episode: Episode, row: Any, names: Mapping[str, str], key: bytes) -> Line:
    return {
        "conversation_id": episode.conversation_id,
        "episode": episode.number,
        "started_at": _time(episode.started_at),
        "ended_at": _time(episode.ended_at),
        "language": episode.language,
        "surface": row.surface,
        "page": row.page,
        "visitor": hmac.new(key, row.visitor_id.encode(), hashlib.sha256).hexdigest()[:16],
        "outcome": episode.outcome.value,
        "disposition": episode.disposition,
        "handoff_reason": episode.handoff_reason,
        "team": None,
        "agent": names.get(episode.agent_id or ""),
        "topic": episode.topic,
        "entry": episode.entry,
        "messages_shopper": episode.messages[Author.SHOPPER],
        "messages_bot": episode.messages[Author.BOT],
        "messages_agent": episode.messages[Author.AGENT],
        "answered": episode.answered,
        "clarified": episode.clarified,
        "failed": episode.failed,
        "queue_wait_s": episode.queue_wait,
        "first_response_s": episode.first_response,
        "agent_response_s": episode.agent_response,
        "handle_s": episode.handle,
        "resolution_s": episode.resolution_time,
        "csat": episode.csat,
        "nps": episode.nps,
        "helpful": episode.helpful,
        "unhelpful": episode.unhelpful,
        "kb_version": episode.kb_version,
    }
