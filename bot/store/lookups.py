"""Orders that shoppers asked for: due until one process has answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from bot.domain.orders import Lookup, OrderStatus
from bot.store.correspondence import order_lookups


class Lookups:
    """Rows of look-ups."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, lookup: Lookup) -> None:
        row = {column.name: getattr(lookup, column.name) for column in order_lookups.c}
        row["status"] = lookup.status.value if lookup.status else None
        self._connection.execute(insert(order_lookups), row)

    def due(self, now: datetime, *, limit: int) -> list[Lookup]:
        """Return what nobody answered in its time: a process ended meanwhile."""
        query = (
            select(order_lookups)
            .where(order_lookups.c.waiting, order_lookups.c.due_at <= now)
            .order_by(order_lookups.c.due_at)
            .limit(limit)
        )
        return [_lookup_of(row) for row in self._connection.execute(query)]

    def claim(self, lookup_id: str, *, now: datetime, until: datetime) -> bool:
        """Keep others off it until then; False when somebody else was faster."""
        claimed = (
            update(order_lookups)
            .where(order_lookups.c.id == lookup_id, order_lookups.c.waiting, order_lookups.c.due_at <= now)
            .values(due_at=until, attempts=order_lookups.c.attempts + 1)
        )
        return self._connection.execute(claimed).rowcount == 1

    def finish(self, lookup_id: str, status: OrderStatus | None) -> bool:
        """Note the answer and forget the address; False when it is answered already."""
        finished = (
            update(order_lookups)
            .where(order_lookups.c.id == lookup_id, order_lookups.c.waiting)
            .values(waiting=False, email="", status=status.value if status else None)
        )
        return self._connection.execute(finished).rowcount == 1

    def count_of_visitor(self, visitor_id: str, *, since: datetime) -> int:
        return self._count(order_lookups.c.visitor_id == visitor_id, since)

    def count_of_number(self, number: str, *, since: datetime) -> int:
        return self._count(order_lookups.c.number == number, since)

    def latest(self, conversation_id: str) -> Lookup | None:
        """Return the order that the conversation asked for last."""
        query = (
            select(order_lookups)
            .where(order_lookups.c.conversation_id == conversation_id)
            .order_by(order_lookups.c.at.desc(), order_lookups.c.id.desc())
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _lookup_of(row)

    def _count(self, condition: Any, since: datetime) -> int:
        query = select(func.count()).select_from(order_lookups).where(condition, order_lookups.c.at > since)
        return int(self._connection.scalar(query) or 0)


def _lookup_of(row: Row[Any]) -> Lookup:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for it
    return Lookup(**{**values, "status": OrderStatus(values["status"]) if values["status"] else None})
