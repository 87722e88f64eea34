"""After a break a client asks for everything past its last number, and gets just that."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.server import lines
from tests.people import Agent, OpenShop, RefusedError, Shopper
from tests.shop import Shop


@pytest.fixture
async def long_chat(carol: Shopper) -> Shopper:
    """Carol with twelve messages."""
    for _ in range(6):
        await carol.says("thanks")
    return carol


async def test_resume_returns_what_came_after_in_order(long_chat: Shopper):
    page = await long_chat.gets("resume", after_seq=7)
    assert [m["seq"] for m in page["messages"]] == [8, 9, 10, 11, 12]
    assert (page["last_seq"], page["more"], page["status"]) == (12, False, "bot")


async def test_resume_pages_on(long_chat: Shopper):
    page = await long_chat.gets("resume", after_seq=0, limit=5)
    assert ([m["seq"] for m in page["messages"]], page["more"]) == ([1, 2, 3, 4, 5], True)
    page = await long_chat.gets("resume", after_seq=10, limit=2)
    assert ([m["seq"] for m in page["messages"]], page["more"]) == ([11, 12], False)


async def test_resume_past_the_end_is_empty(long_chat: Shopper):
    page = await long_chat.gets("resume", after_seq=2**31 - 1)
    assert (page["messages"], page["more"]) == ([], False)


async def test_history_returns_what_came_before_in_order(long_chat: Shopper):
    page = await long_chat.gets("history", before_seq=6, limit=3)
    assert ([m["seq"] for m in page["messages"]], page["more"]) == ([3, 4, 5], True)
    page = await long_chat.gets("history", before_seq=3, limit=50)
    assert ([m["seq"] for m in page["messages"]], page["more"]) == ([1, 2], False)
    assert (await long_chat.gets("history", before_seq=1))["messages"] == []


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("resume", {"after_seq": -1}),
        ("resume", {"after_seq": 2**31}),
        ("resume", {"after_seq": 0, "limit": 201}),
        ("resume", {"after_seq": 0, "limit": 0}),
        ("history", {"before_seq": -1}),
        ("history", {"before_seq": 1, "limit": 201}),
    ],
)
async def test_numbers_out_of_bounds_are_refused(carol: Shopper, event: str, payload: dict[str, int]):
    with pytest.raises(RefusedError) as refused:
        await carol.gets(event, **payload)
    assert refused.value.code == "bad_input"
    assert next(name for name in payload if name in refused.value.message)


async def test_agent_catches_up_by_number_too(long_chat: Shopper, amir: Agent):
    page = await amir.gets("resume", conversation_id=long_chat.id, after_seq=10)
    assert page["messages"] == (await long_chat.gets("resume", after_seq=10))["messages"]
    page = await amir.gets("history", conversation_id=long_chat.id, before_seq=3)
    assert [m["seq"] for m in page["messages"]] == [1, 2]


async def test_two_hundred_messages_come_in_pages(carol: Shopper, shop: Shop):
    await carol.says("thanks")
    await shop.parley.store.write(
        lambda tx: tx.connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 450)"
            " INSERT INTO messages (id, conversation_id, seq, episode, author, language, text, at)"
            " SELECT 'x' || i, conversation_id, i, 0, 'bot', 'en', 'word', at FROM messages, n WHERE seq = 1"
        )
    )
    await shop.parley.store.write(lambda tx: tx.connection.exec_driver_sql("UPDATE conversations SET last_seq = 450"))
    assert [m["seq"] for m in await carol.sees()] == list(range(1, 451))


async def test_long_messages_come_in_short_pages_that_no_reader_is_thrown_out_for(open_shop: OpenShop):
    shop = await open_shop(messages_per_minute=6000)
    carol = await Shopper(shop).comes()
    for number in range(60):
        await carol.says(f"{number} " + "\N{SMILING FACE WITH OPEN MOUTH}" * 3900)
        await asyncio.sleep(0.02)  # 6,000 a minute are one in 10 ms
    page = await carol.gets("resume", after_seq=0)
    assert page["more"] is True
    assert 10 < len(page["messages"]) < 60
    assert len(json.dumps(page, ensure_ascii=False).encode()) < lines.MOST_BYTES / 2
    end = page["last_seq"] + 1
    assert [m["seq"] for m in await carol.sees()] == list(range(1, end))
    past = await carol.gets("history", before_seq=end, limit=200)
    assert past["more"] is True
    assert [m["seq"] for m in past["messages"]] == list(range(end - len(past["messages"]), end))
    await carol.leave()
