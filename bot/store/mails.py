"""The outbox: what is due is claimed by one conditional UPDATE, so that two processes do not send the same mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from bot.domain.mails import Mail, MailKind, MailStatus
from bot.store.correspondence import mail_codes, mails


class Mails:
    """Rows of mails."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, mail: Mail) -> None:
        row = {column.name: getattr(mail, column.name) for column in mails.c}
        row["kind"], row["status"] = mail.kind.value, mail.status.value
        self._connection.execute(insert(mails), row)

    def due(self, now: datetime, *, limit: int) -> list[Mail]:
        """Return what waits to be sent, longest due first."""
        query = (
            select(mails)
            .where(mails.c.status == MailStatus.QUEUED.value, mails.c.due_at <= now)
            .order_by(mails.c.due_at, mails.c.id)
            .limit(limit)
        )
        return [_mail_of(row) for row in self._connection.execute(query)]

    def get(self, mail_id: str) -> Mail:
        """Return a mail that is known to be there."""
        return _mail_of(self._connection.execute(select(mails).where(mails.c.id == mail_id)).one())

    def claim(self, mail: Mail, *, now: datetime, until: datetime) -> bool:
        """Keep others off it until then, when it is due again; False when somebody else was faster."""
        claimed = (
            update(mails)
            .where(mails.c.id == mail.id, mails.c.status == MailStatus.QUEUED.value, mails.c.due_at <= now)
            .values(due_at=until, attempts=mails.c.attempts + 1)
        )
        return self._connection.execute(claimed).rowcount == 1

    def postpone(self, mail_id: str, *, due_at: datetime, refusal: str) -> None:
        """Try again then."""
        later = update(mails).where(mails.c.id == mail_id, mails.c.status == MailStatus.QUEUED.value)
        self._connection.execute(later.values(due_at=due_at, refusal=refusal))

    def settle(self, mail_id: str, status: MailStatus, *, at: datetime, refusal: str | None = None) -> bool:
        """Note what became of it and forget its words: a reply is kept with its ticket."""
        settled = (
            update(mails)
            .where(mails.c.id == mail_id, mails.c.status == MailStatus.QUEUED.value)
            .values(status=status.value, settled_at=at, refusal=refusal, text="", html=None)
        )
        return self._connection.execute(settled).rowcount == 1

    def last_to(self, email: str, kind: MailKind, *, since: datetime) -> datetime | None:
        """Return when such a mail was last queued for the address, if it was since then."""
        query = select(func.max(mails.c.at)).where(
            mails.c.email == email, mails.c.kind == kind.value, mails.c.at > since
        )
        last: datetime | None = self._connection.scalar(query)
        return last

    def first_of_ticket(self, ticket_id: str) -> str | None:
        """Return the message id that later mails of the ticket follow."""
        query = select(mails.c.message_id).where(mails.c.ticket_id == ticket_id).order_by(mails.c.at).limit(1)
        return self._connection.scalar(query)


class Codes:
    """Rows of codes that were mailed to an address."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, code: dict[str, Any]) -> None:
        self._connection.execute(insert(mail_codes), code)

    def current(self, conversation_id: str, email: str, now: datetime) -> tuple[str, str] | None:
        """Return id and hash of the newest code that may still be used."""
        query = (
            select(mail_codes.c.id, mail_codes.c.code_hash)
            .where(
                mail_codes.c.conversation_id == conversation_id,
                mail_codes.c.email == email,
                mail_codes.c.expires_at > now,
                mail_codes.c.used_at.is_(None),
            )
            .order_by(mail_codes.c.at.desc(), mail_codes.c.id.desc())
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else (row.id, row.code_hash)

    def count_try(self, code_id: str, *, most: int) -> bool:
        """Count an attempt at the code; False when it has had its share."""
        tried = update(mail_codes).where(mail_codes.c.id == code_id, mail_codes.c.tries < most)
        return self._connection.execute(tried.values(tries=mail_codes.c.tries + 1)).rowcount == 1

    def use(self, code_id: str, at: datetime) -> bool:
        """Take the code; False when it was taken before."""
        used = update(mail_codes).where(mail_codes.c.id == code_id, mail_codes.c.used_at.is_(None))
        return self._connection.execute(used.values(used_at=at)).rowcount == 1

    def was_proved(self, conversation_id: str, email: str, *, since: datetime) -> bool:
        """Whether this conversation's shopper has shown since then that they read the address."""
        query = select(mail_codes.c.id).where(
            mail_codes.c.conversation_id == conversation_id, mail_codes.c.email == email, mail_codes.c.used_at > since
        )
        return self._connection.execute(query.limit(1)).one_or_none() is not None


def _mail_of(row: Row[Any]) -> Mail:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for it
    return Mail(**{**values, "kind": MailKind(values["kind"]), "status": MailStatus(values["status"])})
