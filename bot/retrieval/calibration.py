"""From evidence to probabilities: a multinomial logistic model over a handful of features, learnt out of fold.

Its outcomes are what a message can be: the first candidate is right, another entry is, a person is asked for, a
courtesy, or nothing that the help center answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

OUTCOMES: Final = ("right", "other", "human", "smalltalk", "outside")
RIGHT, OTHER, HUMAN, SMALLTALK, OUTSIDE = range(len(OUTCOMES))
FEATURES: Final = (
    *("top", "margin", "entropy", "linear", "linear_margin", "bayes", "cosine", "letters", "agreement", "strong"),
    *("familiarity", "unknown", "length", "short", "stranger"),
    *("human", "human_linear", "smalltalk", "smalltalk_linear", "outside", "outside_linear"),
)
"""Names of the features, in order."""
_STRENGTH = 0.05
"""Inverse regularisation strength of the logistic model."""
_TWO = 2
_FEWEST = 20
"""With fewer held-out messages nothing can be learnt, and a cautious fixed model stands in."""


@dataclass(frozen=True, slots=True)
class Calibrator:
    """Standardised features times weights, softmaxed."""

    mean: NDArray[np.float64]
    """(features,)"""
    scale: NDArray[np.float64]
    """(features,)"""
    weights: NDArray[np.float64]
    """(outcomes x features)"""
    intercepts: NDArray[np.float64]
    """(outcomes,); minus infinity for an outcome that was never seen."""

    def probabilities(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each of `OUTCOMES` for one message."""
        scores = self.weights @ ((features - self.mean) / self.scale) + self.intercepts
        odds = np.exp(scores - scores.max())
        return np.asarray(odds / odds.sum())


def fixed() -> Calibrator:
    """Return the stand-in for a help center too small to learn from: a logistic curve over the fused score."""
    width = len(FEATURES)
    weights = np.zeros((len(OUTCOMES), width))
    weights[RIGHT, FEATURES.index("top")] = 1.0
    weights[RIGHT, FEATURES.index("cosine")] = 4.0
    intercepts = np.array([-1.5, -0.5, -np.inf, -np.inf, 0.0])
    return Calibrator(np.zeros(width), np.ones(width), weights, intercepts)


def learn(features: Sequence[NDArray[np.float64]], outcomes: Sequence[int], importance: Sequence[float]) -> Calibrator:
    """Fit on held-out messages; `importance` weighs each of them."""
    seen = sorted(set(outcomes))
    if len(outcomes) < _FEWEST or len(seen) < _TWO or RIGHT not in seen:
        return fixed()
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # only fitting needs it

    matrix = np.array(features)
    mean, scale = matrix.mean(axis=0), np.maximum(matrix.std(axis=0), 1e-3)
    model = LogisticRegression(C=_STRENGTH, max_iter=500, tol=1e-5)  # type: ignore[no-untyped-call]
    model.fit((matrix - mean) / scale, np.array(outcomes), sample_weight=np.array(importance))
    coefficients, offsets = model.coef_, model.intercept_
    if len(seen) == _TWO:  # scikit-learn keeps one row for two classes
        coefficients = np.vstack([np.zeros_like(coefficients), coefficients])
        offsets = np.array([0.0, offsets[0]])
    weights = np.zeros((len(OUTCOMES), matrix.shape[1]))
    intercepts = np.full(len(OUTCOMES), -np.inf)
    weights[seen], intercepts[seen] = coefficients, offsets
    return Calibrator(mean, scale, weights, intercepts)
