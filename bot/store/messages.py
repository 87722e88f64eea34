"""Messages: numbered without gaps, deduplicated by the client's own id, both kept unique by the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select

from bot.domain.messages import Author, Message
from bot.errors import NotFound
from bot.store.prepared import Prepared, PreparedQuery
from bot.store.rows import message_of, row_of_message
from bot.store.tables import conversations, messages

_INSERT = Prepared(insert(messages))
_MESSAGES = select(*(column for column in messages.c if column.name != "folded"))
_BY_CLIENT = PreparedQuery(
    _MESSAGES.where(
        messages.c.conversation_id == bindparam("conversation_id"), messages.c.client_id == bindparam("client_id")
    )
)
_AFTER = (
    _MESSAGES.where(messages.c.conversation_id == bindparam("conversation_id"), messages.c.seq > bindparam("seq"))
    .order_by(messages.c.seq)
    .limit(bindparam("count"))
)
_BEFORE = (
    _MESSAGES.where(messages.c.conversation_id == bindparam("conversation_id"), messages.c.seq < bindparam("seq"))
    .order_by(messages.c.seq.desc())
    .limit(bindparam("count"))
)


class Messages:
    """Rows of messages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_all(self, added: Sequence[Message]) -> None:
        _INSERT.run(self._connection, [row_of_message(message) for message in added])

    def find_by_client_id(self, conversation_id: str, client_id: str) -> Message | None:
        """Return the message that this client id was already used for: a retry gets the same answer."""
        row = _BY_CLIENT.one_or_none(self._connection, conversation_id=conversation_id, client_id=client_id)
        return None if row is None else message_of(row)

    def get(self, conversation_id: str, message_id: str) -> Message:
        """Return the message if it is of this conversation. Raises NotFound."""
        query = _MESSAGES.where(messages.c.id == message_id, messages.c.conversation_id == conversation_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("There is no such message in this conversation.")
        return message_of(row)

    def after(self, conversation_id: str, seq: int, limit: int) -> list[Message]:
        """Return at most `limit` messages past `seq`, in order."""
        rows = self._connection.execute(_AFTER, {"conversation_id": conversation_id, "seq": seq, "count": limit})
        return [message_of(row) for row in rows]

    def before(self, conversation_id: str, seq: int, limit: int) -> list[Message]:
        """Return at most `limit` messages before `seq`, in order."""
        rows = self._connection.execute(_BEFORE, {"conversation_id": conversation_id, "seq": seq, "count": limit})
        return [message_of(row) for row in rows][::-1]

    def last_words_of_shoppers(self, conversation_ids: list[str]) -> dict[str, str]:
        """Return what the shopper of each conversation wrote last."""
        last = (
            select(messages.c.conversation_id, func.max(messages.c.seq).label("seq"))
            .where(messages.c.conversation_id.in_(conversation_ids), messages.c.author == Author.SHOPPER.value)
            .group_by(messages.c.conversation_id)
            .subquery()
        )
        found = select(messages.c.conversation_id, messages.c.text).join(
            last, (last.c.conversation_id == messages.c.conversation_id) & (last.c.seq == messages.c.seq)
        )
        return {row.conversation_id: row.text for row in self._connection.execute(found)}

    def last_texts(self, conversation_ids: list[str]) -> dict[str, tuple[Author, str]]:
        """Return author and text of each conversation's last message, for lists."""
        newest = (
            select(messages.c.conversation_id, messages.c.author, messages.c.text)
            .join(
                conversations,
                (conversations.c.id == messages.c.conversation_id) & (conversations.c.last_seq == messages.c.seq),
            )
            .where(messages.c.conversation_id.in_(conversation_ids))
        )
        return {row.conversation_id: (Author(row.author), row.text) for row in self._connection.execute(newest)}

    def unanswered_since(self, conversation_ids: Sequence[str]) -> dict[str, datetime]:
        """Return since when shoppers wait for a reply: their first message after the last of bot or agent."""
        answered = (
            select(messages.c.conversation_id, func.max(messages.c.seq).label("seq"))
            .where(
                messages.c.conversation_id.in_(conversation_ids),
                messages.c.author.in_((Author.BOT.value, Author.AGENT.value)),
            )
            .group_by(messages.c.conversation_id)
            .subquery()
        )
        asked = (
            select(messages.c.conversation_id, func.min(messages.c.at).label("at"))
            .outerjoin(answered, answered.c.conversation_id == messages.c.conversation_id)
            .where(
                messages.c.conversation_id.in_(conversation_ids),
                messages.c.author == Author.SHOPPER.value,
                messages.c.seq > func.coalesce(answered.c.seq, 0),
            )
            .group_by(messages.c.conversation_id)
        )
        return {row.conversation_id: row.at for row in self._connection.execute(asked)}
