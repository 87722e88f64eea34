"""Two classifiers over entries, fitted with scikit-learn and kept as one table of rows.

Scoring through scikit-learn's own `predict` copies the whole coefficient matrix for each message. A message has a few
hundred features; gathering their rows from a contiguous (features x 2 entries) array gives the same numbers in a
hundredth of the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.retrieval.vectorizers import Floats, Integers, Row

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

_ROUNDED = 4096  # rows

REGULARIZATION = 1.0
"""C of the linear classifier; from .3 to 1 nothing moves by more than a point."""
MANY_CLASSES = 400
"""From this number on a class is fitted against its rivals only: against all, time grows with the square."""
RIVALS = 2000
"""Texts that a class is told from."""
_TWO = 2
SMOOTHING = 0.05
"""Alpha of naive Bayes: with few variants an entry's unseen words must stay cheap."""


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """`rows` is (features x 2 classes): the linear classifier's weights, then the naive Bayes log-likelihoods.

    Each number is one that half precision can hold, so that the file is half as long; that moves no score by more than
    a thousandth. In memory they are single precision: turning a message's rows into it took longer than adding them.
    """

    rows: Floats
    intercepts: Floats
    """(2 classes,)"""

    @property
    def classes(self) -> int:
        return len(self.intercepts) // 2

    def scores(self, row: Row) -> tuple[Floats, Floats]:
        """Return the linear scores and the naive Bayes log-likelihoods, each (classes,)."""
        both = row.values @ self.rows.take(row.columns, axis=0)
        both += self.intercepts
        return both[: self.classes], both[self.classes :]


def fit(matrix: csr_matrix, labels: Integers, classes: int) -> ScoreTable:
    """Fit both classifiers; `matrix` is (texts x features), `labels` number the classes 0 .. classes - 1, each used."""
    from sklearn.naive_bayes import MultinomialNB  # noqa: PLC0415  # only fitting needs it

    rows = np.empty((matrix.shape[1], 2 * classes), np.float32)
    intercepts = np.zeros(2 * classes, np.float32)
    weights, intercepts[:classes] = (_against_all if classes <= MANY_CLASSES else _against_rivals)(
        matrix, labels, classes
    )
    rows[:, :classes] = weights.T
    del weights
    bayes = MultinomialNB(alpha=SMOOTHING, fit_prior=False)  # type: ignore[no-untyped-call]
    bayes.fit(matrix, labels)
    rows[:, classes:] = bayes.feature_log_prob_.T
    return ScoreTable(_half_precise(rows), intercepts)


def _half_precise(rows: Floats) -> Floats:
    """Round in place, some rows at a time: a second table of that size would be felt."""
    for start in range(0, len(rows), _ROUNDED):
        rows[start : start + _ROUNDED] = rows[start : start + _ROUNDED].astype(np.float16)
    return rows


def _linear() -> LinearSVC:
    from sklearn.svm import LinearSVC  # noqa: PLC0415  # only fitting needs it

    return LinearSVC(C=REGULARIZATION, tol=1e-2, random_state=0)  # type: ignore[no-untyped-call]


def _against_all(matrix: csr_matrix, labels: Integers, classes: int) -> tuple[Floats, Floats]:
    """Return (classes x features) weights and (classes,) intercepts, each class fitted against all others."""
    if classes == 1:
        return np.zeros((1, matrix.shape[1]), np.float32), np.zeros(1, np.float32)
    linear = _linear().fit(matrix, labels)
    weights, intercepts = linear.coef_.astype(np.float32), linear.intercept_.astype(np.float32)
    if classes == _TWO:  # scikit-learn keeps one row for two classes
        return np.vstack([-weights, weights]), np.append(-intercepts, intercepts)
    return weights, intercepts


def _against_rivals(matrix: csr_matrix, labels: Integers, classes: int) -> tuple[Floats, Floats]:
    """Return the same, each class fitted against the texts most like its own: with many classes, the rest is far."""
    weights = np.zeros((classes, matrix.shape[1]), np.float32)
    intercepts = np.zeros(classes, np.float32)
    order = np.argsort(labels, kind="stable")
    bounds = np.searchsorted(labels[order], np.arange(classes + 1))
    for number in range(classes):
        own = order[bounds[number] : bounds[number + 1]]
        centre = np.asarray(matrix[own].mean(axis=0)).ravel()
        likeness = matrix @ centre
        likeness[own] = -1.0
        rivals = np.argpartition(-likeness, RIVALS)[:RIVALS]
        chosen = np.sort(np.concatenate([own, rivals]))
        linear = _linear().fit(matrix[chosen], labels[chosen] == number)
        weights[number], intercepts[number] = linear.coef_[0], linear.intercept_[0]
    return weights, intercepts
