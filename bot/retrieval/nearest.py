"""The nearest known ways to ask: cosine with the variants of a few candidates, then RapidFuzz over the best of them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from bot.retrieval.vectorizers import Floats, Integers, Row

COMPARED_VARIANTS = 3
"""Variants of a candidate that are compared letter by letter."""
_BLOCKS = 2.0
"""A row holds two blocks of length 1 each, so a product of two rows is at most this."""


@dataclass(frozen=True, slots=True)
class Variants:
    """All known texts as compressed sparse rows, those of one class side by side."""

    texts: tuple[str, ...]
    """Folded words of each text, joined by spaces."""
    starts: Integers
    """(texts + 1,): where each text's columns start."""
    columns: Integers
    values: Floats
    classes: Integers
    """(classes + 1,): where each class's texts start."""
    _messages: threading.local = field(default_factory=threading.local, repr=False, compare=False)
    """Each thread's last message as a dense row, all zeros between two comparisons."""

    def compare(self, row: Row, words: str, candidates: Sequence[int], width: int) -> Floats:
        """Return (candidates x 3): best cosine, mean of the three best cosines, best letter similarity; all 0 to 1."""
        message = self._dense(width)
        message[row.columns] = row.values
        result = np.empty((len(candidates), 3), np.float32)
        for place, candidate in enumerate(candidates):
            first, last = int(self.classes[candidate]), int(self.classes[candidate + 1])
            cosines = self._cosines(message, first, last)
            best = np.argsort(-cosines, kind="stable")[:COMPARED_VARIANTS].tolist()
            near = cosines[best]
            letters = max([fuzz.token_set_ratio(words, self.texts[first + index]) for index in best])
            result[place] = near[0], near.sum() / len(near), letters / 100
        message[row.columns] = 0
        return result

    def _dense(self, width: int) -> Floats:
        message: Floats | None = getattr(self._messages, "row", None)
        if message is None:
            message = self._messages.row = np.zeros(width, np.float32)
        return message

    def _cosines(self, message: Floats, first: int, last: int) -> NDArray[np.float32]:
        """Return the cosine of each text from `first` up to `last` with the message."""
        starts = self.starts[first : last + 1]
        begin, end = int(starts[0]), int(starts[-1])
        products = message.take(self.columns[begin:end])
        products *= self.values[begin:end]
        return _segment_sums(products, starts - begin) / np.float32(_BLOCKS)


def _segment_sums(values: Floats, bounds: Integers) -> NDArray[np.float32]:
    """Return the sum of each segment of `values` between two neighbouring bounds; an empty one sums to 0."""
    filled = bounds[1:] > bounds[:-1]
    if filled.all():
        return np.add.reduceat(values, bounds[:-1])
    sums = np.zeros(len(filled), np.float32)
    if filled.any():
        sums[filled] = np.add.reduceat(values, bounds[:-1][filled])
    return sums
