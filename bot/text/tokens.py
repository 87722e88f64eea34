"""Words, stems and character grams of a message: what the matchers compare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

import snowballstemmer

from bot.text import entities
from bot.text.chat import expansions, signs
from bot.text.normalize import fold

_WORD = re.compile(r"[^\W_]+")
_STEMMERS = {
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "de": "german",
    "it": "italian",
    "pt": "portuguese",
    "nl": "dutch",
}
_LONGEST_WORD = 40
"""Longer runs of letters are noise; they are cut, so that a hostile one costs nothing."""
MOST_WORDS = 400
_DRAWN_OUT_END = re.compile(r"([^\W\d_])\1{2,}$")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_WORD_OR_ELISION = re.compile(r"[^\W_]+'?")
_UNCUT = frozenset({"en"})
"""Languages in which an apostrophe is left out by phone keyboards, and parts nothing: don't, dont."""
_CACHED_STEMS = 1 << 15

ORDER_TOKEN, NUMBER_TOKEN, MAIL_TOKEN, LINK_TOKEN = "xordernumber", "xnumber", "xmail", "xlink"
TOKENS = frozenset({ORDER_TOKEN, NUMBER_TOKEN, MAIL_TOKEN, LINK_TOKEN})
"""Stand for things that are not words."""
SMALLEST_GRAM, LARGEST_GRAM = 2, 5


def words(text: str) -> list[str]:
    """Return the folded words of `text`, in order; an apostrophe parts two words."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(fold(text))][:MOST_WORDS]


class Analyzer:
    """Makes tokens of one language; holds a cache of stems and nothing else that changes."""

    def __init__(self, language: str, stems: Mapping[str, str] | None = None) -> None:
        """`stems`: word -> stem, for words whose stems are known already."""
        self.language = language
        self._known_stems = stems or {}
        algorithm = _STEMMERS.get(language)
        self._stemmer = snowballstemmer.stemmer(algorithm) if algorithm else None
        self._signs = signs(language)
        self._expansions: Mapping[str, tuple[str, ...]] = expansions(language)
        self.stem = lru_cache(maxsize=_CACHED_STEMS)(self._stem)

    def words(self, text: str) -> list[str]:
        """Return the words of `text` with chat spelling written out and numbers, mails and links as one token each."""
        found = entities.find(text)
        folded = fold(found.rest)
        if not folded.isascii():
            folded = folded.translate(self._signs)
        if self.language in _UNCUT:
            folded = folded.replace("'", "")
        drawn_out = _DRAWN_OUT.search(folded) is not None
        plain: list[str] = []
        for piece in _WORD_OR_ELISION.findall(folded)[:MOST_WORDS]:
            if piece.endswith("'"):  # l', qu': a word of its own, and not the chat spelling that looks like it
                plain.append(piece[:-1])
            elif piece.isdigit():
                plain.append(NUMBER_TOKEN if len(piece) > 1 else piece)
            else:
                if drawn_out:
                    piece = _DRAWN_OUT.sub(r"\1\1", _DRAWN_OUT_END.sub(r"\1", piece))  # noqa: PLW2901  # sooo
                word = piece[:_LONGEST_WORD]
                plain.extend(self._expansions.get(word, (word,)))
        plain.extend([ORDER_TOKEN] * bool(found.order_numbers or found.tracking_numbers))
        plain.extend([MAIL_TOKEN] * bool(found.emails) + [LINK_TOKEN] * bool(found.urls))
        return plain

    def _stem(self, word: str) -> str:
        known = self._known_stems.get(word)
        if known is not None:
            return known
        return fold(self._stemmer.stemWord(word)) if self._stemmer else word


def grams(word: str) -> Iterator[str]:
    """Yield the character grams of one word, its two edges marked by a space."""
    padded = f" {word} "
    for size in range(SMALLEST_GRAM, LARGEST_GRAM + 1):
        if len(padded) < size:
            break
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]
