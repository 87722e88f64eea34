"""`parley ask`: one message, or a file of them, through the very pipeline that the server runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import bootstrap
from bot.dialogue.decisions import Answer, AskOrderNumber, Clarify, Decision, Handoff, SmallTalk
from bot.dialogue.pipeline import Pipeline, Turn
from bot.domain.conversations import Memory
from bot.errors import BadInput
from bot.knowledge.body import plain
from bot.knowledge.entries import KnowledgeBase
from bot.knowledge.loader import load
from bot.retrieval.evaluation import read_lines
from bot.retrieval.retriever import open_index
from bot.settings import read_settings

LISTED = 5
"""Candidates that a line shows."""
_DIGITS = 6
_LINES_A_WRITE = 64


class Language(StrEnum):
    """What `--language` takes."""

    AUTO = "auto"
    ENGLISH = "en"
    SPANISH = "es"
    FRENCH = "fr"


def open_pipeline(kb: Path | None) -> Pipeline:
    """Return the pipeline over a help center's folder; an empty answer is no fault here. Raises KnowledgeError."""
    settings = read_settings()
    knowledge = load(kb or bootstrap.kb_folder(settings), allow_empty_bodies=True)
    return Pipeline(knowledge, open_index(knowledge, bootstrap.cache_folder(settings)), bootstrap.costs_of(settings))


def ask(
    text: Annotated[str | None, typer.Argument(help="What the shopper writes.")] = None,
    *,
    language: Annotated[Language, typer.Option(help="The message's language; auto: find out.")] = Language.AUTO,
    kb: Annotated[Path | None, typer.Option(help="The help center's folder.")] = None,
    machine: Annotated[bool, typer.Option("--json", help="Print one JSON line.")] = False,
    explain: Annotated[bool, typer.Option(help="Add the matchers' scores and the words that weighed most.")] = False,
    batch: Annotated[Path | None, typer.Option(help='Answer every line of a file of JSON lines with a "text".')] = None,
    given_language: Annotated[
        bool, typer.Option("--given-language", help='With --batch: take each line\'s "lang" instead of finding out.')
    ] = False,
) -> None:
    """Say what the bot would do with a message, each in a fresh conversation."""
    if (text is None) == (batch is None):
        raise BadInput("Expected a message or --batch FILE, and not both.")
    if batch is not None:
        rows = read_lines(batch)
        _answer_all(open_pipeline(kb), rows, given_language=given_language)
        return
    message = str(text)
    if not message.strip():
        raise BadInput("Expected a message, found none.")
    pipeline = open_pipeline(kb)
    turn = pipeline.turn(Memory(""), message, given_language=None if language is Language.AUTO else language.value)
    record = as_record(message, turn)
    if explain:
        record["explanation"] = _explanation(pipeline, turn)
    typer.echo(json.dumps(record, ensure_ascii=False) if machine else _as_text(pipeline.kb, turn, record))


def as_record(text: str, turn: Turn) -> dict[str, Any]:
    """Return the line that other programs read: about help-center entries only, whatever the decision."""
    top = turn.ranking.top
    decision = turn.decision
    record: dict[str, Any] = {"text": text, "language": turn.language, "action": _action(decision)}
    if isinstance(decision, Handoff):
        record["reason"] = decision.reason
    record["entry"] = None if top is None else top.entry
    record["confidence"] = round(turn.ranking.confidence, _DIGITS)
    record["candidates"] = [
        {"entry": candidate.entry, "confidence": round(candidate.confidence, _DIGITS)}
        for candidate in turn.ranking.candidates[:LISTED]
    ]
    return record


def _action(decision: Decision) -> str:
    return "clarify" if isinstance(decision, AskOrderNumber) else decision.action


def _answer_all(pipeline: Pipeline, rows: list[dict[str, Any]], *, given_language: bool) -> None:
    waiting: list[str] = []
    for record in _records(pipeline, rows, given_language=given_language):
        waiting.append(json.dumps(record, ensure_ascii=True))
        if len(waiting) >= _LINES_A_WRITE:
            sys.stdout.write("\n".join(waiting) + "\n")
            waiting.clear()
    if waiting:
        sys.stdout.write("\n".join(waiting) + "\n")
    sys.stdout.flush()


def _records(pipeline: Pipeline, rows: list[dict[str, Any]], *, given_language: bool) -> Iterator[dict[str, Any]]:
    for row in rows:
        memory = Memory(str(row.get("locale") or "").partition("-")[0].lower())
        given = str(row.get("lang") or "") if given_language else None
        yield as_record(row["text"], pipeline.turn(memory, row["text"], given_language=given))


def _explanation(pipeline: Pipeline, turn: Turn) -> dict[str, Any]:
    ranking = turn.ranking
    words = pipeline.retriever.explain(turn.understanding.question, language=turn.language)
    return {
        "scores": {name: round(score, _DIGITS) for name, score in ranking.scores.items()},
        "words": {word: round(weight, _DIGITS) for word, weight in words},
        "human": round(ranking.human, _DIGITS),
        "smalltalk": round(ranking.smalltalk, _DIGITS),
        "out_of_scope": round(ranking.out_of_scope, _DIGITS),
        "language_probability": round(turn.understanding.language_probability, _DIGITS),
        "milliseconds": round(turn.milliseconds, 3),
    }


def _as_text(kb: KnowledgeBase, turn: Turn, record: dict[str, Any]) -> str:
    lines = [f"{_heading(turn.decision)}  [{turn.language}]", *_said(kb, turn), "", "candidates:"]
    for candidate in record["candidates"]:
        title = kb.entry(candidate["entry"], turn.language).title
        lines.append(f"  {candidate['confidence']:.3f}  {candidate['entry']}  {title}")
    explanation = record.get("explanation")
    if explanation is not None:
        others = ("human", "smalltalk", "out_of_scope", "language_probability", "milliseconds")
        lines += ["", "probabilities:", *(f"  {explanation[name]:.3f}  {name}" for name in others)]
        lines += ["", "matcher scores:", *(f"  {score:8.3f}  {name}" for name, score in explanation["scores"].items())]
        lines += [
            "",
            "words that weighed most:",
            *(f"  {weight:+.3f}  {word}" for word, weight in explanation["words"].items()),
        ]
    return "\n".join(lines)


def _heading(decision: Decision) -> str:
    match decision:
        case Answer(entry=entry, confidence=confidence):
            return f"answer {entry} ({confidence:.2f})"
        case Handoff(reason=reason):
            return f"handoff ({reason})"
        case SmallTalk(entry=entry):
            return f"smalltalk {entry}"
        case AskOrderNumber():
            return "clarify (asks for the order number)"
        case Clarify():
            return "clarify"


def _said(kb: KnowledgeBase, turn: Turn) -> list[str]:
    decision = turn.decision
    if isinstance(decision, Answer | SmallTalk):
        return ["", plain(kb.entry(decision.entry, turn.language).blocks)]
    if isinstance(decision, Clarify):
        return [f"  - {kb.entry(choice, turn.language).title}" for choice in decision.choices]
    return []
