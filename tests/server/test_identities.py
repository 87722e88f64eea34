"""Shoppers whom the shop knows: only its signature joins what was said elsewhere, and a change ends tokens."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.domain.privacy import Person
from tests.fakes import FrozenClock
from tests.people import Agent, OpenShop, RefusedError, Shopper
from tests.shop import Shop

KEY, BEFORE, NEVER = "k" * 32, "b" * 40, "n" * 32
SIGNER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
RAW = SIGNER.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header: dict[str, Any], claims: dict[str, Any], key: str | bytes | None = KEY) -> str:
    """Sign as a shop's server does, and as nobody should."""
    text = f"{coded(json.dumps(header).encode())}.{coded(json.dumps(claims).encode())}"
    if header.get("alg") == "EdDSA":
        return f"{text}.{coded(SIGNER.sign(text.encode()))}"
    secret = key.encode() if isinstance(key, str) else key
    return f"{text}.{coded(hmac.new(secret, text.encode(), sha256).digest()) if secret else ''}"


class Counter:
    """The shop's server: it knows its customers."""

    def __init__(self, shop: Shop, clock: FrozenClock) -> None:
        self.shop, self.clock = shop, clock

    def claims(self, subject: str = "customer-7", **changes: Any) -> dict[str, Any]:
        now = int(self.clock.now().timestamp())
        told = {"sub": subject, "aud": "parley", "iat": now, "exp": now + 600, "name": "Carol Díaz", **changes}
        return {name: value for name, value in told.items() if value is not None}

    def says(self, subject: str = "customer-7", *, key: str | bytes | None = KEY, **changes: Any) -> str:
        return signed({"alg": "HS256", "typ": "JWT"}, self.claims(subject, **changes), key)


@pytest.fixture
async def shop(open_shop: OpenShop) -> Shop:
    return await open_shop(identity_key=KEY, identity_key_before=BEFORE, identity_public_keys=(coded(RAW),))


@pytest.fixture
def counter(shop: Shop, clock: FrozenClock) -> Counter:
    return Counter(shop, clock)


async def started(shopper: Shopper, after: int) -> dict[str, Any]:
    """Return the session that begins anew once somebody is known."""
    told: dict[str, Any] = await shopper.hears_of("session_started", after=after)
    shopper.token, shopper.id = told["token"], told["conversation"]["id"]
    return told


async def identifies(shopper: Shopper, jwt: str) -> dict[str, Any]:
    heard = len(shopper.heard)
    await shopper.gets("identify", jwt=jwt)
    return await started(shopper, heard)


async def texts(shopper: Shopper) -> list[str]:
    return [message["text"] for message in await shopper.sees() if message["author"] == "shopper"]


async def test_what_was_said_on_one_device_is_there_on_another(shop: Shop, counter: Counter):
    phone, laptop = await Shopper(shop).comes(), await Shopper(shop).comes()
    await phone.asked("Where is my parcel?")
    first = phone.token
    await identifies(phone, counter.says())
    assert phone.token != first
    assert await texts(phone) == ["Where is my parcel?"]
    own = laptop.token
    await identifies(laptop, counter.says())
    assert laptop.id == phone.id
    assert await texts(laptop) == ["Where is my parcel?"]
    await laptop.says("and my refund?")
    await phone.hears_of("message_added", lambda message: message["text"] == "and my refund?")
    assert shop.value("SELECT count(*) FROM conversations") == 1, "expected the empty one to be gone"
    for stale in (first, own):
        stranger = await Shopper(shop).comes(token=stale)
        assert await stranger.sees() == []
        await stranger.leave()
    again = await Shopper(shop).comes(token=laptop.token)
    assert again.id == phone.id
    for one in (phone, laptop, again):
        await one.leave()


async def test_the_handshake_may_name_them_at_once(shop: Shop, counter: Counter):
    phone = await Shopper(shop).comes(identity=counter.says())
    await phone.asked("Where is my parcel?")
    laptop = await Shopper(shop).comes(identity=counter.says())
    assert await texts(laptop) == ["Where is my parcel?"]
    await laptop.gets("identify", jwt=counter.says())  # the page says it again: the same person, nothing changes
    back = await Shopper(shop).comes(token=laptop.token, identity="out.of.date")
    assert back.id == phone.id
    for one in (phone, laptop, back):
        await one.leave()


async def test_another_tab_of_the_same_browser_goes_on(shop: Shop, counter: Counter):
    phone = await Shopper(shop).comes(identity=counter.says())
    await phone.asked("Where is my parcel?")
    laptop = await Shopper(shop).comes()
    await laptop.asked("je veux être remboursé")
    tab = await laptop.another_tab()
    await identifies(laptop, counter.says())
    assert await texts(laptop) == ["je veux être remboursé"], "expected the conversation in hand to stay"
    await tab.says("still here")
    await laptop.hears_of("message_added", lambda message: message["text"] == "still here")
    for one in (phone, laptop, tab):
        await one.leave()


@pytest.mark.parametrize("field", ["name", "email", "jti"])
async def test_a_name_or_an_address_joins_nothing(shop: Shop, counter: Counter, field: str):
    phone = await Shopper(shop).comes(identity=counter.says(**{field: "carol@example.com"}))
    await phone.asked("Where is my parcel?")
    mallory = await Shopper(shop).comes(identity=counter.says("customer-8", **{field: "carol@example.com"}))
    assert mallory.id != phone.id
    assert await mallory.sees() == []
    await mallory.gets("ticket_open", email="carol@example.com", text="I am Carol")
    assert await texts(mallory) != ["Where is my parcel?"]
    for one in (phone, mallory):
        await one.leave()


async def test_signing_out_leaves_nothing_behind(shop: Shop, counter: Counter):
    carol = await Shopper(shop).comes(identity=counter.says())
    await carol.asked("Where is my parcel?")
    await carol.gets("sign_out")
    next_one = await Shopper(shop).comes(token=carol.token)
    assert next_one.token != carol.token
    assert await next_one.sees() == []
    back = await Shopper(shop).comes(identity=counter.says())
    assert await texts(back) == ["Where is my parcel?"]
    for one in (carol, next_one, back):
        await one.leave()


async def test_somebody_else_at_the_same_browser_takes_nothing_along(shop: Shop, counter: Counter):
    browser = await Shopper(shop).comes(identity=counter.says("carol"))
    await browser.asked("Where is my parcel?")
    of_carol, hers = browser.token, browser.id
    await identifies(browser, counter.says("dave"))
    assert browser.id != hers
    assert await browser.sees() == []
    with_old = await Shopper(shop).comes(token=of_carol)
    assert await with_old.sees() == []
    with pytest.raises(RefusedError):
        await browser.gets("choice_pick", message_id=hers, entry="human")
    for one in (browser, with_old):
        await one.leave()


def _bad(counter: Counter) -> dict[str, str]:
    claims = counter.claims()
    now = claims["iat"]
    good = counter.says()
    head, body, mark = good.split(".")
    return {
        "alg none": signed({"alg": "none"}, claims, None),
        "alg None": signed({"alg": "None"}, claims, None),
        "no signature": f"{head}.{body}.",
        "another signature": f"{head}.{body}.{mark[::-1]}",
        "another body": f"{head}.{coded(json.dumps({**claims, 'sub': 'x'}).encode())}.{mark}",
        "a key of nobody": counter.says(key=NEVER),
        "the public key as a secret": signed({"alg": "HS256"}, claims, RAW),
        "its text as a secret": signed({"alg": "HS256"}, claims, coded(RAW)),
        "another hash": signed({"alg": "HS512"}, claims),
        "RS256": signed({"alg": "RS256"}, claims),
        "unknown crit": signed({"alg": "HS256", "crit": ["exp2"], "exp2": 1}, claims),
        "unencoded": signed({"alg": "HS256", "crit": ["b64"], "b64": False}, claims),
        "key within": signed({"alg": "HS256", "jwk": {"kty": "oct", "k": coded(NEVER.encode())}}, claims, NEVER),
        "another audience": counter.says(aud="other"),
        "no audience": counter.says(aud=None),
        "expired": counter.says(iat=now - 700, exp=now - 1),
        "expires now": counter.says(exp=now),
        "no end": counter.says(exp=None),
        "over an hour": counter.says(exp=now + 3601),
        "of tomorrow": counter.says(iat=now + 61, exp=now + 600),
        "no beginning": counter.says(iat=None),
        "time as text": counter.says(exp=str(now + 600)),
        "time as truth": counter.says(iat=True),
        "endless": counter.says(exp=float("inf")),
        "no subject": counter.says(sub=None),
        "empty subject": counter.says("  "),
        "long subject": counter.says("x" * 256),
        "number as subject": counter.says(sub=7),
        "a list": f"{head}.{coded(b'[]')}.{mark}",
        "three words": "one.two.three",
        "five parts": "a.b.c.d.e" * 3,
        "deep": f"{coded(b'[' * 2000)}.{body}.{mark}",
    }


async def test_every_other_signature_is_refused_with_one_code(shop: Shop, counter: Counter):
    carol = await Shopper(shop).comes()
    refused = {}
    for name, jwt in _bad(counter).items():
        answer = await carol.asks("identify", {"jwt": jwt})
        refused[name] = answer.get("error", {}).get("code")
    assert {name: code for name, code in refused.items() if code != "unauthorized"} == {}
    assert shop.value("SELECT count(*) FROM visitors WHERE subject IS NOT NULL") == 0
    await carol.leave()


@pytest.mark.parametrize("key", [KEY, BEFORE])
async def test_both_keys_are_good_while_the_shop_changes_them(shop: Shop, counter: Counter, key: str):
    carol = await Shopper(shop).comes(identity=counter.says(key=key))
    assert shop.value("SELECT subject FROM visitors") == "customer-7"
    await carol.leave()


async def test_a_key_that_was_taken_away_is_good_no_longer(open_shop: OpenShop, clock: FrozenClock):
    shop = await open_shop(identity_key=KEY)
    carol = await Shopper(shop).comes()
    with pytest.raises(RefusedError, match="unauthorized"):
        await carol.gets("identify", jwt=Counter(shop, clock).says(key=BEFORE))
    await carol.leave()


async def test_a_shop_may_sign_with_a_key_that_only_it_has(shop: Shop, counter: Counter):
    carol = await Shopper(shop).comes()
    jwt = signed({"alg": "EdDSA"}, counter.claims(aud=["shop", "parley"], iat=counter.claims()["iat"] + 30))
    await identifies(carol, jwt)
    assert shop.value("SELECT verified_name FROM visitors WHERE subject = 'customer-7'") == "Carol Díaz"
    await carol.leave()


async def test_agents_see_who_is_verified_and_who_only_says_so(shop: Shop, counter: Counter):
    carol = await Shopper(shop).comes(identity=counter.says(email="carol@example.com"))
    await carol.asked("Where is my parcel?")
    mallory = await Shopper(shop).comes()
    await mallory.asked("I am Carol Díaz, carol@example.com")
    amir = await Agent(shop, "Amir").comes()
    headers = {"Cookie": f"parley_session={amir.cookie}"}
    told = {}
    for one in (carol, mallory):
        async with shop.http.get(f"/api/conversations/{one.id}", headers=headers) as answer:
            told[one.id] = (await answer.json())["brief"]["identity"]
    known = {"subject": "customer-7", "name": "Carol Díaz", "email": "carol@example.com"}
    assert told == {carol.id: known, mallory.id: None}
    for one in (carol, mallory, amir):
        await one.leave()


async def test_who_was_blocked_does_not_come_in_by_another_name(shop: Shop, counter: Counter):
    spammer = await Shopper(shop).comes()
    await spammer.asked("Where is my parcel?")
    amir = await Agent(shop, "Amir").comes()
    await amir.gets("shopper_block", conversation_id=spammer.id, blocked=True)
    await identifies(spammer, counter.says())
    with pytest.raises(RefusedError, match="forbidden"):
        await spammer.says("me again")
    for one in (spammer, amir):
        await one.leave()


async def test_a_token_that_nobody_used_for_thirty_days_opens_nothing(shop: Shop, clock: FrozenClock):
    carol = await Shopper(shop).comes()
    await carol.asked("Where is my parcel?")
    await carol.leave()
    clock.advance(days=29)
    back = await Shopper(shop).comes(token=carol.token)
    assert back.token == carol.token
    await back.leave()
    clock.advance(seconds=timedelta(days=30).total_seconds())
    late = await Shopper(shop).comes(token=carol.token)
    assert late.token != carol.token
    assert await late.sees() == []
    await late.leave()


async def test_who_is_erased_is_gone_from_every_device(shop: Shop, counter: Counter):
    phone = await Shopper(shop).comes(identity=counter.says())
    await phone.asked("Where is my parcel?")
    laptop = await Shopper(shop).comes(identity=counter.says())
    device = shop.value("SELECT id FROM visitors WHERE same_as IS NOT NULL")
    receipt = await shop.parley.privacy.erase(Person(visitor=device))
    assert receipt.visitors == 2
    assert shop.value("SELECT count(*) FROM visitors") + shop.value("SELECT count(*) FROM conversations") == 0
    for one in (phone, laptop):
        await one.leave()
        fresh = await Shopper(shop).comes(token=one.token)
        assert fresh.token != one.token
        await fresh.leave()
