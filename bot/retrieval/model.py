"""The matchers of one language: fitted on its variants, asked with one message, giving evidence and no verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.locale.common_words import common_words
from bot.retrieval import classifiers, fusion
from bot.retrieval.classifiers import ScoreTable
from bot.retrieval.nearest import Variants
from bot.retrieval.spelling import Speller
from bot.retrieval.vectorizers import Floats, Row, Vectorizer
from bot.text.tokens import Analyzer

MOST_CELLS = 20_000_000
"""Size limit of (features x classes): beyond it the rarest features are left out, so memory stays bounded."""


_LEAST_LOG = -30.0
"""Log-probabilities below this are as good as impossible."""


@dataclass(frozen=True, slots=True)
class Example:
    """One known text and the class that it belongs to."""

    words: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the matchers say about one message."""

    row: Row
    candidates: NDArray[np.intp]
    """Classes looked at closely."""
    signals: Floats
    """(candidates x len(fusion.SIGNALS))."""
    linear: Floats
    """(classes,)."""
    both: NDArray[np.float64]
    """(classes,), the two classifiers together."""
    familiarity: float
    """Log-likelihood ratio per feature of the best class against the average one."""


class Model:
    """Vectorizer, classifiers and variants of one language over a list of class names."""

    def __init__(
        self,
        vectorizer: Vectorizer,
        labels: tuple[str, ...],
        table: ScoreTable,
        variants: Variants,
        speller: Speller,
    ) -> None:
        self.vectorizer = vectorizer
        self.labels = labels
        self.table = table
        self.variants = variants
        self.speller = speller
        self.numbers: Mapping[str, int] = {label: number for number, label in enumerate(labels)}

    @property
    def analyzer(self) -> Analyzer:
        return self.vectorizer.analyzer

    def evidence(self, words: Sequence[str]) -> Evidence:
        """Return what the matchers say about a message, given its words."""
        repaired = self.speller.repair(words)
        row = self.vectorizer.row(repaired, words)
        linear, likelihoods = self.table.scores(row)
        bayes = fusion.log_softmax(likelihoods)
        both = fusion.by_classifiers(linear, bayes)
        candidates, close = fusion.first_choice(both)
        signals = np.zeros((len(candidates), len(fusion.SIGNALS)), np.float32)
        signals[:, 0] = scores = linear[candidates]
        signals[:, 1] = np.maximum(bayes[candidates], _LEAST_LOG)
        signals[: len(close), 2:5] = self.variants.compare(row, " ".join(repaired), close, self.vectorizer.width)
        signals[:, 5] = scores - _rivals(scores.tolist())
        mass = float(row.values.sum()) or 1.0
        return Evidence(
            row=row,
            candidates=candidates,
            signals=signals,
            linear=linear,
            both=both,
            familiarity=float(likelihoods.max() - likelihoods.mean()) / mass,
        )


def _rivals(scores: Sequence[float]) -> list[float]:
    """Return for each candidate the best score of the others; -1 for one that is alone."""
    if len(scores) == 1:
        return [-1.0]
    second, first = sorted(scores)[-2:]
    leader = scores.index(first)
    return [second if place == leader else first for place in range(len(scores))]


def fit(analyzer: Analyzer, examples: Sequence[Example]) -> Model:
    """Fit the matchers of one language; deterministic for the same examples in the same order."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415  # only fitting needs it

    labels = tuple(sorted({example.label for example in examples}))
    numbers = {label: number for number, label in enumerate(labels)}
    ordered = sorted(examples, key=lambda example: numbers[example.label])  # stable: variants keep their order
    vectorizer = Vectorizer(analyzer, MOST_CELLS // max(1, len(labels))).fit([example.words for example in ordered])
    rows = [vectorizer.row(example.words) for example in ordered]
    starts = np.cumsum([0, *(len(row.columns) for row in rows)]).astype(np.int32)
    columns = np.concatenate([row.columns for row in rows])
    values = np.concatenate([row.values for row in rows])
    classes = np.array([numbers[example.label] for example in ordered], dtype=np.int32)
    matrix = csr_matrix((values, columns, starts), shape=(len(rows), vectorizer.width))
    variants = Variants(
        texts=tuple(" ".join(example.words) for example in ordered),
        starts=starts,
        columns=columns.astype(np.int32),
        values=values,
        classes=np.searchsorted(classes, np.arange(len(labels) + 1)).astype(np.int32),
    )
    occurrences = Counter(word for example in ordered for word in set(example.words))
    speller = Speller(occurrences, analyzer.stem, common_words(analyzer.language))
    return Model(vectorizer, labels, classifiers.fit(matrix, classes, len(labels)), variants, speller)
