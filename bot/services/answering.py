"""What answers shoppers now: one help-center version with its index, swapped as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogue.pipeline import Pipeline, Turn
from bot.dialogue.replies import Replies
from bot.domain.conversations import Memory
from bot.knowledge.entries import KnowledgeBase
from bot.retrieval.retriever import Retriever


@dataclass(frozen=True, slots=True)
class Answering:
    """Everything of one version; a turn takes the whole once, so that a swap never mixes two."""

    knowledge: KnowledgeBase
    retriever: Retriever
    pipeline: Pipeline
    replies: Replies

    @property
    def languages(self) -> tuple[str, ...]:
        return self.knowledge.languages


class Desk:
    """Holds the current one."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def __call__(self) -> Answering:
        return self._answering

    def swap(self, answering: Answering) -> None:
        """Serve the new version from the next turn on."""
        self._answering = answering


def identify(answering: Answering, memory: Memory, text: str) -> str:
    """Return the language of a message that the bot only listens to."""
    return answering.pipeline.identifier.identify(text, conversation=memory.language).language


def order_number_of(turn: Turn) -> str | None:
    """Return the order number that the message holds, else its parcel's."""
    found = turn.understanding.entities
    numbers = (*found.order_numbers, *found.tracking_numbers)
    return numbers[0] if numbers else None
