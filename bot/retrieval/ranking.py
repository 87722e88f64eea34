"""What a search returns: ordered candidates with calibrated confidences, and what else the message may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


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
