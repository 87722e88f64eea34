"""Sends reports by mail: what is due becomes mails of the outbox, each report once, whoever finds it due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.analytics import letters
from bot.analytics.letters import Words
from bot.analytics.periods import Query
from bot.analytics.report import Reports
from bot.connectors.mail import Mailer
from bot.domain.identifiers import new_id
from bot.domain.mails import Mail, MailKind
from bot.domain.schedules import Schedule
from bot.locale.catalogs import Catalogs
from bot.store.transaction import Store, Transaction


class ReportMails:
    """Writes the reports that are due into the outbox, in the transaction that says when they are due next."""

    def __init__(
        self, store: Store, reports: Reports, catalogs: Catalogs, mailer: Mailer, public_url: str | None
    ) -> None:
        self._store, self._reports, self._catalogs = store, reports, catalogs
        self._domain, self._public_url = mailer.domain, public_url

    async def sweep(self) -> int:
        """Queue what is due; return how many schedules that were.

        After a long stop only the last week or month is reported, not each that went by.
        """
        now, due = await self._store.read(lambda tx: (tx.now, tx.schedules.due(tx.now)))
        for schedule, due_at in due:
            words = await self._words(schedule.period(now), schedule.language, schedule.time_zone, now)
            if words is not None:
                await self._queue_if_due(schedule, due_at, words)
        return len(due)

    async def _queue_if_due(self, schedule: Schedule, due_at: datetime, words: Words) -> None:
        def unit(tx: Transaction) -> None:
            # Another process may have been faster, or somebody has changed it: then nothing is queued.
            if tx.schedules.claim(schedule, due_at=due_at, now=tx.now):
                self._queue(tx, schedule.recipients, schedule.language, words)

        await self._store.write(unit)

    async def send(self, query: Query, language: str, recipient: str) -> str:
        """Queue a report of any period for one address; return the mail's id."""
        told = await self._reports.overview(query, kb_version="")
        words = letters.write(told, self._catalogs, language, self._public_url)
        return await self._store.write(lambda tx: self._queue(tx, [recipient], language, words)[0])

    async def _words(self, period: tuple[date, date], language: str, zone: str, now: datetime) -> Words | None:
        """Return the letter; None while ended episodes are not counted yet: the next sweep finds them counted."""
        first, last = (day.isoformat() for day in period)
        query = Query.parse(now=now, start=first, end=last, time_zone=zone)
        told = await self._reports.overview(query, kb_version="")
        return None if told["behind"] else letters.write(told, self._catalogs, language, self._public_url)

    def _queue(self, tx: Transaction, recipients: Sequence[str], language: str, words: Words) -> list[str]:
        queued = []
        for recipient in recipients:
            mail = Mail.queued(
                new_id(),
                domain=self._domain,
                at=tx.now,
                conversation_id=None,
                ticket_id=None,
                kind=MailKind.REPORT,
                email=recipient,
                language=language,
                subject=words.subject,
                text=words.text,
                html=words.html,
                answers=None,
            )
            tx.mails.add(mail)
            queued.append(mail.id)
        return queued
