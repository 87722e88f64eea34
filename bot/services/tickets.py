"""A message left for later: a ticket with a number, answered by mail."""

from __future__ import annotations

import secrets

from bot.domain.agents import Agent
from bot.domain.conversations import Change, Status
from bot.domain.events import Actor, EventType
from bot.domain.handoffs import HandoffStatus
from bot.domain.identifiers import new_id
from bot.domain.mails import MailKind
from bot.domain.messages import Author
from bot.domain.tickets import Ticket, TicketChange, TicketReply, TicketStatus, next_ticket_status
from bot.errors import Conflict
from bot.locale.catalogs import Catalogs
from bot.services.exchange import Exchange, idle_time
from bot.services.letters import Letters
from bot.services.queueing import leave_queue
from bot.services.redaction import Redaction
from bot.services.shoppers import Shopper, checked_text
from bot.services.transcripts import ONE_UNASKED
from bot.settings import Settings
from bot.store.transaction import Store, Transaction

LISTED = 200
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is mistaken for another when read aloud
OPENED = "Thank you. Your message has the number {number}; we will answer to {email}."


def ticket_number() -> str:
    """Return a number such as CV-7K3QX9; it names a ticket and opens nothing."""
    return "CV-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))


class Tickets:
    """Use-cases of tickets."""

    def __init__(self, store: Store, catalogs: Catalogs, settings: Settings, letters: Letters | None) -> None:
        self._store = store
        self._catalogs = catalogs
        self._settings = settings
        self._letters = letters
        self._redaction = Redaction(settings)

    @property
    def reply_to(self) -> str | None:
        """Return where answers to a mail go; None when mail is not set up."""
        return self._letters.reply_to if self._letters else None

    async def open(self, shopper: Shopper, *, email: str, text: str, confirm: bool = True) -> str:
        """Keep the message and return its number; who was waiting leaves the queue.

        The number is mailed too, once a day to an address at most, unless not to `confirm`.
        Raises BadInput, TooLarge, Conflict while a person has the conversation.
        """
        cleaned = self._redaction.stored(checked_text(text, self._settings.message_length))

        def unit(tx: Transaction) -> str:
            with shopper.open(tx) as exchange:
                ticket = self._open(exchange, email=email, text=cleaned)
                if self._letters and confirm and not _was_written_to(tx, email):
                    self._letters.confirm(tx, ticket)
                tx.news.tickets.append(tx.tickets.get(ticket.id))
                return ticket.number

        return await self._store.write(unit)

    def _open(self, exchange: Exchange, *, email: str, text: str) -> Ticket:
        exchange.reopen()
        conversation = exchange.conversation
        language = conversation.memory.language
        exchange.begin_episode(language)
        exchange.stay_until(idle_time(exchange.now, self._settings.idle_minutes))
        ticket = Ticket(
            id=new_id(),
            conversation_id=conversation.id,
            number=ticket_number(),
            email=email,
            text=text,
            language=language,
            status=TicketStatus.OPEN,
            topic=conversation.memory.last_entry,
            at=exchange.now,
        )
        exchange.tx.tickets.add(ticket)
        if conversation.status is Status.WAITING:
            leave_queue(
                exchange, Change.TICKET_OPENED, HandoffStatus.CANCELLED, EventType.HANDOFF_CANCELLED, Actor.SHOPPER
            )
        else:
            exchange.change(Change.TICKET_OPENED)
        exchange.record(EventType.TICKET_OPENED, Actor.SHOPPER, None, ticket_id=ticket.id)
        said = self._catalogs.say(language, OPENED, number=ticket.number, email=email)
        exchange.say(Author.SYSTEM, self._redaction.stored(said), language=language)
        return ticket

    async def listed(self, status: TicketStatus | None = None) -> list[Ticket]:
        """Return the tickets in this status, or all, newest first."""
        return await self._store.read(lambda tx: tx.tickets.listed(status, limit=LISTED))

    async def reply(self, agent: Agent, ticket_id: str, text: str) -> Ticket:
        """Answer by mail. Raises NotFound, BadInput, TooLarge, Conflict when mail is not set up or it is closed."""
        letters = self._letters
        if letters is None:
            raise Conflict("Mail is not set up on this server, so tickets cannot be answered from here.")
        cleaned = self._redaction.stored(checked_text(text, self._settings.message_length))

        def unit(tx: Transaction) -> Ticket:
            ticket = _move(tx, ticket_id, TicketChange.ANSWERED)
            mail = letters.answer(tx, ticket, name=agent.name, text=cleaned)
            tx.tickets.add_reply(TicketReply(new_id(), ticket.id, agent.id, agent.name, cleaned, tx.now, mail.id))
            return _told(tx, ticket_id)

        return await self._store.write(unit)

    async def close(self, ticket_id: str) -> Ticket:
        """Close it. Raises NotFound, Conflict."""
        return await self._change(ticket_id, TicketChange.CLOSED)

    async def reopen(self, ticket_id: str) -> Ticket:
        """Open a closed one again. Raises NotFound, Conflict."""
        return await self._change(ticket_id, TicketChange.REOPENED)

    async def _change(self, ticket_id: str, change: TicketChange) -> Ticket:
        def unit(tx: Transaction) -> Ticket:
            _move(tx, ticket_id, change)
            return _told(tx, ticket_id)

        return await self._store.write(unit)


def _move(tx: Transaction, ticket_id: str, change: TicketChange) -> Ticket:
    ticket = tx.tickets.get(ticket_id)
    after = next_ticket_status(ticket.status, change)
    if not tx.tickets.move(ticket, after):
        raise Conflict("Somebody else changed this ticket just now. Please look again.")
    return ticket


def _told(tx: Transaction, ticket_id: str) -> Ticket:
    ticket = tx.tickets.get(ticket_id)
    tx.news.changed_tickets.append(ticket)
    return ticket


def _was_written_to(tx: Transaction, email: str) -> bool:
    return tx.mails.last_to(email.lower(), MailKind.TICKET_OPENED, since=tx.now - ONE_UNASKED) is not None
