"""Entries that the index takes for one another: every text is taken out in turn and looked for.

The features are the index's own; the classifier is naive Bayes alone, because taking one text out of it is
arithmetic (subtract its row) where any other classifier would have to be fitted again, thousands of times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.knowledge.entries import KnowledgeBase
from bot.retrieval.classifiers import SMOOTHING
from bot.retrieval.vectorizers import Vectorizer
from bot.text.tokens import Analyzer

_ROWS = 2048
"""Texts that are scored at a time: bounds memory to this times the number of entries."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """`count` of the `total` texts of `entry` were taken for `other`, `example` the first of them."""

    entry: str
    other: str
    count: int
    total: int
    example: str


@dataclass(frozen=True, slots=True)
class Confusions:
    """What leave-one-out found in one language."""

    language: str
    texts: int
    right: int
    pairs: tuple[Confusion, ...]
    """The most frequent first."""

    @property
    def accuracy(self) -> float:
        """Share of the texts whose entry came first; 0 without texts."""
        return self.right / self.texts if self.texts else 0.0


def find(kb: KnowledgeBase, language: str) -> Confusions:
    """Take out each title and variant of a language in turn and see which entry the others speak for.

    Entries with a single text are left out: without it there is nothing to be found.
    """
    sizes = Counter(entry for entry, _ in kb.texts(language))
    texts = [(entry, text) for entry, text in kb.texts(language) if sizes[entry] > 1]
    if not texts:
        return Confusions(language, 0, 0, ())
    names = sorted({entry for entry, _ in texts})
    labels = np.array([names.index(entry) for entry, _ in texts])
    matrix = _matrix([text for _, text in texts], language)
    guesses = _leave_one_out(matrix, labels, len(names))
    wrong: dict[tuple[str, str], list[str]] = {}
    for (entry, text), label, guess in zip(texts, labels, guesses, strict=True):
        if guess != label:
            wrong.setdefault((entry, names[guess]), []).append(text)
    pairs = [Confusion(entry, other, len(found), sizes[entry], found[0]) for (entry, other), found in wrong.items()]
    pairs.sort(key=lambda pair: (-pair.count, pair.entry, pair.other))
    return Confusions(language, len(texts), int((guesses == labels).sum()), tuple(pairs))


def _matrix(texts: list[str], language: str) -> csr_matrix:
    """Return the features of the texts, (texts x features), as the index sees them."""
    analyzer = Analyzer(language)
    tokens = [analyzer.words(text) for text in texts]
    vectorizer = Vectorizer(analyzer).fit(tokens)
    rows = [vectorizer.row(each) for each in tokens]
    ends = np.cumsum([0, *(len(row.columns) for row in rows)])
    values = np.concatenate([row.values for row in rows]).astype(np.float64)
    return csr_matrix(
        (values, np.concatenate([row.columns for row in rows]), ends), shape=(len(texts), vectorizer.width)
    )


def _leave_one_out(matrix: csr_matrix, labels: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """Return each text's class as naive Bayes (uniform prior) judges without that text."""
    count = len(labels)
    members = csr_matrix((np.ones(count), (labels, np.arange(count))), shape=(classes, count))
    sums = (members @ matrix).tocsr()
    totals = np.asarray(sums.sum(axis=1)).ravel()
    width = matrix.shape[1]
    own = np.empty(count)
    for label in range(classes):
        dense = sums[label].toarray().ravel()
        for text in np.nonzero(labels == label)[0]:
            columns, values = _row(matrix, int(text))
            rest = np.log(np.maximum(dense[columns] - values, 0) + SMOOTHING)
            own[text] = values @ rest - values.sum() * np.log(totals[label] - values.sum() + SMOOTHING * width)
    guesses = np.empty(count, np.int64)
    for start, scores in _scores(matrix, sums, totals):
        here = np.arange(len(scores))
        scores[here, labels[start : start + len(scores)]] = own[start : start + len(scores)]
        guesses[start : start + len(scores)] = scores.argmax(axis=1)
    return guesses


def _row(matrix: csr_matrix, text: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    here = slice(matrix.indptr[text], matrix.indptr[text + 1])
    return matrix.indices[here], matrix.data[here]


def _scores(
    matrix: csr_matrix, sums: csr_matrix, totals: NDArray[np.float64]
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield (first text, scores (texts x classes)), every text still counted in its own class."""
    # log(count + a) = log(a) + log1p(count / a): the second part is 0 where the count is, so it stays sparse.
    weights = csr_matrix((np.log1p(sums.data / SMOOTHING), sums.indices, sums.indptr), shape=sums.shape).T.tocsr()
    offsets = np.log(SMOOTHING) - np.log(totals + SMOOTHING * matrix.shape[1])
    for start in range(0, matrix.shape[0], _ROWS):
        part = matrix[start : start + _ROWS]
        lengths = np.asarray(part.sum(axis=1))
        yield start, (part @ weights).toarray() + lengths * offsets
