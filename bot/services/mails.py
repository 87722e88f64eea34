"""The outbox is emptied: what is due is sent, once; what could not be sent is tried again for a day."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from bot.connectors.mail import Letter, MailDelayed, Mailer, MailRefused
from bot.domain.mails import Mail, MailKind, MailStatus, next_attempt
from bot.store.transaction import Store, Transaction

logger = logging.getLogger(__name__)

AT_ONCE = 20  # mails that one sweep looks at
CLAIM = timedelta(minutes=2)
"""How long others keep off a mail that is being sent: more than a sending takes at most. A process that is killed
while it sends leaves a mail that is due again after this: sent a second time perhaps, with the same message id."""


class Mails:
    """Sends what the outbox holds."""

    def __init__(self, store: Store, mailer: Mailer) -> None:
        self._store = store
        self._mailer = mailer

    async def sweep(self) -> int:
        """Send what is due; return how many mails that were. A server that is down ends the sweep."""
        due = await self._store.read(lambda tx: tx.mails.due(tx.now, limit=AT_ONCE))
        for mail in due:
            if not await self.send(mail):
                break
        return len(due)

    async def send(self, mail: Mail) -> bool:
        """Send one, unless somebody else does; False when the server takes none now."""
        claimed = await self._store.write(lambda tx: tx.mails.claim(mail, now=tx.now, until=tx.now + CLAIM))
        if not claimed:
            return True
        mail = replace(mail, attempts=mail.attempts + 1)
        try:
            await self._mailer.send(_letter_of(mail))
        except MailRefused as refused:
            await self._settle(mail, MailStatus.FAILED, refused.reason)
        except MailDelayed as delayed:
            await self._postpone(mail, delayed.reason)
            return not delayed.server_is_down
        else:
            await self._settle(mail, MailStatus.SENT, None)
        return True

    async def _settle(self, mail: Mail, status: MailStatus, reason: str | None) -> None:
        def unit(tx: Transaction) -> None:
            if tx.mails.settle(mail.id, status, at=tx.now, refusal=reason):
                _tell(tx, mail)

        await self._store.write(unit)
        if status is MailStatus.FAILED:
            logger.warning("mail_failed", extra={"mail": mail.id, "kind": mail.kind.value, "reason": reason})

    async def _postpone(self, mail: Mail, reason: str) -> None:
        def unit(tx: Transaction) -> datetime | None:
            again = next_attempt(mail, tx.now)
            if again is not None:
                tx.mails.postpone(mail.id, due_at=again, refusal=reason)
            elif tx.mails.settle(mail.id, MailStatus.FAILED, at=tx.now, refusal=reason):
                _tell(tx, mail)
            return again

        again = await self._store.write(unit)
        event = "mail_failed" if again is None else "mail_delayed"
        logger.warning(event, extra={"mail": mail.id, "kind": mail.kind.value, "reason": reason})


def _tell(tx: Transaction, mail: Mail) -> None:
    """Let the console show what became of a ticket's mail."""
    if mail.ticket_id is not None:
        tx.news.changed_tickets.append(tx.tickets.get(mail.ticket_id))


def _letter_of(mail: Mail) -> Letter:
    return Letter(
        to=mail.email,
        subject=mail.subject,
        text=mail.text,
        message_id=mail.message_id,
        at=mail.at,
        language=mail.language,
        html=mail.html,
        answers=mail.answers,
        automatic=mail.kind is not MailKind.TICKET_REPLY,
    )
