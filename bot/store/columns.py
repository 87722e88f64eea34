"""What every table is made of: the one MetaData, ids, references, and times in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, DateTime, Dialect, ForeignKey, MetaData, String, TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps no zone, so it is taken off and put back on."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Return what writes a time; SQLAlchemy's own for SQLite formats it field by field, ten times a turn."""
        return _as_sqlite_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


@lru_cache(64)
def _as_sqlite_text(value: datetime | None) -> str | None:
    """Return the very text that SQLAlchemy's DATETIME writes; most rows of a transaction have the same time."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(" ", "microseconds")[: -len("+00:00")]


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(36)


def id_column() -> Column[Any]:
    return Column("id", ID, primary_key=True)


def of(table: str, name: str, *, nullable: bool = False, cascade: bool = True) -> Column[Any]:
    on_delete = "CASCADE" if cascade else "SET NULL"
    return Column(name, ID, ForeignKey(f"{table}.id", ondelete=on_delete), nullable=nullable)
