"""The figures of some episodes: outcomes, rates, durations, counts, scores. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bot.analytics.counts import COUNTED, DETRACTOR, PROMOTER, Assumptions
from bot.analytics.definitions import MEASURES, SCORES, SHARES, Share
from bot.analytics.frame import Array, Frame
from bot.analytics.statistics import Rate, Score, difference, quantile, summary
from bot.domain.outcomes import Outcome

USUAL_AGENT_MINUTES = 6.0
FEWEST_HANDLED = 20  # episodes with an agent from which on their own median is taken

Json = dict[str, Any]


def total(counts: Array) -> int:
    """Return the sum of counts, or how often a mask is true."""
    return int(np.count_nonzero(counts)) if counts.dtype == np.bool_ else int(counts.sum(dtype=np.int64))


def without_spam(frame: Frame) -> Frame:
    spam = frame.equals("outcome", Outcome.SPAM)
    return frame.take(~spam) if spam.any() else frame


def figures(
    frame: Frame,
    given: Assumptions,
    agent_minutes: float | None = None,
    *,
    intervals: bool = True,
    only: frozenset[str] = frozenset(),
) -> Json:
    """Return every figure, or `only` some; spam is counted beside.

    `intervals`: of durations too, which costs most of the time.
    """
    counted = without_spam(frame)
    if only:
        return _some(frame, counted, given, only, intervals=intervals)
    return {
        "episodes": len(counted),
        "spam": len(frame) - len(counted),
        "outcomes": {outcome.value: total(counted.equals("outcome", outcome)) for outcome in COUNTED},
        "revised": total(_revised(counted)),
        "rates": {share.name: rate_json(share, counted, given) for share in SHARES},
        "durations": _measures(counted, "duration", intervals=intervals),
        "counts": _measures(counted, "count", intervals=intervals),
        "scores": {score.name: _score(counted, score.among(counted, given)).to_json() for score in SCORES},
        "cost_avoided": _cost_avoided(counted, agent_minutes),
    }


def _some(frame: Frame, counted: Frame, given: Assumptions, only: frozenset[str], *, intervals: bool) -> Json:
    """Return the figures with these names; `outcomes` is one of them."""
    told: Json = {"episodes": len(counted), "spam": len(frame) - len(counted)}
    if "outcomes" in only:
        told["outcomes"] = {outcome.value: total(counted.equals("outcome", outcome)) for outcome in COUNTED}
    told["rates"] = {share.name: rate_json(share, counted, given) for share in SHARES if share.name in only}
    for kind in ("duration", "count"):
        told[f"{kind}s"] = _measures(counted, kind, intervals=intervals, only=only)
    told["scores"] = {
        score.name: _score(counted, score.among(counted, given)).to_json() for score in SCORES if score.name in only
    }
    return told


def _revised(frame: Frame) -> Array:
    found: Array = np.logical_or.reduce(
        [frame.equals("first_outcome", outcome) & ~frame.equals("outcome", outcome) for outcome in COUNTED]
    )
    return found


def rate_of(share: Share, counted: Frame, given: Assumptions) -> Rate:
    return Rate(total(share.numerator(counted, given)), total(share.denominator(counted, given)))


def rate_json(share: Share, counted: Frame, given: Assumptions) -> Json:
    """Return the rate; where it adds up confirmed and assumed, with both."""
    told: Json = {**rate_of(share, counted, given).to_json()}
    if share.parts is not None:
        confirmed, assumed = share.parts
        told["parts"] = {"confirmed": total(confirmed(counted, given)), "assumed": total(assumed(counted, given))}
    return told


def _measures(counted: Frame, kind: str, *, intervals: bool, only: frozenset[str] = frozenset()) -> Json:
    told = {}
    for measure in MEASURES:
        if measure.kind == kind and (not only or measure.name in only):
            values = measure.values(counted)
            told[measure.name] = summary(values[~np.isnan(values)], intervals=intervals)
    return told


def _score(counted: Frame, among: Array) -> Score:
    given = counted["nps"][among].astype(np.int64) - 1  # kept plus one
    return Score(
        promoters=total(given >= PROMOTER),
        passives=total((given < PROMOTER) & (given > DETRACTOR)),
        detractors=total(given <= DETRACTOR),
    )


def _cost_avoided(counted: Frame, agent_minutes: float | None) -> Json:
    minutes, basis = agent_minutes, "given"
    if minutes is None:
        handled = counted["handle"][~np.isnan(counted["handle"])]
        enough = len(handled) >= FEWEST_HANDLED
        minutes = quantile(np.sort(handled), 0.5) / 60 if enough else USUAL_AGENT_MINUTES
        basis = "measured" if enough else "assumed"
    confirmed = total(counted.equals("outcome", Outcome.BOT_CONFIRMED))
    assumed = total(counted.equals("outcome", Outcome.BOT_ASSUMED))
    return {
        "minutes": (confirmed + assumed) * minutes,
        "confirmed_minutes": confirmed * minutes,
        "assumed_minutes": assumed * minutes,
        "agent_minutes": minutes,
        "basis": basis,
    }


def changes(now: Mapping[str, Any], before: Mapping[str, Any]) -> Json:
    """Return how far each rate and each median moved, and whether that is more than chance."""
    told: Json = {}
    for name, rate in now["rates"].items():
        pair = (Rate(one["numerator"], one["denominator"]) for one in (rate, before["rates"][name]))
        told[name] = difference(*pair)
    for name, duration in now["durations"].items():
        told[name] = _median_change(duration, before["durations"][name])
    return told


def _median_change(now: Mapping[str, Any], before: Mapping[str, Any]) -> Json:
    told: Json = {"difference": None, "low": None, "high": None, "p": None, "significant": False}
    if not now["n"] or not before["n"]:
        return told
    told["difference"] = gap = now["p50"] - before["p50"]
    bounds = [one.get(f"p50_{end}") for one in (now, before) for end in ("low", "high")]
    if None not in bounds:
        now_low, now_high, before_low, before_high = bounds
        told["low"] = gap - float(np.hypot(now["p50"] - now_low, before_high - before["p50"]))
        told["high"] = gap + float(np.hypot(now_high - now["p50"], before["p50"] - before_low))
        told["significant"] = not told["low"] <= 0 <= told["high"]
    return told
