"""The audit log's rows: one writer at a time, each row chained to the one before, old ones deleted from the front."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select

from bot.domain.audits import BEGINNING, AuditAction, Audited, Chain, Wanted
from bot.store.safekeeping import UNREADABLE, audit

PAGE = 1000
_LOCK = 0xA0D17  # any number that nobody else takes


class Audits:
    """Rows of the audit log."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def record(
        self, action: AuditAction, *, agent_id: str | None = None, about: str | None = None, **data: Any
    ) -> Audited:
        """Add a row; last in its transaction, for everybody else's rows wait until that ends.

        `data` holds counts, ids and words of closed lists, never what a person wrote.
        """
        self._wait_for_others()
        last = self._last()
        number, before = (last.number + 1, last.hash) if last else (1, BEGINNING)
        row = Audited(number, self._now, action, agent_id, about, data)
        row = replace(row, hash=row.hash_after(before))
        self._connection.execute(
            insert(audit),
            {column.name: getattr(row, column.name) for column in audit.c} | {"action": action.value},
        )
        return row

    def _wait_for_others(self) -> None:
        """SQLite has one writer anyway; on PostgreSQL a lock is held until the transaction ends."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))

    def _last(self) -> Audited | None:
        row = self._connection.execute(select(audit).order_by(audit.c.number.desc()).limit(1)).one_or_none()
        return None if row is None else _audited(row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for it

    def listed(self, *, limit: int, before: int | None = None, wanted: Wanted | None = None) -> list[Audited]:
        """Return the newest rows, newest first; of those with a smaller number than `before`."""
        query = select(audit).where(*_conditions(wanted or Wanted())).order_by(audit.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(audit.c.number < before)
        return [_audited(row._mapping) for row in self._connection.execute(query)]  # noqa: SLF001

    def verify_on(self, chain: Chain) -> tuple[Chain, bool]:
        """Look at the next thousand rows; return how it stands, and whether there may be more.

        It begins with the first row, or with where the chain was pruned.
        """
        query = select(audit).where(audit.c.number > chain.number).order_by(audit.c.number).limit(PAGE)
        rows = [_audited(row._mapping) for row in self._connection.execute(query)]  # noqa: SLF001
        if chain.rows == 0 and rows and rows[0].number != 1:
            number, head = self._anchor()
            chain = Chain(0, number, head)
        chain = chain.along(rows)
        return chain, chain.broken is None and len(rows) == PAGE

    def _anchor(self) -> tuple[int, str]:
        """Return number and hash of the last row that was pruned, as the newest row about that says."""
        query = select(audit.c.data).where(audit.c.action == AuditAction.AUDIT_PRUNED.value)
        data = self._connection.scalar(query.order_by(audit.c.number.desc()).limit(1)) or {}
        return int(data.get("number", 0)), str(data.get("hash", BEGINNING))

    def prune(self, older_than: datetime) -> int:
        """Delete the rows from the front that are older, and add the row that the rest hangs on; return how many."""
        self._wait_for_others()
        young = select(func.min(audit.c.number)).where(audit.c.at >= older_than).scalar_subquery()
        query = select(audit).where(func.coalesce(audit.c.number < young, True)).order_by(audit.c.number.desc())
        row = self._connection.execute(query.limit(1)).one_or_none()
        if row is None:
            return 0
        last = _audited(row._mapping)  # noqa: SLF001
        gone = self._connection.execute(delete(audit).where(audit.c.number < last.number)).rowcount
        # The last one itself goes only after the new row has taken its hash on.
        self.record(AuditAction.AUDIT_PRUNED, number=last.number, hash=last.hash, rows=gone + 1)
        self._connection.execute(delete(audit).where(audit.c.number == last.number))
        return gone + 1


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.person is not None:
        yield or_(audit.c.agent_id == wanted.person, audit.c.about == wanted.person)
    if wanted.action is not None:
        yield audit.c.action == wanted.action.value
    if wanted.start is not None:
        yield audit.c.at >= wanted.start
    if wanted.end is not None:
        yield audit.c.at < wanted.end


def _audited(row: Any) -> Audited:
    told = dict(row)
    if not isinstance(told["data"], dict):  # somebody changed it: the row is listed all the same, and fits no hash
        told["data"] = UNREADABLE
    return Audited(**told)
