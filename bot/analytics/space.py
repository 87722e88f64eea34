"""Where messages and the help center's texts are points: what is near means the same.

The features are the help center's own (stems and character grams).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.vectorizers import Vectorizer
from bot.text.tokens import Analyzer

if TYPE_CHECKING:
    from scipy import sparse

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Space:
    """Messages and the help center's texts as rows of one sparse matrix; a row's length is at most the root of 2."""

    messages: sparse.csr_matrix
    known: sparse.csr_matrix
    entries: tuple[str, ...]
    """The entry of each known text."""

    @classmethod
    def of(
        cls, messages: Sequence[str], known: Sequence[tuple[str, str]], language: str, analyzer: Analyzer | None = None
    ) -> Space:
        """Return the space; `known`: (entry, text). An analyzer that was used before knows its stems."""
        from scipy import sparse  # noqa: PLC0415  # loads when first needed: a server seldom groups

        analyzer = analyzer or Analyzer(language)
        spoken = [analyzer.words(text) for text in (*messages, *(text for _, text in known))]
        vectorizer = Vectorizer(analyzer).fit(spoken)
        rows = [vectorizer.row(one) for one in spoken]
        ends = np.cumsum([0, *(len(row.columns) for row in rows)])
        matrix = sparse.csr_matrix(
            (
                np.concatenate([np.empty(0, np.float32), *(row.values for row in rows)]),
                np.concatenate([np.empty(0, np.int32), *(row.columns for row in rows)]),
                ends,
            ),
            shape=(len(rows), max(1, vectorizer.width)),
        )
        return cls(matrix[: len(messages)], matrix[len(messages) :], tuple(entry for entry, _ in known))

    def similarities(self) -> tuple[Floats, tuple[str, ...]]:
        """Return (messages x entries): cosine with the entry's nearest text; and the entries."""
        ids = tuple(sorted(set(self.entries)))
        if not ids or not self.messages.shape[0]:
            return np.zeros((self.messages.shape[0], len(ids))), ids
        order = np.argsort(np.array(self.entries), kind="stable")
        cosines = np.asarray((self.messages @ self.known[order].T).todense()) / 2
        starts = np.searchsorted(np.array(self.entries)[order], ids)
        return np.maximum.reduceat(cosines, starts, axis=1), ids
