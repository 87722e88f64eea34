"""Reads sets of judged messages, and turns what the bot made of them into measures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from bot.errors import FaultsError
from bot.retrieval.measures import Judged, Measure, measure
from bot.retrieval.ranking import Ranking

POOLED = "all"


class LinesError(FaultsError):
    """A file of lines that cannot be used."""

    heading: ClassVar[str] = "Broken file"


@dataclass(frozen=True, slots=True)
class Case:
    """One message and what is right for it."""

    text: str
    language: str
    id: str | None
    """The right entry; None when the help center does not answer it."""
    also: tuple[str, ...] = ()
    """Entries that are right too."""
    kind: str = ""
    label: str | None = None
    """The message's language, where the set judges that."""


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the JSON objects of a file of lines, each with a `text`; LinesError lists every bad line."""
    faults: list[str] = []
    rows = list(_objects(path, faults))
    if faults:
        raise LinesError(faults)
    return rows


def _objects(path: Path, faults: list[str]) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise LinesError([f"{path}: expected a readable file, got: {error.strerror}"]) from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            faults.append(f"{path}:{number}: expected a JSON object, got something else ({error})")
            continue
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            faults.append(
                f'{path}:{number}: expected an object with a "text", got {line[:60].decode(errors="replace")}'
            )
            continue
        yield row


def read_cases(path: Path) -> list[Case]:
    """Return the judged messages of a file; LinesError lists every bad line."""
    return [
        Case(
            text=row["text"],
            language=str(row.get("lang") or row.get("label") or ""),
            id=row.get("id"),
            also=tuple(row.get("also") or ()),
            kind=str(row.get("kind") or row.get("oos_kind") or ""),
            label=row.get("label"),
        )
        for row in read_lines(path)
    ]


def judge(case: Case, ranking: Ranking, *, called_a_person: bool, language: str) -> Judged:
    """Return what the formulas need of one case and what the bot made of it."""
    right = {case.id, *case.also} - {None}
    rank = next((place for place, one in enumerate(ranking.candidates, start=1) if one.entry in right), 0)
    expected = case.label or case.language
    return Judged(
        answerable=case.id is not None,
        rank=rank,
        confidence=ranking.confidence,
        kind=case.kind,
        called_a_person=called_a_person,
        right_language=language == expected if expected else None,
    )


def report(pairs: Iterable[tuple[Case, Judged]]) -> dict[str, dict[str, Measure]]:
    """Return group -> measure name -> measure: each language of the set, and all of it."""
    groups: dict[str, list[Judged]] = {}
    for case, judged in pairs:
        groups.setdefault(case.language or "?", []).append(judged)
    pooled: Sequence[Judged] = [judged for group in groups.values() for judged in group]
    return {**{name: measure(groups[name]) for name in sorted(groups)}, POOLED: measure(pooled)}
