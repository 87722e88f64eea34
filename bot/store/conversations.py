"""Conversations: one row each, locked while a unit of work changes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, delete, insert, or_, select, update

from bot.domain.conversations import Conversation, Status
from bot.errors import NotFound
from bot.store.prepared import Prepared, PreparedQuery
from bot.store.rows import conversation_of, row_of_conversation
from bot.store.searches import holds
from bot.store.tables import agents, conversations, visitors

_CONVERSATIONS = select(conversations, visitors.c.blocked_at).join(
    visitors, visitors.c.id == conversations.c.visitor_id
)
_IN_HAND = case((conversations.c.status.in_((Status.WAITING.value, Status.AGENT.value)), 0), else_=1)
_BY_ID = _CONVERSATIONS.where(conversations.c.id == bindparam("conversation_id"))
_LOCKED = PreparedQuery(_BY_ID.with_for_update())
"""The visitor's row too: whoever waits for the lock sees a block that came meanwhile."""
_FIXED = ("id", "visitor_id", "surface", "created_at")
_CHANGING = tuple(column.name for column in conversations.c if column.name not in _FIXED)
_SAVE = Prepared(
    update(conversations)
    .where(conversations.c.id == bindparam("key"))
    .values({name: bindparam(name, type_=conversations.c[name].type) for name in _CHANGING})
)
_NOT_FOUND = "There is no such conversation."


class Conversations:
    """Rows of conversations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, conversation: Conversation) -> None:
        self._connection.execute(insert(conversations), row_of_conversation(conversation))

    def get(self, conversation_id: str) -> Conversation:
        """Return the conversation. Raises NotFound."""
        row = self._connection.execute(_BY_ID, {"conversation_id": conversation_id}).one_or_none()
        if row is None:
            raise NotFound(_NOT_FOUND)
        return conversation_of(row)

    def lock(self, conversation_id: str) -> Conversation:
        """Return the conversation; nobody else changes it until this transaction ends. Raises NotFound."""
        row = _LOCKED.one_or_none(self._connection, conversation_id=conversation_id)
        if row is None:
            raise NotFound(_NOT_FOUND)
        return conversation_of(row)

    def save(self, conversation: Conversation) -> None:
        row = row_of_conversation(conversation)
        _SAVE.run(self._connection, [{**row, "key": row["id"]}])

    def latest_of(self, visitor_id: str) -> Conversation | None:
        """Return the conversation that goes on: one with a person in it or waited for, else the newest."""
        query = (
            _CONVERSATIONS.where(conversations.c.visitor_id == visitor_id)
            .order_by(_IN_HAND, conversations.c.updated_at.desc(), conversations.c.id.desc())
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else conversation_of(row)

    def of(self, conversation_ids: Sequence[str]) -> list[Conversation]:
        """Return those of the conversations that are there."""
        query = _CONVERSATIONS.where(conversations.c.id.in_(conversation_ids))
        return [conversation_of(row) for row in self._connection.execute(query)]

    def with_status(
        self,
        statuses: Sequence[Status],
        *,
        limit: int,
        agent_id: str | None = None,
        words: Sequence[str] = (),
        before: tuple[datetime, str] | None = None,
    ) -> list[Conversation]:
        """Return the conversations in these statuses that began (have a message), last changed first.

        `words` are folded, and each is somewhere in it; `before` is the time and id of the last one of the page above.
        """
        query = _CONVERSATIONS.where(conversations.c.status.in_([status.value for status in statuses]))
        query = query.where(conversations.c.last_seq > 0, *(holds(word) for word in words))
        if agent_id is not None:
            query = query.where(conversations.c.agent_id == agent_id)
        if before is not None:
            at, last = before
            same = and_(conversations.c.updated_at == at, conversations.c.id > last)
            query = query.where(or_(conversations.c.updated_at < at, same))
        query = query.order_by(conversations.c.updated_at.desc(), conversations.c.id).limit(limit)
        return [conversation_of(row) for row in self._connection.execute(query)]

    def idle(self, now: datetime, *, limit: int) -> list[str]:
        """Return ids of open conversations whose idle time has come."""
        query = (
            select(conversations.c.id)
            .where(conversations.c.idle_at <= now, conversations.c.episode_open)
            .order_by(conversations.c.idle_at)
            .limit(limit)
        )
        return list(self._connection.scalars(query))

    def deserted(self, gone_before: datetime | None, *, limit: int) -> list[str]:
        """Return ids of conversations whose agent may not have them any more.

        Their account is switched off or deleted or, with `gone_before`, their lease ended before then.
        """
        lost: list[ColumnElement[bool]] = [agents.c.id.is_(None), agents.c.disabled_at.is_not(None)]
        if gone_before is not None:
            lost += [agents.c.lease_until.is_(None), agents.c.lease_until <= gone_before]
        query = (
            select(conversations.c.id)
            .outerjoin(agents, agents.c.id == conversations.c.agent_id)
            .where(conversations.c.status == Status.AGENT.value, or_(*lost))
            .order_by(conversations.c.created_at)
            .limit(limit)
        )
        return list(self._connection.scalars(query))

    def delete(self, conversation_id: str) -> None:
        self._connection.execute(delete(conversations).where(conversations.c.id == conversation_id))
