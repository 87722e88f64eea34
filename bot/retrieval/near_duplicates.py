"""Variants of different entries that are nearly the same: no matcher learns the line between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from bot.knowledge.entries import KnowledgeBase
from bot.text.tokens import words

NEAR = 90.0
"""Similarity from which two texts are reported, of 100: one letter in ten."""
_ROWS = 512
"""Texts that are compared with all others at a time: bounds memory to this times the number of texts."""


@dataclass(frozen=True, slots=True)
class Text:
    """A title or variant and where it stands: `number` 0 is the title, 1 the first variant."""

    entry: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    first: Text
    second: Text
    similarity: float
    """0 to 100, of the words in alphabetical order."""


def find(kb: KnowledgeBase, language: str, *, near: float = NEAR) -> list[NearDuplicate]:
    """Return the pairs of a language that stand in two entries, nearest first; equal ones are left out."""
    texts = list(_texts(kb, language))
    keys = [" ".join(sorted(words(text.text))) for text in texts]
    found = [
        NearDuplicate(texts[row], texts[column], similarity)
        for row, column, similarity in _near(keys, near)
        if texts[row].entry != texts[column].entry
    ]
    return sorted(found, key=lambda pair: (-pair.similarity, pair.first.entry, pair.second.entry, pair.first.number))


def _texts(kb: KnowledgeBase, language: str) -> Iterator[Text]:
    for id_ in kb.ids:
        if (entry := kb.entries[id_].get(language)) is not None:
            yield from (Text(id_, number, text) for number, text in enumerate((entry.title, *entry.variants)))


def _near(keys: Sequence[str], near: float) -> Iterator[tuple[int, int, float]]:
    for start in range(0, len(keys), _ROWS):
        rows = keys[start : start + _ROWS]
        # Only the later texts: each pair is met once.
        similarities = process.cdist(
            rows, keys[start:], scorer=fuzz.ratio, score_cutoff=near, dtype=np.float32, workers=-1
        )
        for row, column in zip(*np.nonzero(similarities), strict=True):
            if column > row and rows[row] != keys[start + column]:
                yield start + int(row), start + int(column), float(similarities[row, column])
