"""The conversation by mail: only to an address that a code has proved."""

from __future__ import annotations

import re

import pytest

from tests.fakes import FrozenClock
from tests.mail_server import MailServer
from tests.people import RefusedError, Shopper
from tests.server.mail_desk import Desk

EMAIL = "carol@example.com"


async def code_for(desk: Desk, mail_server: MailServer) -> str:
    """Ask for the transcript and read the code out of the mail."""
    assert await desk.carol.gets("transcript_send", email=EMAIL) == {"mailed": "code"}
    await desk.shop.sweep()
    _, message = mail_server.taken()[-1]
    return re.search(r"\b\d{6}\b", message.get_content())[0]


async def test_transcript_goes_to_an_address_that_a_code_has_proved(desk: Desk, mail_server: MailServer):
    await desk.carol.gets("locale_set", locale="es")
    await desk.carol.says("¿dónde está mi paquete? canary-word")
    answer = await desk.carol.hears("bot")
    code = await code_for(desk, mail_server)
    ((_, first),) = mail_server.taken()
    assert "canary-word" not in first.as_string()
    assert await desk.carol.gets("transcript_send", email=EMAIL.upper(), code=code) == {"mailed": "transcript"}
    await desk.shop.sweep()
    envelope, message = mail_server.taken()[-1]
    text = message.get_content().replace("\r\n", "\n")
    assert envelope["to"] == [EMAIL]
    assert "canary-word" in text
    assert answer["text"] in text
    assert "Tú\n" in text
    assert "2 mar 2026" in text
    assert message["Subject"] == "Tu conversación del 2 de marzo de 2026"
    assert desk.shop.value("SELECT count(*) FROM mails WHERE text != ''") == 0


async def test_proved_address_needs_no_second_code_that_day(desk: Desk, mail_server: MailServer, clock: FrozenClock):
    await desk.carol.says("where is my parcel")
    code = await code_for(desk, mail_server)
    await desk.carol.gets("transcript_send", email=EMAIL, code=code)
    assert await desk.carol.gets("transcript_send", email=EMAIL) == {"mailed": "transcript"}
    with pytest.raises(RefusedError, match="bad_input"):
        await desk.carol.gets("transcript_send", email=EMAIL, code=code)  # used
    clock.advance(hours=25)
    assert await desk.carol.gets("transcript_send", email=EMAIL) == {"mailed": "code"}


async def test_code_is_for_one_conversation_one_address_and_a_quarter_of_an_hour(
    desk: Desk, mail_server: MailServer, clock: FrozenClock
):
    await desk.carol.says("where is my parcel")
    code = await code_for(desk, mail_server)
    mallory = await Shopper(desk.shop).comes()
    await mallory.says("hello")
    for shopper, email in ((mallory, EMAIL), (desk.carol, "other@example.com")):
        with pytest.raises(RefusedError, match="bad_input"):
            await shopper.gets("transcript_send", email=email, code=code)
    await mallory.leave()
    clock.advance(minutes=15)
    with pytest.raises(RefusedError, match="bad_input"):
        await desk.carol.gets("transcript_send", email=EMAIL, code=code)
    await desk.shop.sweep()
    assert len(mail_server.taken()) == 1


async def test_code_is_tried_five_times_at_most(desk: Desk, mail_server: MailServer):
    await desk.carol.says("where is my parcel")
    code = await code_for(desk, mail_server)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        with pytest.raises(RefusedError, match="bad_input"):
            await desk.carol.gets("transcript_send", email=EMAIL, code=wrong)
    with pytest.raises(RefusedError, match="bad_input"):
        await desk.carol.gets("transcript_send", email=EMAIL, code=code)
    await desk.shop.sweep()
    assert len(mail_server.taken()) == 1


async def test_address_gets_one_code_a_day_from_whomever(desk: Desk, mail_server: MailServer):
    await desk.carol.says("where is my parcel")
    await code_for(desk, mail_server)
    mallory = await Shopper(desk.shop).comes()
    await mallory.says("hello")
    for shopper in (desk.carol, mallory):
        with pytest.raises(RefusedError, match="too_fast") as refused:
            await shopper.gets("transcript_send", email=EMAIL)
        assert refused.value.params["retry_after"] == pytest.approx(24 * 3600, abs=60)
    await mallory.leave()


async def test_empty_conversation_sends_nothing(desk: Desk):
    with pytest.raises(RefusedError, match="conflict"):
        await desk.carol.gets("transcript_send", email=EMAIL)
