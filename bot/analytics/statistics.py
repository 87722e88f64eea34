"""Figures with their uncertainty: shares, durations, scores, and whether a difference is more than chance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Z = 1.959964  # two-sided 95 %
SIGNIFICANT = 0.05
RESAMPLES = 400
MOST_DRAWN = 200  # values that are drawn again; beyond, the bootstrap is its normal limit
FEWEST_FOR_INTERVAL = 3

Floats = NDArray[np.float32]
Json = dict[str, float | int | None]


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
        # At the ends the exact bound is the share itself; rounding must not put it outside.
        low = 0.0 if not self.numerator else max(0.0, (middle - margin) / scale)
        high = 1.0 if self.numerator == n else min(1.0, (middle + margin) / scale)
        return low, high

    def to_json(self) -> Json:
        low, high = self.interval or (None, None)
        return {
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": self.value,
            "low": low,
            "high": high,
        }


@dataclass(frozen=True, slots=True)
class Score:
    """A net promoter score: percentage of promoters (9, 10) minus that of detractors (0 to 6)."""

    promoters: int
    passives: int
    detractors: int

    @property
    def n(self) -> int:
        return self.promoters + self.passives + self.detractors

    def to_json(self) -> Json:
        told: Json = {
            "n": self.n,
            "promoters": self.promoters,
            "passives": self.passives,
            "detractors": self.detractors,
        }
        if not self.n:
            return {**told, "value": None, "low": None, "high": None}
        net = (self.promoters - self.detractors) / self.n
        spread = (self.promoters + self.detractors) / self.n - net * net
        margin = Z * math.sqrt(max(spread, 0.0) / self.n)
        bounds = (100 * max(-1.0, net - margin), 100 * min(1.0, net + margin))
        return {**told, "value": 100 * net, "low": bounds[0], "high": bounds[1]}


def quantile(ordered: Floats, share: float) -> float:
    """Return the quantile of ordered numbers, linear between neighbours (type 7)."""
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below]) + (float(ordered[above]) - float(ordered[below])) * (place - below)


def summary(values: Floats, *, intervals: bool = True) -> Json:
    """Return n, mean, p50 and p90 of the values, each with its 95 % interval where that is asked for.

    Quantiles: the order statistics between which the true one lies. Mean: bootstrap with a fixed seed, its normal
    limit for many values.
    """
    ordered = np.sort(values)
    names = ("mean", "p50", "p90")
    if not len(ordered):
        empty: Json = {"n": 0, **dict.fromkeys(names)}
        return {**empty, **{f"{name}_{end}": None for name in names for end in ("low", "high")}} if intervals else empty
    told: Json = {
        "n": len(ordered),
        "mean": float(ordered.mean(dtype=np.float64)),
        "p50": quantile(ordered, 0.5),
        "p90": quantile(ordered, 0.9),
    }
    if intervals:
        told |= dict(zip(("mean_low", "mean_high"), mean_interval(values), strict=True))
        for name, share in (("p50", 0.5), ("p90", 0.9)):
            told[f"{name}_low"], told[f"{name}_high"] = quantile_interval(ordered, share)
    return told


def quantile_interval(ordered: Floats, share: float) -> tuple[float | None, float | None]:
    """Return the order statistics around a quantile; nothing for very few values."""
    n = len(ordered)
    if n < FEWEST_FOR_INTERVAL:
        return None, None
    margin = Z * math.sqrt(n * share * (1 - share))
    low = max(0, math.floor(n * share - margin))
    high = min(n - 1, math.ceil(n * share + margin))
    return float(ordered[low]), float(ordered[high])


def mean_interval(values: Floats) -> tuple[float | None, float | None]:
    """Return the bootstrap interval of the mean (its normal limit for many values); nothing for very few values."""
    n = len(values)
    if n < FEWEST_FOR_INTERVAL:
        return None, None
    if n > MOST_DRAWN:
        margin = Z * float(values.std(dtype=np.float64, ddof=1)) / math.sqrt(n)
        mean = float(values.mean(dtype=np.float64))
        return mean - margin, mean + margin
    drawn = np.random.default_rng(n).integers(0, n, (RESAMPLES, n))
    means = values.astype(np.float64)[drawn].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def difference(now: Rate, before: Rate) -> dict[str, float | bool | None]:
    """Return the difference of two shares with its 95 % interval (Newcombe's) and the two-sided p of no difference."""
    if now.value is None or before.value is None or now.interval is None or before.interval is None:
        return {"difference": None, "low": None, "high": None, "p": None, "significant": False}
    gap = now.value - before.value
    low = gap - math.hypot(now.value - now.interval[0], before.interval[1] - before.value)
    high = gap + math.hypot(now.interval[1] - now.value, before.value - before.interval[0])
    p = p_of_shares(now, before)
    return {"difference": gap, "low": low, "high": high, "p": p, "significant": p < SIGNIFICANT}


def p_of_shares(now: Rate, before: Rate) -> float:
    """Return the two-sided p of the pooled z-test; 1 where nothing can be compared."""
    n, m = now.denominator, before.denominator
    if not n or not m:
        return 1.0
    pooled = (now.numerator + before.numerator) / (n + m)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    if not error:
        return 1.0
    z = (now.numerator / n - before.numerator / m) / error
    return math.erfc(abs(z) / math.sqrt(2))


def p_of_counts(now: int, before: int, share: float) -> float:
    """Return the two-sided p that `now` of `now + before` events fell into a part of the time that is `share` long."""
    n = now + before
    if not n or not 0 < share < 1:
        return 1.0
    z = (abs(now - n * share) - 0.5) / math.sqrt(n * share * (1 - share))
    return min(1.0, math.erfc(max(z, 0.0) / math.sqrt(2)))
