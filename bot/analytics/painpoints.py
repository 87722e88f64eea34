"""Pain points: what shoppers ask again and again that ends badly, with its size, its trend, its cost and what to do."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

import numpy as np

from bot.analytics.badturns import SIGNS, Turn
from bot.analytics.counts import SATISFIED
from bot.analytics.naming import WordCounts
from bot.analytics.periods import Query
from bot.analytics.quoting import shortened
from bot.analytics.space import Floats, Space
from bot.analytics.statistics import Rate, difference
from bot.analytics.trends import Peak, peak_of
from bot.knowledge.entries import KnowledgeBase
from bot.text.normalize import fold
from bot.text.redact import mask
from bot.text.tokens import Analyzer

FEWEST_TURNS = 3  # a group of fewer is no pattern
TEXTS_OF_ENTRY = 10  # ways to ask an entry that groups are compared with: more say little and cost much
NEAREST = 3
SAMPLES = 20
FOUND = 0.5  # share of the turns that were answered, from which on the answer is at fault and not the search
KNOWN = 0.4  # mean confidence in one entry from which on it is the right one, and was not sure enough to be given
AGREED = 0.5  # share of the turns whose first candidate that entry is
UNHAPPY = 0.5  # share of the signs that are only about the outcome
SAME_ELSEWHERE = 0.8  # cosine of two groups' nearness to entries, from which on they are one in two languages
FEWEST_TO_JOIN = 0.2  # similarity with an entry that says something at all

WRITE_ENTRY, ADD_VARIANTS, FIX_ANSWER, FIX_SHOP = "write_entry", "add_variants", "fix_answer", "fix_shop"
_ABOUT_THE_SHOP = ("low_csat",)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """Bad turns of one language that mean the same."""

    language: str
    turns: tuple[Turn, ...]
    """The most typical first."""
    words: tuple[str, ...]
    nearness: Floats
    """To each entry of the help center, 0 to 1: the mean of the turns'."""


@dataclass(frozen=True, slots=True)
class PainPoint:
    """Groups of one or several languages that are one problem."""

    groups: tuple[Group, ...]
    """The largest first."""
    nearest: tuple[tuple[str, float], ...]
    """Entry and similarity."""
    turns: tuple[Turn, ...] = field(default=(), compare=False)
    """All of this period, newest first."""
    before: int = 0
    """Turns in the period before."""

    @property
    def key(self) -> str:
        """Return a name that stays while the most typical messages do."""
        typical = sorted(group.turns[0].message_id for group in self.groups)
        return hashlib.sha256(" ".join(typical).encode()).hexdigest()[:16]

    @property
    def name(self) -> str:
        return " \N{MIDDLE DOT} ".join(self.groups[0].words) or shortened(self.groups[0].turns[0].text, 40)


Grouped = list[list[Group]]
"""Groups of several languages that are one problem stand together."""


def group(
    turns: Sequence[Turn], knowledge: KnowledgeBase, analyzer_of: Callable[[str], Analyzer] = Analyzer
) -> Grouped:
    """Return bad turns that mean the same, in every language that they come in."""
    ids = knowledge.ids
    found: list[Group] = []
    for language in sorted({turn.language for turn in turns}):
        of_language = [turn for turn in turns if turn.language == language]
        found += _groups_of(of_language, knowledge, analyzer_of(language), ids)
    return _joined_across(found)


def points(grouped: Grouped, ids: Sequence[str], period: Query) -> list[PainPoint]:
    """Return the pain points of a period, the largest first."""
    joined = [_pain_point(some, ids, period) for some in grouped]
    kept = [point for point in joined if len(point.turns) >= FEWEST_TURNS]
    return sorted(kept, key=lambda point: (-len(point.turns), point.key))


def _groups_of(turns: Sequence[Turn], knowledge: KnowledgeBase, analyzer: Analyzer, ids: Sequence[str]) -> list[Group]:
    language = analyzer.language
    known = [
        (entry, text)
        for entry, texts in groupby(knowledge.texts(language), key=itemgetter(0))
        if knowledge.entries[entry][language].is_help
        for _, text in islice(texts, TEXTS_OF_ENTRY)
    ]
    # What many people write word for word is one message: it must not weigh, or cost, as many.
    written = [fold(turn.text).strip(" .?!") for turn in turns]
    unique = {text: place for place, text in enumerate(dict.fromkeys(written))}
    places_of = np.array([unique[text] for text in written], np.int64)
    space = Space.of(list(unique), known, language, analyzer)
    near, entries = space.similarities()
    columns = [ids.index(entry) for entry in entries]
    from bot.analytics.clustering import groups  # noqa: PLC0415  # a second and 80 MB of scikit-learn

    labels = groups(space)[places_of]
    found = []
    typical_words = WordCounts(turns, language, analyzer)
    for label in range(int(labels.max()) + 1 if len(labels) else 0):
        places = np.flatnonzero(labels == label)
        if len(places) < FEWEST_TURNS:
            continue
        rows = space.messages[places_of[places]]
        order = np.argsort(-np.asarray(rows @ rows.mean(axis=0).T).ravel(), kind="stable")
        chosen = [turns[place] for place in places[order].tolist()]
        nearness = np.zeros(len(ids))
        if columns:
            nearness[columns] = near[places_of[places]].mean(axis=0)
        found.append(Group(language, tuple(chosen), typical_words.of(chosen), nearness))
    return found


def _joined_across(found: Sequence[Group]) -> list[list[Group]]:
    """Join groups of different languages that lie equally near the same entries, likest first."""
    owner = list(range(len(found)))
    unit = np.array([_profile(group.nearness) for group in found]) if found else np.zeros((0, 0))
    likeness = unit @ unit.T if len(found) else np.zeros((0, 0))
    pairs = sorted(
        (
            (-likeness[one, other], one, other)
            for one in range(len(found))
            for other in range(one + 1, len(found))
            if found[one].language != found[other].language and likeness[one, other] >= SAME_ELSEWHERE
        ),
    )
    for _, one, other in pairs:
        members = [place for place in range(len(found)) if owner[place] in (owner[one], owner[other])]
        languages = [found[place].language for place in members]
        if owner[one] != owner[other] and len(set(languages)) == len(languages):
            old = owner[other]
            owner = [owner[one] if mine == old else mine for mine in owner]
    by_owner: dict[int, list[Group]] = {}
    for place, group in enumerate(found):
        by_owner.setdefault(owner[place], []).append(group)
    return list(by_owner.values())


def _profile(nearness: Floats) -> Floats:
    """Return the nearness to entries as a direction in which the nearest ones count most."""
    sharp = np.where(nearness >= FEWEST_TO_JOIN, nearness, 0) ** 4
    length = float(np.linalg.norm(sharp))
    profile: Floats = sharp / length if length else sharp
    return profile


def _pain_point(some: Sequence[Group], ids: Sequence[str], period: Query) -> PainPoint:
    since, until, before = period.start, period.end, period.previous().start
    ordered = sorted(some, key=lambda group: (-len(group.turns), group.language))
    sizes = np.array([len(group.turns) for group in ordered], np.float64)
    nearness = np.average([group.nearness for group in ordered], axis=0, weights=sizes) if ids else np.zeros(0)
    best = np.argsort(-nearness, kind="stable")[:NEAREST].tolist()
    turns = [turn for group in ordered for turn in group.turns]
    return PainPoint(
        groups=tuple(ordered),
        nearest=tuple((ids[place], float(nearness[place])) for place in best if nearness[place] > 0),
        turns=tuple(sorted((t for t in turns if since <= t.at < until), key=lambda turn: turn.at, reverse=True)),
        before=sum(before <= turn.at < since for turn in turns),
    )


def advice(point: PainPoint) -> str:
    """Return what to do: nothing near, the right entry not found, its answer no help, or the shop itself."""
    turns = point.turns
    answered = [turn for turn in turns if turn.action == "answer"]
    if len(answered) >= FOUND * len(turns):
        signs = Counter(sign for turn in answered for sign in turn.signs)
        about_shop = sum(signs[sign] for sign in _ABOUT_THE_SHOP)
        return FIX_SHOP if about_shop > UNHAPPY * sum(signs.values()) else FIX_ANSWER
    missed = [turn for turn in turns if turn.action != "answer"]
    entry, count = Counter(turn.entry for turn in missed).most_common(1)[0]
    sure = float(np.mean([turn.confidence for turn in missed if turn.entry == entry]))
    return ADD_VARIANTS if entry and count >= AGREED * len(missed) and sure >= KNOWN else WRITE_ENTRY


def to_json(point: PainPoint, knowledge: KnowledgeBase, totals: tuple[int, int], period: Query, language: str) -> Json:
    """Return the pain point as the board shows it; `totals`: all turns now and before."""
    turns, days = point.turns, period.dates
    now, before = Rate(len(turns), totals[0]), Rate(point.before, totals[1])
    by_episode = {(turn.conversation_id, turn.episode): turn for turn in turns}
    rated = [turn.csat for turn in by_episode.values() if turn.csat is not None]
    counts = Counter(turn.at.astimezone(period.zone).date() for turn in turns)
    peak = peak_of([counts[day] for day in days])
    return {
        "key": point.key,
        "name": point.name,
        "words": list(point.groups[0].words),
        "quote": quote(point),
        "languages": dict(Counter(turn.language for turn in turns).most_common()),
        "size": len(turns),
        "episodes": len(by_episode),
        "share": now.value,
        "reasons": {sign: count for sign in SIGNS if (count := sum(sign in turn.signs for turn in turns))},
        "trend": trend(now, before),
        "peak": _peak_json(peak, days),
        "agent_minutes": sum(turn.handle for turn in by_episode.values()) / 60,
        "csat": Rate(sum(stars >= SATISFIED for stars in rated), len(rated)).to_json(),
        "bad_endings": Rate(sum(turn.ended_badly for turn in by_episode.values()), len(by_episode)).to_json(),
        "nearest": [
            {"entry": entry, "title": knowledge.entry(entry, language).title, "similarity": round(similarity, 3)}
            for entry, similarity in point.nearest
        ],
        "do": advice(point),
        "days": [[day.isoformat(), counts[day]] for day in days],
    }


def quote(point: PainPoint) -> str:
    """Return the most typical message of this period, masked."""
    current = {turn.message_id for turn in point.turns}
    typical = next((turn for turn in point.groups[0].turns if turn.message_id in current), point.turns[0])
    return shortened(mask(typical.text))


def trend(now: Rate, before: Rate) -> Json:
    """Return how the share of all turns moved, and whether that is more than chance."""
    told = difference(now, before)
    ratio = now.value / before.value if now.value is not None and before.value else None
    direction = "flat"
    if told["significant"]:
        direction = "up" if (told["difference"] or 0) > 0 else "down"
    if before.denominator and not before.numerator and now.numerator:
        direction = "new"
    return {
        "before": before.numerator,
        "now": now.numerator,
        "ratio": ratio,
        "p": told["p"],
        "significant": told["significant"],
        "direction": direction if before.denominator else "flat",
    }


def _peak_json(peak: Peak | None, days: Sequence[date]) -> Json | None:
    if peak is None:
        return None
    return {
        "from": days[peak.first].isoformat(),
        "to": days[peak.last].isoformat(),
        "count": peak.count,
        "expected": round(peak.expected, 1),
        "p": peak.p,
    }


def samples(point: PainPoint) -> list[Json]:
    """Return some of the turns, newest first, masked."""
    return [
        {
            "conversation_id": turn.conversation_id,
            "episode": turn.episode,
            "message_id": turn.message_id,
            "language": turn.language,
            "text": mask(turn.text),
            "at": turn.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "reason": next((sign for sign in SIGNS if sign in turn.signs), None),
            "action": turn.action,
            "entry": turn.entry,
            "confidence": turn.confidence,
        }
        for turn in point.turns[:SAMPLES]
    ]
