"""One turn of the bot: understand, search, decide, remember. No I/O, no shared state: callable from any thread."""

from __future__ import annotations

import time
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from bot.dialogue.decisions import Answer, Decision
from bot.dialogue.orders import about_orders
from bot.dialogue.policy import Costs, decide, remember
from bot.dialogue.understanding import Understanding, understand
from bot.domain.conversations import Memory
from bot.knowledge.entries import KnowledgeBase
from bot.locale.identify import Identifier
from bot.retrieval.ranking import Candidate, Ranking
from bot.retrieval.retriever import Retriever

CLEAR = 0.9
"""From this probability on, a message with a pronoun is a question of its own."""
OUTSIDE = 0.75
"""From this probability on, a message is outside the help center whatever came before: "is it going to rain?"."""
ODDS_NEAR = 5.0
"""How much likelier a neighbour of the entry before is than by the words alone, when a message goes on from it."""
ODDS_FAR = 6.0
"""How much less likely any other entry is when a pronoun stands for the thing before."""
AT_LEAST = 0.02
"""Clarity that any language is granted: with none in sight its probability decides."""
STAYS_ON_THING = 0.9
"""Share of the questions about "it" that the entry before answers."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the bot made of one message."""

    language: str
    understanding: Understanding
    ranking: Ranking
    decision: Decision
    memory: Memory
    """After the turn."""
    milliseconds: float


class Pipeline:
    """The very steps that the server, the command line and the evaluation run."""

    def __init__(self, kb: KnowledgeBase, retriever: Retriever, costs: Costs | None = None) -> None:
        self.kb = kb
        self.retriever = retriever
        self.costs = costs or Costs()
        self.identifier = Identifier({language: [text for _, text in kb.texts(language)] for language in kb.languages})

    def turn(self, memory: Memory, text: str, *, given_language: str | None = None) -> Turn:
        """Return the decision on `text`; `given_language` is taken instead of identifying one."""
        started = time.perf_counter()
        understanding, ranking = self._read(memory, text, given_language)
        decided = decide(memory, understanding, ranking, self.costs)
        decision = about_orders(decided, memory, understanding, self.kb.about_orders)
        after = remember(memory, understanding, decision)
        if isinstance(decided, Answer) and decision is not decided:
            after = replace(after, last_entry=decided.entry)  # what a hand-off is about, should it come to one
        elapsed = (time.perf_counter() - started) * 1000
        return Turn(understanding.language, understanding, ranking, decision, after, elapsed)

    def _read(self, memory: Memory, text: str, given_language: str | None) -> tuple[Understanding, Ranking]:
        """Understand and search; what its likeliest language leaves unclear is read in its rivals too."""
        understanding = understand(memory, text, self.identifier, given_language=given_language)
        ranking = self._search(memory, understanding)
        if not understanding.rivals or ranking.clarity >= self.costs.sure_enough_to_answer:
            return understanding, ranking
        readings = [(understanding, ranking)]
        for language, probability in understanding.rivals:
            other = understand(memory, text, self.identifier, given_language=language)
            other = replace(other, language_probability=probability)
            readings.append((other, self._search(memory, other)))
        return max(readings, key=lambda reading: reading[0].language_probability * (reading[1].clarity + AT_LEAST))

    def _search(self, memory: Memory, understanding: Understanding) -> Ranking:
        """Search, with the conversation as context where the message alone is ambiguous."""
        ranking = self.retriever.search(understanding.question, language=understanding.language)
        clear = self.costs.sure_enough_to_answer if not understanding.points_to_thing else CLEAR
        if ranking.confidence >= clear or ranking.human >= self.costs.wants_a_person:
            return ranking
        if memory.offered:
            return (
                ranking.choosing(memory.offered) if ranking.confidence < self.costs.sure_enough_to_answer else ranking
            )
        outside = ranking.out_of_scope >= OUTSIDE and not understanding.contentless
        if outside or memory.last_entry not in self.kb.entries or memory.failures or understanding.turns_down:
            return ranking
        entry = str(memory.last_entry)
        if understanding.points_to_thing:
            return about_the_thing(ranking, entry)
        if understanding.points_to_event:
            title = self.kb.entry(entry, understanding.language).title
            told = self.retriever.search(f"{title} {understanding.question}", language=understanding.language)
            ranking = going_on(ranking, told, entry, self._neighbours(entry, understanding.language))
        elif not understanding.follows_up:
            return ranking
        return ranking.following(entry)

    def _neighbours(self, entry: str, language: str) -> frozenset[str]:
        """Return the entries that stand beside `entry`: related to it, or of its topic."""
        here = self.kb.entry(entry, language)
        same_topic = (other for other in self.kb.ids if here.topic and other.rpartition("/")[0] == here.topic)
        return frozenset((*here.related, *same_topic)) - {entry}


def about_the_thing(ranking: Ranking, entry: str) -> Ranking:
    """Return the ranking of a question on "it": the entry before, unless the words speak against it loudly."""
    others = [
        replace(one, confidence=_times(one.confidence, 1 / ODDS_FAR))
        for one in ranking.candidates
        if one.entry != entry
    ]
    own = next((one.confidence for one in ranking.candidates if one.entry == entry), 0.0)
    rival = max((one.confidence for one in others), default=0.0)
    left = (1 - rival**1.5) * (1 - ranking.human) * (1 - ranking.smalltalk)
    return _ordered(ranking, [*others, Candidate(entry, max(own, STAYS_ON_THING * left))])


def going_on(alone: Ranking, told: Ranking, entry: str, near: AbstractSet[str]) -> Ranking:
    """Return the ranking of a question that goes on from `entry`: its neighbours are likelier than others.

    `told` is what was found with the entry's title before the message. When it names a neighbour next, and the message
    alone lists that one too, what the message said of entries elsewhere was meant for the neighbour.
    """
    beside = next((one.entry for one in told.candidates if one.entry != entry), None)
    listed = {one.entry for one in alone.candidates}
    heir = beside if beside in near and beside in listed else None
    elsewhere = sum(one.confidence for one in alone.candidates if one.entry not in near and one.entry != entry)
    candidates = []
    for one in alone.candidates:
        confidence = one.confidence
        if one.entry in near:
            confidence = _times(confidence, ODDS_NEAR)
        elif one.entry != entry and heir is not None:
            confidence = _times(confidence, 1 / ODDS_FAR)
        if one.entry == heir:
            confidence = max(confidence, min(one.confidence + elsewhere, CLEAR))
        candidates.append(replace(one, confidence=confidence))
    return _ordered(alone, candidates)


def _times(probability: float, odds: float) -> float:
    return probability * odds / (probability * odds + 1 - probability)


def _ordered(ranking: Ranking, candidates: list[Candidate]) -> Ranking:
    """Return a copy with these candidates, best first; nothing else may exceed what the first one leaves."""
    ordered = sorted(candidates, key=lambda one: -one.confidence)
    left = 1 - ordered[0].confidence if ordered else 1.0
    capped = [*ordered[:1], *(replace(one, confidence=min(one.confidence, left)) for one in ordered[1:])]
    return replace(ranking, candidates=tuple(capped), out_of_scope=min(ranking.out_of_scope, left))
