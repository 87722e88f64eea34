"""Reads the evidence on one message: which entries, in which order, and the features that calibration looks at."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.entries import KnowledgeBase
from bot.retrieval import fusion
from bot.retrieval.model import Evidence

OUT_OF_SCOPE = "\0out-of-scope"
"""Class of the messages that must not be answered; no entry can have this id."""
ENTRY = "entry"
OTHER_KINDS = ("human", "smalltalk", "outside")
_SHORT = 2  # words
_STRONG_FROM = 0.3  # a linear score above minus this is rare for a wrong class
_LEAST_LOG = -12.0
"""Log-probabilities below this are as good as impossible."""
_IMPOSSIBLE = -700.0
"""Its exponential still is a number."""
_LINEAR, _BAYES, _COSINE, _LETTERS = (fusion.SIGNALS.index(name) for name in ("linear", "bayes", "cosine", "letters"))


@dataclass(frozen=True, slots=True)
class Roles:
    """Which classes are not help-center entries."""

    human: str | None
    """The entry that is the request for a person."""
    handoffs: frozenset[str]
    """Entries with `action: handoff`, that one included."""
    smalltalk: frozenset[str]

    @classmethod
    def of(cls, kb: KnowledgeBase) -> Roles:
        """Read the roles off a help center."""
        handoffs = frozenset(
            id_ for id_, entries in kb.entries.items() if any(entry.action == "handoff" for entry in entries.values())
        )
        smalltalk = frozenset(
            id_ for id_, entries in kb.entries.items() if any(e.is_smalltalk for e in entries.values())
        )
        preferred = "contact/human-agent"
        human = preferred if preferred in handoffs else min(handoffs, default=None)
        return cls(human, handoffs, smalltalk)

    def is_entry(self, label: str) -> bool:
        """Whether a class is a help-center entry, which can be a candidate."""
        return label != OUT_OF_SCOPE and label not in self.handoffs and label not in self.smalltalk


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of a model, told apart by what they are."""

    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    """`entry`, `human`, `smalltalk` or `outside`, for each class."""
    places: Mapping[str, NDArray[np.intp]]
    """Kind -> numbers of its classes, `entry` left out."""

    @classmethod
    def of(cls, labels: Sequence[str], roles: Roles) -> Classes:
        """Sort the classes by kind."""
        kinds = tuple(_kind(label, roles) for label in labels)
        places = {kind: np.flatnonzero([one == kind for one in kinds]) for kind in OTHER_KINDS}
        return cls(tuple(labels), kinds, places)


@dataclass(frozen=True, slots=True)
class Reading:
    """One message, read."""

    entries: tuple[str, ...]
    """Help-center entries, best first."""
    shares: Sequence[float]
    """Fused probability of each entry among all classes."""
    features: NDArray[np.float64]
    """In the order of `calibration.FEATURES`."""
    smalltalk_entry: str | None


def read(classes: Classes, evidence: Evidence, weights: NDArray[np.float64]) -> Reading:
    """Fuse the matchers' signals and order the candidates."""
    signals = evidence.signals.tolist()  # ten rows: plain numbers are quicker than arrays
    logs = fusion.log_softmax(evidence.signals @ weights).tolist()
    candidates = evidence.candidates.tolist()
    kinds = [classes.kinds[number] for number in candidates]
    entries = [place for place in sorted(range(len(logs)), key=lambda place: -logs[place]) if kinds[place] == ENTRY]
    smalltalk = classes.places["smalltalk"]
    nicest = classes.labels[smalltalk[int(evidence.both[smalltalk].argmax())]] if len(smalltalk) else None
    return Reading(
        entries=tuple(classes.labels[candidates[place]] for place in entries),
        shares=[math.exp(logs[place]) for place in entries],
        features=np.array(
            [*_of_entries(signals, logs, entries), *_of_message(evidence), *_of_others(classes, evidence, logs, kinds)]
        ),
        smalltalk_entry=nicest,
    )


def _of_entries(signals: Sequence[Sequence[float]], logs: Sequence[float], entries: Sequence[int]) -> list[float]:
    """Return how the first entry stands, by itself and against the second."""
    first, second = [*entries, -1, -1][:2]
    top = max(logs[first], _LEAST_LOG) if first >= 0 else _LEAST_LOG
    runner_up = max(logs[second], _LEAST_LOG) if second >= 0 else _LEAST_LOG
    nothing = [0.0] * len(fusion.SIGNALS)
    own = signals[first] if first >= 0 else nothing
    of_entries = [signals[place] for place in entries] or [nothing]
    linear = sorted((one[_LINEAR] for one in of_entries), reverse=True)
    linear_agrees = first >= 0 and own[_LINEAR] >= linear[0]
    bayes_agrees = first >= 0 and own[_BAYES] >= max(one[_BAYES] for one in of_entries)
    return [
        top,
        top - runner_up,
        -sum(math.exp(log) * max(log, _IMPOSSIBLE) for log in logs),
        own[_LINEAR],
        linear[0] - linear[1] if len(linear) > 1 else 1.0,
        max(own[_BAYES], _LEAST_LOG),
        own[_COSINE],
        own[_LETTERS],
        float(linear_agrees) + float(bayes_agrees),
        max(0.0, own[_LINEAR] + _STRONG_FROM),
    ]


def _of_message(evidence: Evidence) -> list[float]:
    """Return how the message looks, whatever it is about."""
    row = evidence.row
    length = math.log1p(row.length)
    return [evidence.familiarity, row.unknown, length, float(row.length <= _SHORT), row.unknown * length]


def _of_others(classes: Classes, evidence: Evidence, logs: Sequence[float], kinds: Sequence[str]) -> Iterator[float]:
    """Yield what speaks for each kind that is no entry: its fused probability, and its best linear score."""
    for kind in OTHER_KINDS:
        mass = sum(math.exp(log) for log, own in zip(logs, kinds, strict=True) if own == kind)
        yield math.log(mass + math.exp(_LEAST_LOG))
        yield float(evidence.linear[classes.places[kind]].max(initial=-1.0))


def _kind(label: str, roles: Roles) -> str:
    if label == OUT_OF_SCOPE:
        return "outside"
    if label in roles.handoffs:
        return "human"
    return "smalltalk" if label in roles.smalltalk else ENTRY
