"""The staff signs in by the company's own service: whom it vouches for, and nobody by anything odd about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey, RSAKey

from tests.fakes import FrozenClock
from tests.people import OpenShop
from tests.server.accounts import Browser
from tests.server.forged_tokens import FORGERIES
from tests.server.sign_in_visitor import Visitor
from tests.shop import STAFF, Shop
from tests.sign_in_server import CLIENT, SignInServer

WAY_BACK = "/sign-in/return"


@pytest.fixture
async def shop(open_shop: OpenShop, sign_in_server: SignInServer) -> Shop:
    return await open_shop(**sign_in_server.settings())


@pytest.mark.parametrize(
    "make", [lambda: RSAKey.generate_key(2048, {"kid": "r"}), lambda: ECKey.generate_key("P-256", {"kid": "e"})]
)
async def test_whom_the_service_vouches_for_is_signed_in(shop: Shop, sign_in_server: SignInServer, make: Any):
    sign_in_server.key = make()
    sign_in_server.email = STAFF["Beth"][0].upper()
    beth = Visitor(shop)
    assert await beth.signs_in() == "/agent"
    status, told = await beth.who()
    assert (status, told["agent"]["name"]) == (200, "Beth")
    assert set(beth.cookies) == {"parley_session"}
    assert await beth.signs_in("dashboard") == "/dashboard"
    assert sign_in_server.asked.count("discovery") == 1
    assert sign_in_server.asked.count("keys") == 1


async def test_the_sign_in_page_is_told_of_it(shop: Shop, open_shop: OpenShop):
    status, told = await Visitor(shop).who()
    assert (status, told["settings"]["sign_in_service"]) == (401, "Shop ID")
    without = await open_shop()
    assert (await Visitor(without).who())[1]["settings"]["sign_in_service"] is None
    assert await Visitor(without).goes("/sign-in/start") == "/agent?sign_in=away"


async def test_the_second_factor_of_an_account_counts_all_the_same(shop: Shop, clock: FrozenClock):
    amir = Browser(shop)
    await amir.signs_in("Amir")
    phone, _ = await amir.sets_up_totp(clock)
    clock.advance(seconds=30)
    visitor = Visitor(shop)
    assert await visitor.signs_in() == "/agent"
    status, told = await visitor.who()
    assert (status, told["error"]["params"]["needs"]) == (401, "code")
    browser = Browser(shop, visitor.cookies["parley_session"])
    assert (await browser.asks("POST", "/api/session/code", {"code": phone.at(clock.now())}))[0] == 200


@pytest.mark.parametrize(
    ("email", "verified", "reason"),
    [
        ("nobody@shop.example", True, "no_account"),
        ("amir@shop.example", False, "not_verified"),
        ("amir@shop.example", None, "not_verified"),
        ("amir@shop.example", "true", "not_verified"),
        ("amir@shop.example", 1, "not_verified"),
        ("amir@shop.example\x00", True, "no_account"),
        ("amir@shop.example\n", True, "no_account"),
        ("amir@shop.example\x7f", True, "no_account"),
        (f"{'a' * 300}@shop.example", True, "no_account"),
        (None, True, "failed"),
        ("", True, "failed"),
        (["amir@shop.example"], True, "failed"),
    ],
)
async def test_nobody_else_is(shop: Shop, sign_in_server: SignInServer, email: Any, verified: Any, reason: str):
    sign_in_server.email, sign_in_server.verified = email, verified
    stranger = Visitor(shop)
    assert await stranger.signs_in() == f"/agent?sign_in={reason}"
    assert stranger.cookies == {}
    assert shop.value("SELECT count(*) FROM sessions") == 0


@pytest.mark.parametrize("subject", ["", 4711, None, ["x"], "ñ", "x" * 256], ids=repr)
async def test_a_token_that_names_nobody_is_refused(shop: Shop, sign_in_server: SignInServer, subject: Any):
    sign_in_server.claims = {"sub": subject}
    assert await Visitor(shop).signs_in() == "/agent?sign_in=failed"
    assert shop.value("SELECT count(*) FROM sign_in_links") == 0


async def test_who_is_switched_off_is_refused(shop: Shop):
    amir = await shop.parley.people.of_address(STAFF["Amir"][0])
    await shop.parley.people.set_disabled(None, amir.id, disabled=True)
    assert await Visitor(shop).signs_in() == "/agent?sign_in=no_account"
    assert shop.value("SELECT count(*) FROM audit WHERE action = 'sign_in_failed' AND about = ?", amir.id) == 1


NOW = int(FrozenClock().now().timestamp())
WRONG_CLAIMS: list[dict[str, Any]] = [
    {"iss": "https://evil.example"},
    {"iss": None},
    {"aud": "another client"},
    {"aud": None},
    {"aud": []},
    {"aud": [CLIENT, "another client"]},
    {"aud": [CLIENT, "another client"], "azp": "another client"},
    {"azp": "another client"},
    {"exp": NOW - 61},
    {"exp": None},
    {"exp": str(NOW + 300)},
    {"exp": True},
    {"exp": 1e300},
    {"iat": NOW + 120},
    {"iat": None},
    {"nonce": "another"},
    {"nonce": None},
    {"nonce": ""},
]


@pytest.mark.parametrize("claims", WRONG_CLAIMS, ids=repr)
async def test_a_token_for_somebody_else_or_another_time_is_refused(
    shop: Shop, sign_in_server: SignInServer, claims: dict[str, Any]
):
    honest = sign_in_server.signed

    def signed(nonce: str) -> str:
        sign_in_server.claims = claims
        return honest(nonce)

    sign_in_server.signed = signed  # type: ignore[method-assign]
    assert await Visitor(shop).signs_in() == "/agent?sign_in=failed"
    assert shop.value("SELECT count(*) FROM sessions") == 0


@pytest.mark.parametrize(
    "forge",
    FORGERIES,
)
async def test_every_other_signature_is_refused(
    shop: Shop, sign_in_server: SignInServer, forge: Callable[[SignInServer, str], str]
):
    honest = sign_in_server.signed
    sign_in_server.signed = lambda nonce: forge(sign_in_server, honest(nonce))  # type: ignore[method-assign]
    assert await Visitor(shop).signs_in() == "/agent?sign_in=failed"
    assert shop.value("SELECT count(*) FROM sessions") == 0


@pytest.mark.parametrize("alg", ["ES256", "RS512", "PS256", "HS256", "none", "", 5, None], ids=repr)
async def test_a_key_for_another_algorithm_signs_nothing(shop: Shop, sign_in_server: SignInServer, alg: Any):
    sign_in_server.published = [{**sign_in_server.key.as_dict(private=False), "alg": alg}]
    assert await Visitor(shop).signs_in() == "/agent?sign_in=failed"
    sign_in_server.published[0]["alg"] = "RS256"
    again = Visitor(shop)
    shop.parley.single_sign_on._service._keys_at = None  # type: ignore[union-attr]  # an hour later
    assert await again.signs_in() == "/agent"


async def test_keys_may_change(shop: Shop, sign_in_server: SignInServer, clock: FrozenClock):
    assert await Visitor(shop).signs_in() == "/agent"
    sign_in_server.key = RSAKey.generate_key(2048, {"kid": "second"})
    assert await Visitor(shop).signs_in() == "/agent?sign_in=failed", "asked for keys half a minute ago"
    clock.advance(seconds=31)
    assert await Visitor(shop).signs_in() == "/agent"
    assert sign_in_server.asked.count("keys") == 2
    sign_in_server.published = []
    clock.advance(hours=2)
    assert await Visitor(shop).signs_in() == "/agent?sign_in=failed", "a key that was taken away"


async def test_only_the_browser_that_began_comes_back_and_once(shop: Shop, sign_in_server: SignInServer):
    """Whoever sends a colleague a link with their own code would have them work in the sender's account."""
    amir, beth = Visitor(shop), Visitor(shop)
    back = await amir.goes(await amir.goes("/sign-in/start"))
    asked = parse_qs(urlsplit(back).query)
    assert await beth.goes(back) == "/agent?sign_in=failed"
    await beth.goes("/sign-in/start")
    assert await beth.goes(back) == "/agent?sign_in=failed"
    assert beth.cookies == {}
    assert "token" not in sign_in_server.asked
    before = dict(amir.cookies)
    assert await amir.goes(back) == "/agent"
    amir.cookies = before
    assert await amir.goes(back) == "/agent?sign_in=failed"
    assert asked["state"][0] not in repr(before)


@pytest.mark.parametrize("state", ["", "x" * 43, "another's"])
async def test_with_another_state_nobody_comes_back(shop: Shop, sign_in_server: SignInServer, state: str):
    """The right browser with the right code, and nothing else wrong."""
    amir, beth = Visitor(shop), Visitor(shop)
    back = await amir.goes(await amir.goes("/sign-in/start"))
    theirs = parse_qs(urlsplit(await beth.goes("/sign-in/start")).query)["state"][0]
    own = parse_qs(urlsplit(back).query)["state"][0]
    assert own != theirs
    other = back.replace(own, theirs if state == "another's" else state)
    assert await amir.goes(other) == "/agent?sign_in=failed"
    assert "token" not in sign_in_server.asked
    assert shop.value("SELECT count(*) FROM sessions") == 0


@pytest.mark.parametrize("secret", ["", "agent.", "agent", "agent.short", "x" * 5000, "\u00e9"])
async def test_without_a_beginning_there_is_no_end(shop: Shop, sign_in_server: SignInServer, secret: str):
    from bot.services.single_sign_on import _derived  # noqa: PLC0415  # what an attacker knows, too

    mallory = Visitor(shop)
    mallory.cookies = {"parley_session_oidc": secret} if secret else {}
    state = _derived(secret.partition(".")[2][:64], "state")
    sign_in_server.codes["theirs"] = {"redirect_uri": f"{shop.url}{WAY_BACK}", "nonce": "x", "code_challenge": "x"}
    assert await mallory.goes(f"{WAY_BACK}?code=theirs&state={state}") == "/agent?sign_in=failed"
    assert "token" not in sign_in_server.asked


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?error=access_denied&state=x", "?code=%00&state=%ff"])
async def test_odd_ways_back_are_refused(shop: Shop, query: str):
    visitor = Visitor(shop)
    await visitor.goes("/sign-in/start")
    assert await visitor.goes(WAY_BACK + query) == "/agent?sign_in=failed"


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "http://evil.example/token"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
    ],
    ids=repr,
)
async def test_a_service_that_says_odd_things_of_itself_is_not_asked(
    shop: Shop, sign_in_server: SignInServer, discovery: dict[str, Any]
):
    sign_in_server.discovery = discovery
    assert await Visitor(shop).goes("/sign-in/start") == "/agent?sign_in=away"


@pytest.mark.parametrize("page", ["https://evil.example", "//evil.example", "", "agent/../x", "%0d%0aSet-Cookie:x"])
async def test_it_ends_on_a_page_of_ours(shop: Shop, page: str):
    assert await Visitor(shop).signs_in(page) == "/agent"


async def test_too_many_tries_are_slowed(shop: Shop):
    visitor = Visitor(shop)
    found = [await visitor.goes("/sign-in/start") for _ in range(11)]
    assert found[-1] == "/agent?sign_in=too_fast"
    mallory = Visitor(shop)
    found = [await mallory.goes(f"{WAY_BACK}?code=x&state=x") for _ in range(11)]
    assert [found[0], found[-1]] == ["/agent?sign_in=failed", "/agent?sign_in=too_fast"]


async def test_one_sign_in_spends_one_try(shop: Shop):
    ended = [await Visitor(shop).signs_in() for _ in range(10)]
    assert ended == ["/agent"] * 10
    assert await Visitor(shop).goes("/sign-in/start") == "/agent?sign_in=too_fast"
    status, _ = await Browser(shop).signs_in("Amir")
    assert status == 429  # what is spent there is spent here
