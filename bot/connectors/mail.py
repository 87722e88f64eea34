"""Mail goes out by SMTP: one letter to exactly one address, over TLS unless the server is on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import aiosmtplib

from bot.setting_values import mailbox
from bot.settings import Settings

SEND_SECONDS = 30.0
"""For one letter, from the connection to the server's word; a server that needs longer is asked again later."""
GOODBYE_SECONDS = 2.0
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
LOCAL_PART = 64
"""Characters before the @, at most."""
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"}
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_FOR_GOOD = 500
"""From this reply code on a server has refused a letter for good; below, it may take it later."""


class MailRefused(Exception):
    """The letter will never be taken; `reason` is a word or two, without anybody's address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MailDelayed(Exception):
    """The letter may be taken later; `server_is_down` when no other would be taken now either."""

    def __init__(self, reason: str, *, server_is_down: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.server_is_down = server_is_down


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written to somebody."""

    to: str
    subject: str
    text: str
    message_id: str
    at: datetime
    language: str
    html: str | None = None
    """The same as `text`, for readers that show it."""
    answers: str | None = None
    """The message id of the letter that this one follows."""
    automatic: bool = True
    """Nobody wrote it, so no machine should answer it."""


def one_address(text: str) -> Address:
    """Return the one address that the text is. Raises ValueError for none, several, a group, or unseen characters."""
    if any(unicodedata.category(character) in _INVISIBLE for character in text):
        raise ValueError("expected an address without blanks and control characters")
    try:
        address = Address(addr_spec=text)
        domain = address.domain.encode("idna").decode("ascii")
    except Exception:  # noqa: BLE001  # the parser's faults are of many kinds, IndexError among them
        raise ValueError("expected one address such as carol@example.com") from None
    fits = address.addr_spec == text and 0 < len(address.username) <= LOCAL_PART and _DOMAIN.fullmatch(domain)
    if not fits:
        raise ValueError("expected one address such as carol@example.com")
    return Address(username=address.username, domain=domain)


class Mailer:
    """Sends letters in the shop's name; answers to them go to the shop's own mailbox."""

    def __init__(self, url: str, sender: str, reply_to: str | None) -> None:
        """`url` is smtp://USER:PASSWORD@HOST:PORT or smtps://...; both addresses may have a name before them."""
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._tls_from_start = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls_from_start else 587 if parts.username else 25)
        self._username = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._sender = mailbox(sender)
        self._reply_to = mailbox(reply_to) if reply_to else self._sender

    @property
    def domain(self) -> str:
        """What message ids end with."""
        return self._sender.domain

    @property
    def reply_to(self) -> str:
        """Where answers go."""
        return self._reply_to.addr_spec

    async def send(self, letter: Letter) -> None:
        """Send the letter; on return the server has taken it. Raises MailRefused, MailDelayed."""
        try:
            message, recipient = self._compose(letter)
        except ValueError as error:
            raise MailRefused("bad address or subject") from error
        client = self._client()
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await client.connect()
                await client.send_message(message, sender=self._sender.addr_spec, recipients=[recipient])
        except aiosmtplib.SMTPException as error:
            raise _reading_of(error) from error
        except (OSError, TimeoutError, ValueError) as error:
            raise MailDelayed(type(error).__name__, server_is_down=True) from error
        else:
            # Taken is taken: a server that does not say goodbye must not make us send it again.
            with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await asyncio.wait_for(client.quit(), GOODBYE_SECONDS)
        finally:
            client.close()

    async def greet(self) -> None:
        """Connect and sign in, and send nothing. Raises MailRefused, MailDelayed."""
        client = self._client()
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await client.connect()
                await client.quit()
        except aiosmtplib.SMTPException as error:
            raise _reading_of(error) from error
        except (OSError, TimeoutError, ValueError) as error:
            raise MailDelayed(type(error).__name__, server_is_down=True) from error
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        """Return a client that insists on TLS, with a certificate that holds, unless the server is on this machine."""
        is_here = self._host in THIS_MACHINE
        return aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            local_hostname=self._sender.domain,  # or the library asks the name server for this machine's
            username=self._username,
            password=self._password,
            timeout=SEND_SECONDS,
            use_tls=self._tls_from_start,
            start_tls=False if self._tls_from_start else None if is_here else True,
            validate_certs=not is_here,
        )

    def _compose(self, letter: Letter) -> tuple[EmailMessage, str]:
        """Return the message and its one recipient. Raises ValueError."""
        recipient = one_address(letter.to)
        if any(unicodedata.category(character) == "Cc" for character in letter.subject):
            raise ValueError("expected a subject without control characters")
        message = EmailMessage(policy=SMTP_POLICY)
        message["From"] = self._sender
        message["To"] = recipient
        message["Reply-To"] = self._reply_to
        message["Subject"] = letter.subject
        if (
            str(message["Subject"]) != letter.subject
        ):  # the library reads what is encoded, line breaks too, and writes it
            raise ValueError("expected a subject without encoded words")
        message["Date"] = format_datetime(letter.at)
        message["Message-ID"] = letter.message_id
        if letter.answers:
            message["In-Reply-To"] = letter.answers
            message["References"] = letter.answers
        if letter.automatic:
            message["Auto-Submitted"] = "auto-generated"
            message["X-Auto-Response-Suppress"] = "All"
        message.set_content(letter.text)
        if letter.html is not None:
            message.add_alternative(letter.html, subtype="html")
        message["Content-Language"] = letter.language  # after the content, which clears every header of its kind
        return message, recipient.addr_spec


def mailer_of(settings: Settings) -> Mailer | None:
    """Return the mailer that the settings describe; None when mail is not set up."""
    if settings.mail_url is None or settings.mail_from is None:
        return None
    return Mailer(settings.mail_url, settings.mail_from, settings.mail_reply_to)


def _reading_of(error: aiosmtplib.SMTPException) -> MailRefused | MailDelayed:
    """Return what a server's refusal means.

    Only a refused recipient or a refused letter is final. A refused sender or password is the shop's own fault, so the
    letter waits until that is mended.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused) and error.recipients:
        code = error.recipients[0].code
        return MailRefused(f"SMTP {code}") if code >= _FOR_GOOD else MailDelayed(f"SMTP {code}", server_is_down=False)
    if isinstance(error, aiosmtplib.SMTPDataError):
        if error.code >= _FOR_GOOD:
            return MailRefused(f"SMTP {error.code}")
        return MailDelayed(f"SMTP {error.code}", server_is_down=False)
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return MailRefused("address needs SMTPUTF8")
    reason = f"SMTP {error.code}" if isinstance(error, aiosmtplib.SMTPResponseException) else type(error).__name__
    return MailDelayed(reason, server_is_down=True)
