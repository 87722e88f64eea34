"""Who may not read personal data sees none, wherever they look; who may is noted, and so is who is curious."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.people import Agent, Shopper
from tests.shop import Shop

EMAIL, PHONE, IBAN = "carol.smith@mail.example", "+34 612 345 678", "ES91 2100 0418 4502 0005 1332"
WROTE = f"write to {EMAIL} or call {PHONE}, my account is {IBAN}"
DAYS = "from=2026-03-01&to=2026-03-03"
SECRETS = (EMAIL, PHONE, IBAN)


async def seen(shop: Shop, who: str, path: str) -> tuple[int, str]:
    """Return what an address shows somebody of the staff."""
    async with shop.http.get(path, headers={"Cookie": f"parley_session={await shop.cookie_of(who)}"}) as response:
        return response.status, await response.text()


def audited(shop: Shop, action: str) -> list[tuple[Any, ...]]:
    query = """SELECT agents.name, about, json_extract(data, '$.what') FROM audit
               LEFT JOIN agents ON agents.id = agent_id WHERE action = ? ORDER BY number"""
    return [tuple(row) for row in shop.rows(query, action)]


@pytest.fixture
async def wrote(shop: Shop, carol: Shopper) -> Shopper:
    """Let Carol write what an analyst need not know."""
    await carol.asked(f"where is my parcel? {WROTE}")
    await carol.gets("conversation_end")
    return carol


async def test_analysts_see_masked_text_and_pseudonyms_everywhere(shop: Shop, wrote: Shopper):
    paths = [f"/api/analytics/episodes/{wrote.id}", f"/api/analytics/episodes?metric=episodes&{DAYS}"]
    paths += [f"/api/analytics/export/{what}?format=jsonl&{DAYS}" for what in ("conversations", "messages")]
    paths += [f"/api/analytics/painpoints?{DAYS}"]
    visitor = shop.value("SELECT visitor_id FROM conversations")
    for path in paths:
        status, text = await seen(shop, "Zoe", path)
        assert (status, [one for one in (*SECRETS, visitor) if one in text]) == (200, []), path
    _, text = await seen(shop, "Zoe", paths[0])
    told = json.loads(text)
    assert told["masked"] is True
    assert told["messages"][0]["text"] == "where is my parcel? write to [email] or call [phone], my account is [iban]"
    status, _ = await seen(shop, "Zoe", f"/api/analytics/export/messages?unmasked=yes&{DAYS}")
    assert status == 403
    for path in (f"/api/conversations/{wrote.id}", "/api/conversations?q=carol"):
        assert (await seen(shop, "Zoe", path))[0] == 403
    assert audited(shop, "personal_data_opened") == []


async def test_with_the_right_it_is_plain_and_each_opening_is_noted(shop: Shop, wrote: Shopper):
    for _ in range(2):
        _, text = await seen(shop, "Ada", f"/api/analytics/episodes/{wrote.id}")
    told = json.loads(text)
    assert (told["masked"], told["visitor"]) == (False, shop.value("SELECT visitor_id FROM conversations"))
    assert WROTE in told["messages"][0]["text"]
    _, text = await seen(shop, "Ada", f"/api/analytics/export/messages?unmasked=yes&format=jsonl&{DAYS}")
    assert EMAIL in text
    assert audited(shop, "personal_data_opened") == [
        ("Ada", wrote.id, None),
        ("Ada", wrote.id, None),
        ("Ada", None, "messages"),
    ]
    assert audited(shop, "exported") == [("Ada", None, "messages")]


async def test_reading_what_is_not_ones_own_is_noted_once(shop: Shop, carol: Shopper, amir: Agent, beth: Agent):
    await carol.says("I want to talk to a person")
    await amir.accepts(await amir.sees_waiting())
    await amir.gets("resume", conversation_id=carol.id, after_seq=0)
    await seen(shop, "Amir", f"/api/conversations/{carol.id}")
    assert audited(shop, "transcript_read") == []
    await beth.gets("history", conversation_id=carol.id, before_seq=99)
    await beth.gets("conversation_join", conversation_id=carol.id)
    await seen(shop, "Beth", f"/api/conversations/{carol.id}")
    assert audited(shop, "transcript_read") == [("Beth", carol.id, None)]


async def test_settings_people_and_the_help_center_are_noted(shop: Shop):
    await shop.set_up(people={"Amir": {"languages": ["en"], "capacity": 2}})
    assert len(audited(shop, "configuration_changed")) == 1
    ((_, about, _),) = audited(shop, "person_changed")
    assert about == shop.value("SELECT id FROM agents WHERE name = 'Amir'")
    assert "capacity" in shop.value("SELECT data FROM audit WHERE action = 'person_changed'")
