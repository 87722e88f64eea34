"""Notes: what only agents see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.store.tables import notes


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a conversation, never sent to the shopper."""

    id: str
    conversation_id: str
    agent_id: str | None
    name: str
    text: str
    at: datetime


class Notes:
    """Rows of notes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, note: Note) -> None:
        self._connection.execute(insert(notes), {column.name: getattr(note, column.name) for column in notes.c})

    def of_conversation(self, conversation_id: str) -> list[Note]:
        query = select(notes).where(notes.c.conversation_id == conversation_id).order_by(notes.c.at, notes.c.id)
        return [Note(**row._mapping) for row in self._connection.execute(query)]  # noqa: SLF001
