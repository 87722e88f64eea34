"""`parley users`: the same as the console's page of people, for whoever has the machine."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.demo.seed import PASSWORD
from tests.cli.conftest import Run
from tests.people import Agent
from tests.server.accounts import Browser
from tests.shop import Shop, within

OWN = "a tulip on the anchor"


@pytest.fixture
def users(parley: Run, shop: Shop) -> Any:
    return lambda *arguments: parley("users", *arguments, database_url=shop.settings.database_url)


async def in_thread(function: Any, *arguments: Any) -> Any:
    return await asyncio.to_thread(function, *arguments)


async def test_an_account_is_made_listed_switched_off_and_on(users: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(OWN + "\n"))
    made = await in_thread(users, "add", "eve@shop.example", "--name", "Eve", "--role", "analyst", "--password-stdin")
    assert (made.code, made.out) == (0, "eve@shop.example may sign in as analyst.\n")
    eve = {"email": "eve@shop.example", "password": OWN}
    assert (await Browser(shop).asks("POST", "/api/session", eve))[0] == 200
    assert OWN not in made.out + made.err
    assert (await in_thread(users, "disable", "eve@shop.example")).code == 0
    assert (await Browser(shop).asks("POST", "/api/session", eve))[0] == 403
    assert (await in_thread(users, "enable", "eve@shop.example")).code == 0
    told = json.loads((await in_thread(users, "list", "--json")).out)
    assert {one["email"] for one in told["people"]} >= {"eve@shop.example", "amir@shop.example"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("disable", "nobody@shop.example"), 2, "Nobody has the address nobody@shop.example."),
        (("disable", "ada@shop.example"), 2, "Somebody has to be the admin"),
        (("grant", "ada@shop.example"), 2, "allows this already"),
        (("grant", "zoe@shop.example", "people"), 2, "Only personal_data:read can be given"),
        (("role", "ada@shop.example", "agent"), 2, "Somebody has to be the admin"),
        (("invite", "amir@shop.example"), 2, "is there already"),
        (("invite", "not an address"), 2, "Expected one e-mail address"),
        (("add", "x@shop.example", "--name", "X", "--languages", "de"), 2, "Expected languages among"),
    ],
)
async def test_refusals_name_the_way_out(users: Any, arguments: tuple[str, ...], code: int, said: str):
    result = await in_thread(users, *arguments)
    assert result.code == code
    assert said in result.err


async def test_an_invitation_and_a_new_password_are_links(users: Any, shop: Shop):
    link = (await in_thread(users, "invite", "eve@shop.example", "--role", "supervisor")).out.strip()
    assert link.startswith("http://127.0.0.1:8080/invite#")
    made = {"token": link.partition("#")[2], "name": "Eve", "password": OWN}
    assert (await Browser(shop).asks("POST", "/api/links/use", made))[0] == 201

    amir = Browser(shop)
    await amir.signs_in("Amir")
    link = (await in_thread(users, "reset-password", "amir@shop.example")).out.strip()
    chosen = {"token": link.partition("#")[2], "password": OWN}
    told = (await Browser(shop).asks("POST", "/api/links/look", {"token": chosen["token"]}))[1]
    assert told["kind"] == "password"
    assert (await Browser(shop).asks("POST", "/api/links/use", chosen))[0] == 201
    assert (await amir.asks("GET", "/api/session"))[0] == 401
    assert (await Browser(shop).signs_in("Amir", PASSWORD))[0] == 401
    assert (await Browser(shop).signs_in("Amir", OWN))[0] == 200


async def test_sessions_are_listed_and_ended_where_they_are_open(users: Any, shop: Shop, amir: Agent):
    # The command reads the real clock, the shop under test has its own.
    real = SystemClock().now().isoformat(" ", "microseconds").removesuffix("+00:00")
    query = "UPDATE sessions SET last_seen_at = ?, expires_at = datetime(?, '+1 hour')"
    await shop.parley.store.write(lambda tx: tx.connection.exec_driver_sql(query, (real, real)))
    listed = json.loads((await in_thread(users, "sessions", "amir@shop.example", "--json")).out)
    assert len(listed) == 1
    assert (await in_thread(users, "end-sessions", "amir@shop.example")).out == "Ended: 1.\n"
    await within(2.5, lambda: not amir.client.connected)
    assert (await in_thread(users, "reset-totp", "amir@shop.example")).code == 0


async def test_a_right_is_given_and_taken_back(users: Any, shop: Shop, amir: Agent):
    given = await in_thread(users, "grant", "amir@shop.example")
    assert (given.code, given.out) == (
        0,
        "amir@shop.example may read transcripts and exports with personal data unmasked.\n",
    )
    await within(2.0, lambda: not amir.client.connected)
    assert "+personal_data:read" in (await in_thread(users, "list")).out
    told = json.loads((await in_thread(users, "list", "--json")).out)["people"]
    assert {one["email"]: one["rights"] for one in told if one["rights"]} == {
        "amir@shop.example": ["personal_data:read"]
    }
    taken = await in_thread(users, "withdraw", "amir@shop.example", "personal_data:read")
    assert (taken.code, "no longer" in taken.out) == (0, True)
    assert "+personal" not in (await in_thread(users, "list")).out
    assert shop.value("SELECT count(*) FROM audit WHERE action = 'person_changed' AND agent_id IS NULL") == 2


async def test_whom_the_sign_in_service_means_is_forgotten(users: Any, shop: Shop, amir: Agent):
    none = await in_thread(users, "unlink", "amir@shop.example")
    assert none.code == 2
    assert "has no link to the sign-in service" in none.err
    agent_id = shop.value("SELECT id FROM agents WHERE name = 'Amir'")
    await shop.parley.store.write(lambda tx: tx.sign_in_links.add("https://id.example", "4711", agent_id, tx.now))
    forgotten = await in_thread(users, "unlink", "amir@shop.example")
    assert (forgotten.code, "linked anew" in forgotten.out) == (0, True)
    assert shop.rows("SELECT 1 FROM sign_in_links") == []
    await within(2.5, lambda: not amir.client.connected)
