"""Statements of the hot path, compiled once for each dialect and run with plain tuples.

SQLAlchemy's own execution compiles a key, looks the statement up, binds by name and wraps each row, every time: 50 to
100 us, most of a turn's cost in SQL. The text and the conversions of values are SQLAlchemy's all the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import Compiled
from sqlalchemy.sql.dml import Insert, Update

Row = Mapping[str, Any]
_Convert = Callable[[Any], Any]
_Parameters = tuple[Callable[[Row], tuple[Any, ...]], tuple[tuple[int, _Convert], ...]]
"""What takes the values out of a row in the statement's order, and which of them are converted."""


class Prepared:
    """An INSERT or UPDATE whose every value is a named parameter."""

    def __init__(self, statement: Insert | Update) -> None:
        self._statement = statement
        self._by_dialect: dict[str, tuple[str, _Parameters]] = {}

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Run the statement for each row, all in one call of the driver."""
        if not rows:
            return
        dialect = connection.dialect
        if dialect.name not in self._by_dialect:
            # An UPDATE names its columns itself: writing the key again would have every child table searched.
            columns = list(rows[0]) if isinstance(self._statement, Insert) else None
            compiled = self._statement.compile(dialect=dialect, column_keys=columns)
            self._by_dialect[dialect.name] = str(compiled), _parameters(compiled, dialect)
        text, (values_of, conversions) = self._by_dialect[dialect.name]
        values = [_converted(values_of(row), conversions) for row in rows]
        if dialect.name == "sqlite":
            # Straight to sqlite3, in the transaction that is open: a tenth of the cost of one more layer.
            try:
                _raw(connection).executemany(text, values)
            except sqlite3.Error as error:
                raise DBAPIError.instance(text, None, error, sqlite3.Error, dialect=dialect) from error
        else:
            rows_ = [tuple(one) for one in values]
            connection.exec_driver_sql(text, rows_[0] if len(rows_) == 1 else rows_)


class PreparedQuery:
    """A SELECT of at most one row whose every value is a named parameter that needs no conversion."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._compiled: tuple[str, list[str], list[str], tuple[tuple[int, _Convert], ...]] | None = None

    def one_or_none(self, connection: Connection, **values: Any) -> Row | None:
        """Return the row by the names of its columns, or None."""
        if connection.dialect.name != "sqlite":
            found = connection.execute(self._statement, values).one_or_none()
            return None if found is None else found._asdict()
        if self._compiled is None:
            self._compiled = self._compile(connection.dialect)
        text, order, columns, conversions = self._compiled
        try:
            row = _raw(connection).execute(text, [values[name] for name in order]).fetchone()
        except sqlite3.Error as error:
            raise DBAPIError.instance(text, None, error, sqlite3.Error, dialect=connection.dialect) from error
        return None if row is None else dict(zip(columns, _converted(row, conversions), strict=True))

    def _compile(self, dialect: Dialect) -> tuple[str, list[str], list[str], tuple[tuple[int, _Convert], ...]]:
        compiled = self._statement.compile(dialect=dialect)
        columns = list(self._statement.selected_columns)
        processors = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        conversions = tuple((at, one) for at, one in enumerate(processors) if one)
        return str(compiled), _order_of(compiled), [column.name for column in columns], conversions


def _raw(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _order_of(compiled: Compiled) -> list[str]:
    """Return the names of a statement's parameters in their order."""
    order: list[str] | None = getattr(compiled, "positiontup", None)
    if order is None:
        raise TypeError(f"expected a statement with positional parameters, got {compiled}")
    return order


def _parameters(compiled: Compiled, dialect: Dialect) -> _Parameters:
    order = _order_of(compiled)
    types = {name: parameter.type for name, parameter in compiled.binds.items()}  # type: ignore[attr-defined]
    processors = [types[name].dialect_impl(dialect).bind_processor(dialect) for name in order]
    return itemgetter(*order), tuple((at, one) for at, one in enumerate(processors) if one)


def _converted(values: Sequence[Any], conversions: tuple[tuple[int, _Convert], ...]) -> list[Any]:
    converted = list(values)
    for at, convert in conversions:
        converted[at] = convert(converted[at])
    return converted
