"""What is published to every process (the help center's versions) and what this database is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from bot.domain.identifiers import new_id
from bot.store.tables import facts, help_votes, kb_versions

_LOCK = 0x7061726C6579 << 8 | 2
_NEWEST = select(kb_versions.c.version, kb_versions.c.published_at).order_by(kb_versions.c.published_at.desc()).limit(1)


class Publications:
    """Rows of help-center versions and of facts about the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def publish(self, version: str, content: Mapping[str, Any], at: datetime) -> bool:
        """Keep this version as the newest; False when it already is."""
        if self._connection.dialect.name == "postgresql":  # processes that start together publish together
            self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        newest = self._connection.execute(_NEWEST).one_or_none()
        if newest is not None and newest.version == version:
            return False
        if newest is not None:  # another machine's clock may be ahead
            at = max(at, newest.published_at + timedelta(milliseconds=1))
        self._connection.execute(delete(kb_versions).where(kb_versions.c.version == version))
        self._connection.execute(
            insert(kb_versions), {"version": version, "published_at": at, "content": dict(content)}
        )
        return True

    def newest(self) -> str | None:
        newest = self._connection.execute(_NEWEST).one_or_none()
        return newest.version if newest else None

    def files(self, version: str) -> dict[str, bytes] | None:
        """Return the files of a published version, by their paths; None when there is no such version."""
        content = self._connection.scalar(select(kb_versions.c.content).where(kb_versions.c.version == version))
        return None if content is None else {name: text.encode() for name, text in content["files"].items()}

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
