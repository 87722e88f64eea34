"""Mail over a real SMTP server: to exactly one address, over TLS, and what a refusal means."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import replace
from email.message import EmailMessage
from html import escape
from typing import Any

import pytest
from pydantic import ValidationError

from bot.connectors import mail
from bot.connectors.mail import Letter, MailDelayed, Mailer, MailRefused, one_address
from bot.server.payloads import TicketOpen
from tests.fakes import NOON
from tests.hostile_words import headers
from tests.mail_server import PASSWORD, USER, MailServer, mail_server_running
from tests.servers import free_port

SENDER, MAILBOX = "The shop <no-reply@shop.example>", "help@shop.example"
LETTER = Letter(
    to="carol@example.com",
    subject="Tu mensaje CV-7K3QX9",
    text="¡Hola!\n\nHasta mañana.\n",
    message_id="<1@shop.example>",
    at=NOON,
    language="es",
)


def mailer(server: MailServer, url: str | None = None) -> Mailer:
    return Mailer(url or server.url, SENDER, MAILBOX)


def lines(message: EmailMessage) -> str:
    """Return the text; on its way each line ends with CR and LF."""
    return str(message.get_content()).replace("\r\n", "\n")


async def test_letter_arrives_as_it_was_written(mail_server: MailServer):
    await mailer(mail_server).send(replace(LETTER, answers="<0@shop.example>"))
    ((envelope, message),) = mail_server.taken()
    assert (envelope["from"], envelope["to"]) == ("no-reply@shop.example", ["carol@example.com"])
    assert message["From"] == SENDER
    assert message["To"] == "carol@example.com"
    assert message["Reply-To"] == MAILBOX
    assert message["Subject"] == "Tu mensaje CV-7K3QX9"
    assert message["Message-ID"] == "<1@shop.example>"
    assert message["In-Reply-To"] == message["References"] == "<0@shop.example>"
    assert message["Date"].datetime == NOON
    assert message["Content-Language"] == "es"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    assert lines(message) == LETTER.text


async def test_letter_in_two_forms_arrives_in_both(mail_server: MailServer):
    await mailer(mail_server).send(replace(LETTER, html="<p>\N{INVERTED EXCLAMATION MARK}Hola!</p>"))
    ((_, message),) = mail_server.taken()
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.iter_parts()
    assert (plain.get_content_type(), lines(plain)) == ("text/plain", LETTER.text)
    assert (html.get_content_type(), lines(html).strip()) == ("text/html", "<p>\N{INVERTED EXCLAMATION MARK}Hola!</p>")
    assert (message["Content-Language"], message["Auto-Submitted"]) == ("es", "auto-generated")


async def test_what_a_person_wrote_is_not_called_automatic(mail_server: MailServer):
    await mailer(mail_server).send(replace(LETTER, automatic=False))
    assert "Auto-Submitted" not in mail_server.taken()[0][1]


async def test_answers_go_to_the_sender_where_no_mailbox_is_named(mail_server: MailServer):
    await Mailer(mail_server.url, SENDER, None).send(LETTER)
    assert mail_server.taken()[0][1]["Reply-To"] == SENDER


NOT_ONE_ADDRESS = (
    "",
    "carol",
    "carol@",
    "@example.com",
    "carol@example",
    "a@x.example, b@x.example",
    "a@x.example,b@x.example",
    "a@x.example;b@x.example",
    "a@x.example b@x.example",
    "a@x.example\r\nBcc: b@x.example",
    "a@x.example\nBcc: b@x.example",
    "a@x.example\rBcc: b@x.example",
    "a@x.example%0d%0aBcc:b@x.example\r\n",
    "a@x.example\x00",
    "a@x.example\x0b",
    "a@x.example\x7f",
    "a@x.example\x85",
    "a@x.example\u2028b@x.example",
    "a\u200b@x.example",
    "a\u202e@x.example",
    " a@x.example",
    "a@x.example ",
    "friends: a@x.example, b@x.example;",
    "friends:a@x.example;",
    "Carol <a@x.example>",
    "<a@x.example>",
    "a@x.example>",
    "a@x.example> SIZE=1",
    "a(comment)@x.example",
    '"a b"@x.example',
    '"a@x.example, b"@x.example',
    "a@b@x.example",
    "a@x..example",
    "a@[127.0.0.1]",
    "josé@x.example",
    "x" * 65 + "@x.example",
    "a@" + "x" * 300 + ".example",
)


@pytest.mark.parametrize("text", NOT_ONE_ADDRESS, ids=ascii)
async def test_what_is_not_exactly_one_address_gets_nothing(mail_server: MailServer, text: str):
    with pytest.raises(MailRefused):
        await mailer(mail_server).send(replace(LETTER, to=text))
    assert mail_server.taken() == []


@pytest.mark.parametrize("subject", ["a\r\nBcc: b@x.example", "a\nb", "a\x00b", "a\rb", "a\x1bb"], ids=ascii)
async def test_subject_holds_no_control_characters(mail_server: MailServer, subject: str):
    with pytest.raises(MailRefused):
        await mailer(mail_server).send(replace(LETTER, subject=subject))
    assert mail_server.taken() == []


@pytest.mark.parametrize(
    ("text", "sent_to"),
    [
        ("carol@example.com", "carol@example.com"),
        ("carol+chat_2@sub.example.co.uk", "carol+chat_2@sub.example.co.uk"),
        ("o'neil@example.com", "o'neil@example.com"),
        ("carol@bücher.example", "carol@xn--bcher-kva.example"),
    ],
)
def test_one_address_is_taken(text: str, sent_to: str):
    assert one_address(text).addr_spec == sent_to


async def test_body_cannot_end_early_or_begin_a_header(mail_server: MailServer):
    text = "one\n.\nRCPT TO:<b@x.example>\n\nBcc: b@x.example\n" + "x" * 5000 + "\n"
    await mailer(mail_server).send(replace(LETTER, text=text))
    ((envelope, message),) = mail_server.taken()
    assert envelope["to"] == ["carol@example.com"]
    assert lines(message) == text
    assert "Bcc" not in message


OURS = {
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("Content-Type", "MIME-Version", "Content-Language", "Content-Transfer-Encoding"),
}


async def test_no_field_begins_a_header_or_a_recipient(mail_server: MailServer):
    """A hundred texts that would, in the address, the subject, the text and its other form."""
    texts = headers(100)
    sends = mailer(mail_server).send
    for text in texts:
        assert one_recipient(f"carol@example.com{text}") is None, repr(text)
        with contextlib.suppress(MailRefused):
            await sends(replace(LETTER, subject=f"hello{text}"))
        await sends(replace(LETTER, text=f"hello{text}\n"))
        await sends(replace(LETTER, html=f"<p>hello{escape(text)}</p>"))
    taken = mail_server.taken()
    assert len(taken) > 2 * len(texts)
    for envelope, message in taken:
        assert envelope["to"] == ["carol@example.com"]
        extra = {"Content-Transfer-Encoding"} if message.is_multipart() else set()
        assert sorted(message.keys()) == sorted(OURS - extra), message.as_string()
    print(f"\n{len(taken)} letters of {len(texts)} texts in each field")


def one_recipient(text: str) -> str | None:
    """Return the address that a shopper's form and the sender of mail both take a text for, else None."""
    with contextlib.suppress(ValidationError, ValueError):
        return one_address(TicketOpen(email=text, text="hello").email).addr_spec
    return None


@pytest.mark.parametrize(
    ("stages", "kind"),
    [
        ({"rcpt": ["550 no such user"]}, MailRefused),
        ({"rcpt": ["553 never"]}, MailRefused),
        ({"data": ["554 spam"]}, MailRefused),
        ({"rcpt": ["450 later"]}, MailDelayed),
        ({"rcpt": ["452 full"]}, MailDelayed),
        ({"data": ["451 later"]}, MailDelayed),
        ({"mail": ["451 later"]}, MailDelayed),
        ({"mail": ["550 not from you"]}, MailDelayed),  # the shop's own fault, which can be mended
        ({"mail": ["421 closing"]}, MailDelayed),
    ],
)
async def test_only_a_refused_recipient_or_letter_is_final(mail_server: MailServer, stages: Any, kind: Any):
    mail_server.answers(**stages)
    with pytest.raises(kind) as caught:
        await mailer(mail_server).send(LETTER)
    assert caught.value.reason == f"SMTP {next(iter(stages.values()))[0][:3]}"


async def test_server_that_is_down_delays(mail_server: MailServer):
    with pytest.raises(MailDelayed) as caught:
        await mailer(mail_server, f"smtp://127.0.0.1:{free_port()}").send(LETTER)
    assert caught.value.server_is_down


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "after"])
async def test_silent_server_delays_in_time(mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, stage: str):
    monkeypatch.setattr(mail, "SEND_SECONDS", 0.3)
    mail_server.answers(**{stage: ["silence"]})
    with pytest.raises(MailDelayed) as caught:
        await mailer(mail_server).send(LETTER)
    assert caught.value.server_is_down


async def test_port_that_takes_and_says_nothing_delays(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mail, "SEND_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(MailDelayed):
        await Mailer(f"smtp://127.0.0.1:{mute.getsockname()[1]}", SENDER, None).send(LETTER)


@pytest.mark.parametrize("tls", ["start", "full"])
async def test_server_elsewhere_is_spoken_to_over_tls_with_a_certificate_that_holds(
    monkeypatch: pytest.MonkeyPatch, tls: str
):
    with mail_server_running(host="127.0.0.2", tls=tls) as server:
        with pytest.raises(MailDelayed):
            await mailer(server).send(LETTER)  # nobody vouches for its certificate
        assert server.taken() == []
        monkeypatch.setenv("SSL_CERT_FILE", str(server.folder / "cert.pem"))
        await mailer(server).send(LETTER)
        ((envelope, _message),) = server.taken()
        assert envelope["tls"]


async def test_server_elsewhere_without_tls_gets_neither_letter_nor_password():
    with mail_server_running(host="127.0.0.2") as server:
        with pytest.raises(MailDelayed):
            await mailer(server, server.url.replace("://", "://shop:secret@")).send(LETTER)
        assert server.taken() == []


async def test_password_is_given_over_tls(monkeypatch: pytest.MonkeyPatch):
    with mail_server_running(host="127.0.0.2", tls="start", password=True) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.folder / "cert.pem"))
        known = server.url.replace("://", "://shop:a%20secret%20with%20%40%20and%20%3A@")
        await mailer(server, known).send(LETTER)
        assert (server.taken()[0][0]["user"], PASSWORD) == (USER, "a secret with @ and :")
        with pytest.raises(MailDelayed) as caught:  # mended by whoever runs the shop, so nothing is given up
            await mailer(server, server.url.replace("://", "://shop:wrong@")).send(LETTER)
        assert caught.value.reason == "SMTP 535"
