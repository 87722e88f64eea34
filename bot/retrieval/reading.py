"""Reads the evidence on one message: which entries, in which order, and the features that calibration looks at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.entries import KnowledgeBase
from bot.retrieval import fusion
from bot.retrieval.model import Evidence, Model

OUT_OF_SCOPE = "\0out-of-scope"
"""Class of the messages that must not be answered; no entry can have this id."""
_LEAST_LOG = -12.0
"""Log-probabilities below this are as good as impossible."""
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
        smalltalk = frozenset(id_ for id_, entries in kb.entries.items() if any(e.is_smalltalk for e in entries.values()))
        preferred = "contact/human-agent"
        human = preferred if preferred in handoffs else min(handoffs, default=None)
        return cls(human, handoffs, smalltalk)

    def is_entry(self, label: str) -> bool:
        """Whether a class is a help-center entry, which can be a candidate."""
        return label != OUT_OF_SCOPE and label not in self.handoffs and label not in self.smalltalk


@dataclass(frozen=True, slots=True)
class Reading:
    """One message, read."""

    entries: tuple[str, ...]
    """Help-center entries, best first."""
    shares: NDArray[np.float64]
    """Fused probability of each entry among all classes."""
    features: NDArray[np.float64]
    """In the order of `calibration.FEATURES`."""
    smalltalk_entry: str | None


def read(model: Model, evidence: Evidence, weights: NDArray[np.float64], roles: Roles) -> Reading:
    """Fuse the matchers' signals and order the candidates."""
    labels = [model.labels[number] for number in evidence.candidates]
    scores = evidence.signals @ weights
    logs = fusion.log_softmax(scores)
    entries = [place for place in np.argsort(-logs, kind="stable") if roles.is_entry(labels[place])]
    shares = np.exp(logs[entries])
    kinds = {
        "human": [n for n, label in enumerate(model.labels) if label in roles.handoffs],
        "smalltalk": [n for n, label in enumerate(model.labels) if label in roles.smalltalk],
        "outside": [n for n, label in enumerate(model.labels) if label == OUT_OF_SCOPE],
    }
    smalltalk = kinds["smalltalk"]
    return Reading(
        entries=tuple(labels[place] for place in entries),
        shares=shares,
        features=_features(evidence, labels, logs, entries, kinds, roles),
        smalltalk_entry=model.labels[max(smalltalk, key=lambda n: float(evidence.linear[n] * 3 + evidence.bayes[n] * 0.6))] if smalltalk else None,
    )


def _features(
    evidence: Evidence,
    labels: Sequence[str],
    logs: NDArray[np.float64],
    entries: Sequence[int],
    kinds: dict[str, list[int]],
    roles: Roles,
) -> NDArray[np.float64]:
    first, second = (entries + [-1, -1])[:2]
    top = max(float(logs[first]), _LEAST_LOG) if first >= 0 else _LEAST_LOG
    runner_up = max(float(logs[second]), _LEAST_LOG) if second >= 0 else _LEAST_LOG
    shares = np.exp(logs)
    signals = evidence.signals[first] if first >= 0 else np.zeros(len(fusion.SIGNALS))
    linears = evidence.signals[list(entries), _LINEAR] if entries else np.zeros(1)
    others = np.sort(linears)[::-1]
    masses = {
        kind: math.log(sum(float(s) for s, label in zip(shares, labels, strict=True) if _kind(label, roles) == kind) + math.exp(_LEAST_LOG))
        for kind in kinds
    }
    strengths = {kind: max((float(evidence.linear[n]) for n in numbers), default=-1.0) for kind, numbers in kinds.items()}
    agreement = float(first >= 0 and signals[_LINEAR] >= others[0]) + float(
        first >= 0 and signals[_BAYES] >= max(evidence.signals[list(entries), _BAYES])
    )
    return np.array([
        top,
        top - runner_up,
        float(-(shares * logs.clip(-700)).sum()),
        float(signals[_LINEAR]),
        float(others[0] - others[1]) if len(others) > 1 else 1.0,
        float(max(signals[_BAYES], _LEAST_LOG)),
        evidence.familiarity,
        float(signals[_COSINE]),
        float(signals[_LETTERS]),
        agreement,
        evidence.row.unknown,
        math.log1p(evidence.row.length),
        float(evidence.row.length <= 2),
        masses["human"],
        masses["smalltalk"],
        masses["outside"],
        strengths["human"],
        strengths["smalltalk"],
        strengths["outside"],
        max(0.0, float(signals[_LINEAR]) + 0.3),
        evidence.row.unknown * math.log1p(evidence.row.length),
    ])


def _kind(label: str, roles: Roles) -> str:
    if label == OUT_OF_SCOPE:
        return "outside"
    if label in roles.handoffs:
        return "human"
    return "smalltalk" if label in roles.smalltalk else "entry"
