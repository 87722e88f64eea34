"""Tickets with their replies; a change of status is one conditional UPDATE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.domain.mails import MailKind, MailStatus
from bot.domain.tickets import Ticket, TicketReply, TicketStatus
from bot.errors import NotFound
from bot.store.correspondence import mails, ticket_replies, tickets


class Tickets:
    """Rows of tickets."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, ticket: Ticket) -> None:
        row = {column.name: getattr(ticket, column.name) for column in tickets.c}
        self._connection.execute(insert(tickets), {**row, "status": ticket.status.value})

    def get(self, ticket_id: str) -> Ticket:
        """Return the ticket. Raises NotFound."""
        row = self._connection.execute(select(tickets).where(tickets.c.id == ticket_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such ticket.")
        return self._whole([row])[0]

    def listed(self, status: TicketStatus | None, *, limit: int) -> list[Ticket]:
        """Return the tickets in this status, or all, newest first."""
        query = select(tickets).order_by(tickets.c.at.desc(), tickets.c.id).limit(limit)
        if status is not None:
            query = query.where(tickets.c.status == status.value)
        return self._whole(self._connection.execute(query).all())

    def move(self, ticket: Ticket, after: TicketStatus) -> bool:
        """Change the status if it still is what the caller saw."""
        moved = (
            update(tickets)
            .where(tickets.c.id == ticket.id, tickets.c.status == ticket.status.value)
            .values(status=after.value)
        )
        return self._connection.execute(moved).rowcount == 1

    def add_reply(self, reply: TicketReply) -> None:
        row = {column.name: getattr(reply, column.name) for column in ticket_replies.c}
        self._connection.execute(insert(ticket_replies), row)

    def _whole(self, rows: Sequence[Row[Any]]) -> list[Ticket]:
        """Return the tickets of these rows with their replies and what became of their mails."""
        found = {row.id: _ticket_of(row) for row in rows}
        replied = (
            select(ticket_replies, mails.c.status.label("mail"))
            .outerjoin(mails, mails.c.id == ticket_replies.c.mail_id)
            .where(ticket_replies.c.ticket_id.in_(found))
            .order_by(ticket_replies.c.at, ticket_replies.c.id)
        )
        for row in self._connection.execute(replied):
            ticket = found[row.ticket_id]
            found[ticket.id] = replace(ticket, replies=(*ticket.replies, _reply_of(row)))
        confirmed = select(mails.c.ticket_id, mails.c.status).where(
            mails.c.ticket_id.in_(found), mails.c.kind == MailKind.TICKET_OPENED.value
        )
        for row in self._connection.execute(confirmed):
            found[row.ticket_id] = replace(found[row.ticket_id], confirmation=MailStatus(row.status))
        return list(found.values())


def _ticket_of(row: Row[Any]) -> Ticket:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for it
    return Ticket(**{**values, "status": TicketStatus(values["status"])})


def _reply_of(row: Row[Any]) -> TicketReply:
    values = dict(row._mapping)  # noqa: SLF001
    return TicketReply(**{**values, "mail": MailStatus(values["mail"]) if values["mail"] else None})
