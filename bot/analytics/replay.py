"""What a draft would have changed: past turns answered once as they are, once with the draft in the help center."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.analytics.badturns import Turn
from bot.dialogue.decisions import Answer
from bot.dialogue.pipeline import Pipeline
from bot.domain.conversations import Memory
from bot.knowledge.entries import Entry, KnowledgeBase
from bot.retrieval import training
from bot.retrieval.reading import Roles
from bot.retrieval.retriever import LanguageIndex, Retriever
from bot.text.redact import mask

MOST_TURNS = 600  # that are tried: the pain point's own, and the newest others
MOST_LISTED = 200
GAINED, LOST, CHANGED = "gained", "lost", "changed"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What the bot does with a message on its own."""

    action: str
    entry: str | None
    confidence: float


def with_entries(pipeline: Pipeline, entries: Mapping[str, Entry]) -> Pipeline:
    """Return a pipeline whose help center has these entries too; only their languages are learned again."""
    old = pipeline.kb
    id_ = next(iter(entries.values())).id
    every = {**old.entries, id_: {**old.entries.get(id_, {}), **entries}}
    knowledge = KnowledgeBase(every, old.out_of_scope, f"{old.version}+draft")
    roles = Roles.of(knowledge)
    languages = dict(pipeline.retriever.languages)
    for language in entries:
        languages[language] = LanguageIndex.of(*training.fit(knowledge, language, roles), roles)
    return Pipeline(knowledge, Retriever(languages, roles, knowledge.version), pipeline.costs)


def said(pipeline: Pipeline, turn: Turn) -> Said:
    """Return what the pipeline does with a turn's message at the beginning of a conversation."""
    done = pipeline.turn(Memory(turn.language), turn.text, given_language=turn.language)
    top = done.ranking.top
    entry = done.decision.entry if isinstance(done.decision, Answer) else top.entry if top else None
    return Said(done.decision.action, entry, round(top.confidence, 4) if top else 0.0)


def chosen(turns: Sequence[Turn], own: frozenset[str], languages: frozenset[str]) -> list[Turn]:
    """Return the turns to try: the pain point's own first, then the newest others of these languages."""
    mine = [turn for turn in turns if turn.message_id in own]
    others = sorted((t for t in turns if t.message_id not in own and t.language in languages), key=lambda t: t.at)
    return [*mine, *others[::-1]][:MOST_TURNS]


def compare(before: Pipeline, after: Pipeline, turns: Sequence[Turn], own: frozenset[str], entry: str) -> Json:
    """Return how many turns gained, lost, changed, stayed; and each that did not stay.

    Gained: one of the pain point's own, or one without an answer, that the draft's entry answers now. Lost: an answer
    that nobody objected to and that is not given any more. Changed: any other difference.
    """
    counts = dict.fromkeys((GAINED, LOST, CHANGED, "same"), 0)
    rows: list[Json] = []
    for turn in turns:
        first, second = said(before, turn), said(after, turn)
        kind = _kind(turn, first, second, own, entry)
        counts[kind or "same"] += 1
        if kind is not None and len(rows) < MOST_LISTED:
            shown = {"before": asdict(first), "after": asdict(second)}
            rows.append({"kind": kind, "text": mask(turn.text), "language": turn.language, **shown})
    rows.sort(key=lambda row: (LOST, CHANGED, GAINED).index(row["kind"]))
    return {"turns": len(turns), **counts, "rows": rows}


def _kind(turn: Turn, before: Said, after: Said, own: frozenset[str], entry: str) -> str | None:
    answers_before = before.entry if before.action == "answer" else None
    answers_after = after.entry if after.action == "answer" else None
    if answers_before == answers_after and before.action == after.action:
        return None
    if answers_after == entry and (turn.message_id in own or answers_before is None):
        return GAINED
    if answers_before is not None and not turn.signs:
        return LOST
    return CHANGED
