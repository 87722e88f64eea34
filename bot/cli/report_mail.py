"""`parley report --mail ADDRESS`: one report, now, by the outbox."""

from __future__ import annotations

import asyncio
import time

import typer

from bot.analytics.mailing import ReportMails
from bot.analytics.periods import Query
from bot.analytics.report import Reports
from bot.analytics.rollup import Rollup
from bot.cli.database import with_store
from bot.connectors.mail import SEND_SECONDS, mailer_of, one_address
from bot.domain.mails import Mail, MailStatus
from bot.errors import BadInput, SettingsError
from bot.locale.catalogs import load_catalogs
from bot.locale.negotiate import LANGUAGES
from bot.services.mails import Mails
from bot.settings import Settings
from bot.store.transaction import Store

NOT_SENT = 1


def send(settings: Settings, query: Query, address: str, language: str) -> str:
    """Send the report and say that it is sent. Raises BadInput, SettingsError; exits 1 when it was not taken."""
    mailer = mailer_of(settings)
    if mailer is None:
        raise SettingsError(["PARLEY_MAIL_URL and PARLEY_MAIL_FROM: expected both to send a report by mail"])
    if language not in LANGUAGES:
        raise BadInput("Expected one of {known}, got {found}.", known=", ".join(LANGUAGES), found=language[:40])
    try:
        recipient = one_address(address).addr_spec.lower()
    except ValueError as error:
        raise BadInput(f"--mail: {error}, got {address[:254]}") from None

    async def use(store: Store) -> Mail:
        await Rollup(store).catch_up()
        mailing = ReportMails(store, Reports(store), load_catalogs(), mailer, settings.public_url)
        mail_id = await mailing.send(query, language, recipient)
        await Mails(store, mailer).send(await store.read(lambda tx: tx.mails.get(mail_id)))
        return await _settled(store, mail_id)

    mail = with_store(settings, use)
    if mail.status is MailStatus.SENT:
        return f"Sent to {recipient}: {mail.subject}"
    later = "it is tried again while a server runs" if mail.status is MailStatus.QUEUED else "it is not tried again"
    typer.echo(f"Not sent to {recipient} ({mail.refusal or 'no answer yet'}); {later}.", err=True)
    raise typer.Exit(NOT_SENT)


async def _settled(store: Store, mail_id: str) -> Mail:
    """Return the mail once it is known what became of it: a server that runs beside us may be sending it."""
    until = time.monotonic() + SEND_SECONDS
    while True:
        mail = await store.read(lambda tx: tx.mails.get(mail_id))
        if mail.status is not MailStatus.QUEUED or mail.refusal is not None or time.monotonic() > until:
            return mail
        await asyncio.sleep(0.2)
