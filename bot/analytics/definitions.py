"""What each figure counts: the one place where a metric is defined, for reports, dashboard and README alike.

A share is a numerator and a denominator over the columns of ended episodes, spam left out. Both are kept as counts for
each episode (a mask counts once), so the number and the list of what it counts cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bot.analytics import counts as of
from bot.analytics.counts import Count
from bot.analytics.frame import Array, Frame
from bot.domain.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Share:
    """A rate: of which things how many."""

    name: str
    title: str
    text: str
    numerator: Count
    denominator: Count
    unit: str = "episode"
    better: str | None = "high"
    parts: tuple[Count, Count] | None = None
    """The confirmed and the assumed part, where the numerator adds them up."""
    kind: str = "rate"
    assumption: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """Seconds or messages of each episode that has them."""

    name: str
    title: str
    text: str
    values: Callable[[Frame], Array]
    kind: str = "duration"
    unit: str = "episode"
    better: str | None = "low"


@dataclass(frozen=True, slots=True)
class Promoters:
    """A net promoter score over some episodes."""

    name: str
    title: str
    text: str
    among: Count
    kind: str = "score"
    unit: str = "rating"
    better: str | None = "high"


@dataclass(frozen=True, slots=True)
class Plain:
    """A number that is explained, and counted elsewhere."""

    name: str
    title: str
    text: str
    kind: str = "number"
    unit: str = "episode"
    better: str | None = None
    assumption: str | None = None


SHARES: tuple[Share, ...] = (
    Share(
        "resolution",
        "Resolution rate",
        "Episodes solved by the assistant (confirmed by the shopper, or assumed) or by an agent, over all"
        " ended episodes.",
        of.resolved,
        of.everyone,
        parts=of.parts(of.resolved),
    ),
    Share(
        "bot_resolution",
        "Resolved by the assistant",
        "Episodes solved by the assistant, confirmed by the shopper or assumed, over all ended episodes.",
        of.by_bot,
        of.everyone,
        parts=of.parts(of.by_bot),
    ),
    Share(
        "bot_confirmed",
        "Confirmed by the shopper",
        "Episodes whose last judgement of an answer was helpful, over all ended episodes.",
        of.confirmed,
        of.everyone,
    ),
    Share(
        "bot_assumed",
        "Assumed",
        "Episodes whose last turn was an answer that nobody judged, over all ended episodes.",
        of.assumed,
        of.everyone,
        better=None,
    ),
    Share(
        "agent_resolution",
        "Resolved by agents",
        "Episodes that an agent solved, over the episodes in which an agent wrote.",
        of.outcome(Outcome.AGENT_RESOLVED),
        of.outcome(Outcome.AGENT_RESOLVED, Outcome.AGENT_UNRESOLVED),
        parts=of.parts(of.outcome(Outcome.AGENT_RESOLVED)),
    ),
    Share(
        "self_service",
        "Self-service rate",
        "Episodes resolved by the assistant in which no person was asked for, over all ended episodes.",
        of.both(of.by_bot, of.unasked),
        of.everyone,
        parts=of.parts(of.both(of.by_bot, of.unasked)),
    ),
    Share(
        "handoff",
        "Hand-off rate",
        "Episodes in which a person was asked for, over all ended episodes.",
        of.asked,
        of.everyone,
        better=None,
    ),
    Share(
        "first_contact",
        "First-contact resolution",
        "Resolved episodes after which the shopper did not come back on the same topic within 7 days, over the episodes"
        " that were not such a return themselves; only those that ended 7 days ago or earlier.",
        of.both(of.first_contact, of.resolved, of.other_than(of.back)),
        of.first_contact,
        parts=of.parts(of.both(of.first_contact, of.resolved, of.other_than(of.back))),
    ),
    Share(
        "durable_resolution",
        "Durable resolution",
        "Resolved episodes after which the shopper did not come back on the same topic within 7 days, over all resolved"
        " episodes; only those that ended 7 days ago or earlier.",
        of.both(of.judged, of.resolved, of.other_than(of.back)),
        of.both(of.judged, of.resolved),
        parts=of.parts(of.both(of.judged, of.resolved, of.other_than(of.back))),
    ),
    Share(
        "reopen",
        "Reopen rate",
        "Resolved episodes after which the shopper came back within 7 days, whatever the topic, over all resolved"
        " episodes; only those that ended 7 days ago or earlier.",
        of.both(of.judged, of.resolved, of.within_days("next_gap")),
        of.both(of.judged, of.resolved),
        better="low",
    ),
    Share(
        "abandoned_in_bot",
        "Abandoned with the assistant",
        "Episodes that the shopper left with the assistant and without a solution, the short ones apart,"
        " over all ended episodes.",
        of.both(of.in_bot, of.other_than(of.short_talk)),
        of.everyone,
        better="low",
    ),
    Share(
        "abandoned_in_bot_short",
        "Abandoned with the assistant at once",
        "Episodes that the shopper left with the assistant after one message and within 10 seconds, over all"
        " ended episodes.",
        of.both(of.in_bot, of.short_talk),
        of.everyone,
        better=None,
    ),
    Share(
        "abandoned_in_queue",
        "Abandoned in the queue",
        "Episodes that the shopper left in the queue after more than 10 seconds, over the episodes that were"
        " in the queue.",
        of.both(of.in_queue, of.queued, of.other_than(of.short_wait)),
        of.queued,
        better="low",
    ),
    Share(
        "abandoned_in_queue_short",
        "Abandoned in the queue at once",
        "Episodes that the shopper left in the queue within 10 seconds, over the episodes that were in the queue.",
        of.both(of.in_queue, of.queued, of.short_wait),
        of.queued,
        better=None,
    ),
    Share(
        "sla",
        "Waits within the target",
        "Waits for a person that ended with an agent within the target (60 seconds unless set), over all waits, without"
        " those that the shopper left within 10 seconds.",
        of.at_most("queue_wait", lambda given: given.sla_seconds),
        of.waits,
        assumption="sla_seconds",
    ),
    Share(
        "answered",
        "Answer coverage",
        "Turns that got an answer, over all turns of the assistant.",
        of.column("answered"),
        of.turns,
        unit="turn",
    ),
    Share(
        "clarified",
        "Questions back",
        "Turns in which the assistant asked back, over all turns of the assistant.",
        of.column("clarified"),
        of.turns,
        unit="turn",
        better=None,
    ),
    Share(
        "failed",
        "Given up",
        "Turns in which the assistant gave up, over all turns of the assistant.",
        of.column("failed"),
        of.turns,
        unit="turn",
        better="low",
    ),
    Share(
        "clarification_success",
        "Clarification success",
        "Questions back whose next turn was an answer, over all questions back.",
        of.column("clarified_answered"),
        of.column("clarified"),
        unit="turn",
    ),
    Share(
        "helpful",
        "Helpful answers",
        "Answers judged helpful, over all judged answers.",
        of.column("helpful"),
        of.columns("helpful", "unhelpful"),
        unit="answer",
    ),
    Share(
        "wrong_answer",
        "Signs of a wrong answer",
        "Answers judged unhelpful or followed at once by a request for a person, over all answers.",
        of.column("wrong_answers"),
        of.column("answered"),
        unit="turn",
        better="low",
    ),
    Share(
        "csat",
        "Satisfaction (CSAT)",
        "Ratings of 4 or 5, over all ratings from 1 to 5.",
        of.satisfied,
        of.positive("csat"),
        unit="rating",
    ),
    Share(
        "csat_bot",
        "Satisfaction with the assistant",
        "Ratings of 4 or 5, over all ratings of episodes in which no agent wrote.",
        of.both(of.satisfied, of.bot_only),
        of.both(of.positive("csat"), of.bot_only),
        unit="rating",
    ),
    Share(
        "csat_agent",
        "Satisfaction with agents",
        "Ratings of 4 or 5, over all ratings of episodes in which an agent wrote.",
        of.both(of.satisfied, of.had_agent),
        of.both(of.positive("csat"), of.had_agent),
        unit="rating",
    ),
    Share(
        "rating_response",
        "Response rate",
        "Episodes that were rated from 1 to 5, over the episodes for which a rating was asked.",
        of.both(of.positive("rating_requested"), of.positive("csat")),
        of.positive("rating_requested"),
    ),
    Share(
        "rating_response_bot",
        "Response rate, assistant",
        "Episodes without an agent's message that were rated from 1 to 5, over those for which a rating was asked.",
        of.both(of.positive("rating_requested"), of.positive("csat"), of.bot_only),
        of.both(of.positive("rating_requested"), of.bot_only),
    ),
    Share(
        "rating_response_agent",
        "Response rate, agents",
        "Episodes with an agent's message that were rated from 1 to 5, over those for which a rating was asked.",
        of.both(of.positive("rating_requested"), of.positive("csat"), of.had_agent),
        of.both(of.positive("rating_requested"), of.had_agent),
    ),
    Share(
        "nps_response",
        "Response rate of the NPS",
        "Episodes with an answer from 0 to 10, over the episodes for which a rating was asked.",
        of.both(of.positive("rating_requested"), of.positive("nps")),
        of.positive("rating_requested"),
    ),
    Share(
        "language_switched",
        "Language switches",
        "Episodes in which the language changed, over all ended episodes.",
        of.positive("language_switches"),
        of.everyone,
        better=None,
    ),
    Share(
        "revised",
        "Revised outcomes",
        "Episodes first assumed to be solved by the assistant whose shopper came back on the same topic"
        " within 72 hours, so that they count as left without a solution now, over all that were first"
        " assumed.",
        of.both(of.first(Outcome.BOT_ASSUMED), of.other_than(of.assumed)),
        of.first(Outcome.BOT_ASSUMED),
        better="low",
    ),
)


MEASURES: tuple[Measure, ...] = (
    Measure(
        "queue_wait",
        "Wait in the queue",
        "Seconds from the request for a person to an agent's taking the conversation.",
        of.seconds("queue_wait"),
    ),
    Measure(
        "queue_wait_business",
        "Wait in the queue, opening hours",
        "The same, counting only seconds within the opening hours.",
        of.seconds("queue_wait_business"),
    ),
    Measure(
        "queue_left",
        "Wait until leaving",
        "Seconds that those waited whom no agent took: they left, or their request expired.",
        of.seconds("queue_left"),
    ),
    Measure(
        "first_response",
        "First response",
        "Seconds from the episode's first message of the shopper to the first reply of assistant or agent.",
        of.seconds("first_response"),
    ),
    Measure(
        "first_response_bot",
        "First response of the assistant",
        "Seconds from the episode's first message of the shopper to the assistant's first reply.",
        of.seconds("first_response_bot"),
    ),
    Measure(
        "first_response_human",
        "First response of a person",
        "Seconds from the request for a person to the agent's first message.",
        of.seconds("first_response_human"),
    ),
    Measure(
        "first_response_human_business",
        "First response of a person, opening hours",
        "Seconds from the request for a person to the agent's first message, within the opening hours.",
        of.seconds("first_response_human_business"),
    ),
    Measure(
        "agent_response",
        "Agent's first message",
        "Seconds from an agent's taking the conversation to the agent's first message.",
        of.seconds("agent_response"),
    ),
    Measure(
        "agent_reply",
        "Agent's reply",
        "Seconds from a message of the shopper to the agent's next one: each episode's mean.",
        of.seconds("agent_reply"),
    ),
    Measure(
        "handle",
        "Handle time",
        "Seconds in which an agent had the conversation and it was open.",
        of.seconds("handle"),
    ),
    Measure(
        "resolution_time",
        "Time to resolution",
        "Seconds from a resolved episode's start to its last message; waiting for the idle close does not count.",
        of.where_resolved("resolution"),
    ),
    Measure(
        "resolution_time_human",
        "Time to resolution without the assistant",
        "Seconds from the request for a person to the last message of an episode that an agent resolved.",
        lambda frame: np.where(
            frame.equals("outcome", Outcome.AGENT_RESOLVED), frame["resolution_human"], np.float32(np.nan)
        ),
    ),
    Measure(
        "messages",
        "Messages per episode",
        "Messages of shopper, assistant and agents in an episode.",
        of.number("messages_shopper", "messages_bot", "messages_agent"),
        kind="count",
        better=None,
    ),
    Measure(
        "messages_shopper",
        "Shopper's messages per episode",
        "Messages of the shopper in an episode.",
        of.number("messages_shopper"),
        kind="count",
    ),
    Measure(
        "messages_bot",
        "Assistant's messages per episode",
        "Messages of the assistant in an episode.",
        of.number("messages_bot"),
        kind="count",
        better=None,
    ),
    Measure(
        "messages_agent",
        "Agents' messages per episode",
        "Messages of agents in an episode.",
        of.number("messages_agent"),
        kind="count",
        better=None,
    ),
)

SCORES: tuple[Promoters, ...] = (
    Promoters(
        "nps",
        "Net promoter score",
        "Percentage of answers 9 and 10 minus the percentage of answers 0 to 6.",
        of.positive("nps"),
    ),
    Promoters(
        "nps_bot",
        "Net promoter score, assistant",
        "The same among episodes in which no agent wrote.",
        of.both(of.positive("nps"), of.bot_only),
    ),
    Promoters(
        "nps_agent",
        "Net promoter score, agents",
        "The same among episodes in which an agent wrote.",
        of.both(of.positive("nps"), of.had_agent),
    ),
)

PLAIN: tuple[Plain, ...] = (
    Plain(
        "episodes",
        "Ended episodes",
        "Ended episodes, without spam; an episode opens with the first message that is not small talk and counts on the"
        " day on which it ended.",
    ),
    Plain("episodes_begun", "Begun episodes", "Ended episodes by weekday and hour of their first message."),
    Plain("handoffs_begun", "Requests for a person", "Ended episodes in which a person was asked for, by their start."),
    Plain("spam", "Spam", "Episodes that an agent closed as spam: counted beside, in no other figure."),
    Plain("open", "Open now", "Episodes that are not over."),
    Plain(
        "cost_avoided",
        "Agents' time saved",
        "Episodes resolved by the assistant, times the minutes that an agent would have needed (as given, else the"
        " median handle time, else 6); confirmed and assumed apart.",
        unit="minute",
        better="high",
        assumption="agent_minutes",
    ),
    Plain(
        "load",
        "Agents' load",
        "Seconds an agent had conversations, over the seconds the agent was online; and the most at once.",
        unit="agent",
    ),
)

Definition = Share | Measure | Promoters | Plain
_IN_ORDER: tuple[Definition, ...] = (*PLAIN[:1], *SHARES, *MEASURES, *SCORES, *PLAIN[1:])
DEFINITIONS: dict[str, Definition] = {one.name: one for one in _IN_ORDER}
GLOSSARY: dict[str, str] = {name: one.text for name, one in DEFINITIONS.items()}
