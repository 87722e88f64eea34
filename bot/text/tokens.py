"""Words, stems and character grams of a message: what the matchers compare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

import snowballstemmer

from bot.text import entities
from bot.text.chat import expansions
from bot.text.normalize import fold

_WORD = re.compile(r"[^\W_]+")
_STEMMERS = {"en": "english", "es": "spanish", "fr": "french", "de": "german", "it": "italian", "pt": "portuguese", "nl": "dutch"}
_LONGEST_WORD = 40
"""Longer runs of letters are noise; they are cut, so that a hostile one costs nothing."""
MOST_WORDS = 400
_REPEATED = re.compile(r"(\w)\1{2,}")
_CACHED_STEMS = 1 << 15

ORDER_TOKEN, NUMBER_TOKEN, MAIL_TOKEN, LINK_TOKEN = "xordernumber", "xnumber", "xmail", "xlink"
TOKENS = frozenset({ORDER_TOKEN, NUMBER_TOKEN, MAIL_TOKEN, LINK_TOKEN})
"""Stand for things that are not words."""
SMALLEST_GRAM, LARGEST_GRAM = 2, 5


def words(text: str) -> list[str]:
    """Return the folded words of `text`, in order, apostrophes dropped as phone keyboards do."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(fold(text).replace("'", " "))][:MOST_WORDS]


class Analyzer:
    """Makes tokens of one language; holds a cache of stems and nothing else that changes."""

    def __init__(self, language: str) -> None:
        self.language = language
        algorithm = _STEMMERS.get(language)
        self._stemmer = snowballstemmer.stemmer(algorithm) if algorithm else None
        self._expansions: Mapping[str, tuple[str, ...]] = expansions(language)
        self.stem = lru_cache(maxsize=_CACHED_STEMS)(self._stem)

    def words(self, text: str) -> list[str]:
        """Return the words of `text` with chat spelling written out and numbers, mails and links as one token each."""
        found = entities.find(text)
        plain: list[str] = []
        for word in words(found.rest):
            if word.isdigit():
                plain.append(NUMBER_TOKEN if len(word) > 1 else word)
                continue
            if not word.isascii() or "a" > word[0]:
                plain.append(word)
                continue
            shortened = _REPEATED.sub(r"\1", word)
            plain.extend(self._expansions.get(shortened, (shortened,)))
        plain.extend([ORDER_TOKEN] * bool(found.order_numbers or found.tracking_numbers))
        plain.extend([MAIL_TOKEN] * bool(found.emails) + [LINK_TOKEN] * bool(found.urls))
        return plain

    def _stem(self, word: str) -> str:
        return fold(self._stemmer.stemWord(word)) if self._stemmer else word


def grams(word: str) -> Iterator[str]:
    """Yield the character grams of one word, its two edges marked by a space."""
    padded = f" {word} "
    for size in range(SMALLEST_GRAM, LARGEST_GRAM + 1):
        if len(padded) < size:
            break
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]
