"""Finds conversations by what people wrote, a ticket's number or address, an order's number.

Words are compared folded (no case, no accents), as parts of words, by a scan: no message has to pay for an index, and
a hundred thousand messages take a tenth of a second on either database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from bot.domain.messages import Author
from bot.store.correspondence import tickets
from bot.store.tables import conversations, handoffs, messages


@dataclass(frozen=True, slots=True)
class Hit:
    """The newest message of a conversation that holds one of the words."""

    seq: int
    author: Author
    text: str


def holds(word: str) -> ColumnElement[bool]:
    """Return the condition that a conversation holds the folded word somewhere."""
    pattern = _pattern(word)
    number, email = func.lower(tickets.c.number), func.lower(tickets.c.email)
    in_ticket = or_(*(_like(column, pattern) for column in (number, email, func.lower(tickets.c.text))))
    return or_(
        _of(messages.c.conversation_id, _like(messages.c.folded, pattern)),
        _of(tickets.c.conversation_id, in_ticket),
        _of(handoffs.c.conversation_id, _like(func.lower(handoffs.c.order_number), pattern)),
    )


class Searches:
    """Reads what was found."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hits(self, conversation_ids: Sequence[str], words: Sequence[str]) -> dict[str, Hit]:
        """Return for each of the conversations where in it one of the folded words is, if in a message."""
        if not conversation_ids or not words:
            return {}
        newest = (
            select(messages.c.conversation_id, func.max(messages.c.seq).label("seq"))
            .where(
                messages.c.conversation_id.in_(conversation_ids),
                or_(*(_like(messages.c.folded, _pattern(word)) for word in words)),
            )
            .group_by(messages.c.conversation_id)
            .subquery()
        )
        found = select(messages.c.conversation_id, messages.c.seq, messages.c.author, messages.c.text).join(
            newest, (messages.c.conversation_id == newest.c.conversation_id) & (messages.c.seq == newest.c.seq)
        )
        return {
            row.conversation_id: Hit(row.seq, Author(row.author), row.text) for row in self._connection.execute(found)
        }


def _of(conversation_id: ColumnElement[str], holds_it: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that one of the conversation's rows holds it."""
    # Never IN (a subquery): a word in half of all messages would make PostgreSQL compare every pair.
    return exists().where(conversation_id == conversations.c.id, holds_it)


def _pattern(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _like(column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
    return column.like(pattern, escape="\\")
