"""What to do with a message: a pure function of the conversation, the understanding and the ranking.

Thresholds follow from calibrated probabilities and from what mistakes cost; how far context may lead is set by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogue.decisions import MOST_CHOICES, Answer, AskOrderNumber, Clarify, Decision, Handoff, SmallTalk
from bot.dialogue.understanding import Understanding
from bot.domain.conversations import Memory
from bot.retrieval.ranking import Ranking

PLAIN = 0.9
"""From this probability on, common words alone say which entry is meant."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What a decision costs when it does not help, in minutes of an agent's time.

    A wrong answer costs the shopper's trust, a question back a moment of patience; a hand-off costs what an agent
    needs for it.
    """

    wrong_answer: float = 10.0
    question: float = 4.0
    agent_minute: float = 1.0
    handoff_minutes: float = 6.0
    needless_handoff: float = 10.0
    """A person called without need: a wait for the shopper, and an agent drawn from others."""
    refused_question: float = 10.0
    """Telling a shopper that the help center does not know, when it does."""

    @property
    def handoff(self) -> float:
        return self.agent_minute * self.handoff_minutes

    @property
    def sure_enough_to_answer(self) -> float:
        """The probability from which an answer costs less than a question back."""
        return 1 - self.question / self.wrong_answer

    @property
    def worth_offering(self) -> float:
        """The probability from which a choice is worth the line that it takes."""
        return self.question / self.wrong_answer / 10

    @property
    def clearly(self) -> float:
        """The probability of "not in the help center" from which saying so costs less than asking back."""
        return 1 - self.question / (self.refused_question)

    @property
    def wants_a_person(self) -> float:
        """The probability from which a person is called; missing it costs a question back, no more."""
        return self.needless_handoff / (self.needless_handoff + self.wrong_answer + self.question)


def decide(memory: Memory, understanding: Understanding, ranking: Ranking, costs: Costs) -> Decision:  # noqa: PLR0911  # a table of cases, first that fits
    """Return what to do; memory is what the bot knew before this message."""
    if memory.awaiting_order_number and understanding.has_order_number:
        return Handoff("entry_action")
    if _wants_a_person(ranking, costs):
        return Handoff("asked_for_human")
    if understanding.asks_for_a_look:
        return _look_up(memory, understanding)
    if understanding.asks_to_act and memory.last_entry is not None:
        return Handoff("entry_action")
    if understanding.turns_down and not _is_clear_anew(memory, understanding, ranking, costs):
        return _failed(memory, Clarify())
    if _is_smalltalk(understanding, ranking, costs):
        return SmallTalk(str(ranking.smalltalk_entry))
    says_nothing = understanding.contentless or not ranking.known
    if says_nothing and not _goes_on(memory, understanding, ranking):
        return _failed(memory, Clarify())
    if (understanding.complains_vaguely or understanding.names_a_topic) and not memory.failures:
        return Clarify(_on_the_topic(understanding, ranking))
    return _help(memory, ranking, costs)


def _wants_a_person(ranking: Ranking, costs: Costs) -> bool:
    return ranking.human_entry is not None and ranking.human >= costs.wants_a_person


def _look_up(memory: Memory, understanding: Understanding) -> Decision:
    """Ask for the order number once; with a number, or without one the second time, it takes a person."""
    if understanding.has_order_number or memory.awaiting_order_number:
        return Handoff("entry_action")
    return AskOrderNumber()


def _is_clear_anew(memory: Memory, understanding: Understanding, ranking: Ranking, costs: Costs) -> bool:
    """Whether a message that turns something down also says clearly what is meant instead."""
    if understanding.contentless:
        return False
    top = ranking.top
    known = {memory.last_entry, *memory.offered}
    return top is not None and top.confidence >= costs.sure_enough_to_answer and top.entry not in known


def _is_smalltalk(understanding: Understanding, ranking: Ranking, costs: Costs) -> bool:
    if ranking.smalltalk_entry is None or understanding.has_order_number:
        return False
    if understanding.closes and ranking.confidence < costs.sure_enough_to_answer:
        return True
    return ranking.known and ranking.smalltalk > max(ranking.confidence, ranking.out_of_scope, ranking.human)


def _goes_on(memory: Memory, understanding: Understanding, ranking: Ranking) -> bool:
    """Whether a message without content of its own is a question on the entry before: "and if I can't go there?".

    Or one that the answer before makes plain: "and if it never arrives?".
    """
    top = ranking.top
    if not understanding.follows_up or memory.last_entry is None or memory.failures or top is None:
        return False
    return top.entry == memory.last_entry or top.confidence >= PLAIN


def _on_the_topic(understanding: Understanding, ranking: Ranking) -> tuple[str, ...]:
    """Return the choices for a topic without a question; none when not even the topic is named."""
    if understanding.complains_vaguely:
        return ()
    return tuple(candidate.entry for candidate in ranking.candidates[:MOST_CHOICES])


def _leads_away(memory: Memory, ranking: Ranking) -> bool:
    """Whether a message after an answer is likelier outside the help center than about any entry of it."""
    on_its_way = memory.last_entry is not None and not memory.failures
    return on_its_way and ranking.out_of_scope > sum(candidate.confidence for candidate in ranking.candidates)


def _failed(memory: Memory, clarify: Clarify) -> Decision:
    """Ask back the first time; the second failure in a row takes a person."""
    return Handoff("repeated_failure") if memory.failures else clarify


def _help(memory: Memory, ranking: Ranking, costs: Costs) -> Decision:
    top = ranking.top
    if top is not None and top.confidence >= costs.sure_enough_to_answer:
        return Answer(top.entry, top.confidence)
    if ranking.out_of_scope >= costs.clearly or _leads_away(memory, ranking):
        return Handoff("out_of_scope")
    offered = [
        candidate for candidate in ranking.candidates[:MOST_CHOICES] if candidate.confidence >= costs.worth_offering
    ]
    hope = sum(candidate.confidence for candidate in offered)
    if costs.question + (1 - hope) * costs.handoff > costs.handoff + costs.question * 0.9:
        return _failed(memory, Clarify()) if memory.failures else Handoff("low_confidence")
    return _failed(memory, Clarify(tuple(candidate.entry for candidate in offered)))


def remember(memory: Memory, understanding: Understanding, decision: Decision) -> Memory:
    """Return what the bot knows after the turn."""
    language = understanding.language
    match decision:
        case Answer(entry=entry):
            return Memory(language, last_entry=entry)
        case Clarify(choices=choices):
            return Memory(language, last_entry=memory.last_entry, offered=choices, failures=memory.failures + 1)
        case AskOrderNumber():
            return Memory(language, last_entry=memory.last_entry, awaiting_order_number=True)
        case Handoff(reason="out_of_scope" | "low_confidence" | "repeated_failure"):
            return Memory(language, last_entry=memory.last_entry, failures=memory.failures + 1)
        case Handoff():
            return Memory(language, last_entry=memory.last_entry)
        case SmallTalk():
            return Memory(
                language,
                last_entry=memory.last_entry,
                offered=memory.offered,
                failures=memory.failures,
                awaiting_order_number=memory.awaiting_order_number,
                order_number=memory.order_number,
            )
