"""In which language a message is written, among those that the help center speaks.

Three witnesses: the help center's own words with short lists of the commonest words, letters that only one language
has, and, unless these agree already, py3langid (character sequences). The conversation's language is the prior: an "ok"
does not switch, a whole sentence does.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from bot.locale.common_words import common_words
from bot.text.tokens import words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

DEFAULT_LANGUAGE = "en"
_READ_CHARACTERS = 600
"""More of a message says nothing new about its language."""
_SEQUENCES_WEIGHT = 2.0
_COMMON_COUNT = 60
"""A listed common word counts as if the help center's texts held it this many times more."""
_SMOOTHING = 0.1
_MOST_PER_WORD = 4.0
"""A single word never speaks louder than this (nats): names and typing errors are words too."""
_BEYOND_DOUBT = 6.0
"""A lead of the words (nats) that character sequences never turned round, in 3,300 messages of one word and more."""
_WORTH_TRYING = 0.02
"""A language less probable than this is no rival."""
_CACHED_WORDS = 1 << 14
_PRIOR = 2.5
"""Log-odds in favour of the conversation's language."""
_DEFAULT_PRIOR = 0.1
_OWN_LETTERS = {"es": "ñ¿¡", "fr": "çœùêâîôûèà", "en": ""}
_OWN_LETTER_NATS = 3.0


@dataclass(frozen=True, slots=True)
class Identification:
    """The most probable language of a message, and how probable it is given all that is known."""

    language: str
    probability: float
    rivals: tuple[tuple[str, float], ...] = ()
    """The other languages that its words may be of, with their probabilities, likeliest first."""


class Identifier:
    """Tells the languages of one help center apart; the same answer for the same message, callable from any thread."""

    def __init__(self, texts: Mapping[str, Iterable[str]]) -> None:
        """`texts`: language -> what the help center says in it."""
        self.languages = tuple(sorted(texts))
        self._counts = {language: self._count(language, texts[language]) for language in self.languages}
        self._totals = {language: sum(counts.values()) or 1 for language, counts in self._counts.items()}
        self._size = len(set().union(*self._counts.values())) or 1
        self._says = lru_cache(maxsize=_CACHED_WORDS)(self._weigh)

    @staticmethod
    def _count(language: str, texts: Iterable[str]) -> Counter[str]:
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(words(text))
        for word in common_words(language):
            counts[word] += _COMMON_COUNT
        return counts

    @cached_property
    def _sequences(self) -> LanguageIdentifier | None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  # loads when first needed

        identifier: LanguageIdentifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        known = [language for language in self.languages if language in set(identifier.labels)]
        if len(known) < len(self.languages):
            return None
        identifier.set_languages(known)
        return identifier

    def identify(self, text: str, *, conversation: str | None = None) -> Identification:
        """Return the language of `text`; `conversation` is the language so far, None or unknown for no prior."""
        if len(self.languages) == 1:
            return Identification(self.languages[0], 1.0)
        text = text[:_READ_CHARACTERS]
        found = words(text)
        has_words = any(not word.isdigit() for word in found)
        scores = self._score(text, found) if has_words else dict.fromkeys(self.languages, 0.0)
        prior = conversation if conversation in scores else None
        scores[prior or (DEFAULT_LANGUAGE if DEFAULT_LANGUAGE in scores else self.languages[0])] += (
            _PRIOR if prior else _DEFAULT_PRIOR
        )
        ordered = sorted(scores, key=lambda language: (scores[language], language), reverse=True)
        odds = [math.exp(scores[language] - scores[ordered[0]]) for language in ordered]
        shares = [(language, one / sum(odds)) for language, one in zip(ordered, odds, strict=True)]
        rivals = tuple(pair for pair in shares[1:] if pair[1] >= _WORTH_TRYING) if has_words else ()
        return Identification(*shares[0], rivals)

    def _score(self, text: str, found: Iterable[str]) -> dict[str, float]:
        """Return what the text and the words found in it say for each language, in nats."""
        scores = dict.fromkeys(self.languages, 0.0)
        for word in dict.fromkeys(found):
            for language, nats in zip(self.languages, self._says(word), strict=True):
                scores[language] += nats
        self._add_letters(scores, text.lower())
        second, first = sorted(scores.values())[-2:]
        if first - second < _BEYOND_DOUBT:
            self._add_sequences(scores, text)
        return scores

    def _weigh(self, word: str) -> tuple[float, ...]:
        """Return what one word says for each language: 0 for the best, less for the others."""
        shares = [self._share(language, word) for language in self.languages]
        best = max(shares)
        return tuple(max(share - best, -_MOST_PER_WORD) for share in shares)

    def _add_sequences(self, scores: dict[str, float], text: str) -> None:
        if self._sequences is None:
            return
        for language, probability in self._sequences.rank(text.lower()):
            scores[language] += _SEQUENCES_WEIGHT * math.log(max(probability, 1e-6))

    def _share(self, language: str, word: str) -> float:
        count = self._counts[language][word]
        return math.log((count + _SMOOTHING) / (self._totals[language] + _SMOOTHING * self._size))

    def _add_letters(self, scores: dict[str, float], text: str) -> None:
        for language in self.languages:
            if any(letter in text for letter in _OWN_LETTERS.get(language, "")):
                scores[language] += _OWN_LETTER_NATS
