"""The promise as plain functions: what was acknowledged, what viewers saw, and what is on disk must agree."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

_COLUMNS = "conversation_id, seq, id, client_id, author, text"


@dataclass(frozen=True, slots=True)
class Row:
    """One message on disk."""

    conversation_id: str
    seq: int
    id: str
    client_id: str | None
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the server said that it has kept: every answer that it gave to one message."""

    conversation_id: str
    client_id: str
    text: str
    answers: tuple[tuple[str, int], ...]
    """(id, seq), one for each time that it was sent and answered."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one viewer showed of one conversation, in the order of its list."""

    viewer: str
    conversation_id: str
    shown: tuple[tuple[int, str], ...]
    """(seq, id)."""
    holes: int = 0
    """Events that never came to a viewer that was connected and up to date."""


@dataclass
class Verdict:
    """What is wrong; nothing, if the promise holds. Each list names cases."""

    lost: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    disorder: list[str] = field(default_factory=list)
    unequal: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    acknowledged: int = 0
    rows: int = 0

    @property
    def faults(self) -> dict[str, int]:
        """Return how many faults there are of each kind that occurred."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: len(cases) for name, cases in found.items() if isinstance(cases, list) and cases}

    def __str__(self) -> str:
        cases = [getattr(self, name)[0] for name in self.faults]
        return f"{self.acknowledged} acknowledged, {self.rows} rows: {self.faults or 'no fault'} {cases}"


def judge(rows: Sequence[Row], acknowledged: Iterable[Acknowledged], seen: Iterable[Seen]) -> Verdict:
    """Compare the three; `rows` is the truth about disk, in any order."""
    acknowledged = list(acknowledged)
    verdict = Verdict(acknowledged=len(acknowledged), rows=len(rows))
    by_conversation: dict[str, dict[int, Row]] = {}
    for row in sorted(rows, key=lambda row: (row.conversation_id, row.seq)):
        by_conversation.setdefault(row.conversation_id, {})[row.seq] = row
    _judge_numbers(verdict, rows, by_conversation)
    _judge_answers(verdict, acknowledged, by_conversation)
    _judge_viewers(verdict, seen, by_conversation)
    _judge_replies(verdict, by_conversation)
    return verdict


def _judge_numbers(verdict: Verdict, rows: Sequence[Row], by_conversation: Mapping[str, Mapping[int, Row]]) -> None:
    texts = Counter((row.conversation_id, row.text) for row in rows if row.author == "shopper")
    verdict.duplicates += [f"{text!r} is there {count} times" for (_, text), count in texts.items() if count > 1]
    for conversation_id, numbered in by_conversation.items():
        if list(numbered) != list(range(1, len(numbered) + 1)):
            verdict.gaps.append(f"{conversation_id}: numbers {list(numbered)[:50]}")


def _judge_answers(
    verdict: Verdict, acknowledged: Iterable[Acknowledged], by_conversation: Mapping[str, Mapping[int, Row]]
) -> None:
    for one in acknowledged:
        for identifier, seq in one.answers:
            row = by_conversation.get(one.conversation_id, {}).get(seq)
            if row is None or (row.id, row.text) != (identifier, one.text):
                verdict.lost.append(f"{one.text!r}: acknowledged as {seq} {identifier}, on disk is {row}")
        if len(set(one.answers)) > 1:
            verdict.unequal.append(f"{one.text!r}: answered {one.answers}")


def _judge_viewers(verdict: Verdict, seen: Iterable[Seen], by_conversation: Mapping[str, Mapping[int, Row]]) -> None:
    for view in seen:
        truth = tuple((row.seq, row.id) for row in by_conversation.get(view.conversation_id, {}).values())
        if view.shown != truth:
            differing = next(
                (pair for pair in zip(view.shown, truth, strict=False) if pair[0] != pair[1]),
                (len(view.shown), len(truth)),
            )
            verdict.disorder.append(f"{view.viewer} of {view.conversation_id}: showed, should have shown {differing}")
        if view.holes:
            verdict.untold.append(f"{view.viewer} of {view.conversation_id}: {view.holes} events never came")


def _judge_replies(verdict: Verdict, by_conversation: Mapping[str, Mapping[int, Row]]) -> None:
    for conversation_id, numbered in by_conversation.items():
        authors = Counter(row.author for row in numbered.values())
        if authors["bot"] < authors["shopper"]:
            verdict.unanswered.append(f"{conversation_id}: {dict(authors)}")


async def rows_of(database_url: str) -> list[Row]:
    """Read every message from disk, past the server."""
    query = f"SELECT {_COLUMNS} FROM messages"
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(url.database))
        try:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            return [Row(*row) for row in connection.execute(query)]
        finally:
            connection.close()
    plain: Any = url.set(drivername="postgresql").render_as_string(hide_password=False)
    there = await asyncpg.connect(plain)
    try:
        return [Row(*row) for row in await there.fetch(query)]
    finally:
        await there.close()
