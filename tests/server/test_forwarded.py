"""What a proxy says about a caller counts only when the configuration names the proxy; spoofed, it changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from typing import Any

import aiohttp
import pytest
import socketio
from aiohttp import web
from aiohttp.test_utils import TestServer
from multidict import CIMultiDict

from bot.demo.seed import PASSWORD
from bot.server.callers import Proxies
from tests.people import OpenShop, Shopper
from tests.server.accounts import Browser
from tests.shop import STAFF, Shop

FORWARDED = "X-Forwarded-For"
LOOK = {"token": "A" * 43}
HTTPS = "https://chat.shop.example"
SPOOFED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Scheme": "https",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Prefix": "/evil",
    "X-Original-URL": "/evil",
    "X-Rewrite-URL": "/evil",
    "X-Real-IP": "203.0.113.66",
    "X-Remote-User": "ada@shop.example",
    "Forwarded": "for=203.0.113.66;host=evil.example;proto=https",
    "Via": "1.1 evil.example",
    FORWARDED: "203.0.113.66",
}


@asynccontextmanager
async def calls_from(own: str, url: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Give a client whose connections come from an address of this machine's own."""
    connector = aiohttp.TCPConnector(local_addr=(own, 0))
    async with aiohttp.ClientSession(url, connector=connector) as session:
        yield session


async def looks(http: aiohttp.ClientSession, forwarded: Iterator[str]) -> list[int]:
    """Look at a link that is none, each time as somebody else; return the statuses."""
    found = []
    for said in forwarded:
        async with http.post("/api/links/look", json=LOOK, headers={"X-CSRF": "1", FORWARDED: said}) as answer:
            found.append(answer.status)
    return found


def everybody(form: str = "203.0.113.{}", count: int = 14) -> Iterator[str]:
    return (form.format(number) for number in range(count))


@pytest.mark.parametrize(
    ("named", "public_url", "own", "sent", "found"),
    [
        ((), "http://127.0.0.1", "127.0.0.1", ["203.0.113.9"], "127.0.0.1"),
        ((), HTTPS, "127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ((), HTTPS, "127.0.0.5", ["203.0.113.9"], "127.0.0.5"),
        (("127.0.0.5",), HTTPS, "127.0.0.1", ["203.0.113.9"], "127.0.0.1"),
        (("127.0.0.5",), HTTPS, "127.0.0.5", ["203.0.113.9"], "203.0.113.9"),
        (("127.0.0.4/30",), HTTPS, "127.0.0.5", ["203.0.113.9"], "203.0.113.9"),
        (("127.0.0.5",), HTTPS, "127.0.0.5", [], "127.0.0.5"),
        (("127.0.0.5",), HTTPS, "127.0.0.5", ["evil, 203.0.113.9"], "203.0.113.9"),
        (("127.0.0.5",), HTTPS, "127.0.0.5", ["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        (("127.0.0.5",), HTTPS, "127.0.0.5", ["198.51.100.1, 203.0.113.9, 127.0.0.5"], "203.0.113.9"),
        (("127.0.0.5", "10.0.0.0/8"), HTTPS, "127.0.0.5", ["198.51.100.1, 203.0.113.9, 10.1.2.3"], "203.0.113.9"),
        (("127.0.0.5",), HTTPS, "127.0.0.5", ["127.0.0.5, 127.0.0.5"], "127.0.0.5"),
        (("127.0.0.5",), HTTPS, "127.0.0.5", ["unknown"], "127.0.0.5"),
        (("127.0.0.5",), HTTPS, "127.0.0.5", ["203.0.113.9:4711"], "127.0.0.5"),
        (("127.0.0.5",), HTTPS, "127.0.0.5", ["x" * 5000], "127.0.0.5"),
        (("127.0.0.5",), HTTPS, "127.0.0.5", ["", ","], "127.0.0.5"),
        (("127.0.0.5",), HTTPS, "127.0.0.5", ["2001:DB8::0:1"], "2001:db8::1"),
        (("127.0.0.5",), HTTPS, "127.0.0.5", ["::ffff:203.0.113.9"], "203.0.113.9"),
    ],
)
async def test_the_list_is_read_from_its_end_while_proxies_of_ours_wrote_it(
    named: tuple[str, ...], public_url: str, own: str, sent: list[str], found: str
):
    async def told(request: web.Request) -> web.Response:
        return web.Response(text=Proxies(named, public_url).caller_of(request))

    app = web.Application()
    app.router.add_get("/", told)
    headers = CIMultiDict([(FORWARDED, one) for one in sent])
    async with (
        TestServer(app) as server,
        calls_from(own, str(server.make_url("/"))) as http,
        http.get("/", headers=headers) as answer,
    ):
        assert await answer.text() == found


async def test_nobody_gets_another_allowance_by_another_address(shop: Shop):
    found = await looks(shop.http, everybody())
    assert found == [403] * 10 + [429] * 4


async def test_behind_a_named_proxy_everybody_has_their_own(open_shop: OpenShop):
    shop = await open_shop(proxies=("127.0.0.5",), public_url=HTTPS)
    async with calls_from("127.0.0.5", shop.url) as proxy, calls_from("127.0.0.6", shop.url) as stranger:
        assert await looks(proxy, everybody()) == [403] * 14
        assert await looks(proxy, everybody("198.51.100.{}, 203.0.113.99")) == [403] * 10 + [429] * 4
        assert await looks(stranger, everybody()) == [403] * 10 + [429] * 4


async def come_in(shop: Shop, forwarded: list[str]) -> int:
    """Open a chat as each of them; return how many were let in."""
    inside = []
    for said in forwarded:
        shopper = Shopper(shop)
        try:
            await shopper.connect({}, **{FORWARDED: said})
        except socketio.exceptions.ConnectionError:
            continue
        inside.append(shopper)
    for shopper in inside:
        await shopper.leave()
    return len(inside)


async def test_places_are_counted_by_the_address_that_is_true(open_shop: OpenShop):
    crowd = [f"203.0.113.{number}" for number in range(5)]
    direct = await open_shop(alone=True, connections_per_address=2)
    assert await come_in(direct, crowd) == 2
    behind = await open_shop(alone=True, connections_per_address=2, proxies=("127.0.0.1",), public_url=HTTPS)
    assert await come_in(behind, crowd) == 5
    assert await come_in(behind, [f"{one}, 203.0.113.99" for one in crowd]) == 2


async def test_the_socket_knows_its_callers_address(open_shop: OpenShop):
    """The library tells every handler that the caller is 127.0.0.1."""
    shop = await open_shop(connections_per_address=1)
    here = await Shopper(shop).comes()
    async with calls_from("127.0.0.7", shop.url) as http:
        there = Shopper(shop)
        there.client = socketio.AsyncClient(reconnection=False, http_session=http)
        there.client.on("*", there._hear, namespace=there.namespace)
        await there.comes()
        await there.leave()
    await here.leave()


async def signed_in(shop: Shop, **headers: str) -> tuple[Any, str]:
    """Sign Ada in; return what was told, and the cookie's line."""
    body = {"email": STAFF["Ada"][0], "password": PASSWORD}
    async with shop.http.post("/api/session", json=body, headers={"X-CSRF": "1", **headers}) as answer:
        return await answer.json(), answer.headers["Set-Cookie"]


@pytest.mark.parametrize(("public_url", "secure"), [(None, False), (HTTPS, True)])
async def test_whether_the_cookie_is_secure_is_the_configurations_word(
    open_shop: OpenShop,
    public_url: str | None,
    secure: bool,  # noqa: FBT001  # a table
):
    shop = await open_shop(public_url=public_url)
    for headers in ({}, SPOOFED, {**SPOOFED, "X-Forwarded-Proto": "http", "Host": "evil.example"}):
        (cookie,) = SimpleCookie((await signed_in(shop, **headers))[1]).values()
        assert bool(cookie["secure"]) is secure
        assert cookie.key == ("__Host-parley" if secure else "parley_session")
        assert (cookie["path"], cookie["domain"], cookie["httponly"], cookie["samesite"]) == ("/", "", True, "Lax")


@pytest.mark.parametrize("host", [None, "evil.example"])
async def test_no_address_of_ours_comes_from_a_header(shop: Shop, host: str | None):
    spoofed = {**SPOOFED, **({"Host": host} if host else {})}
    ada = Browser(shop)
    await ada.signs_in("Ada")
    eve = {"email": "eve@shop.example", "role": "agent", "password": PASSWORD}
    status, told = await ada.asks("POST", "/api/people/invites", eve, **spoofed)
    assert status == 201
    assert told["link"].startswith(f"{shop.url}/invite#")
    for path in ("/help/en/", "/help/sitemap.xml", "/help/en/orders/cancel-order", "/chat", "/api/openapi.json"):
        async with shop.http.get(path, headers=spoofed) as answer:
            assert (answer.status, "evil" in await answer.text(), "evil" in repr(answer.headers)) == (200, False, False)
    for path in ("/help", "/help/en", "/"):
        async with shop.http.get(path, headers=spoofed, allow_redirects=False) as answer:
            assert answer.headers["Location"].startswith("/")
            assert not answer.headers["Location"].startswith("//")


async def test_nobody_is_signed_in_by_a_header(shop: Shop):
    for name in ("X-Remote-User", "Remote-User", "X-Forwarded-User", "X-Auth-Request-Email", "X-WEBAUTH-USER"):
        async with shop.http.get("/api/session", headers={name: STAFF["Ada"][0]}) as answer:
            assert answer.status == 401, name


async def test_no_address_is_written_down(shop: Shop):
    await looks(shop.http, everybody("198.51.100.{}", 3))
    await signed_in(shop, **SPOOFED)
    stored = shop.database.read_bytes() + shop.database.with_name("parley.db-wal").read_bytes()
    assert [one for one in (b"198.51.100", b"203.0.113", b"evil.example") if one in stored] == []


@pytest.mark.parametrize("name", [FORWARDED, "X-Real-IP", "Forwarded", "Via", "x-forwarded-for"])
async def test_figures_are_for_this_machine_not_for_whom_its_proxy_speaks(open_shop: OpenShop, name: str):
    shop = await open_shop(public_url=HTTPS)
    async with shop.http.get("/metrics") as answer:
        assert answer.status == 200
    async with shop.http.get("/metrics", headers={name: "127.0.0.1"}) as answer:
        assert answer.status == 403
