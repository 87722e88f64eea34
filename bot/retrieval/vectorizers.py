"""TF-IDF features of a message: stemmed words and word pairs, and character grams within words.

Fitting and searching go through the same few lines, so a message is always seen as the variants were.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.text.tokens import Analyzer, grams

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The countable parts of one text."""

    words: tuple[str, ...]
    """Folded words in order, chat spelling written out, not stemmed."""
    stems: tuple[str, ...]
    terms: Mapping[str, int]
    """Stems and pairs of neighbouring stems -> how often."""
    grams: Mapping[str, int]
    """Character grams -> how often."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text as a sparse row: `values[i]` at column `columns[i]`; words and grams each of Euclidean length 1."""

    columns: Integers
    values: Floats
    unknown: float
    """Share of the text's words that the vocabulary lacks, weighted by inverse document frequency."""
    length: int
    """Number of words."""


def tokenize(analyzer: Analyzer, text: str) -> Tokens:
    """Return the countable parts of `text`."""
    return count(analyzer, analyzer.words(text))


def count(analyzer: Analyzer, words: Sequence[str]) -> Tokens:
    """Return the countable parts of a text that is already split into words."""
    stems = tuple(map(analyzer.stem, words))
    pairs = [f"{first} {second}" for first, second in pairwise(stems)]
    return Tokens(
        words=tuple(words),
        stems=stems,
        terms=Counter([*stems, *pairs]),
        grams=Counter(gram for word in words for gram in grams(word)),
    )


class Vectorizer:
    """Column numbers and inverse document frequencies, learnt from the texts of one language.

    Columns: terms first, in alphabetical order, then grams in alphabetical order. With more than `most_features`
    the rarest are left out.
    """

    def __init__(self, analyzer: Analyzer, most_features: int | None = None) -> None:
        self.analyzer = analyzer
        self.most_features = most_features

    def fit(self, texts: Sequence[Tokens]) -> Vectorizer:
        terms = Counter(term for tokens in texts for term in tokens.terms)
        letters = Counter(gram for tokens in texts for gram in tokens.grams)
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
        return self

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.inverse_)

    def row(self, tokens: Tokens, original: Sequence[str] | None = None) -> Row:
        """Return one text as a sparse row; `original`: its words before spelling was repaired."""
        term_columns, term_values = self._block(self.terms_, tokens.terms)
        gram_columns, gram_values = self._block(self.grams_, tokens.grams)
        return Row(
            columns=np.concatenate([term_columns, gram_columns]),
            values=np.concatenate([term_values, gram_values]),
            unknown=self._unknown(tokens.stems if original is None else map(self.analyzer.stem, original)),
            length=len(tokens.words),
        )

    def _block(self, vocabulary: Mapping[str, int], counts: Mapping[str, int]) -> tuple[Integers, Floats]:
        columns_found: list[int] = []
        occurrences: list[int] = []
        for name, times in counts.items():
            column = vocabulary.get(name)
            if column is not None:
                columns_found.append(column)
                occurrences.append(times)
        if not columns_found:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        columns = np.array(columns_found, dtype=np.int32)
        values = (1 + np.log(np.array(occurrences, dtype=np.float32))) * self.inverse_[columns]
        return columns, values / np.sqrt(values @ values)

    def _unknown(self, stems: Iterable[str]) -> float:
        known = missing = 0.0
        for stem in set(stems):
            column = self.terms_.get(stem)
            if column is None:
                missing += self._unknown_weight
            else:
                known += float(self.inverse_[column])
        return missing / (known + missing) if missing else 0.0


def _fewest_occurrences(counts: Sequence[int], most: int | None) -> int:
    """Return the smallest document frequency that leaves at most `most` features."""
    if most is None or len(counts) <= most:
        return 1
    return sorted(counts, reverse=True)[most] + 1
