"""One's own account: password, second factor, sessions; what each change ends, over HTTP and on sockets."""

from __future__ import annotations

import time

import pytest
import socketio

from bot.demo.seed import PASSWORD
from tests.fakes import FrozenClock
from tests.people import Agent, OpenShop
from tests.server.accounts import FIREFOX, Browser
from tests.shop import Shop, within

NEW = "a tulip on the anchor"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


async def at_console(shop: Shop, browser: Browser) -> Agent:
    agent = Agent(shop, "Amir")
    await agent.connect(Origin=shop.url, Cookie=f"parley_session={browser.cookie}")
    await agent.hears_of("session_started")
    return agent


async def refused_at_console(shop: Shop, browser: Browser) -> str:
    agent = Agent(shop, "Amir")
    with pytest.raises(socketio.exceptions.ConnectionError):
        await agent.connect(Origin=shop.url, Cookie=f"parley_session={browser.cookie}")
    return str(agent.refusal["data"]["code"])


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("too short", "bad_input"),
        ("password1234", "bad_input"),
        ("Qwertyuiop12!", "bad_input"),
        ("amir-shop-1234", "bad_input"),
        ("x" * 129, "bad_input"),
        ("an ostrich " * 20, "bad_input"),
    ],
)
async def test_a_password_that_is_guessed_early_is_refused(shop: Shop, password: str, why: str):
    amir = Browser(shop)
    await amir.signs_in("Amir")
    status, told = await amir.asks("PUT", "/api/account/password", {"password": PASSWORD, "new": password})
    assert (status, told["error"]["code"]) == (400, why)
    assert (await Browser(shop).signs_in("Amir"))[0] == 200


async def test_a_new_password_ends_every_other_session_and_renews_this_one(shop: Shop):
    here, there = Browser(shop), Browser(shop)
    await here.signs_in("Amir")
    await there.signs_in("Amir")
    elsewhere, before = await at_console(shop, there), here.cookie
    assert (await here.asks("PUT", "/api/account/password", {"password": "wrong", "new": NEW}))[0] == 403
    began = time.monotonic()
    assert (await here.asks("PUT", "/api/account/password", {"password": PASSWORD, "new": NEW}))[0] == 200
    await within(10, lambda: not elsewhere.client.connected)
    assert time.monotonic() - began < 2.5
    assert here.cookie != before
    assert (await here.asks("GET", "/api/account"))[0] == 200
    for cookie in (before, there.cookie):
        assert (await Browser(shop, cookie).asks("GET", "/api/account"))[0] == 401
    assert (await Browser(shop).signs_in("Amir"))[0] == 401
    assert (await Browser(shop).signs_in("Amir", NEW))[0] == 200


async def test_signing_in_makes_a_new_session_whatever_cookie_the_browser_had(shop: Shop):
    planted = "A" * 43
    browser = Browser(shop, planted)
    await browser.signs_in("Amir")
    first = browser.cookie
    assert first != planted
    await browser.signs_in("Amir")
    assert browser.cookie != first
    assert (await Browser(shop, first).asks("GET", "/api/session"))[0] == 401


async def test_a_session_ends_when_nobody_uses_it(shop: Shop, clock: FrozenClock):
    idle, used = Browser(shop), Browser(shop)
    await idle.signs_in("Amir")
    await used.signs_in("Amir")
    for _ in range(2):
        clock.advance(minutes=61)
        assert (await used.asks("GET", "/api/session"))[0] == 200
    assert (await idle.asks("GET", "/api/session"))[0] == 401
    clock.advance(hours=10)
    assert (await used.asks("GET", "/api/session"))[0] == 401


async def test_an_open_console_is_use(shop: Shop, clock: FrozenClock):
    amir = Browser(shop)
    await amir.signs_in("Amir")
    console = await at_console(shop, amir)
    for _ in range(3):
        clock.advance(minutes=61)
        seen = clock.now().replace(tzinfo=None).isoformat(" ", "microseconds")
        await within(5, lambda at=seen: shop.value("SELECT max(last_seen_at) FROM sessions") >= at)
    assert console.client.connected
    assert (await amir.asks("GET", "/api/session"))[0] == 200
    await console.leave()


async def test_sessions_are_listed_and_ended(shop: Shop):
    here, there, third = Browser(shop), Browser(shop, agent=CHROME), Browser(shop, agent="curl/8")
    for browser in (here, there, third):
        await browser.signs_in("Amir")
    beth = Browser(shop)
    await beth.signs_in("Beth")
    _, told = await here.asks("GET", "/api/account")
    assert {s["browser"] for s in told["sessions"]} == {"Firefox, Linux", "Chrome, Windows", None}
    assert [s["current"] for s in told["sessions"]].count(True) == 1
    assert here.cookie not in repr(told)
    assert FIREFOX.encode() not in shop.database.read_bytes()
    chrome = next(s["id"] for s in told["sessions"] if s["browser"] == "Chrome, Windows")
    console = await at_console(shop, there)
    assert (await beth.asks("DELETE", f"/api/account/sessions/{chrome}"))[0] == 404
    assert (await here.asks("DELETE", f"/api/account/sessions/{chrome}"))[0] == 200
    await within(2.5, lambda: not console.client.connected)
    assert (await there.asks("GET", "/api/session"))[0] == 401
    assert (await here.asks("DELETE", "/api/account/sessions"))[1] == {"ended": 1}
    assert (await third.asks("GET", "/api/session"))[0] == 401
    assert (await here.asks("GET", "/api/session"))[0] == 200
    assert (await beth.asks("GET", "/api/session"))[0] == 200


async def test_second_factor_is_asked_for_and_each_code_counts_once(shop: Shop, clock: FrozenClock):
    amir = Browser(shop)
    await amir.signs_in("Amir")
    assert (await amir.asks("POST", "/api/account/totp", {"password": "wrong"}))[0] == 403
    phone, codes = await amir.sets_up_totp(clock)
    assert len(set(codes)) == 10
    stored = shop.database.read_bytes()
    assert not [code for code in codes if code.encode() in stored or code.replace("-", "").encode() in stored]

    other = Browser(shop)
    assert await other.signs_in("Amir") == (200, {"needs": "code"})
    for method, path in (("GET", "/api/session"), ("GET", "/api/account"), ("GET", "/api/conversations")):
        status, told = await other.asks(method, path)
        assert (status, told["error"]["params"]["needs"]) == (401, "code"), path
    assert (await other.asks("POST", "/api/account/totp", {"password": PASSWORD}))[0] == 401
    assert await refused_at_console(shop, other) == "unauthorized"

    pending = other.cookie
    used = phone.at(clock.now())
    for wrong in ("000000", used, "not-a-code", codes[0][:-1]):
        assert (await other.asks("POST", "/api/session/code", {"code": wrong}))[0] == 401, wrong
    clock.advance(seconds=30)
    assert (await other.asks("POST", "/api/session/code", {"code": phone.at(clock.now())}))[0] == 200
    assert other.cookie != pending
    assert (await other.asks("GET", "/api/session"))[1]["agent"]["name"] == "Amir"
    await (await at_console(shop, other)).leave()

    third = Browser(shop)
    await third.signs_in("Amir")
    replayed = {"code": phone.at(clock.now())}
    assert (await third.asks("POST", "/api/session/code", replayed))[0] == 401
    assert (await third.asks("POST", "/api/session/code", {"code": f" {codes[3].upper()} "}))[0] == 200
    fourth = Browser(shop)
    await fourth.signs_in("Amir")
    assert (await fourth.asks("POST", "/api/session/code", {"code": codes[3]}))[0] == 401
    assert (await amir.asks("GET", "/api/account"))[1]["totp"] == {"on": True, "required": False, "codes_left": 9}


async def test_guessing_codes_is_slowed_like_guessing_passwords(shop: Shop, clock: FrozenClock):
    amir, thief = Browser(shop), Browser(shop)
    await amir.signs_in("Amir")
    phone, _ = await amir.sets_up_totp(clock)
    await thief.signs_in("Amir")
    statuses = [(await thief.asks("POST", "/api/session/code", {"code": f"{n:06d}"}))[0] for n in range(4)]
    assert (await thief.signs_in("Amir"))[1] == {"needs": "code"}
    statuses += [(await thief.asks("POST", "/api/session/code", {"code": f"{n:06d}"}))[0] for n in range(4, 6)]
    assert statuses == [401] * 5 + [429], "expected the right password not to start the count again"
    clock.advance(minutes=5)
    assert (await thief.asks("POST", "/api/session/code", {"code": phone.at(clock.now())}))[0] == 200


async def test_a_session_without_its_code_ends_after_ten_minutes(shop: Shop, clock: FrozenClock):
    amir, late = Browser(shop), Browser(shop)
    await amir.signs_in("Amir")
    phone, _ = await amir.sets_up_totp(clock)
    await late.signs_in("Amir")
    clock.advance(minutes=11)
    assert (await late.asks("POST", "/api/session/code", {"code": phone.at(clock.now())}))[0] == 401


async def test_second_factor_goes_off_with_the_password_only(shop: Shop, clock: FrozenClock):
    amir = Browser(shop)
    await amir.signs_in("Amir")
    _, codes = await amir.sets_up_totp(clock)
    for path in ("/api/account/totp", "/api/account/recovery-codes"):
        method = "DELETE" if path.endswith("totp") else "POST"
        assert (await amir.asks(method, path, {"password": "wrong"}))[0] == 403
    status, told = await amir.asks("POST", "/api/account/recovery-codes", {"password": PASSWORD})
    assert (status, set(told["recovery_codes"]) & set(codes)) == (200, set())
    other = Browser(shop)
    await other.signs_in("Amir")
    assert (await other.asks("POST", "/api/session/code", {"code": codes[0]}))[0] == 401
    assert (await amir.asks("DELETE", "/api/account/totp", {"password": PASSWORD}))[0] == 200
    assert (await Browser(shop).signs_in("Amir"))[1]["agent"]["name"] == "Amir"


async def test_where_it_is_required_an_admin_can_do_nothing_before(open_shop: OpenShop, clock: FrozenClock):
    shop = await open_shop(second_factor="admins")
    ada, amir = Browser(shop), Browser(shop)
    assert (await amir.signs_in("Amir"))[1]["agent"]["name"] == "Amir"
    assert await ada.signs_in("Ada") == (200, {"needs": "totp"})
    for path in ("/api/session", "/api/people", "/api/conversations", "/api/account"):
        status, told = await ada.asks("GET", path)
        assert (status, told["error"]["params"]["needs"]) == (401, "totp"), path
    assert await refused_at_console(shop, ada) == "unauthorized"
    await ada.sets_up_totp(clock, password=None)
    assert (await ada.asks("GET", "/api/people"))[0] == 200
    assert (await ada.asks("DELETE", "/api/account/totp", {"password": PASSWORD}))[0] == 403
