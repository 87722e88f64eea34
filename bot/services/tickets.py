"""A message left for later: a ticket with a number."""

from __future__ import annotations

import secrets

from bot.domain.conversations import Change, Status
from bot.domain.events import Actor, EventType
from bot.domain.handoffs import HandoffStatus
from bot.domain.identifiers import new_id
from bot.domain.messages import Author
from bot.locale.catalogs import Catalogs
from bot.services.exchange import idle_time
from bot.services.queueing import leave_queue
from bot.services.shoppers import Shopper, checked_text
from bot.settings import Settings
from bot.store.notes import Ticket
from bot.store.transaction import Store, Transaction

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is mistaken for another when read aloud
OPENED = "Thank you. Your message has the number {number}; we will answer to {email}."


def ticket_number() -> str:
    """Return a number such as CV-7K3QX9; it names a ticket and opens nothing."""
    return "CV-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))


class Tickets:
    """Use-cases of tickets."""

    def __init__(self, store: Store, catalogs: Catalogs, settings: Settings) -> None:
        self._store = store
        self._catalogs = catalogs
        self._settings = settings

    async def open(self, shopper: Shopper, *, email: str, text: str) -> str:
        """Keep the message and return its number; who was waiting leaves the queue.

        Raises BadInput, TooLarge, Conflict while a person has the conversation.
        """
        cleaned = checked_text(text, self._settings.message_length)

        def unit(tx: Transaction) -> str:
            with shopper.open(tx) as exchange:
                exchange.reopen()
                conversation = exchange.conversation
                language = conversation.memory.language
                exchange.begin_episode(language)
                exchange.stay_until(idle_time(exchange.now, self._settings.idle_minutes))
                ticket = Ticket(
                    new_id(), conversation.id, ticket_number(), email, cleaned, language, "open", exchange.now
                )
                tx.notes.add_ticket(ticket)
                tx.news.tickets.append(ticket)
                if conversation.status is Status.WAITING:
                    leave_queue(
                        exchange,
                        Change.TICKET_OPENED,
                        HandoffStatus.CANCELLED,
                        EventType.HANDOFF_CANCELLED,
                        Actor.SHOPPER,
                    )
                else:
                    exchange.change(Change.TICKET_OPENED)
                exchange.record(EventType.TICKET_OPENED, Actor.SHOPPER, None, ticket_id=ticket.id)
                said = self._catalogs.say(language, OPENED, number=ticket.number, email=email)
                exchange.say(Author.SYSTEM, said, language=language)
                return ticket.number

        return await self._store.write(unit)

    async def listed(self) -> list[Ticket]:
        return await self._store.read(lambda tx: tx.notes.tickets(limit=200))
