"""The index over a help center: fitted once, saved, loaded, and asked for rankings."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from bot.errors import KnowledgeError
from bot.knowledge.entries import DEFAULT_LANGUAGE, KnowledgeBase
from bot.retrieval import calibration, storage, training
from bot.retrieval.calibration import HUMAN, OTHER, OUTSIDE, RIGHT, SMALLTALK, Calibrator
from bot.retrieval.model import Model
from bot.retrieval.ranking import Candidate, Ranking
from bot.retrieval.reading import Classes, Reading, Roles, read
from bot.text.parts import parts
from bot.text.tokens import words

logger = logging.getLogger(__name__)

CLEAR = 0.9
"""From this probability on, nothing is to be won by reading a message again."""
UNCLEAR = 0.6
"""Below this probability of an answer, one sentence that asks for a person decides."""
EXPLAINED = 60
"""Words of a message that an explanation weighs."""
LISTED = 8
"""Candidates in a ranking."""


@dataclass(frozen=True, slots=True)
class LanguageIndex:
    """Everything that a search in one language needs."""

    model: Model
    classes: Classes
    weights: NDArray[np.float64]
    """Of fusion, one per signal."""
    calibrator: Calibrator

    @classmethod
    def of(cls, model: Model, weights: NDArray[np.float64], calibrator: Calibrator, roles: Roles) -> LanguageIndex:
        """Put together what was fitted or loaded."""
        return cls(model, Classes.of(model.labels, roles), weights, calibrator)


def _clarity(ranking: Ranking) -> float:
    return max(ranking.confidence, ranking.human)


class Retriever:
    """Asks the matchers of a language and says how probable each answer is."""

    def __init__(self, languages: Mapping[str, LanguageIndex], roles: Roles, version: str) -> None:
        self.languages = MappingProxyType(dict(languages))
        self.roles = roles
        self.version = version
        """Of the help center that it was fitted on."""

    @classmethod
    def fit(cls, kb: KnowledgeBase) -> Retriever:
        """Learn a help center; deterministic."""
        roles = Roles.of(kb)
        languages = {language: LanguageIndex.of(*training.fit(kb, language, roles), roles) for language in kb.languages}
        return cls(languages, roles, kb.version)

    def save(self, path: Path) -> None:
        """Write the index into the folder `path`."""
        storage.save(
            path,
            {name: (index.model, index.weights, index.calibrator) for name, index in self.languages.items()},
            self.version,
        )

    @classmethod
    def load(cls, path: Path, kb: KnowledgeBase) -> Retriever:
        """Read the index from the folder `path`; StaleIndex when it is not this help center's, or not whole."""
        roles = Roles.of(kb)
        stored = storage.load(path, kb.version)
        return cls({name: LanguageIndex.of(*index, roles) for name, index in stored.items()}, roles, kb.version)

    def search(self, text: str, *, language: str, context: str | None = None) -> Ranking:
        """Rank the entries for a message in `language`; `context` is the entry that it follows up, if it does.

        A message that is unclear as a whole is read again without greetings and numbers.
        """
        started = time.perf_counter()
        name = language if language in self.languages else self._fallback()
        ranking = self._read(text, name)
        if max(ranking.confidence, ranking.human, ranking.smalltalk) < CLEAR:
            ranking = self._read_parts(text, name, ranking)
        if context is not None:
            ranking = ranking.following(context)
        return replace(ranking, milliseconds=(time.perf_counter() - started) * 1000)

    def _read_parts(self, text: str, language: str, whole: Ranking) -> Ranking:
        """Read an unclear message again without its fragments, and its parts for a request for a person."""
        pieces = parts(text)
        if not pieces:
            return whole
        core = " ".join(pieces)
        best = whole if len(words(core)) == len(words(text)) else max(self._read(core, language), whole, key=_clarity)
        if best.confidence >= UNCLEAR or len(pieces) == 1:
            return best
        human = max(best.human, *(self._human(piece, language) for piece in pieces[-2:]))  # the demand comes last
        return replace(best, human=human) if human >= UNCLEAR else best

    def _human(self, text: str, language: str) -> float:
        """Return the probability that a person is asked for; read closely only when that is the first thought."""
        index = self.languages[language]
        row = index.model.vectorizer.row(index.model.analyzer.words(text))
        linear, _ = index.model.table.scores(row)
        return self._read(text, language).human if linear.argmax() in index.classes.places["human"] else 0.0

    def _read(self, text: str, language: str) -> Ranking:
        index = self.languages[language]
        evidence = index.model.evidence(index.model.analyzer.words(text))
        reading = read(index.classes, evidence, index.weights)
        ranking = self._ranking(reading, index.calibrator.probabilities(reading.features), language)
        return ranking if evidence.row.known else replace(ranking, known=False)

    def explain(self, text: str, *, language: str) -> list[tuple[str, float]]:
        """Return the words that weighed most for the first candidate: how far its score falls without each."""
        name = language if language in self.languages else self._fallback()
        index = self.languages[name]
        top = self._read(text, name).top
        if top is None:
            return []
        number = index.model.numbers[top.entry]
        spelled = index.model.speller.repair(index.model.analyzer.words(text)[:EXPLAINED])
        whole = self._score(index, spelled, number)
        weights = {
            word: whole - self._score(index, [other for other in spelled if other != word], number) for word in spelled
        }
        return sorted(weights.items(), key=lambda pair: (-abs(pair[1]), pair[0]))

    @staticmethod
    def _score(index: LanguageIndex, spelled: Sequence[str], number: int) -> float:
        row = index.model.vectorizer.row(spelled)
        return float(index.model.table.scores(row)[0][number])

    def _fallback(self) -> str:
        return DEFAULT_LANGUAGE if DEFAULT_LANGUAGE in self.languages else min(self.languages)

    def _ranking(self, reading: Reading, probabilities: NDArray[np.float64], language: str) -> Ranking:
        right, other = float(probabilities[RIGHT]), float(probabilities[OTHER])
        shares = reading.shares
        rest = sum(shares[1:]) or 1.0
        confidences = [right, *(min(right, other * share / rest) for share in shares[1:LISTED])]
        return Ranking(
            candidates=tuple(
                Candidate(entry, confidence) for entry, confidence in zip(reading.entries, confidences, strict=False)
            ),
            human=float(probabilities[HUMAN]),
            human_entry=self.roles.human,
            smalltalk=float(probabilities[SMALLTALK]),
            smalltalk_entry=reading.smalltalk_entry,
            out_of_scope=float(probabilities[OUTSIDE]),
            language=language,
            scores=MappingProxyType(dict(zip(calibration.FEATURES, reading.features.tolist(), strict=True))),
        )


def open_index(kb: KnowledgeBase, cache_folder: Path | None) -> Retriever:
    """Return the index of a help center: from the cache when it is exactly this one's, else fitted and cached."""
    if not kb.entries:
        raise KnowledgeError(["the help center holds no entries"])
    if cache_folder is None:
        return Retriever.fit(kb)
    path = cache_folder / storage.key(kb.version)
    try:
        return Retriever.load(path, kb)
    except storage.StaleIndex as stale:
        logger.info("index_fitted", extra={"reason": str(stale) if path.exists() else "none is kept for it yet"})
    retriever = Retriever.fit(kb)
    try:
        retriever.save(path)
    except OSError as error:
        logger.warning("index_not_cached", extra={"reason": str(error)})
    return retriever
