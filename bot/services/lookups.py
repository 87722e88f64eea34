"""A look-up begins within a turn: counted, and written as a row that an answer is due to."""

from __future__ import annotations

from datetime import timedelta

from bot.dialogue.orders import LookUp
from bot.domain.identifiers import new_id
from bot.domain.orders import Lookup
from bot.services.exchange import Exchange

CLAIM = timedelta(seconds=15)
"""How long others keep off a look-up: three times what the service gets."""
HOUR = timedelta(hours=1)
OF_A_VISITOR = 5  # look-ups in an hour
OF_A_NUMBER = 10  # look-ups in an hour, from whomever: else many visitors could guess at one order's address


def may_look_up(exchange: Exchange, asked: LookUp) -> bool:
    """Return whether neither the visitor nor the order has had its share of this hour."""
    lookups, since = exchange.tx.lookups, exchange.now - HOUR
    return (
        lookups.count_of_visitor(exchange.conversation.visitor_id, since=since) < OF_A_VISITOR
        and lookups.count_of_number(asked.number.upper(), since=since) < OF_A_NUMBER
    )


def start_lookup(exchange: Exchange, asked: LookUp, *, topic: str | None) -> None:
    """Write that an answer is due; whoever commits this looks the order up at once."""
    lookup = Lookup(
        id=new_id(),
        conversation_id=exchange.conversation.id,
        visitor_id=exchange.conversation.visitor_id,
        number=asked.number.upper(),
        email=asked.email,
        language=exchange.conversation.memory.language,
        topic=topic,
        waiting=True,
        attempts=1,
        status=None,
        at=exchange.now,
        due_at=exchange.now + CLAIM,
    )
    exchange.tx.lookups.add(lookup)
    exchange.tx.news.lookups.append(lookup)
