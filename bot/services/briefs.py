"""What an agent should know before the first word: what was before, which order it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.conversations import Conversation
from bot.domain.events import Event, EventType
from bot.domain.handoffs import Handoff
from bot.domain.identities import Identity
from bot.domain.messages import Author, Message
from bot.store.transaction import Transaction
from bot.text.entities import find

SHOWN = 10  # episodes
READ = 30  # rows: an outcome may have been revised


@dataclass(frozen=True, slots=True)
class Previous:
    """An episode of the same visitor that has ended."""

    conversation_id: str
    episode: int
    ended_at: datetime
    outcome: str
    topic: str | None


@dataclass(frozen=True, slots=True)
class Brief:
    """What is not in the messages of the episode itself."""

    previous: tuple[Previous, ...]
    order_number: str | None
    order_status: str | None
    """What the shop's system said of that order last; None when it was not asked or did not know."""
    identity: Identity | None = None
    """Who the shopper is by the shop's signature."""


def brief_of(
    tx: Transaction, conversation: Conversation, messages: Sequence[Message], handoff: Handoff | None
) -> Brief:
    """Return the brief of a conversation whose last messages and hand-off these are."""
    ended = tx.events.ends_of(conversation.visitor_id, limit=READ)
    number = _order_number(conversation, messages, handoff)
    status = number and _order_status(tx, conversation.id, number)
    identity = tx.visitors.identity_of(conversation.visitor_id)
    return Brief(tuple(previous_of(ended)[:SHOWN]), number, status, identity)


def previous_of(ended: Sequence[Event]) -> list[Previous]:
    """Return each episode once, newest first, with its outcome as it was revised last."""
    revised: dict[tuple[str | None, int], str] = {}
    found = []
    for event in ended:
        key = (event.conversation_id, event.episode)
        if event.type is EventType.OUTCOME_REVISED:
            revised.setdefault(key, event.data["after"])
        elif event.conversation_id is not None:
            outcome = revised.get(key, event.data["outcome"])
            found.append(Previous(event.conversation_id, event.episode, event.at, outcome, event.data.get("topic")))
    return found


def _order_number(conversation: Conversation, messages: Sequence[Message], handoff: Handoff | None) -> str | None:
    """Return the order number that the shopper named last in this episode."""
    said = [m.text for m in messages if m.author is Author.SHOPPER and m.episode == conversation.episode]
    named = [number for text in said for number in find(text).order_numbers]
    return named[-1] if named else handoff.order_number if handoff else None


def _order_status(tx: Transaction, conversation_id: str, number: str) -> str | None:
    """Return what the shop's system said of the order, if it was the last one that was looked up."""
    looked_up = tx.lookups.latest(conversation_id)
    if looked_up is None or looked_up.status is None or looked_up.number.upper() != number.upper():
        return None
    return looked_up.status.value
