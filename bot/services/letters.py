"""What mails say, and how one is put into the outbox: in the transaction of what it tells of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from babel import Locale

from bot.connectors.mail import Mailer
from bot.domain.conversations import Conversation
from bot.domain.identifiers import new_id
from bot.domain.mails import Mail, MailKind
from bot.domain.messages import Author, Message
from bot.domain.tickets import Ticket
from bot.locale.catalogs import Catalogs
from bot.locale.dates import day, locale_of, moment
from bot.locale.times import zone_of
from bot.store.transaction import Transaction

TICKET_SUBJECT = "We have your message {number}"
TICKET_TEXT = (
    "Thank you for writing to us. Your message has the number {number}. A person will answer it by mail, to this "
    "address.\n\nIf you did not write to us, somebody mistyped their address: please ignore this mail."
)
REPLY_SUBJECT = "Your message {number}"
CODE_SUBJECT = "Your code for the chat"
CODE_TEXT = (
    "Your code is {code}. Enter it in the chat within {minutes} minutes, and the conversation is sent to this address."
    "\n\nIf you did not ask for it, please ignore this mail: nothing else will come."
)
TRANSCRIPT_SUBJECT = "Your conversation of {date}"
TRANSCRIPT_TEXT = "Here is the conversation that you asked for. Times are in the time zone {zone}."
FOOT = (
    "This mail comes from the chat on our website. If you answer it, your answer goes to our mailbox {mailbox}; the "
    "chat does not see it."
)
FOOT_LINE = "-- "
NAMES: dict[Author, str] = {
    Author.SHOPPER: "You",
    Author.BOT: "Assistant",
    Author.AGENT: "Support",
    Author.SYSTEM: "Notice",
}


class Letters:
    """Writes mails; a shopper's own words go only to an address that is known to be theirs."""

    def __init__(self, catalogs: Catalogs, mailer: Mailer) -> None:
        self._catalogs = catalogs
        self._mailer = mailer

    @property
    def reply_to(self) -> str:
        return self._mailer.reply_to

    def confirm(self, tx: Transaction, ticket: Ticket) -> Mail:
        """Queue the confirmation of a ticket: fixed text, because anybody can write any address."""
        say, language = self._catalogs.say, ticket.language
        subject = say(language, TICKET_SUBJECT, number=ticket.number)
        text = say(language, TICKET_TEXT, number=ticket.number)
        return self._queue(tx, ticket, MailKind.TICKET_OPENED, subject, text)

    def answer(self, tx: Transaction, ticket: Ticket, *, name: str, text: str) -> Mail:
        """Queue an agent's reply."""
        subject = self._catalogs.say(ticket.language, REPLY_SUBJECT, number=ticket.number)
        return self._queue(tx, ticket, MailKind.TICKET_REPLY, subject, f"{text}\n\n{name}")

    def prove(self, tx: Transaction, conversation: Conversation, *, email: str, code: str, minutes: int) -> Mail:
        """Queue a code: fixed text again."""
        say, language = self._catalogs.say, conversation.memory.language
        text = say(language, CODE_TEXT, code=code, minutes=minutes)
        subject = say(language, CODE_SUBJECT)
        return self._add(tx, conversation.id, MailKind.CODE, email, language=language, subject=subject, text=text)

    def transcript(
        self, tx: Transaction, conversation: Conversation, messages: Sequence[Message], *, email: str
    ) -> Mail:
        """Queue the conversation, to an address that a code has proved."""
        say, language = self._catalogs.say, conversation.memory.language
        locale, zone = locale_of(language, conversation.locale), zone_of(conversation.time_zone)
        lines = [self._line(message, locale, zone) for message in messages]
        text = "\n\n".join([say(language, TRANSCRIPT_TEXT, zone=str(zone)), *lines])
        subject = say(language, TRANSCRIPT_SUBJECT, date=day(messages[0].at, locale, zone))
        return self._add(tx, conversation.id, MailKind.TRANSCRIPT, email, language=language, subject=subject, text=text)

    def _line(self, message: Message, locale: Locale, zone: tzinfo) -> str:
        name = message.name if message.author is Author.AGENT else None
        name = name or self._catalogs.say(locale.language, NAMES[message.author])
        return f"{moment(message.at, locale, zone)}  {name}\n{message.text}"

    def _queue(self, tx: Transaction, ticket: Ticket, kind: MailKind, subject: str, text: str) -> Mail:
        return self._add(
            tx,
            ticket.conversation_id,
            kind,
            ticket.email,
            language=ticket.language,
            subject=subject,
            text=text,
            ticket_id=ticket.id,
            answers=tx.mails.first_of_ticket(ticket.id),
        )

    def _add(
        self,
        tx: Transaction,
        conversation_id: str,
        kind: MailKind,
        email: str,
        *,
        language: str,
        subject: str,
        text: str,
        ticket_id: str | None = None,
        answers: str | None = None,
    ) -> Mail:
        foot = self._catalogs.say(language, FOOT, mailbox=self._mailer.reply_to)
        mail = Mail.queued(
            new_id(),
            domain=self._mailer.domain,
            at=tx.now,
            conversation_id=conversation_id,
            ticket_id=ticket_id,
            kind=kind,
            email=email.lower(),
            language=language,
            subject=subject,
            text=f"{text}\n\n{FOOT_LINE}\n{foot}\n",
            answers=answers,
        )
        tx.mails.add(mail)
        return mail
