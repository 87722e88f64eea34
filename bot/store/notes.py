"""Notes (what only agents see) and tickets (what is followed up by e-mail)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.store.correspondence import tickets
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


@dataclass(frozen=True, slots=True)
class Ticket:
    """A message left for later, with the number that the shopper was told."""

    id: str
    conversation_id: str
    number: str
    email: str
    text: str
    language: str
    status: str
    at: datetime


class Notes:
    """Rows of notes and tickets."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, note: Note) -> None:
        self._connection.execute(insert(notes), {column.name: getattr(note, column.name) for column in notes.c})

    def of_conversation(self, conversation_id: str) -> list[Note]:
        query = select(notes).where(notes.c.conversation_id == conversation_id).order_by(notes.c.at, notes.c.id)
        return [Note(**row._mapping) for row in self._connection.execute(query)]  # noqa: SLF001

    def add_ticket(self, ticket: Ticket) -> None:
        self._connection.execute(insert(tickets), {column.name: getattr(ticket, column.name) for column in tickets.c})

    def tickets(self, *, limit: int) -> list[Ticket]:
        query = select(tickets).order_by(tickets.c.at.desc(), tickets.c.id).limit(limit)
        return [Ticket(**row._mapping) for row in self._connection.execute(query)]  # noqa: SLF001
