"""Reports that go out by mail: what is due is claimed by one conditional UPDATE, in the transaction of its mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.domain.schedules import Every, Schedule
from bot.store.counted import report_schedules


class Schedules:
    """Rows of schedules."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Schedule]:
        """Return every schedule, as they were set up."""
        query = select(report_schedules).order_by(report_schedules.c.position)
        return [_schedule_of(row) for row in self._connection.execute(query)]

    def replace(self, wanted: Sequence[Schedule], now: datetime) -> None:
        """Keep exactly these; one that is due at the same times as before stays due when it was."""
        # Locked, or one that is sent meanwhile would be due again.
        kept = {row.id: row for row in self._connection.execute(select(report_schedules).with_for_update())}
        self._connection.execute(delete(report_schedules))
        rows = []
        for position, one in enumerate(wanted):
            before = kept.get(one.id)
            same = before is not None and (before.every, before.time_zone) == (one.every.value, one.time_zone)
            rows.append(
                {
                    "id": one.id,
                    "position": position,
                    "every": one.every.value,
                    "recipients": list(one.recipients),
                    "language": one.language,
                    "time_zone": one.time_zone,
                    "due_at": before.due_at if before is not None and same else one.due_after(now),
                }
            )
        if rows:
            self._connection.execute(insert(report_schedules), rows)

    def due(self, now: datetime) -> list[tuple[Schedule, datetime]]:
        """Return what is to be sent, with when it became due; longest due first."""
        query = select(report_schedules).where(report_schedules.c.due_at <= now)
        rows = self._connection.execute(query.order_by(report_schedules.c.due_at, report_schedules.c.id))
        return [(_schedule_of(row), row.due_at) for row in rows]

    def claim(self, schedule: Schedule, *, due_at: datetime, now: datetime) -> bool:
        """Say when it is due next; False when somebody else was faster, or it was changed or taken out."""
        claimed = (
            update(report_schedules)
            .where(report_schedules.c.id == schedule.id, report_schedules.c.due_at == due_at)
            .values(due_at=schedule.due_after(now))
        )
        return self._connection.execute(claimed).rowcount == 1


def _schedule_of(row: Row[Any]) -> Schedule:
    return Schedule(row.id, Every(row.every), tuple(row.recipients), row.language, row.time_zone)
