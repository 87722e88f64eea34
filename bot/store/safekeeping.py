"""The tables of who did what (`audit`) and of who was erased (`erasures`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import JSON, Column, Dialect, Index, Integer, String, Table, TypeDecorator

from bot.store.columns import ID, UtcDateTime, metadata

UNREADABLE: dict[str, Any] = {"unreadable": True}


class Details(TypeDecorator[dict[str, Any]]):
    """JSON; what somebody made something else of can still be listed, and fits no hash."""

    impl = JSON
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Return what reads it."""
        read = super().result_processor(dialect, coltype)

        def details(stored: Any) -> Any:
            try:
                return stored if read is None else read(stored)  # PostgreSQL's driver has read it already
            except (ValueError, TypeError):
                return UNREADABLE

        return details


audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("action", String(30), nullable=False),
    Column("agent_id", ID),
    Column("about", String(64)),
    Column("data", Details, nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_at", "at"),
)
"""Rows are added and, when they are old, deleted from the front; nothing changes one."""

erasures = Table(
    "erasures",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
"""Hashes of the ids of visitors who were erased: a database that is restored erases them again."""
