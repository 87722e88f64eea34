"""Repairs typing errors against the help center's own words: a word that it does not know, but nearly does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.text.tokens import TOKENS

SHORTEST = 4
"""Shorter words have too many neighbours."""
LONG = 8
"""From this length on two errors are repaired."""
FIRST_LETTER_MAY_DIFFER = 6
"""From this length on even the first letter may be an error: it seldom is, and short words differ just there."""
MOST_REPAIRS = 8
"""Words of a message that are looked at; the rest of a long message speaks for itself."""
_CACHED = 4096


class Speller:
    """Knows the words of one language of one help center, and how often each occurs."""

    def __init__(self, counts: Mapping[str, int], stem: Callable[[str], str], known: Iterable[str] = ()) -> None:
        """Take `counts`, word -> number of texts, and `known`, further words that are not errors."""
        self.counts = counts
        self._stem = stem
        self._known = frozenset(known) | counts.keys() | frozenset(TOKENS)
        self._words = _by_length(word for word in counts if word not in TOKENS)
        self._by_stem: dict[str, str] = {}
        for word in sorted(counts, key=lambda word: (counts[word], word)):
            if word not in TOKENS:
                self._by_stem[stem(word)] = word  # the commonest word of a stem stays
        self._stems = _by_length(self._by_stem)
        self._nearest = lru_cache(maxsize=_CACHED)(self._find)

    def repair(self, words: Sequence[str]) -> tuple[str, ...]:
        """Return the words with those put right that are nearly known ones."""
        repaired = list(words)
        left = MOST_REPAIRS
        for place, word in enumerate(words):
            if word in self._known or len(word) < SHORTEST or not word.isalpha():
                continue
            if not left:
                break
            left -= 1
            repaired[place] = self._nearest(word) or word
        return tuple(repaired)

    def _find(self, word: str) -> str | None:
        """Return the nearest known word, else the commonest word of the nearest known stem."""
        found = self._closest(word, self._words, self.counts)
        if found is not None:
            return found
        stem = self._stem(word)
        if stem in self._by_stem:
            return None  # another form of a known word is no error
        nearest = self._closest(stem, self._stems, {})
        return None if nearest is None else self._by_stem[nearest]

    @staticmethod
    def _closest(word: str, by_length: Mapping[int, Sequence[str]], counts: Mapping[str, int]) -> str | None:
        """Return the closest choice: fewest errors, then same first letter, then commonest, then alphabet."""
        if len(word) < SHORTEST:
            return None
        errors = 1 if len(word) < LONG else 2
        lengths = range(max(SHORTEST, len(word) - errors), len(word) + errors + 1)
        choices = [choice for length in lengths for choice in by_length.get(length, ())]
        found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=errors, limit=12)
        if not found:
            return None
        best = min(found, key=lambda hit: (hit[1] + (hit[0][0] != word[0]), -counts.get(hit[0], 0), hit[0]))[0]
        return best if best[0] == word[0] or len(word) >= FIRST_LETTER_MAY_DIFFER else None


def _by_length(words: Iterable[str]) -> dict[int, list[str]]:
    lengths: dict[int, list[str]] = {}
    for word in sorted(words):
        lengths.setdefault(len(word), []).append(word)
    return lengths
