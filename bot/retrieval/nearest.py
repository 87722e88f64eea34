"""The nearest known ways to ask: cosine with the variants of a few candidates, then RapidFuzz over the best of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from bot.retrieval.vectorizers import Floats, Integers, Row

COMPARED_CANDIDATES = 4
"""Candidates whose variants are compared; the others count as unlike the message."""
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

    def compare(self, row: Row, words: str, candidates: Sequence[int], width: int) -> Floats:
        """Return (candidates x 3): best cosine, mean of the three best cosines, best letter similarity; all 0 to 1."""
        message = np.zeros(width, np.float32)
        message[row.columns] = row.values
        spans = [
            (int(self.classes[candidate]), int(self.classes[candidate + 1]))
            for candidate in candidates[:COMPARED_CANDIDATES]
        ]
        pieces = [slice(int(self.starts[first]), int(self.starts[last])) for first, last in spans]
        products = np.concatenate([self.values[piece] for piece in pieces])
        products *= message[np.concatenate([self.columns[piece] for piece in pieces])]
        lengths = np.concatenate([self.starts[first + 1 : last + 1] - self.starts[first:last] for first, last in spans])
        cosines = _segment_sums(products, lengths) / _BLOCKS
        result = np.zeros((len(candidates), 3), np.float32)
        begin = 0
        for place, (first, last) in enumerate(spans):
            own = cosines[begin : begin + last - first]
            begin += last - first
            best = np.argsort(-own, kind="stable")[:COMPARED_VARIANTS]
            near = own[best]
            letters = max(fuzz.token_set_ratio(words, self.texts[first + index]) for index in best.tolist())
            result[place] = near[0], near.sum() / len(near), letters / 100
        return result


def _segment_sums(values: Floats, lengths: Integers) -> Floats:
    """Return the sum of each segment of `values`; a segment of length 0 sums to 0."""
    sums = np.zeros(len(lengths), np.float32)
    filled = lengths > 0
    if filled.any():
        starts = np.cumsum(lengths) - lengths
        sums[filled] = np.add.reduceat(values, starts[filled])
    return sums
