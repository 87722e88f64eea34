"""Who a shopper is to the server, and what a message of theirs must be."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.conversations import Conversation
from bot.errors import BadInput, Forbidden, NotFound, TooLarge
from bot.services.exchange import NO_CONVERSATION, Exchange, owns
from bot.store.transaction import Transaction
from bot.text.normalize import clean

BLOCKED = "The shop has closed this chat: it takes no more messages from you."


@dataclass(frozen=True, slots=True)
class Shopper:
    """Whom a connection belongs to, and the conversation that it is about."""

    visitor_id: str
    """Who owns the conversation: the browser itself, or whom the shop says that it belongs to."""
    conversation_id: str
    device_id: str = ""
    """The browser."""

    def open(self, tx: Transaction) -> Exchange:
        """Return the shopper's own conversation for changing. Raises NotFound, Forbidden for who was blocked."""
        exchange = Exchange.open(tx, self.conversation_id, visitor_id=self.visitor_id)
        if exchange.conversation.blocked:
            raise Forbidden(BLOCKED)
        return exchange

    def read(self, tx: Transaction) -> Conversation:
        """Return the shopper's own conversation; a foreign one looks like none. Raises NotFound."""
        conversation = tx.conversations.get(self.conversation_id)
        if not owns(tx, self.visitor_id, conversation):
            raise NotFound(NO_CONVERSATION)
        return conversation


def checked_text(text: str, limit: int) -> str:
    """Return the text as it is stored. Raises BadInput for an empty one, TooLarge for a long one."""
    cleaned = clean(text).strip()
    if not cleaned:
        raise BadInput("The message is empty. Please write something first.")
    if len(cleaned) > limit:
        raise TooLarge(
            "The message is too long: at most {limit} characters, and this has {length}. Please shorten it.",
            limit=limit,
            length=len(cleaned),
        )
    return cleaned
