"""One person is given a right beside those of their role, and it is taken back: at once, wherever they are."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from bot.demo.seed import PASSWORD
from tests.people import Agent, Shopper
from tests.server.accounts import Browser
from tests.shop import Shop, within

RIGHT = "personal_data:read"
EMAIL = "carol.smith@mail.example"
DAYS = "from=2026-03-01&to=2026-03-03"


@pytest.fixture
async def ada(shop: Shop) -> Browser:
    browser = Browser(shop)
    await browser.signs_in("Ada")
    return browser


@pytest.fixture
async def wrote(shop: Shop, carol: Shopper) -> Shopper:
    await carol.asked(f"where is my parcel? write to {EMAIL}")
    await carol.gets("conversation_end")
    return carol


def id_of(shop: Shop, name: str) -> str:
    return str(shop.value("SELECT id FROM agents WHERE name = ?", name))


async def gives(ada: Browser, name: str, *rights: str, password: str = PASSWORD) -> tuple[int, Any]:
    body = {"rights": list(rights), "password": password}
    return await ada.asks("PUT", f"/api/people/{id_of(ada.shop, name)}/rights", body)


def noted(shop: Shop, action: str) -> list[tuple[Any, ...]]:
    query = """SELECT who.name, whom.name, json_extract(data, '$.what'), json_extract(data, '$.right') FROM audit
               LEFT JOIN agents AS who ON who.id = agent_id LEFT JOIN agents AS whom ON whom.id = about
               WHERE action = ? ORDER BY number"""
    return [tuple(row) for row in shop.rows(query, action)]


async def test_who_is_given_it_reads_plain_and_is_noted_until_it_is_taken_back(
    shop: Shop, wrote: Shopper, ada: Browser
):
    zoe = Browser(shop)
    await zoe.signs_in("Zoe")
    transcript = f"/api/analytics/episodes/{wrote.id}"
    export = f"/api/analytics/export/messages?unmasked=yes&{DAYS}"
    assert (await zoe.asks("GET", transcript))[1]["masked"] is True
    assert (await zoe.asks("GET", export))[0] == 403

    status, told = await gives(ada, "Zoe", RIGHT)
    assert (status, told["agent"]["rights"], told["agent"]["role"]) == (200, [RIGHT], "analyst")
    for _ in range(2):
        plain = (await zoe.asks("GET", transcript))[1]
        assert (plain["masked"], EMAIL in json.dumps(plain)) == (False, True)
    assert len(noted(shop, "personal_data_opened")) == 2
    async with shop.http.get(export, headers={"Cookie": f"parley_session={zoe.cookie}"}) as answer:
        assert EMAIL in await answer.text()
    assert len(noted(shop, "personal_data_opened")) == 3

    assert (await gives(ada, "Zoe"))[0] == 200
    masked = (await zoe.asks("GET", transcript))[1]
    assert (masked["masked"], EMAIL in json.dumps(masked)) == (True, False)
    assert (await zoe.asks("GET", export))[0] == 403
    await gives(ada, "Zoe")  # what changes nothing is nothing to note
    assert noted(shop, "person_changed") == [("Ada", "Zoe", "granted", RIGHT), ("Ada", "Zoe", "withdrawn", RIGHT)]


async def test_nothing_else_is_given_and_nobody_else_gives(shop: Shop, ada: Browser):
    assert (await gives(ada, "Zoe", RIGHT, password="wrong"))[0] == 403
    for rights in (["people"], [RIGHT, "audit"], ["own_conversation"], ["everything"]):
        assert (await gives(ada, "Zoe", *rights))[0] == 400, rights
    assert (await gives(ada, "Ada", RIGHT))[0] == 409
    await gives(ada, "Beth", RIGHT)
    for name in ("Amir", "Beth", "Zoe"):
        other = Browser(shop)
        await other.signs_in(name)
        assert (await gives(other, "Zoe", RIGHT))[0] == 403, name
        invite = {"email": "eve@shop.example", "role": "analyst", "password": PASSWORD}
        assert (await other.asks("POST", "/api/people/invites", invite))[0] == 403, name
    assert shop.value("SELECT granted FROM agents WHERE name = 'Zoe'") in (None, "[]")


async def test_another_role_begins_with_what_it_has(shop: Shop, ada: Browser):
    await gives(ada, "Zoe", RIGHT)
    path = f"/api/people/{id_of(shop, 'Zoe')}/role"
    status, told = await ada.asks("PUT", path, {"role": "supervisor", "password": PASSWORD})
    assert (status, told["agent"]["rights"]) == (200, [])
    assert noted(shop, "person_changed")[-1] == ("Ada", "Zoe", "withdrawn", RIGHT)


async def test_it_reaches_open_consoles_also_from_elsewhere(shop: Shop, ada: Browser, amir: Agent, beth: Agent):
    await gives(ada, "Amir", RIGHT)
    await within(2.0, lambda: not amir.client.connected)
    again = Agent(shop, "Amir")
    await again.connect(Origin=shop.url, Cookie=f"parley_session={amir.cookie}")
    assert (await again.hears_of("session_started"))["agent"]["rights"] == [RIGHT]
    with closing(sqlite3.connect(shop.database, timeout=10)) as connection, connection:
        connection.execute("UPDATE agents SET granted = '[]' WHERE id = ?", (amir.id,))  # as another process does
    await within(2.0, lambda: not again.client.connected)
    last = Agent(shop, "Amir")
    await last.connect(Origin=shop.url, Cookie=f"parley_session={amir.cookie}")
    assert (await last.hears_of("session_started"))["agent"]["rights"] == []
    assert beth.client.connected
    await last.leave()


async def test_what_a_newer_program_gives_counts_for_nothing_here(shop: Shop, ada: Browser):
    with closing(sqlite3.connect(shop.database, timeout=10)) as connection, connection:
        connection.execute('UPDATE agents SET granted = \'["audit", "people", "new"]\' WHERE name = \'Zoe\'')
    zoe = Browser(shop)
    assert (await zoe.signs_in("Zoe"))[1]["agent"]["rights"] == []
    assert (await zoe.asks("GET", "/api/audit"))[0] == 403


async def test_the_shops_settings_neither_give_nor_take(shop: Shop, ada: Browser):
    await gives(ada, "Zoe", RIGHT)
    for name in ("Beth", "Ada"):
        browser = Browser(shop)
        await browser.signs_in(name)
        version = (await browser.asks("GET", "/api/configuration"))[1]["version"]
        for email, rights in (("amir@shop.example", [RIGHT]), ("zoe@shop.example", []), ("amir@shop.example", ["x"])):
            body = {"version": version, "people": [{"email": email, "rights": rights}]}
            status, told = await browser.asks("PUT", "/api/configuration", body)
            assert (status, told["error"]["code"]) == (400, "bad_input"), (name, email)
        body = {"version": version, "people": [{"email": "zoe@shop.example", "capacity": 3}]}
        assert (await browser.asks("PUT", "/api/configuration", body))[0] == 200
    assert shop.value("SELECT granted FROM agents WHERE name = 'Zoe'") == f'["{RIGHT}"]'
