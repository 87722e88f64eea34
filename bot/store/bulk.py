"""Many rows at once, for histories that are made and not lived: whole tables' rows, columns left out are empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert

from bot.store.columns import metadata
from bot.store.prepared import Prepared

ORDER = (
    "visitors",
    "conversations",
    "messages",
    "decisions",
    "feedback",
    "ratings",
    "handoffs",
    "tickets",
    "events",
)
"""Tables in an order in which every row finds what it refers to."""

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def add_rows(connection: Connection, rows: Rows) -> None:
    """Insert rows by table, in one transaction of the caller's."""
    for name in ORDER:
        columns = [column.name for column in metadata.tables[name].c]
        filled = [{column: row.get(column) for column in columns} for row in rows.get(name, ())]
        Prepared(insert(metadata.tables[name])).run(connection, filled)
