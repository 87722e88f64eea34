"""One score per candidate from what the matchers say: a conditional logit, its weights learnt out of fold.

How far each matcher can be trusted differs between help centers (naive Bayes needs many variants, the linear
classifier few), so the weights are learnt for each, starting from weights that held on all that were tried.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.vectorizers import Floats

CANDIDATES = 10
"""Classes that are looked at closely."""
COMPARED = 4
"""Classes whose variants are compared at most; the others count as unlike the message."""
REACH = 4.0
"""How far (in the classifiers' log-odds) a class may lie behind the first for its variants to be worth comparing: from
farther behind they cannot bring it to the top."""
SIGNALS = ("linear", "bayes", "cosine", "cosines", "letters", "lead")
START = np.array([3.0, 0.6, 2.0, 2.0, 0.5, 0.5])
"""Weights before any learning, one per signal."""
_PULL = 3.0
"""How strongly the learnt weights are pulled to `START`, in log-likelihood units per squared relative distance."""


def first_choice(scores: NDArray[np.float64], count: int = CANDIDATES) -> tuple[NDArray[np.intp], list[int]]:
    """Return the classes worth a look, best first, given the classifiers' scores, and those worth a close one."""
    first = np.argsort(-scores, kind="stable")[:count]
    close = scores[first[:COMPARED]].tolist()
    return first, [number for number, score in zip(first.tolist(), close, strict=False) if score > close[0] - REACH]


def by_classifiers(linear: Floats, bayes: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return one score per class from the two classifiers alone."""
    return np.asarray(START[0] * linear + START[1] * bayes)


def log_softmax(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return log-probabilities over the last axis."""
    shifted = scores.astype(np.float64) - scores.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def learn(examples: Sequence[tuple[Floats, int]]) -> NDArray[np.float64]:
    """Return weights, one per signal, from (signals (candidates x signals), index of the right candidate)."""
    from scipy.optimize import minimize  # noqa: PLC0415  # only fitting needs it

    usable = [(signals, right) for signals, right in examples if right >= 0 and len(signals) > 1]
    if len(usable) < 2 * len(START):
        return START.copy()
    widest = max(len(signals) for signals, _ in usable)
    stack = np.zeros((len(usable), widest, len(START)))
    absent = np.zeros((len(usable), widest))
    for place, (signals, _) in enumerate(usable):
        stack[place, : len(signals)] = signals
        absent[place, len(signals) :] = -1e9
    rights = np.array([right for _, right in usable])
    rows = np.arange(len(usable))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logs = log_softmax(stack @ weights + absent)
        error = np.exp(logs)
        value = -logs[rows, rights].sum()
        error[rows, rights] -= 1
        gradient = np.einsum("nk,nks->s", error, stack)
        distance = (weights - START) / START
        return value + _PULL * (distance @ distance), gradient + 2 * _PULL * distance / START

    found = minimize(loss, START, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(START))
    return np.asarray(found.x)
