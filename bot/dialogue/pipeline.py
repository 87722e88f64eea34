"""One turn of the bot: understand, search, decide, remember. No I/O, no shared state: callable from any thread."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot.dialogue.decisions import Decision
from bot.dialogue.policy import Costs, decide, remember
from bot.dialogue.understanding import Understanding, understand
from bot.domain.conversations import Memory
from bot.knowledge.entries import KnowledgeBase
from bot.locale.identify import Identifier
from bot.retrieval.ranking import Ranking
from bot.retrieval.retriever import Retriever


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
        understanding = understand(memory, text, self.identifier, given_language=given_language)
        ranking = self._search(memory, understanding)
        decision = decide(memory, understanding, ranking, self.costs)
        after = remember(memory, understanding, decision)
        elapsed = (time.perf_counter() - started) * 1000
        return Turn(understanding.language, understanding, ranking, decision, after, elapsed)

    def _search(self, memory: Memory, understanding: Understanding) -> Ranking:
        """Search, with the conversation as context where the message alone is ambiguous."""
        ranking = self.retriever.search(understanding.question, language=understanding.language)
        if ranking.confidence >= self.costs.sure_enough_to_answer:
            return ranking
        if memory.offered:
            return ranking.choosing(memory.offered)
        if memory.last_entry is None or memory.failures or not understanding.follows_up:
            return ranking
        if not understanding.turns_down:
            return ranking.following(memory.last_entry)
        return ranking
