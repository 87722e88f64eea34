"""TF-IDF features of a message: stemmed words and word pairs, and character grams within words.

Fitting and searching go through the same few lines, so a message is always seen as the variants were.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.text.tokens import MOST_WORDS, Analyzer, grams

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]

_CACHED_WORDS = 1 << 14
"""Words whose columns are kept: shoppers write the same few thousand again and again."""
_MOST_OCCURRENCES = 4 * MOST_WORDS
_DAMPED = np.append(0, 1 + np.log(np.arange(1, _MOST_OCCURRENCES + 1))).astype(np.float32)
"""How much a feature counts that occurs 0, 1, 2 ... times in one text."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text as a sparse row: `values[i]` at column `columns[i]`; words and grams each of Euclidean length 1."""

    columns: Integers
    values: Floats
    unknown: float
    """Share of the text's words that the vocabulary lacks, weighted by inverse document frequency."""
    length: int
    """Number of words."""
    known: bool
    """At least one word, as it stands or repaired, is in the vocabulary."""


@dataclass(frozen=True, slots=True)
class _Word:
    """One word, looked up: a column is -1 where the vocabulary lacks it."""

    stem: str
    term: int
    grams: Integers


class Vectorizer:
    """Column numbers and inverse document frequencies, learnt from the texts of one language.

    Columns: terms (stems and pairs of neighbouring stems) first, in alphabetical order, then grams in alphabetical
    order. With more than `most_features` the rarest are left out. A text is given as its words: folded, in order,
    chat spelling written out.
    """

    def __init__(self, analyzer: Analyzer, most_features: int | None = None) -> None:
        self.analyzer = analyzer
        self.most_features = most_features

    def fit(self, texts: Sequence[Sequence[str]]) -> Vectorizer:
        terms: Counter[str] = Counter()
        letters: Counter[str] = Counter()
        grams_of = cache(lambda word: tuple(grams(word)))  # the same words come again and again
        for words in texts:
            terms.update(set(self._terms([self.analyzer.stem(word) for word in words])))
            letters.update({gram for word in set(words) for gram in grams_of(word)})
        fewest = _fewest_occurrences([*terms.values(), *letters.values()], self.most_features)
        kept_terms = sorted(term for term, count in terms.items() if count >= fewest)
        kept_grams = sorted(gram for gram, count in letters.items() if count >= fewest)
        counts = [terms[term] for term in kept_terms] + [letters[gram] for gram in kept_grams]
        frequencies = np.array(counts, dtype=np.float64)
        inverse = np.log((1 + len(texts)) / (1 + frequencies)) + 1
        return self.restore(kept_terms, kept_grams, inverse.astype(np.float32), len(texts))

    def restore(self, terms: Sequence[str], letters: Sequence[str], inverse: Floats, texts: int) -> Vectorizer:
        """Set what `fit` learns; `inverse` has one number per term, then one per gram."""
        self.terms_ = {term: column for column, term in enumerate(terms)}
        self.grams_ = {gram: len(terms) + column for column, gram in enumerate(letters)}
        self.inverse_ = inverse
        self.texts_ = texts
        self._unknown_weight = math.log(1 + texts) + 1
        self._word = lru_cache(maxsize=_CACHED_WORDS)(self._look_up)
        return self

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.inverse_)

    def row(self, words: Sequence[str], original: Sequence[str] | None = None) -> Row:
        """Return one text as a sparse row; `original`: its words before spelling was repaired."""
        seen = [self._word(word) for word in words]
        terms = [self.terms_.get(term, -1) for term in self._terms([word.stem for word in seen])]
        term_columns, term_values = self._block(np.array([column for column in terms if column >= 0], np.int32))
        letters = np.concatenate([word.grams for word in seen]) if seen else np.empty(0, np.int32)
        gram_columns, gram_values = self._block(letters)
        return Row(
            columns=np.concatenate([term_columns, gram_columns]),
            values=np.concatenate([term_values, gram_values]),
            unknown=self._unknown(seen if original is None else [self._word(word) for word in original]),
            length=len(words),
            known=len(term_columns) > 0,
        )

    @staticmethod
    def _terms(stems: Sequence[str]) -> list[str]:
        """Return the stems, then the pairs of neighbours."""
        return [*stems, *(f"{first} {second}" for first, second in pairwise(stems))]

    def _look_up(self, word: str) -> _Word:
        stem = self.analyzer.stem(word)
        columns = [column for gram in grams(word) if (column := self.grams_.get(gram)) is not None]
        return _Word(stem, self.terms_.get(stem, -1), np.array(columns, np.int32))

    def _block(self, occurrences: Integers) -> tuple[Integers, Floats]:
        """Return (columns, values) of one block of features, given the column of every occurrence."""
        if not len(occurrences):
            return occurrences, np.empty(0, np.float32)
        occurrences.sort()
        last = np.empty(len(occurrences), np.bool_)
        last[-1] = True
        np.not_equal(occurrences[1:], occurrences[:-1], out=last[:-1])
        columns = occurrences[last]
        values = self.inverse_.take(columns)
        if len(columns) < len(occurrences):
            ends = np.flatnonzero(last)
            ends[1:] -= ends[:-1].copy()
            ends[0] += 1
            values *= _DAMPED.take(ends, mode="clip")
        values /= math.sqrt(values @ values)
        return columns, values

    def _unknown(self, seen: Sequence[_Word]) -> float:
        columns = {word.stem: word.term for word in seen}.values()
        missing = sum(column < 0 for column in columns) * self._unknown_weight
        if not missing:
            return 0.0
        known = sum(float(self.inverse_[column]) for column in columns if column >= 0)
        return missing / (known + missing)


def _fewest_occurrences(counts: Sequence[int], most: int | None) -> int:
    """Return the smallest document frequency that leaves at most `most` features."""
    if most is None or len(counts) <= most:
        return 1
    return sorted(counts, reverse=True)[most] + 1
