"""How an ended episode counts: exactly one outcome, the first rule that fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.conversations import Status
from bot.domain.events import Event, EventType
from bot.domain.handoffs import Disposition
from bot.domain.messages import Author


class Outcome(StrEnum):
    """What became of an episode."""

    SPAM = "spam"
    AGENT_RESOLVED = "agent_resolved"
    AGENT_UNRESOLVED = "agent_unresolved"
    TICKETED = "ticketed"
    MISSED = "missed"
    ABANDONED_IN_QUEUE = "abandoned_in_queue"
    BOT_CONFIRMED = "bot_confirmed"
    BOT_ASSUMED = "bot_assumed"
    ABANDONED_IN_BOT = "abandoned_in_bot"


@dataclass(frozen=True, slots=True)
class EpisodeFacts:
    """What the rules look at."""

    disposition: Disposition | None = None
    agent_wrote: bool = False
    shopper_left_unanswered: bool = False
    """An agent has the conversation and the shopper's last message has no reply."""
    ticket_opened: bool = False
    nobody_came: bool = False
    """A hand-off expired, or ended while nobody was on duty who could have come."""
    left_while_waiting: bool = False
    last_feedback_helpful: bool | None = None
    last_decision_answered: bool = False


_RULES: tuple[tuple[Callable[[EpisodeFacts], bool], Outcome], ...] = (
    (lambda f: f.disposition is Disposition.SPAM, Outcome.SPAM),
    (
        lambda f: f.agent_wrote and (f.disposition is Disposition.NOT_SOLVED or f.shopper_left_unanswered),
        Outcome.AGENT_UNRESOLVED,
    ),
    (lambda f: f.agent_wrote, Outcome.AGENT_RESOLVED),
    (lambda f: f.ticket_opened, Outcome.TICKETED),
    (lambda f: f.nobody_came, Outcome.MISSED),
    (lambda f: f.left_while_waiting, Outcome.ABANDONED_IN_QUEUE),
    (lambda f: f.last_feedback_helpful is True, Outcome.BOT_CONFIRMED),
    (lambda f: f.last_decision_answered and f.last_feedback_helpful is not False, Outcome.BOT_ASSUMED),
)


def outcome_of(facts: EpisodeFacts) -> Outcome:
    """Return the first outcome that fits; the last is what remains."""
    return next((outcome for fits, outcome in _RULES if fits(facts)), Outcome.ABANDONED_IN_BOT)


_TURNS = (EventType.TURN_ANSWERED, EventType.TURN_CLARIFIED, EventType.TURN_FAILED)


def _was_missed(event: Event) -> bool:
    nobody = event.type is EventType.HANDOFF_CANCELLED and event.data.get("on_duty") == 0
    return nobody or event.type is EventType.HANDOFF_EXPIRED


def facts_of(events: Sequence[Event], *, status: Status, disposition: Disposition | None) -> EpisodeFacts:
    """Return what an episode's events (in order) say, with the status that it ends in and how it was closed."""
    authors = [e.data["author"] for e in events if e.type is EventType.MESSAGE_ADDED]
    spoken = [author for author in authors if author != Author.SYSTEM]
    feedback = [e.data["helpful"] for e in events if e.type is EventType.FEEDBACK_GIVEN]
    turns = [e.type for e in events if e.type in _TURNS]
    types = {e.type for e in events}
    return EpisodeFacts(
        disposition=disposition,
        agent_wrote=Author.AGENT in authors,
        # An agent who closes as solved has read the last "thanks"; nobody has when the episode just ends.
        shopper_left_unanswered=disposition is None and status is Status.AGENT and spoken[-1:] == [Author.SHOPPER],
        ticket_opened=EventType.TICKET_OPENED in types,
        nobody_came=any(map(_was_missed, events)),
        left_while_waiting=status is Status.WAITING,
        last_feedback_helpful=feedback[-1] if feedback else None,
        last_decision_answered=turns[-1:] == [EventType.TURN_ANSWERED],
    )


RETURN_HOURS = 72


def revised(outcome: Outcome, *, returned_after: float | None) -> Outcome:
    """Return the outcome once it is known how soon the shopper came back on the same topic (seconds; None: not)."""
    came_back = returned_after is not None and returned_after <= RETURN_HOURS * 3600
    return Outcome.ABANDONED_IN_BOT if outcome is Outcome.BOT_ASSUMED and came_back else outcome
