"""What a supervisor looks at: the queue, what every agent has in hand, and how long people wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bot.domain.agents import Agent
from bot.domain.conversations import Conversation, Status
from bot.services.places import RECENT, RECENT_WAITS
from bot.store.transaction import Store, Transaction

MOST = 1000  # conversations that agents have at once


@dataclass(frozen=True, slots=True)
class InHand:
    """A conversation that an agent has; the seconds for which the shopper waits for a reply, None when it has one."""

    conversation: Conversation
    waiting_reply: float | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Seconds throughout; None where there is nothing to measure."""

    agents: Sequence[tuple[Agent, Sequence[InHand]]]
    longest_wait: float | None
    median_wait: float | None
    waits: int
    """How many of the last hand-offs the median is of."""


class Supervision:
    """Reads the overview."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def overview(self) -> Overview:
        """Return how things stand right now."""
        return await self._store.read(_overview)


def _overview(tx: Transaction) -> Overview:
    taken = tx.conversations.with_status([Status.AGENT], limit=MOST)
    asked = tx.messages.unanswered_since([conversation.id for conversation in taken])
    in_hand: dict[str, list[InHand]] = {}
    for conversation in taken:
        since = asked.get(conversation.id)
        seconds = (tx.now - since).total_seconds() if since else None
        in_hand.setdefault(conversation.agent_id or "", []).append(InHand(conversation, seconds))
    waiting = [(tx.now - handoff.waiting_since).total_seconds() for handoff in tx.handoffs.queued()]
    recent = tx.handoffs.recently_accepted(tx.now - RECENT, limit=RECENT_WAITS)
    waits = [(h.accepted_at - h.waiting_since).total_seconds() for h in recent if h.accepted_at]
    return Overview(
        agents=[(agent, in_hand.get(agent.id, [])) for agent in tx.agents.all()],
        longest_wait=max(waiting, default=None),
        median_wait=median(waits) if waits else None,
        waits=len(waits),
    )
