"""Words that would like to be SQL: stored and found as the words that they are, in every field."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.hostile_words import statements
from tests.people import Agent, OpenShop, Shopper
from tests.shop import Shop

SHORT, FULL = 40, 300
DAYS = "from=2026-03-01&to=2026-03-03"
READ = (
    "/api/conversations?list=all&q={}",
    "/api/conversations?list={}",
    "/api/conversations?before={}",
    "/api/analytics/episodes?metric=episodes&topic={}&entry={}&language={}",
    "/api/analytics/export/messages?format=csv&topic={}&outcome={}",
    "/api/analytics/series?step={}",
    "/api/analytics/groups?by={}",
    "/help/en/search?q={}",
    "/help/en/{}",
    "/api/conversations/{}",
    "/api/audit?before={}",
)
"""Every address that takes words; what is not known is refused, and nothing fails."""


@pytest.fixture
async def shop(open_shop: OpenShop) -> Shop:
    """Run a server that lets one shopper write fast."""
    return await open_shop(messages_per_minute=60_000)


def counts(shop: Shop) -> dict[str, int]:
    names = [row[0] for row in shop.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: shop.value(f'SELECT count(*) FROM "{name}"') for name in names}  # names of tables


async def patiently(amir: Agent, event: str, **asked: Any) -> None:
    """Send an event as soon as the agent may: nobody does hundreds of things in a minute."""
    while "error" in (answer := await amir.asks(event, asked)):
        assert answer["error"]["code"] == "too_fast", answer
        await asyncio.sleep(answer["error"]["params"]["retry_after"])


async def test_statements_are_words(shop: Shop, carol: Shopper, amir: Agent, full: bool):  # noqa: FBT001  # a fixture
    texts = statements(FULL if full else SHORT)
    staff = shop.rows("SELECT id, name, role, password_hash FROM agents ORDER BY id")
    await carol.waits()
    await amir.accepts(await amir.sees_waiting())
    for text in texts:
        await carol.says(text)
        await patiently(amir, "note_add", conversation_id=carol.id, text=text)
        await carol.gets("page_set", page=f"/shop/{text}")
    for text in texts[:10]:
        sent = {"conversation_id": carol.id, "client_id": uuid4().hex, "text": text, "anyway": True}
        await patiently(amir, "message_send", **sent)
    await amir.resolves(carol)
    await carol.gets("rating_submit", csat=1, comment="\n".join(texts)[:900])
    for text in texts[:10]:
        await carol.gets("ticket_open", email="a'b--@mail.example", text=text)
    stored = [row[0] for row in shop.rows("SELECT text FROM messages WHERE author = 'shopper' ORDER BY seq")]
    assert stored == [text.strip() for text in texts]
    assert [row[0] for row in shop.rows("SELECT text FROM notes ORDER BY id")] == [text.strip() for text in texts]
    await shop.sweep()
    before = counts(shop)
    headers = {"Cookie": f"parley_session={await shop.cookie_of('Ada')}"}
    for text in texts:
        for path in READ:
            async with shop.http.get(path.replace("{}", quote(text, safe="")), headers=headers) as response:
                answer: Any = await response.text()
                assert response.status in (200, 400, 404), (path, text, answer[:200])
    noted = {"audit", "sessions"}  # that somebody looked
    assert {n: c for n, c in counts(shop).items() if n not in noted} == {
        n: c for n, c in before.items() if n not in noted
    }
    assert shop.rows("SELECT id, name, role, password_hash FROM agents ORDER BY id") == staff
