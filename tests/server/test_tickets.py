"""Tickets in the console: listed, answered by mail, closed and opened again; and what became of each mail."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.connectors import mail
from bot.connectors.mail import MailDelayed
from tests.fakes import FrozenClock
from tests.mail_server import MailServer
from tests.people import Agent, RefusedError, Shopper
from tests.server.mail_desk import EMAIL, MAILBOX, Desk
from tests.servers import free_port
from tests.shop import Shop


async def test_ticket_is_confirmed_in_fixed_words(desk: Desk, mail_server: MailServer):
    ticket = await desk.ticket("BUY CHEAP WATCHES at http://spam.example")
    assert (ticket["status"], ticket["confirmation"], ticket["reply_to"]) == ("open", "queued", MAILBOX)
    await desk.shop.sweep()
    ((envelope, message),) = mail_server.taken()
    assert envelope["to"] == ["carol@example.com"]
    text = message.get_content()
    assert ticket["number"] in message["Subject"]
    assert ticket["number"] in text
    assert MAILBOX in text
    assert "WATCHES" not in message.as_string()
    assert message["Auto-Submitted"] == "auto-generated"
    told = await desk.amir.hears_of("ticket_updated", lambda told: told["ticket"]["confirmation"] == "sent")
    assert told["ticket"]["id"] == ticket["id"]


async def test_answer_goes_out_by_mail_and_shows_that_it_did(desk: Desk, mail_server: MailServer):
    ticket = await desk.ticket()
    answered = await desk.answers(ticket, "Your parcel is on its way.\n\nBest wishes")
    assert answered["status"] == "answered"
    assert [(r["name"], r["text"], r["mail"]) for r in answered["replies"]] == [
        ("Amir", "Your parcel is on its way.\n\nBest wishes", "queued")
    ]
    await desk.shop.sweep()
    (_, confirmation), (envelope, message) = mail_server.taken()
    assert envelope["to"] == ["carol@example.com"]
    assert message.get_content().startswith("Your parcel is on its way.")
    assert "Please write to me" not in message.as_string()  # nobody has shown that the address is Carol's
    assert message["In-Reply-To"] == confirmation["Message-ID"]
    assert message["Reply-To"] == MAILBOX
    assert "Auto-Submitted" not in message
    updated = await desk.amir.hears_of(
        "ticket_updated", lambda told: [r["mail"] for r in told["ticket"]["replies"]] == ["sent"]
    )
    assert updated["ticket"]["id"] == ticket["id"]
    kept = [text for (text,) in desk.shop.rows("SELECT text FROM mails")]
    assert kept == ["", ""]  # sent, so its words are kept with the ticket


@pytest.mark.parametrize(
    ("locale", "expected"), [("en", "goes to our mailbox"), ("es", "llegará a nuestro buzón"), ("fr", "notre boîte")]
)
async def test_mail_speaks_the_shoppers_language(desk: Desk, mail_server: MailServer, locale: str, expected: str):
    await desk.carol.gets("locale_set", locale=locale)
    await desk.answers(await desk.ticket(), "Hola")
    await desk.shop.sweep()
    assert [m["Content-Language"] for _, m in mail_server.taken()] == [locale, locale]
    assert all(expected in m.get_content().replace("\r\n", " ") for _, m in mail_server.taken())


async def test_status_moves_by_the_table(desk: Desk):
    ticket = await desk.ticket()
    path = f"/api/tickets/{ticket['id']}"
    assert (await desk.asks("POST", f"{path}/reopen"))[0] == 409
    assert (await desk.asks("POST", f"{path}/close"))[1]["ticket"]["status"] == "closed"
    assert (await desk.asks("POST", f"{path}/close"))[0] == 409
    assert (await desk.asks("POST", f"{path}/replies", json={"text": "hello"}))[0] == 409
    assert (await desk.asks("POST", f"{path}/reopen"))[1]["ticket"]["status"] == "open"
    await desk.answers(ticket, "one")
    assert [r["text"] for r in (await desk.answers(ticket, "two"))["replies"]] == ["one", "two"]
    for status, count in (("answered", 1), ("open", 0), ("closed", 0)):
        assert len((await desk.asks("GET", f"/api/tickets?status={status}"))[1]["tickets"]) == count
    assert (await desk.asks("GET", "/api/tickets?status=odd"))[0] == 400
    for verb in ("close", "reopen"):
        assert (await desk.asks("POST", f"/api/tickets/nothing/{verb}"))[0] == 404
    assert (await desk.asks("POST", "/api/tickets/nothing/replies", json={"text": "a"}))[0] == 404
    assert (await desk.asks("POST", f"{path}/replies", json={"text": "  "}))[0] == 400


async def test_two_agents_close_a_ticket_at_once_and_one_is_told(desk: Desk):
    ticket = await desk.ticket()
    done = await asyncio.gather(*(desk.asks("POST", f"/api/tickets/{ticket['id']}/close") for _ in range(5)))
    assert sorted(status for status, _ in done) == [200, 409, 409, 409, 409]


async def test_without_mail_a_ticket_is_kept_and_cannot_be_answered_from_here(carol: Shopper, amir: Agent, shop: Shop):
    desk = Desk(shop, carol, amir)
    assert (carol.settings["mail"], carol.settings["orders"]) == (False, False)
    ticket = await desk.ticket()
    assert (ticket["confirmation"], ticket["reply_to"]) == (None, None)
    status, told = await desk.asks("POST", f"/api/tickets/{ticket['id']}/replies", json={"text": "hello"})
    assert (status, told["error"]["code"]) == (409, "conflict")
    assert shop.value("SELECT count(*) FROM mails") == 0
    with pytest.raises(RefusedError, match="unavailable"):
        await carol.gets("transcript_send", email=EMAIL)


async def test_refusal_that_is_final_is_shown(desk: Desk, mail_server: MailServer):
    mail_server.answers(rcpt=["550 no such user"])
    ticket = await desk.ticket()
    await desk.answers(ticket, "hello")
    await desk.shop.sweep()
    _, listed = await desk.asks("GET", "/api/tickets")
    assert [r["mail"] for r in listed["tickets"][0]["replies"]] == ["failed"]
    assert listed["tickets"][0]["confirmation"] == "failed"
    assert mail_server.taken() == []
    assert {row["refusal"] for row in desk.shop.rows("SELECT refusal FROM mails")} == {"SMTP 550"}


async def test_refusal_for_now_is_tried_again_with_the_same_message_id(
    desk: Desk, mail_server: MailServer, clock: FrozenClock
):
    mail_server.answers(data=["451 later", "250 OK"])
    await desk.ticket()
    message_id = desk.shop.value("SELECT message_id FROM mails")
    await desk.shop.sweep()
    assert mail_server.taken() == []
    await desk.shop.sweep()
    assert mail_server.taken() == []  # not due yet
    clock.advance(minutes=1)
    await desk.shop.sweep()
    ((_, message),) = mail_server.taken()
    assert message["Message-ID"] == message_id
    await desk.shop.sweep()
    assert len(mail_server.taken()) == 1


async def test_server_that_is_down_for_a_day_makes_a_mail_fail_visibly(desk: Desk, mail_server: MailServer, clock: Any):
    await desk.ticket()
    mail_server.answers(mail=["421 closing"])
    attempts = []
    for _ in range(25 * 12):
        await desk.shop.sweep()
        attempts.append(desk.shop.value("SELECT attempts FROM mails"))
        if desk.shop.value("SELECT status FROM mails") == "failed":
            break
        clock.advance(minutes=5)
    hours = (len(attempts) - 1) / 12
    assert hours == pytest.approx(24, abs=0.1)
    assert 8 <= attempts[-1] <= 12
    mail_server.answers()
    clock.advance(days=1)
    await desk.shop.sweep()
    assert mail_server.taken() == []
    _, listed = await desk.asks("GET", "/api/tickets")
    assert listed["tickets"][0]["confirmation"] == "failed"


async def test_server_goes_down_and_comes_back(desk: Desk, mail_server: MailServer, clock: FrozenClock):
    mail_server.stop()
    await desk.answers(await desk.ticket(), "hello")
    await desk.shop.sweep()
    assert {row["status"] for row in desk.shop.rows("SELECT status FROM mails")} == {"queued"}
    # One attempt was enough to see that it is down: the other mail did not wait for a time-out of its own.
    assert sorted(row["attempts"] for row in desk.shop.rows("SELECT attempts FROM mails")) == [0, 1]
    mail_server.start()
    clock.advance(minutes=1)
    await desk.shop.sweep()
    assert len(mail_server.taken()) == 2


async def test_chat_does_not_wait_for_a_slow_mail_server(desk: Desk, mail_server: MailServer, monkeypatch: Any):
    monkeypatch.setattr(mail, "SEND_SECONDS", 2.0)
    mail_server.answers(data=["silence"])
    await desk.ticket()
    sweep = asyncio.create_task(desk.shop.sweep())
    async with asyncio.timeout(1.5):
        assert (await desk.carol.asked("where is my parcel"))["entry"] == "shipping/track-package"
    assert not sweep.done()
    await sweep


async def test_killed_between_taking_and_noting_a_mail_goes_twice_with_one_message_id(
    desk: Desk, mail_server: MailServer, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
):
    await desk.ticket()
    outbox = desk.shop.parley.housekeeping._led[-1].__self__
    monkeypatch.setattr(outbox, "_settle", _dies)
    with pytest.raises(KilledError):
        await outbox.sweep()
    monkeypatch.undo()
    await desk.shop.sweep()
    assert len(mail_server.taken()) == 1  # whoever sends it may still be at it
    clock.advance(minutes=2)
    await desk.shop.sweep()
    clock.advance(days=2)
    await desk.shop.sweep()
    ids = [message["Message-ID"] for _, message in mail_server.taken()]
    assert len(ids) == 2
    assert len(set(ids)) == 1


class KilledError(BaseException):
    """As if the process ended here."""


async def _dies(*_arguments: object) -> None:
    raise KilledError


async def test_two_processes_send_a_mail_once(desk: Desk, mail_server: MailServer):
    await desk.ticket()
    outbox = desk.shop.parley.housekeeping._led[-1]
    await asyncio.gather(*(outbox() for _ in range(5)))
    assert len(mail_server.taken()) == 1


async def test_an_address_is_written_to_once_a_day_however_many_tickets_name_it(
    desk: Desk, mail_server: MailServer, clock: FrozenClock
):
    for email in (EMAIL, EMAIL.upper(), EMAIL):
        await desk.ticket(email=email)
    await desk.shop.sweep()
    assert len(mail_server.taken()) == 1
    assert desk.shop.value("SELECT count(*) FROM tickets") == 3
    clock.advance(hours=24)
    await desk.ticket()
    await desk.shop.sweep()
    assert len(mail_server.taken()) == 2


async def test_one_network_address_makes_five_mails_an_hour_at_most(desk: Desk, mail_server: MailServer):
    for number in range(9):
        await desk.ticket(f"victim {number}", email=f"victim{number}@example.com")
    await desk.shop.sweep()
    assert len(mail_server.taken()) == 5
    assert desk.shop.value("SELECT count(*) FROM tickets") == 9
    assert not [m for _, m in mail_server.taken() if "victim 1" in m.as_string()]
    with pytest.raises(RefusedError, match="too_fast"):
        await desk.carol.gets("transcript_send", email="victim10@example.com")


async def test_no_log_holds_an_address_or_a_word(desk: Desk, mail_server: MailServer, caplog: pytest.LogCaptureFixture):
    caplog.set_level("DEBUG")
    mail_server.answers(rcpt=["550 no such user canary@example.com"])
    await desk.answers(await desk.ticket("canary-word", email="canary@example.com"), "canary-reply")
    await desk.shop.sweep()
    said = " ".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records if record.name != "aiosqlite")
    assert "mail_failed" in said
    assert "canary" not in said


async def test_delayed_names_no_address():
    assert str(MailDelayed("SMTP 451", server_is_down=False)) == "SMTP 451"
    with pytest.raises(MailDelayed) as caught:
        await mail.Mailer(f"smtp://127.0.0.1:{free_port()}", "a@shop.example", None).send(
            mail.Letter("carol@example.com", "s", "t", "<1@x.example>", FrozenClock().now(), "en")
        )
    assert "carol" not in caught.value.reason
