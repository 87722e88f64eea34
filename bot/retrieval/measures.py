"""Formulas of retrieval quality: pure functions over judged messages, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PRECISION = 0.9
BINS = 10
OFFERED = 3
"""Choices that "did you mean" can offer."""
RESAMPLES = 400
_INTERVAL = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Judged:
    """One message and what the bot made of it, in the form that the formulas need."""

    answerable: bool
    rank: int
    """Place of the first right entry, from 1; 0 when it is not among the candidates, or there is none."""
    confidence: float
    kind: str = ""
    """`oos`, `human`, `smalltalk` or whatever the set says."""
    called_a_person: bool = False
    right_language: bool | None = None
    """None when the set does not say."""

    @property
    def right(self) -> bool:
        return self.rank == 1


@dataclass(frozen=True, slots=True)
class Measure:
    """A value with its 95 % bootstrap interval over `n` messages; NaN when there is nothing to measure."""

    value: float
    low: float
    high: float
    n: int


def coverage(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], answerable: int, precision: float = PRECISION
) -> float:
    """Return the largest share of answerable messages answered rightly at a threshold that keeps the precision.

    Equal confidences are accepted together or not at all.
    """
    if not answerable:
        return float("nan")
    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(right[order])
    last_of_ties = np.append(np.diff(confidence[order]) != 0, True)
    fine = last_of_ties & (hits >= precision * np.arange(1, len(hits) + 1))
    return float(hits[fine].max(initial=0) / answerable)


def auroc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """Return the probability that a positive scores above a negative, ties counting half."""
    if not len(positive) or not len(negative):
        return float("nan")
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, "left")
    upto = np.searchsorted(ordered, positive, "right")
    return float((below + upto).sum() / 2 / len(positive) / len(negative))


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_], bins: int = BINS) -> float:
    """Return the mean distance between confidence and share of right ones, over bins of equal mass."""
    if not len(confidence):
        return float("nan")
    order = np.argsort(confidence, kind="stable")
    gaps = [
        abs(confidence[part].mean() - right[part].mean()) * len(part)
        for part in np.array_split(order, bins)
        if len(part)
    ]
    return float(sum(gaps) / len(order))


def reliability(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], bins: int = BINS
) -> list[tuple[float, float, int]]:
    """Return (mean confidence, share right, messages) for bins of equal mass."""
    parts = np.array_split(np.argsort(confidence, kind="stable"), bins)
    return [(float(confidence[part].mean()), float(right[part].mean()), len(part)) for part in parts if len(part)]


def precision_coverage(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], answerable: int
) -> list[tuple[float, float]]:
    """Return (coverage, precision) as the threshold falls."""
    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(right[order])
    return [(float(hit / max(1, answerable)), float(hit / number)) for number, hit in enumerate(hits.tolist(), start=1)]


@dataclass(frozen=True, slots=True)
class Columns:
    """Judged messages as arrays, so that a resample is one indexing."""

    answerable: NDArray[np.bool_]
    rank: NDArray[np.int64]
    confidence: NDArray[np.float64]
    human: NDArray[np.bool_]
    called: NDArray[np.bool_]
    language: NDArray[np.float64]

    def take(self, rows: NDArray[np.intp]) -> Columns:
        """Return the chosen rows."""
        return Columns(*(getattr(self, name)[rows] for name in self.__slots__))

    @property
    def right(self) -> NDArray[np.bool_]:
        right: NDArray[np.bool_] = self.rank == 1
        return right


def columns(judged: Sequence[Judged]) -> Columns:
    """Return the messages as arrays."""
    return Columns(
        answerable=np.array([one.answerable for one in judged], dtype=bool),
        rank=np.array([one.rank for one in judged], dtype=np.int64),
        confidence=np.array([one.confidence for one in judged], dtype=np.float64),
        human=np.array([one.kind == "human" for one in judged], dtype=bool),
        called=np.array([one.called_a_person for one in judged], dtype=bool),
        language=np.array(
            [np.nan if one.right_language is None else one.right_language for one in judged], dtype=np.float64
        ),
    )


def _mean(values: NDArray[np.generic]) -> float:
    return float(values.mean()) if len(values) else float("nan")


FORMULAS: Mapping[str, Callable[[Columns], float]] = {
    "accuracy_at_1": lambda c: _mean(c.right[c.answerable]),
    "recall_at_3": lambda c: _mean(((c.rank > 0) & (c.rank <= OFFERED))[c.answerable]),
    "mrr": lambda c: _mean(np.where(c.rank > 0, 1 / np.maximum(c.rank, 1), 0.0)[c.answerable]),
    "coverage_at_90": lambda c: coverage(c.confidence, c.right & c.answerable, int(c.answerable.sum())),
    "auroc": lambda c: auroc(c.confidence[c.answerable], c.confidence[~c.answerable]),
    "calibration_error": lambda c: calibration_error(c.confidence, c.right & c.answerable),
    "person_recall": lambda c: _mean(c.called[c.human]),
    "person_false_rate": lambda c: _mean(c.called[~c.human]),
    "language_accuracy": lambda c: _mean(c.language[~np.isnan(c.language)]),
}


def measure(judged: Sequence[Judged], resamples: int = RESAMPLES) -> dict[str, Measure]:
    """Return every measure by name."""
    table = columns(judged)
    chance = np.random.default_rng(0)
    draws = [table.take(chance.integers(0, len(judged), len(judged))) for _ in range(resamples)] if judged else []
    results = {}
    for name, formula in FORMULAS.items():
        drawn = np.array([formula(draw) for draw in draws])
        drawn = drawn[~np.isnan(drawn)]
        low, high = np.percentile(drawn, _INTERVAL) if len(drawn) else (float("nan"), float("nan"))
        results[name] = Measure(formula(table), float(low), float(high), len(judged))
    return results
