"""What admins do about accounts: invite, role, on and off, sessions, second factor; and what nobody else may."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from bot.demo.seed import PASSWORD
from tests.fakes import FrozenClock
from tests.mail_server import MailServer
from tests.people import Agent, OpenShop
from tests.server.accounts import CSRF, Browser
from tests.server.mail_desk import with_mail
from tests.shop import STAFF, Shop, within

OWN = "a tulip on the anchor"
EVE = "eve@shop.example"


@pytest.fixture
async def ada(shop: Shop) -> Browser:
    browser = Browser(shop)
    await browser.signs_in("Ada")
    return browser


async def invited(ada: Browser, email: str = EVE, role: str = "agent") -> str:
    """Invite, and return the token of the link."""
    body = {"email": email, "role": role, "password": PASSWORD}
    status, told = await ada.asks("POST", "/api/people/invites", body)
    assert status == 201, told
    return str(told["link"]).partition("#")[2]


async def id_of(ada: Browser, name: str) -> str:
    people = (await ada.asks("GET", "/api/people"))[1]["people"]
    return str(next(one["id"] for one in people if one["email"] == STAFF[name][0]))


async def uses(shop: Shop, token: str, **more: Any) -> tuple[int, Any]:
    return await Browser(shop).asks("POST", "/api/links/use", {"token": token, "name": "Eve", "password": OWN, **more})


async def test_an_invitation_makes_one_account_of_its_address_and_role(shop: Shop, ada: Browser):
    token = await invited(ada, role="supervisor")
    told = (await Browser(shop).asks("POST", "/api/links/look", {"token": token}))[1]
    assert told == {"kind": "invite", "email": EVE, "role": "supervisor", "name": "Ada"}
    listed = (await ada.asks("GET", "/api/people"))[1]["invites"]
    assert [(one["email"], one["role"]) for one in listed] == [(EVE, "supervisor")]
    assert token not in repr(listed)
    assert token.encode() not in b"".join(path.read_bytes() for path in shop.database.parent.glob("parley.db*"))
    for planted in ({"role": "admin"}, {"email": "mallory@evil.example"}):
        assert (await uses(shop, token, **planted))[0] == 400
    assert (await uses(shop, token, password="password1234"))[0] == 400
    both = await asyncio.gather(uses(shop, token), uses(shop, token, name="Mallory"))
    assert sorted(status for status, _ in both) == [201, 403]
    assert (await uses(shop, token))[0] == 403
    assert shop.value("SELECT role FROM agents WHERE email = ?", EVE) == "supervisor"
    assert (await ada.asks("GET", "/api/people"))[1]["invites"] == []


async def test_an_invitation_ends_by_time_by_hand_by_a_newer_one_and_with_who_invited(
    shop: Shop, ada: Browser, clock: FrozenClock
):
    replaced, newest = await invited(ada), await invited(ada)
    assert (await uses(shop, replaced))[0] == 403
    (listed,) = (await ada.asks("GET", "/api/people"))[1]["invites"]
    assert (await ada.asks("DELETE", f"/api/people/invites/{listed['id']}"))[0] == 200
    assert (await ada.asks("DELETE", f"/api/people/invites/{listed['id']}"))[0] == 404
    assert (await uses(shop, newest))[0] == 403

    late, orphan = await invited(ada, "late@shop.example"), await invited(ada, "orphan@shop.example")
    await shop.parley.store.write(
        lambda tx: tx.connection.exec_driver_sql("UPDATE agents SET role = 'agent' WHERE name = 'Ada'")
    )
    assert (await uses(shop, orphan))[0] == 201, "an agent may make an agent"
    clock.advance(hours=72)
    assert (await uses(shop, late))[0] == 403


async def test_who_lost_the_right_has_invited_nobody(shop: Shop, ada: Browser):
    token = await invited(ada, role="admin")
    await shop.parley.store.write(
        lambda tx: tx.connection.exec_driver_sql("UPDATE agents SET role = 'supervisor' WHERE name = 'Ada'")
    )
    assert (await uses(shop, token))[0] == 403


async def test_an_invitation_is_mailed_where_mail_is_set_up(open_shop: OpenShop, mail_server: MailServer):
    shop = await open_shop(**with_mail(mail_server))
    ada = Browser(shop)
    await ada.signs_in("Ada")
    body = {"email": EVE, "role": "analyst", "password": PASSWORD}
    status, told = await ada.asks("POST", "/api/people/invites", body, **{"Accept-Language": "es"})
    assert (status, told["link"]) == (201, None)
    ((_, letter),) = mail_server.taken()
    text = letter.get_content()
    assert "Ada te invita" in text
    token = re.search(r"/invite#([\w-]{43})", text)[1]
    assert (await uses(shop, token))[0] == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"email": EVE, "role": "agent", "password": "wrong"}, 403),
        ({"email": "a@b.example, c@d.example", "role": "agent", "password": PASSWORD}, 400),
        ({"email": "beth@shop.example", "role": "agent", "password": PASSWORD}, 409),
        ({"email": EVE, "role": "owner", "password": PASSWORD}, 400),
    ],
)
async def test_what_cannot_be_invited(shop: Shop, ada: Browser, body: dict[str, str], status: int):
    assert (await ada.asks("POST", "/api/people/invites", body))[0] == status
    assert shop.value("SELECT count(*) FROM links WHERE kind = 'invite'") == 0


async def test_another_role_signs_out_of_every_console(shop: Shop, ada: Browser, amir: Agent):
    path = f"/api/people/{await id_of(ada, 'Amir')}/role"
    assert (await ada.asks("PUT", path, {"role": "supervisor", "password": "wrong"}))[0] == 403
    assert amir.client.connected
    status, told = await ada.asks("PUT", path, {"role": "supervisor", "password": PASSWORD})
    assert (status, told["agent"]["role"]) == (200, "supervisor")
    await within(2.5, lambda: not amir.client.connected)


async def test_somebody_switched_off_is_gone_and_can_come_back(shop: Shop, ada: Browser, amir: Agent):
    path = f"/api/people/{amir.id}/disabled"
    assert (await ada.asks("PUT", path, {"disabled": True}))[0] == 200
    await within(2.5, lambda: not amir.client.connected)
    assert (await Browser(shop).signs_in("Amir"))[0] == 403
    assert (await ada.asks("PUT", path, {"disabled": False}))[0] == 200
    assert (await Browser(shop).signs_in("Amir"))[0] == 200


async def test_an_admin_ends_all_sessions_of_somebody(shop: Shop, ada: Browser, amir: Agent):
    await Browser(shop).signs_in("Amir")
    person = next(p for p in (await ada.asks("GET", "/api/people"))[1]["people"] if p["id"] == amir.id)
    assert person["sessions"] == 2
    assert (await ada.asks("DELETE", f"/api/people/{amir.id}/sessions"))[1] == {"ended": 2}
    await within(2.5, lambda: not amir.client.connected)


async def test_a_lost_phone_is_helped_with_the_admins_password(shop: Shop, ada: Browser, clock: FrozenClock):
    beth = Browser(shop)
    await beth.signs_in("Beth")
    await beth.sets_up_totp(clock)
    path = f"/api/people/{await id_of(ada, 'Beth')}/totp"
    assert (await ada.asks("DELETE", path, {"password": "wrong"}))[0] == 403
    assert (await ada.asks("DELETE", path, {"password": PASSWORD}))[0] == 200
    assert (await beth.asks("GET", "/api/session"))[0] == 401
    assert (await Browser(shop).signs_in("Beth"))[1]["agent"]["name"] == "Beth"
    assert shop.value("SELECT count(*) FROM recovery_codes") == 0


async def test_the_last_admin_stays_one(shop: Shop, ada: Browser):
    own = await id_of(ada, "Ada")
    assert (await ada.asks("PUT", f"/api/people/{own}/disabled", {"disabled": True}))[0] == 409
    assert (await ada.asks("PUT", f"/api/people/{own}/role", {"role": "agent", "password": PASSWORD}))[0] == 409
    beth = await id_of(ada, "Beth")
    assert (await ada.asks("PUT", f"/api/people/{beth}/role", {"role": "admin", "password": PASSWORD}))[0] == 200
    both = (shop.parley.people.set_disabled(None, one, disabled=True) for one in (own, beth))
    ended = await asyncio.gather(*both, return_exceptions=True)
    assert sum(isinstance(one, Exception) for one in ended) == 1, "expected one of two at once to be refused"
    assert shop.value("SELECT count(*) FROM agents WHERE role = 'admin' AND disabled_at IS NULL") == 1


@pytest.mark.parametrize("name", ["Amir", "Beth", "Zoe"])
async def test_nobody_else_sees_or_changes_accounts(shop: Shop, name: str):
    browser = Browser(shop)
    await browser.signs_in(name)
    own = shop.value("SELECT id FROM agents WHERE email = ?", STAFF[name][0])
    for method, path, body in (
        ("GET", "/api/people", None),
        ("POST", "/api/people/invites", {"email": EVE, "role": "agent", "password": PASSWORD}),
        ("PUT", f"/api/people/{own}/role", {"role": "admin", "password": PASSWORD}),
        ("DELETE", f"/api/people/{own}/totp", {"password": PASSWORD}),
    ):
        assert (await browser.asks(method, path, body))[0] == 403, path
    async with shop.http.get("/api/people", headers=CSRF) as answer:
        assert answer.status == 401
