"""Two classifiers over entries, fitted with scikit-learn and kept as one table of rows.

Scoring through scikit-learn's own `predict` copies the whole coefficient matrix for each message. A message has a few
hundred features; gathering their rows from a contiguous (features x 2 entries) array gives the same numbers in a
hundredth of the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.vectorizers import Floats, Integers, Row

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Halves = NDArray[np.float16]

REGULARIZATION = 1.0
"""C of the linear classifier; from .3 to 1 nothing moves by more than a point."""
_TWO = 2
SMOOTHING = 0.05
"""Alpha of naive Bayes: with few variants an entry's unseen words must stay cheap."""


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """`rows` is (features x 2 classes): the linear classifier's weights, then the naive Bayes log-likelihoods.

    Half precision: it halves memory and the time to load, and moves no score by more than a thousandth.
    """

    rows: Halves
    intercepts: Floats
    """(2 classes,)"""

    @property
    def classes(self) -> int:
        return len(self.intercepts) // 2

    def scores(self, row: Row) -> tuple[Floats, Floats]:
        """Return the linear scores and the naive Bayes log-likelihoods, each (classes,)."""
        both = row.values @ self.rows[row.columns].astype(np.float32) + self.intercepts
        return both[: self.classes], both[self.classes :]


def fit(matrix: csr_matrix, labels: Integers, classes: int) -> ScoreTable:
    """Fit both classifiers; `matrix` is (texts x features), `labels` number the classes 0 .. classes - 1, each used."""
    from sklearn.naive_bayes import MultinomialNB  # noqa: PLC0415  # only fitting needs it
    from sklearn.svm import LinearSVC  # noqa: PLC0415  # only fitting needs it

    linear_weights = np.zeros((matrix.shape[1], classes), np.float32)
    intercepts = np.zeros(2 * classes, np.float32)
    if classes > 1:
        linear = LinearSVC(C=REGULARIZATION, tol=1e-2, random_state=0)  # type: ignore[no-untyped-call]
        linear.fit(matrix, labels)
        coefficients, offsets = linear.coef_, linear.intercept_
        if classes == _TWO:  # scikit-learn keeps one row for two classes
            coefficients, offsets = np.vstack([-coefficients, coefficients]), np.array([-offsets[0], offsets[0]])
        linear_weights[:] = coefficients.T
        intercepts[:classes] = offsets
    bayes = MultinomialNB(alpha=SMOOTHING, fit_prior=False)  # type: ignore[no-untyped-call]
    bayes.fit(matrix, labels)
    rows = np.empty((matrix.shape[1], 2 * classes), np.float16)
    rows[:, :classes] = linear_weights
    rows[:, classes:] = bayes.feature_log_prob_.T
    return ScoreTable(rows, intercepts)
