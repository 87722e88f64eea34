"""Runs sets of messages and scripted conversations through the pipeline, and says what came out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.dialogue.decisions import Answer, Decision, Handoff
from bot.dialogue.pipeline import Pipeline, Turn
from bot.domain.conversations import Memory
from bot.retrieval.evaluation import Case, LinesError, judge
from bot.retrieval.measures import Judged


def rehearse(
    pipeline: Pipeline, cases: Iterable[Case], *, given_language: bool = False
) -> Iterator[tuple[Case, Judged, Turn]]:
    """Answer each case in a conversation of its own; `given_language` tells the bot the case's language."""
    for case in cases:
        turn = pipeline.turn(Memory(""), case.text, given_language=case.language if given_language else None)
        called = isinstance(turn.decision, Handoff) and turn.decision.reason == "asked_for_human"
        yield case, judge(case, turn.ranking, called_a_person=called, language=turn.language), turn


@dataclass(frozen=True, slots=True)
class Line:
    """One turn of a scripted conversation: what the shopper says, and what the bot is expected to do."""

    say: str
    expect: str
    """`answer:<id>`, `clarify`, `handoff`, `smalltalk` or `ask-order-number`."""


@dataclass(frozen=True, slots=True)
class Played:
    """A line, and what the bot did."""

    line: Line
    did: str
    turn: Turn

    @property
    def as_expected(self) -> bool:
        return self.did == self.line.expect


def read_script(row: dict[str, Any], where: str) -> tuple[str, tuple[Line, ...]]:
    """Return (language, lines) of `{"lang", "turns": [{"say", "expect"}, ...]}`; LinesError names `where`."""
    try:
        return str(row["lang"]), tuple(Line(str(turn["say"]), str(turn["expect"])) for turn in row["turns"])
    except (KeyError, TypeError) as error:
        raise LinesError([f'{where}: expected "lang" and "turns" with "say" and "expect", missing {error}']) from None


def read_scripts(path: Path) -> list[tuple[str, tuple[Line, ...]]]:
    """Return the scripted conversations of a file of JSON lines."""
    import json  # noqa: PLC0415  # only here

    lines = path.read_text("utf-8").splitlines()
    return [
        read_script(json.loads(line), f"{path}:{number}") for number, line in enumerate(lines, start=1) if line.strip()
    ]


def play(pipeline: Pipeline, language: str, lines: Sequence[Line]) -> list[Played]:
    """Play one scripted conversation that is held in `language` at its start."""
    memory = Memory(language)
    played = []
    for line in lines:
        turn = pipeline.turn(memory, line.say)
        memory = turn.memory
        played.append(Played(line, name(turn.decision), turn))
    return played


def name(decision: Decision) -> str:
    """Return a decision in the words of the scripts."""
    if isinstance(decision, Answer):
        return f"answer:{decision.entry}"
    return decision.action.replace("_", "-")
