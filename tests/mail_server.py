"""A real SMTP server as a process of its own, which keeps what it takes and refuses as it is told.

Its folder is how a test talks with it: `orders.json` holds what it answers next at each stage, `taken/` what it took.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.folders import server_folder
from tests.servers import Server

ROOT = Path(__file__).resolve().parent.parent
USER, PASSWORD = "shop", "a secret with @ and :"


class Keeper:
    """Answers as ordered; the last order at a stage stays, the others are used up."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def _ordered(self, stage: str) -> str:
        path = self._folder / "orders.json"
        orders = json.loads(path.read_text("utf-8")) if path.exists() else {}
        answers = orders.get(stage) or ["250 OK"]
        if len(answers) > 1:
            orders[stage] = answers[1:]
            path.write_text(json.dumps(orders), "utf-8")
        if answers[0] == "silence":
            await asyncio.sleep(3600)
        return str(answers[0])

    async def handle_MAIL(self, server, session, envelope, address, options) -> str:  # noqa: N802
        answer = await self._ordered("mail")
        if answer.startswith("2"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        answer = await self._ordered("rcpt")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        answer = await self._ordered("data")
        if answer.startswith("2"):
            taken = self._folder / "taken"
            taken.mkdir(exist_ok=True)
            told = {
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "tls": bool(server.transport.get_extra_info("ssl_object")),
            }
            told["user"] = session.auth_data.login.decode() if session.auth_data else None
            number = len(list(taken.glob("*.json")))
            (taken / f"{number:04}.eml").write_bytes(envelope.original_content)
            (taken / f"{number:04}.json").write_text(json.dumps(told), "utf-8")
        answer_after = await self._ordered("after")  # taken, and then: what the client is told
        return answer if answer_after == "250 OK" else answer_after


async def serve(port: int, folder: Path, host: str, tls: str, *, password: bool) -> None:
    """Serve until killed; `tls` is `none`, `start` (STARTTLS) or `full`."""
    from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword  # noqa: PLC0415  # needed in the process only

    context = None
    if tls != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")

    def check(server, session, envelope, mechanism, data) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=False, auth_data=data)

    def protocol() -> Any:
        return SMTP(
            Keeper(folder),
            hostname="mail.example",
            tls_context=context if tls == "start" else None,
            require_starttls=tls == "start",
            authenticator=check if password else None,
            auth_required=password,
            auth_require_tls=tls == "start",
            enable_SMTPUTF8=False,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, {"127.0.0.1", host}, port, ssl=context if tls == "full" else None)
    await server.serve_forever()


class MailServer(Server):
    """The process, and what a test asks it."""

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", tls: str = "none", password: bool = False) -> None:
        super().__init__(folder)
        self.host = host
        self._tls = tls
        self._password = password

    def command(self) -> list[str]:
        options = [self.host, self._tls, "password" if self._password else ""]
        return [sys.executable, "-m", "tests.mail_server", str(self.port), str(self.folder), *options]

    def spawn(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        return super().spawn(["env", f"PYTHONPATH={ROOT}", *command], **options)

    def is_ready(self) -> bool:
        if self._tls == "full":
            return True
        try:
            with socket.create_connection((self.host, self.port), timeout=5.0) as connection:
                return connection.recv(100).startswith(b"220")
        except OSError:
            return False

    @property
    def url(self) -> str:
        scheme = "smtps" if self._tls == "full" else "smtp"
        return f"{scheme}://{self.host}:{self.port}"

    def answers(self, **stages: list[str]) -> None:
        """Answer so at the stages `mail`, `rcpt`, `data`, `after` (taken, and then); `silence` never answers."""
        (self.folder / "orders.json").write_text(json.dumps(stages), "utf-8")

    def taken(self) -> list[tuple[dict[str, Any], EmailMessage]]:
        """Return what was taken, envelope and message, in order."""
        found = []
        for path in sorted((self.folder / "taken").glob("*.json")):
            message = email.message_from_bytes(path.with_suffix(".eml").read_bytes(), policy=email.policy.default)
            found.append((json.loads(path.read_text("utf-8")), message))
        return found

    def forget(self) -> None:
        """Begin anew: nothing taken, everything answered with 250."""
        shutil.rmtree(self.folder / "taken", ignore_errors=True)
        (self.folder / "orders.json").unlink(missing_ok=True)


@contextmanager
def mail_server_running(**options: Any) -> Iterator[MailServer]:
    """Run one."""
    with server_folder("mail", None) as folder:
        if options.get("tls", "none") != "none":
            make_certificate(folder, options.get("host", "127.0.0.1"))
        server = MailServer(folder, **options)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def make_certificate(folder: Path, address: str) -> None:
    """Write a certificate for the address that signs itself."""
    asked = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail.example"]
    asked += ["-addext", f"subjectAltName=IP:{address}", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(asked, cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="session")
def one_mail_server() -> Iterator[MailServer]:
    """Run one for all tests: starting it takes a third of a second."""
    with mail_server_running() as server:
        yield server


@pytest.fixture
def mail_server(one_mail_server: MailServer) -> MailServer:
    """Give a mail server that has taken nothing yet."""
    if one_mail_server.process is None:
        one_mail_server.start()
    one_mail_server.forget()
    return one_mail_server


if __name__ == "__main__":
    _, at_port, in_folder, at_host, with_tls, with_password = sys.argv
    asyncio.run(serve(int(at_port), Path(in_folder), at_host, with_tls, password=bool(with_password)))
