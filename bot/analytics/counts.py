"""How many times each episode counts for something: small functions over the columns, put together by definitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from bot.analytics.frame import Array, Frame, Mask
from bot.domain.outcomes import Outcome

RESOLVED_BY_BOT = (Outcome.BOT_CONFIRMED.value, Outcome.BOT_ASSUMED.value)
RESOLVED = (*RESOLVED_BY_BOT, Outcome.AGENT_RESOLVED.value)
COUNTED = tuple(outcome for outcome in Outcome if outcome is not Outcome.SPAM)
"""The outcomes that sum to the ended episodes."""
SATISFIED = 4  # CSAT: 4 and 5 of 1 to 5
PROMOTER, DETRACTOR = 9, 6  # NPS: from 9 on, up to 6


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a figure rests on beside the events."""

    now: datetime
    sla_seconds: float = 60.0
    short_seconds: float = 10.0
    """An episode or a wait that was left sooner is set apart: nobody had a chance."""
    return_days: int = 7

    @property
    def judged_before(self) -> int:
        """Milliseconds since 1970: who ended before had the days in which to come back."""
        return round((self.now - timedelta(days=self.return_days)).timestamp() * 1000)


ALWAYS = Assumptions(datetime(1970, 1, 1, tzinfo=UTC))
Count = Callable[[Frame, Assumptions], Array]


def everyone(frame: Frame, _: Assumptions) -> Mask:
    return np.ones(len(frame), np.bool_)


def outcome(*outcomes: Outcome | str) -> Count:
    texts = tuple(str(outcome) for outcome in outcomes)
    return lambda frame, _: frame.equals("outcome", *texts)


def first(*outcomes: Outcome) -> Count:
    return lambda frame, _: frame.equals("first_outcome", *map(str, outcomes))


def column(name: str) -> Count:
    return lambda frame, _: frame[name]


def columns(*names: str) -> Count:
    def total(frame: Frame, _: Assumptions) -> Array:
        found: Array = np.zeros(len(frame), np.int64)
        for name in names:
            found += frame[name]
        return found

    return total


def positive(name: str) -> Count:
    return lambda frame, _: frame[name] > 0


def there(name: str) -> Count:
    return lambda frame, _: ~np.isnan(frame[name])


def both(*counts: Count) -> Count:
    def every(frame: Frame, given: Assumptions) -> Mask:
        found = everyone(frame, given)
        for count in counts:
            found &= count(frame, given)
        return found

    return every


def other_than(count: Count) -> Count:
    return lambda frame, given: ~count(frame, given)


def asked(frame: Frame, _: Assumptions) -> Mask:
    return ~frame.equals("handoff_reason", "")


def had_agent(frame: Frame, _: Assumptions) -> Mask:
    mask: Mask = frame["messages_agent"] > 0
    return mask


def solved(frame: Frame, _: Assumptions) -> Mask:
    return frame.equals("outcome", Outcome.AGENT_RESOLVED) & frame.equals("disposition", "solved")


def agent_said_nothing(frame: Frame, _: Assumptions) -> Mask:
    return frame.equals("outcome", Outcome.AGENT_RESOLVED) & ~frame.equals("disposition", "solved")


def judged(frame: Frame, given: Assumptions) -> Mask:
    mask: Mask = frame["ended_at"] <= given.judged_before
    return mask


def within_days(name: str) -> Count:
    def soon(frame: Frame, given: Assumptions) -> Mask:
        with np.errstate(invalid="ignore"):
            mask: Mask = frame[name] <= given.return_days * 86_400
        return mask

    return soon


def at_most(name: str, seconds: Callable[[Assumptions], float]) -> Count:
    def quick(frame: Frame, given: Assumptions) -> Mask:
        with np.errstate(invalid="ignore"):
            mask: Mask = frame[name] <= seconds(given)
        return mask

    return quick


def waits(frame: Frame, given: Assumptions) -> Mask:
    with np.errstate(invalid="ignore"):
        mask: Mask = ~np.isnan(frame["queue_wait"]) | (frame["queue_left"] > given.short_seconds)
    return mask


def satisfied(frame: Frame, _: Assumptions) -> Mask:
    mask: Mask = frame["csat"] >= SATISFIED
    return mask


short_wait = at_most("queue_left", lambda given: given.short_seconds)
short_talk = both(
    lambda frame, _: frame["messages_shopper"] <= 1, at_most("resolution", lambda given: given.short_seconds)
)
in_bot = outcome(Outcome.ABANDONED_IN_BOT)
in_queue = outcome(Outcome.ABANDONED_IN_QUEUE)
resolved = outcome(*RESOLVED)
by_bot = outcome(*RESOLVED_BY_BOT)
confirmed = outcome(Outcome.BOT_CONFIRMED)
assumed = outcome(Outcome.BOT_ASSUMED)
queued = both(lambda f, a: there("queue_wait")(f, a) | there("queue_left")(f, a))
turns = columns("answered", "clarified", "failed")
bot_only = other_than(had_agent)
all_confirmed: Count = lambda frame, given: confirmed(frame, given) | solved(frame, given)  # noqa: E731
all_assumed: Count = lambda frame, given: assumed(frame, given) | agent_said_nothing(frame, given)  # noqa: E731
unasked = other_than(asked)
back = within_days("next_gap_same_topic")
first_contact = both(judged, other_than(within_days("previous_gap_same_topic")))


def parts(among: Count) -> tuple[Count, Count]:
    return both(among, all_confirmed), both(among, all_assumed)


def seconds(name: str) -> Callable[[Frame], Array]:
    return lambda frame: frame[name]


def where_resolved(name: str) -> Callable[[Frame], Array]:
    return lambda frame: np.where(frame.equals("outcome", *RESOLVED), frame[name], np.float32(np.nan))


def number(*names: str) -> Callable[[Frame], Array]:
    return lambda frame: columns(*names)(frame, ALWAYS).astype(np.float32)
