"""One conversation in full, with why the bot said what it said: masked, unless whoever asks may read it plain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from bot.analytics.quoting import pseudonym, rows_of, told_time
from bot.domain.messages import Message
from bot.errors import NotFound
from bot.store.tables import decisions, feedback
from bot.store.transaction import Transaction
from bot.text.redact import mask

MOST_MESSAGES = 500

Json = dict[str, Any]


def transcript(tx: Transaction, conversation_id: str, key: bytes, *, plain: bool) -> Json:
    """Return the conversation. Raises NotFound."""
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
            "created_at": told_time(conversation.created_at),
            "messages": conversation.last_seq,
        },
        "visitor": conversation.visitor_id if plain else pseudonym(key, conversation.visitor_id),
        "masked": not plain,
        "episodes": list(rows_of(tx, [(conversation_id, number) for number in numbers]).values()),
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
        "at": told_time(message.at),
        "helpful": helpful,
    }


def _decision(row: Mapping[Any, Any]) -> Json:
    names = ("message_id", "reply_id", "action", "reason", "entry", "confidence", "candidates", "scores", "language")
    return {
        **{name: row[name] for name in names},
        "at": told_time(row["at"]),
        "kb_version": row["kb_version"],
        "milliseconds": row["milliseconds"],
    }
