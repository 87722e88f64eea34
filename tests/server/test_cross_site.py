"""Another site's page drives a signed-in browser: nothing changes, on any route that changes something."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from typing import Any

import pytest
import pytest_asyncio

from bot.server.rules import Rule
from tests.people import OpenShop
from tests.server.samples import sample
from tests.server.small_world import World, small_world
from tests.shop import Premises, Shop

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOREIGN = "This request comes from another site."
LACKING = "The header X-CSRF: 1 is missing."
OF_READING = {"audit"}
"""Tables in which reading leaves a trace: who read what."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(premises: Premises, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with small_world(premises, tmp_path_factory.mktemp("cross_site")) as made:
        yield made


def rows_of(shop: Shop, *, without: set[str] | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything that is stored."""
    with closing(sqlite3.connect(shop.database)) as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in tables if name not in (without or set())]
        return {name: file.execute(f'SELECT * FROM "{name}"').fetchall() for name in kept}


def changing(world: World) -> list[Rule]:
    return [rule for rule in world.rules if rule.method != "GET"]


def foreign(own: str) -> list[tuple[dict[str, str], str]]:
    """Return what pages of others cause browsers to send, and what that is answered."""
    host = own.removeprefix("http://")
    origins = (
        "https://evil.example",
        "null",
        "",
        "file://",
        f"https://{host}",
        f"{own}.evil.example",
        f"{own}0",
        f"{own}/",
        f"{own}@evil.example",
        f"{own} https://evil.example",
        f"{own}, https://evil.example",
        own.rpartition(":")[0],
        "http://[::1]",
        host,
        f"http://{host.replace('127.0.0.1', '0.0.0.0')}",
        f"http://{host.replace('127.0.0.1', '127.0.0.2')}",
    )
    sites = ("cross-site", "same-site", "", "Same-Origin", "same-origin, cross-site")
    return [
        *[({"X-CSRF": "1", "Origin": origin}, FOREIGN) for origin in origins],
        *[({"X-CSRF": "1", "Origin": own, "Sec-Fetch-Site": site}, FOREIGN) for site in sites],
        ({"X-CSRF": "1", "Origin": "http://evil.example", "Host": "evil.example"}, FOREIGN),
        *[({"Origin": own, **header}, LACKING) for header in ({}, {"X-CSRF": ""}, {"X-CSRF": "true"})],
    ]


async def sent(world: World, rule: Rule, headers: Mapping[str, str], **body: Any) -> tuple[int, str]:
    """Send a request that would be good, as Ada's browser does; return status and sentence."""
    path = rule.path.replace("{id}", world.known["conversation"]).replace("{number}", "1")
    path = path.replace("{language}", "en").replace("{path:.+}", "orders/cancel-order")
    body = body or ({"json": sample(rule.body)} if rule.body else {"data": {"helpful": "yes"}} if rule.form else {})
    cookie = {"Cookie": world.headers["Ada"]["Cookie"]}
    async with world.shop.http.request(
        rule.method, path, headers={**cookie, **headers}, allow_redirects=False, **body
    ) as answer:
        told = await answer.json() if answer.content_type == "application/json" else {}
        return answer.status, told.get("error", {}).get("message", "")


async def test_no_request_that_another_page_causes_changes_anything(world: World):
    before, wrong, cells = rows_of(world.shop), [], 0
    for rule in changing(world):
        for headers, sentence in foreign(world.shop.url):
            if rule.form and sentence == LACKING:
                continue  # a form sends no header; where it comes from is looked at all the same
            cells += 1
            if (found := await sent(world, rule, headers)) != (403, sentence):
                wrong.append(f"{rule.method} {rule.path} {headers}: {found}")
    assert wrong == []
    assert cells > 25 * 20
    assert rows_of(world.shop) == before


async def test_what_only_forms_can_send_is_no_request(world: World):
    before, wrong = rows_of(world.shop), []
    kinds = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/csp-report", "")
    for rule in changing(world):
        for kind in kinds if rule.body else ():
            headers = {"X-CSRF": "1", "Content-Type": kind}
            status, sentence = await sent(world, rule, headers, data=b'{"x": "=1"}')
            if (status, sentence[:25]) not in ((400, "Expected application/json"), (429, "Too many attempts. Please")):
                wrong.append(f"{rule.method} {rule.path} {kind}: {status} {sentence}")
    assert wrong == []
    assert rows_of(world.shop) == before


async def test_reading_changes_nothing_whatever_it_says_it_is(world: World):
    before = rows_of(world.shop, without=OF_READING)
    override = {"X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE", "X-Method-Override": "DELETE"}
    for rule in changing(world):
        get = Rule("GET", f"{rule.path}?_method={rule.method}", rule.caller, rule.handler)
        assert (await sent(world, get, override))[0] in (200, 404, 405), rule
    for rule in world.rules:
        if rule.method == "GET" and "stream" not in rule.path:
            assert (await sent(world, rule, override))[0] < 500, rule
    assert rows_of(world.shop, without=OF_READING) == before


async def test_our_own_pages_are_not_turned_away(world: World):
    own = world.shop.url
    for headers in (
        {"X-CSRF": "1"},
        {"X-CSRF": "1", "Origin": own, "Sec-Fetch-Site": "same-origin"},
        {"X-CSRF": "1", "Origin": own.upper()},
        {"X-CSRF": "1", "Origin": own.replace("127.0.0.1", "localhost")},
        {"X-CSRF": "1", "Sec-Fetch-Site": "none"},
    ):
        for rule in changing(world):
            if rule.path not in ("/api/session", "/api/account/sessions", "/api/account/sessions/{id}"):
                status, sentence = await sent(world, rule, headers, json={"nothing": "good"})
                assert sentence not in (FOREIGN, LACKING), (rule, headers, status)


@pytest.mark.asyncio(loop_scope="function")
async def test_no_other_origin_may_read_an_answer(open_shop: OpenShop):
    """A page of the shop opens the chat's socket and loads its files; it reads no other answer."""
    shop = await open_shop(shop_origins=("https://shop.example",))
    for origin in ("https://shop.example", "https://evil.example", "null"):
        for path in ("/api/session", "/api/agents", "/api/openapi.json", "/chat", "/agent", "/help/en/", "/healthz"):
            for method in ("GET", "OPTIONS"):
                wish = {"Origin": origin, "Access-Control-Request-Method": "DELETE"}
                async with shop.http.request(method, path, headers=wish) as answer:
                    granted = [name for name in answer.headers if name.lower().startswith("access-control-")]
                    assert granted == [], (method, path, origin)
