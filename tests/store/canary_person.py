"""A person whose every text column, in every table that may hold something about them, says the same strange word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, DateTime, Float, Integer, LargeBinary, String, Table, insert

from bot.domain.identifiers import new_id
from bot.store.columns import UtcDateTime, metadata
from bot.store.persons import BLANKED, OWN, QUOTING, SECRETS
from bot.store.transaction import Transaction

MESSAGES = 150
"""Enough that the tables' pages split: what is left behind in them is what this is about."""


class CanaryPerson:
    """Rows of one visitor, generated from the schema."""

    def __init__(self, word: str, at: datetime) -> None:
        self.word, self.at = word, at
        self.visitor = new_id()
        self.ids = {name: new_id() for name in ("visitors", "conversations", "messages", "tickets", "mails")}
        self.ids["visitors"] = self.visitor
        self.planted: set[tuple[str, str]] = set()
        """Table and column of each place where the word is, secrets left out."""
        self._number = 0

    def add(self, tx: Transaction) -> None:
        """Write the rows."""
        self.come_back(tx, *BLANKED, *QUOTING)

    def come_back(self, tx: Transaction, *more: str) -> None:
        """Write the rows that erasing deletes."""
        for name in (*reversed(list(OWN)), *more):
            table = metadata.tables[name]
            count = MESSAGES if name == "messages" else 3 if name in ("notes", "events") else 1
            for nth in range(count):
                tx.connection.execute(insert(table), self._row(table, nth))

    def _row(self, table: Table, nth: int) -> dict[str, Any]:
        row = {column.name: self._value(table, column, nth) for column in table.c}
        if table.name == "drafts":
            row |= {"based_on": {"messages": [self.ids["messages"]], "name": self.word}, "status": "draft"}
        if table.name == "messages":
            row["author"] = "shopper"
        if table.name == "visitors":
            row["same_as"] = None  # the id of another row, which then has all that is theirs
        self.planted -= {
            ("drafts", "status"),
            ("messages", "author"),
            ("visitors", "same_as"),
        }  # closed words, which the code looks at
        return row

    def _value(self, table: Table, column: Column[Any], nth: int) -> Any:
        self._number += 1
        for reference in column.foreign_keys:
            return self.ids.get(reference.column.table.name)
        if column.name == "id":
            return self.ids[table.name] if table.name in self.ids and nth == 0 else new_id()
        if table.name == "episodes" and column.name not in BLANKED["episodes"]:
            return self.ids["conversations"] if column.name == "conversation_id" else self._plain(column, nth)
        if isinstance(column.type, String | JSON):
            if column.name not in SECRETS.get(table.name, ()):
                self.planted.add((table.name, column.name))
            if isinstance(column.type, JSON):
                return {"deep": [self.word]}
            unique = column.unique or any(column.name in c.columns for c in table.constraints if len(table.primary_key))
            return f"{self.word}{self._number if unique else ''}"[: column.type.length or 200]
        return self._plain(column, nth)

    def _plain(self, column: Column[Any], nth: int) -> Any:
        kind = column.type
        if isinstance(kind, UtcDateTime | DateTime):
            return self.at
        if isinstance(kind, Boolean):
            return False
        if isinstance(kind, Integer | Float):
            return nth + 1
        if isinstance(kind, LargeBinary):
            return None
        return "2026-01-01"[: kind.length or 10] if isinstance(kind, String) else None


def places(tx: Transaction, word: str) -> Iterator[tuple[str, str]]:
    """Yield table and column of every place of the database that holds the word."""
    for table in metadata.sorted_tables:
        for row in tx.connection.execute(table.select()):
            for name, value in row._mapping.items():  # SQLAlchemy's public name for it
                if word in str(value):
                    yield table.name, str(name)
