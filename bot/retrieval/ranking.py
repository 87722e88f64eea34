"""What a search returns: ordered candidates with calibrated confidences, and what else the message may be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

STAYS_ON_TOPIC = 0.8
"""Share of elliptical follow-up questions ("and on Sundays?") that are about the entry before."""
OFFERED_ODDS = 2.0
"""How much likelier an entry becomes by having been offered the turn before."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A help-center entry and the calibrated probability that it is the right one."""

    entry: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates of one message, best first; help-center entries only.

    Small talk and the request for a person are not candidates: they have probabilities of their own. The four
    probabilities `right` (the first candidate's), `human`, `smalltalk` and `out_of_scope` are calibrated; they
    sum to less than 1, the rest being "about the help center, but another entry".
    """

    candidates: tuple[Candidate, ...] = ()
    human: float = 0.0
    """Probability that a person is asked for."""
    human_entry: str | None = None
    smalltalk: float = 0.0
    """Probability that the message is a courtesy."""
    smalltalk_entry: str | None = None
    out_of_scope: float = 0.0
    """Probability that no entry answers the message."""
    language: str = ""
    known: bool = True
    """At least one of the message's words is known in that language."""
    scores: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Raw scores of the matchers, by name: to be stored and explained, never to be compared with confidences."""
    milliseconds: float = 0.0

    @property
    def top(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None

    @property
    def confidence(self) -> float:
        """Probability that the first candidate is right; 0 without candidates."""
        return self.candidates[0].confidence if self.candidates else 0.0

    @property
    def clarity(self) -> float:
        """Probability of the likeliest thing that it says: an answer, a wish for a person, a courtesy.

        0 when no word is known: what letters alone suggest is no reason to take it for this language.
        """
        return max(self.confidence, self.human, self.smalltalk) if self.known else 0.0

    def following(self, entry: str) -> Ranking:
        """Return the ranking of a follow-up question: what the message leaves open goes to the entry before.

        What the message says clearly stays: the entry before gets a share of the probability that the first candidate
        leaves, so it can never push a clear one aside.
        """
        others = [candidate for candidate in self.candidates if candidate.entry != entry]
        own = next((candidate.confidence for candidate in self.candidates if candidate.entry == entry), 0.0)
        rival = max((candidate.confidence for candidate in others), default=0.0)
        left = 1 - rival**1.5  # a weak rival is no objection: an elliptical question has few words of its own
        confidence = max(own, STAYS_ON_TOPIC * left * (1 - self.human) * (1 - self.smalltalk))
        return self._with([*others, Candidate(entry, confidence)], 1 - confidence)

    def choosing(self, offered: Collection[str]) -> Ranking:
        """Return the ranking of a message that follows a choice: the offered entries are likelier than before."""
        top = self.top
        if top is None or top.entry not in offered:
            return self
        odds = OFFERED_ODDS * top.confidence
        confidence = odds / (odds + 1 - top.confidence)
        return self._with([Candidate(top.entry, confidence), *self.candidates[1:]], 1 - confidence)

    def _with(self, candidates: Sequence[Candidate], left: float) -> Ranking:
        """Return a copy with other candidates, none of which and nothing else may exceed what is left."""
        ordered = sorted(candidates, key=lambda candidate: -candidate.confidence)
        capped = [ordered[0], *(replace(one, confidence=min(one.confidence, left)) for one in ordered[1:])]
        return replace(self, candidates=tuple(capped), out_of_scope=min(self.out_of_scope, left))
