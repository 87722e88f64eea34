"""Whether something came in a burst: the stretch of days with the most beyond what the other days make expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 14  # days of a burst; what lasts longer is a trend
FEWEST = 5  # events that make a burst
SURE = 0.001
TIMES = 2.0  # as many as expected, at least


@dataclass(frozen=True, slots=True)
class Peak:
    """A stretch of days, counted from 0, both included."""

    first: int
    last: int
    count: int
    expected: float
    p: float
    """That some stretch has so many by chance: of the likeliest, times the stretches looked at."""


def peak_of(counts: Sequence[int]) -> Peak | None:
    """Return the clearest burst in the counts of consecutive days; None when there is none."""
    from scipy.special import pdtrc  # noqa: PLC0415  # loads when first needed: a server seldom looks for bursts

    days, total = len(counts), sum(counts)
    sums = [0]
    for count in counts:
        sums.append(sums[-1] + count)
    best: tuple[float, Peak] | None = None
    looked = sum(max(0, days - length + 1) for length in range(1, LONGEST + 1))
    for length in range(1, min(LONGEST, days // 2) + 1):
        for first in range(days - length + 1):
            count = sums[first + length] - sums[first]
            if count < FEWEST:
                continue
            expected = max((total - count) * length / (days - length), length / days)
            if count < TIMES * expected:
                continue
            tail = float(pdtrc(count - 1, expected))  # of Poisson's distribution: that many or more
            if best is None or tail < best[0]:
                best = tail, Peak(first, first + length - 1, count, expected, min(1.0, tail * looked))
    return best[1] if best is not None and best[1].p < SURE else None
