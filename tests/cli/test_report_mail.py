"""`parley report --mail` sends one report, now, and says what became of it."""

from __future__ import annotations

import asyncio

import pytest

from tests.cli.conftest import Run
from tests.mail_server import MailServer
from tests.people import Shopper
from tests.shop import Shop

DAYS = ("--from", "2026-03-01", "--to", "2026-03-03")


@pytest.fixture
def with_mail(mail_server: MailServer, shop: Shop) -> dict[str, object]:
    return {
        "database_url": shop.settings.database_url,
        "mail_url": mail_server.url,
        "mail_from": "Shop <no-reply@shop.example>",
        "public_url": "https://chat.shop.example",
    }


async def test_one_is_sent_now(parley: Run, carol: Shopper, mail_server: MailServer, with_mail: dict[str, object]):
    await carol.asked("where is my parcel")
    await carol.gets("conversation_end")
    asked = ("report", "--mail", "Zoe@shop.example", "--language", "es", *DAYS)
    result = await asyncio.to_thread(parley, *asked, **with_mail)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("Sent to zoe@shop.example: Informe del chat")
    ((envelope, message),) = mail_server.taken()
    assert envelope["to"] == ["zoe@shop.example"]
    plain, html = (str(part.get_content()) for part in message.iter_parts())
    for form in (plain, html):
        assert "Episodios terminados" in form
        assert "https://chat.shop.example/dashboard?from=2026-03-01" in form


async def test_what_was_not_taken_is_said(parley: Run, mail_server: MailServer, with_mail: dict[str, object]):
    asked = ("report", "--mail", "zoe@shop.example", *DAYS)
    mail_server.answers(rcpt=["550 nobody here"])
    refused = await asyncio.to_thread(parley, *asked, **with_mail)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == "Not sent to zoe@shop.example (SMTP 550); it is not tried again.\n"
    mail_server.answers(rcpt=["451 later"])
    later = await asyncio.to_thread(parley, *asked, **with_mail)
    assert (later.code, "it is tried again while a server runs" in later.err) == (1, True)


@pytest.mark.parametrize(
    ("more", "code", "about"),
    [
        (("--mail", "zoe@shop.example, mallory@evil.example"), 2, "expected an address"),
        (("--mail", "zoe@shop.example", "--language", "de"), 2, "en, es, fr"),
    ],
)
def test_wrong_use_is_refused(parley: Run, with_mail: dict[str, object], more: tuple[str, ...], code: int, about: str):
    result = parley("report", *more, *DAYS, **with_mail)
    assert (result.code, about in result.err) == (code, True), result.err


def test_without_mail_it_says_what_is_missing(parley: Run, shop: Shop):
    result = parley("report", "--mail", "zoe@shop.example", database_url=shop.settings.database_url)
    assert (result.code, "PARLEY_MAIL_URL" in result.err) == (78, True)
