"""What supervisors set up while Parley runs: the shop's hours, canned replies, and the version of all of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.domain.hours import Hours, document_of, hours_of
from bot.domain.teams import CannedReply
from bot.store.tables import canned_replies, configuration

_HOURS = "hours"
_VERSION = "version"


class Configuration:
    """Rows of configuration and of canned replies; read afresh each time, so every process sees a change at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def version(self, *, lock: bool = False) -> int:
        """Return the number of the configuration; `lock` keeps others from changing it until the commit."""
        query = select(configuration.c.value).where(configuration.c.name == _VERSION)
        row = self._connection.execute(query.with_for_update() if lock else query).one()
        return int(row.value["number"])

    def set_version(self, version: int, at: datetime) -> None:
        self._set(_VERSION, {"number": version}, at)  # SQLite would make a bare number of its own of it

    def hours(self) -> Hours | None:
        """Return the shop's hours; None: always open."""
        document = self._connection.scalar(select(configuration.c.value).where(configuration.c.name == _HOURS))
        return hours_of(document) if document else None

    def set_hours(self, hours: Hours | None, at: datetime) -> None:
        self._set(_HOURS, document_of(hours) if hours else None, at)

    def canned_replies(self) -> list[CannedReply]:
        """Return every canned reply, by shortcut and language."""
        query = select(canned_replies).order_by(canned_replies.c.shortcut, canned_replies.c.language)
        return [CannedReply(**row._mapping) for row in self._connection.execute(query)]  # noqa: SLF001

    def replace_canned_replies(self, wanted: Sequence[CannedReply]) -> None:
        """Keep exactly these canned replies."""
        self._connection.execute(delete(canned_replies))
        rows = [{"id": r.id, "shortcut": r.shortcut, "language": r.language, "text": r.text} for r in wanted]
        if rows:
            self._connection.execute(insert(canned_replies), rows)

    def _set(self, name: str, value: Any, at: datetime) -> None:
        row = {"value": value, "updated_at": at}
        changed = self._connection.execute(update(configuration).where(configuration.c.name == name).values(row))
        if changed.rowcount == 0:
            self._connection.execute(insert(configuration), {"name": name, **row})
