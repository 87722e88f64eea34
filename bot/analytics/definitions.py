"""What each figure means: pure formulas. A rate never travels without its numerator, denominator and interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.outcomes import Outcome

Z = 1.959964  # two-sided 95 %

RESOLVED_BY_BOT = frozenset({Outcome.BOT_CONFIRMED, Outcome.BOT_ASSUMED})
RESOLVED = RESOLVED_BY_BOT | {Outcome.AGENT_RESOLVED}

GLOSSARY: dict[str, str] = {
    "episodes": "Ended episodes, without spam; an episode opens with the first message that is not small talk.",
    "resolution": "Episodes that ended as bot_confirmed, bot_assumed or agent_resolved, over all ended episodes.",
    "bot_resolution": "Episodes that ended as bot_confirmed or bot_assumed, over all ended episodes.",
    "bot_confirmed": "Episodes whose last judgement of an answer was helpful, over all ended episodes.",
    "bot_assumed": "Episodes whose last turn was an answer that nobody judged, over all ended episodes.",
    "agent_resolution": "Episodes that ended as agent_resolved, over the episodes in which an agent wrote.",
    "handoff": "Episodes in which a person was asked for, over all ended episodes.",
    "answered": "Turns that got an answer, over all turns of the bot.",
    "clarified": "Turns in which the bot asked back, over all turns of the bot.",
    "failed": "Turns in which the bot gave up, over all turns of the bot.",
    "helpful": "Answers judged helpful, over all judged answers.",
    "csat": "Ratings of 4 or 5, over all ratings from 1 to 5.",
    "rating_response": "Episodes that were rated, over the episodes for which a rating was asked.",
    "queue_wait": "Seconds from the request for a person to an agent's taking the conversation.",
    "first_response": "Seconds from the episode's first message of the shopper to the first reply of bot or agent.",
    "agent_response": "Seconds from an agent's taking the conversation to the agent's first message.",
    "resolution_time": "Seconds from the episode's start to its end.",
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95 % interval (Wilson's score interval); without a denominator there is no value."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            raise ValueError(f"expected 0 <= numerator <= denominator, got {self.numerator}/{self.denominator}")

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the interval (E. B. Wilson, 1927)."""
        if not self.denominator:
            return None
        n, share = self.denominator, self.numerator / self.denominator
        middle = share + Z * Z / (2 * n)
        margin = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        scale = 1 + Z * Z / n
        return max(0.0, (middle - margin) / scale), min(1.0, (middle + margin) / scale)

    def to_json(self) -> dict[str, float | int | None]:
        low, high = self.interval or (None, None)
        return {
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": self.value,
            "low": low,
            "high": high,
        }


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the quantile of ordered numbers, linear between neighbours (type 7)."""
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def duration_json(seconds: Sequence[float]) -> dict[str, float | int | None]:
    """Return n, mean, p50 and p90 of durations in seconds."""
    ordered = sorted(seconds)
    if not ordered:
        return {"n": 0, "mean": None, "p50": None, "p90": None}
    return {
        "n": len(ordered),
        "mean": math.fsum(ordered) / len(ordered),
        "p50": quantile(ordered, 0.5),
        "p90": quantile(ordered, 0.9),
    }
