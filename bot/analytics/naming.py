"""The words that are typical of some messages among all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np

from bot.analytics.badturns import Turn
from bot.locale.common_words import common_words
from bot.text.normalize import fold
from bot.text.redact import mask
from bot.text.tokens import Analyzer, words

NAMING_WORDS = 3
_GAP = re.compile(r"[\s'\u2019/]+")
_PUNCTUATION = '.,;:!?\u00bf\u00a1"()[]'


class WordCounts:
    """Which words are typical of some messages among all."""

    def __init__(self, turns: Sequence[Turn], language: str, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._common = common_words(language)
        self._stems = cache(self._read_stems)
        self._all = Counter(stem for turn in turns for stem in self._stems(turn.text))
        self._messages = len(turns)

    def _read_stems(self, text: str) -> dict[str, str]:
        """Return stem -> word as it was written."""
        return {
            self._analyzer.stem(fold(word)): word
            for word in words_as_written(text)
            if fold(word) not in self._common and len(word) > 2 and not word.isdigit()  # noqa: PLR2004
        }

    def of(self, turns: Sequence[Turn]) -> tuple[str, ...]:
        """Return the most typical words, as they are mostly written."""
        written: dict[str, Counter[str]] = {}
        for turn in turns:
            for stem, word in self._stems(turn.text).items():
                written.setdefault(stem, Counter())[word.lower()] += 1
        share = {
            stem: (sum(forms.values()) / len(turns))
            * _specific(sum(forms.values()), self._all[stem], len(turns), self._messages)
            for stem, forms in written.items()
        }
        best = sorted(share, key=lambda stem: (-share[stem], stem))[:NAMING_WORDS]
        return tuple(written[stem].most_common(1)[0][0] for stem in best if share[stem] > 0)


def words_as_written(text: str) -> list[str]:
    """Return the words with their accents; what is masked is none."""
    pieces = _GAP.split(mask(text))
    plain = (piece.strip(_PUNCTUATION) for piece in pieces if not piece.startswith("["))
    return [word for word in plain if word and words(word)]


def _specific(here: int, everywhere: int, size: int, messages: int) -> float:
    """Return how much commoner a word is here than elsewhere, as a logarithm."""
    elsewhere = (everywhere - here + 0.5) / (messages - size + 1)
    return float(np.log((here + 0.5) / (size + 1) / elsewhere))
