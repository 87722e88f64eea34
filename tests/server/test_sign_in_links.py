"""Whom the sign-in service vouches for is known by its own name of them, from the first time on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.demo.seed import PASSWORD
from tests.people import OpenShop
from tests.server.accounts import Browser
from tests.server.sign_in_visitor import Visitor
from tests.shop import STAFF, Shop
from tests.sign_in_server import SignInServer


@pytest.fixture
async def shop(open_shop: OpenShop, sign_in_server: SignInServer) -> Shop:
    return await open_shop(**sign_in_server.settings())


def linked(shop: Shop) -> list[tuple[Any, ...]]:
    query = "SELECT name FROM sign_in_links JOIN agents ON agents.id = agent_id ORDER BY name"
    return [tuple(row) for row in shop.rows(query)]


async def test_from_the_first_time_on_the_services_own_name_decides(shop: Shop, sign_in_server: SignInServer):
    sign_in_server.subject = "number-4711-of-the-service"
    assert await Visitor(shop).signs_in() == "/agent"
    assert linked(shop) == [("Amir",)]
    sign_in_server.email = "amir.married@shop.example"
    amir = Visitor(shop)
    assert await amir.signs_in() == "/agent"
    assert (await amir.who())[1]["agent"]["name"] == "Amir"
    sign_in_server.email = STAFF["Beth"][0]  # her address went to him: he stays who he was
    amir = Visitor(shop)
    assert await amir.signs_in() == "/agent"
    assert (await amir.who())[1]["agent"]["name"] == "Amir"
    assert linked(shop) == [("Amir",)]
    sign_in_server.email = "amir\n@shop.example"  # nor does one that nobody can have lock him out
    assert await Visitor(shop).signs_in() == "/agent"
    assert "4711" not in repr([tuple(row) for row in shop.rows("SELECT * FROM sign_in_links")])


async def test_another_person_with_the_same_address_is_not_let_in_until_an_admin_says_so(
    shop: Shop, sign_in_server: SignInServer
):
    assert await Visitor(shop).signs_in() == "/agent"
    sign_in_server.subject = "who came after"
    stranger = Visitor(shop)
    assert await stranger.signs_in() == "/agent?sign_in=other_person"
    assert stranger.cookies == {}
    amir = shop.value("SELECT id FROM agents WHERE name = 'Amir'")
    assert shop.value("SELECT count(*) FROM audit WHERE action = 'sign_in_failed' AND about = ?", amir) == 1

    ada = Browser(shop)
    await ada.signs_in("Ada")
    people = (await ada.asks("GET", "/api/people"))[1]["people"]
    assert [one["name"] for one in people if one["linked"]] == ["Amir"]
    path = f"/api/people/{amir}/sign-in-link"
    assert (await ada.asks("DELETE", path, {"password": "wrong"}))[0] == 403
    assert (await ada.asks("DELETE", path, {"password": PASSWORD}))[0] == 200
    assert (await ada.asks("DELETE", path, {"password": PASSWORD}))[0] == 404
    assert shop.value("SELECT count(*) FROM sessions WHERE agent_id = ?", amir) == 0
    assert await Visitor(shop).signs_in() == "/agent"
    assert linked(shop) == [("Amir",)]
    noted = await shop.parley.store.read(lambda tx: tx.audit.listed(limit=20))
    changes = [row.data["what"] for row in noted if row.action == "person_changed"]
    assert changes == ["linked", "unlinked", "linked"]


async def test_two_at_once_are_not_both_linked(shop: Shop, sign_in_server: SignInServer):
    names = iter(["one", "two"])
    honest = sign_in_server.signed

    def signed(nonce: str) -> str:
        sign_in_server.subject = next(names)
        return honest(nonce)

    sign_in_server.signed = signed  # type: ignore[method-assign]
    ended = await asyncio.gather(Visitor(shop).signs_in(), Visitor(shop).signs_in())
    assert sorted(ended) == ["/agent", "/agent?sign_in=other_person"]
    assert linked(shop) == [("Amir",)]


async def test_who_is_linked_and_switched_off_is_refused(shop: Shop):
    assert await Visitor(shop).signs_in() == "/agent"
    amir = await shop.parley.people.of_address(STAFF["Amir"][0])
    await shop.parley.people.set_disabled(None, amir.id, disabled=True)
    assert await Visitor(shop).signs_in() == "/agent?sign_in=no_account"
