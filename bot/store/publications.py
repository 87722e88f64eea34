"""What is published to every process (the help center's versions) and what this database is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from bot.domain.identifiers import new_id
from bot.store.tables import facts, help_votes, kb_versions


class Publications:
    """Rows of help-center versions and of facts about the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def publish(self, version: str, content: Mapping[str, Any], at: datetime) -> bool:
        """Keep this version as the newest; False when it already is."""
        if self.newest() == version:
            return False
        self._connection.execute(delete(kb_versions).where(kb_versions.c.version == version))
        self._connection.execute(
            insert(kb_versions), {"version": version, "published_at": at, "content": dict(content)}
        )
        return True

    def newest(self) -> str | None:
        query = select(kb_versions.c.version).order_by(kb_versions.c.published_at.desc()).limit(1)
        return self._connection.scalar(query)

    def vote(self, entry: str, language: str, *, helpful: bool, at: datetime) -> None:
        """Count a judgement given on a page of the help center."""
        row = {"id": new_id(), "entry": entry, "language": language, "helpful": helpful, "at": at}
        self._connection.execute(insert(help_votes), row)

    def votes(self, entry: str) -> tuple[int, int]:
        """Return how often the entry's page was found helpful, and not."""
        query = select(help_votes.c.helpful).where(help_votes.c.entry == entry)
        judged = list(self._connection.scalars(query))
        return sum(judged), len(judged) - sum(judged)

    def fact(self, name: str) -> str | None:
        return self._connection.scalar(select(facts.c.value).where(facts.c.name == name))

    def set_fact(self, name: str, value: str) -> None:
        self._connection.execute(delete(facts).where(facts.c.name == name))
        self._connection.execute(insert(facts), {"name": name, "value": value})
