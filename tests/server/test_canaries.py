"""Secrets and personal data that are sent by every way in: in no log line, no address, no refusal, no export."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bot.observability import configure_logging
from bot.text.redact import mask
from tests.canaries import CARD_AS_TYPED, shows_card
from tests.server.mail_desk import Desk
from tests.shop import Shop

EMAIL, PASSWORD = "canary.person@mail.example", "canary-password-77"
PHONE, IBAN = "+34 612 345 678", "ES91 2100 0418 4502 0005 1332"
WORDS = f"{CARD_AS_TYPED} {EMAIL} {PHONE} {IBAN}"
DAYS = "from=2026-03-01&to=2026-03-03"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Give what a server logs at its most talkative."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("debug", stream, mask=mask)
    ours = root.handlers[:]
    root.handlers[:] = [*before, *ours]
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


async def call(shop: Shop, method: str, path: str, cookie: str = "", **payload: Any) -> str:
    """Return the status, headers and body of an answer as one text."""
    headers = {"Origin": shop.url, "X-CSRF": "1", "Cookie": f"parley_session={cookie}"}
    sent = {"json": payload} if payload else {}
    async with shop.http.request(method, path, headers=headers, **sent) as response:
        return f"{response.status} {dict(response.headers)} {await response.text()}"


async def send_everywhere(desk: Desk, log: io.StringIO) -> tuple[list[str], list[str]]:
    """Send the canaries by every way in; return what was refused, and what else was answered."""
    shop, carol, amir = desk.shop, desk.carol, desk.amir
    refused: list[str] = []
    for event, payload in {
        "message_send": {"client_id": WORDS, "text": WORDS},
        "choice_pick": {"message_id": WORDS, "entry": EMAIL},
        "locale_set": {"locale": CARD_AS_TYPED},
        "ticket_open": {"email": WORDS, "text": WORDS},
        "feedback_give": {"message_id": WORDS, "helpful": True, "comment": WORDS},
        "transcript_send": {"email": EMAIL, "code": WORDS},
        "identify": {"jwt": WORDS},
        f"unknown {CARD_AS_TYPED}": {},
    }.items():
        refused.append(json.dumps(await carol.asks(event, payload)))
    answer = await carol.asked(f"How long does delivery take? {WORDS}")
    await carol.gets("feedback_give", message_id=answer["id"], helpful=False, comment=WORDS)
    await carol.gets("rating_submit", csat=1, comment=WORDS)
    await carol.gets("page_set", page=f"https://shop.example/{EMAIL}?token={PASSWORD}")
    await desk.answers(await desk.ticket(WORDS), WORDS)
    await carol.waits()
    await amir.accepts(await amir.sees_waiting())
    await amir.writes(carol, WORDS)
    await amir.gets("note_add", conversation_id=carol.id, text=WORDS)
    for event, payload in {
        "note_add": {"conversation_id": WORDS, "text": WORDS},
        "conversation_resolve": {"conversation_id": carol.id, "disposition": "solved", "topic": "a" + EMAIL[:6]},
        "message_send": {"conversation_id": carol.id, "client_id": "short", "text": WORDS},
    }.items():
        refused.append(json.dumps(await amir.asks(event, payload)))
    for email, password in ((EMAIL, PASSWORD), ("amir@shop.example", PASSWORD)):
        refused.append(await call(shop, "POST", "/api/session", email=email, password=password))
    refused.append(await call(shop, "GET", f"/api/conversations?list={CARD_AS_TYPED}", amir.cookie))
    refused.append(await call(shop, "GET", f"/api/analytics/export/{EMAIL}?{DAYS}", await shop.cookie_of("Zoe")))
    refused.append(await call(shop, "GET", f"/nothing/{EMAIL}/{PASSWORD}"))
    await amir.resolves(carol)
    await shop.sweep()
    return refused, [log.getvalue()]


async def test_canaries_are_in_no_log_refusal_or_export(desk: Desk, log: io.StringIO):
    refused, logs = await send_everywhere(desk, log)
    zoe = await desk.shop.cookie_of("Zoe")
    exports = [
        await call(desk.shop, "GET", f"/api/analytics/export/{what}?format={format_}&{DAYS}", zoe)
        for what in ("conversations", "messages", "decisions")
        for format_ in ("csv", "jsonl")
    ]
    assert "[email]" in "".join(exports)
    secrets = (EMAIL, PHONE, IBAN, PASSWORD, desk.carol.token, desk.amir.cookie, zoe)
    for kind, texts in (("refusal", refused), ("log", logs), ("export", exports)):
        for text in texts:
            assert [secret for secret in secrets if secret in text] == [], (kind, text[:300])
            assert not shows_card(text), (kind, text[:300])
    assert "level" in logs[0]


async def test_an_error_that_quotes_everything_is_masked_in_the_log(log: io.StringIO):
    try:
        int(WORDS)
    except ValueError:
        logging.getLogger("bot.somewhere").warning("failed for %s", WORDS, exc_info=True, extra={"faults": [WORDS]})
    line = log.getvalue()
    assert json.loads(line)["faults"] == ["[card …6467] [email] [phone] [iban]"]
    assert not shows_card(line)
    assert [one for one in (EMAIL, PHONE, IBAN) if one in line] == []
