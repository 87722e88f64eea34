"""Every answer of every declared route, good or an error, has headers that keep browsers strict."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import product
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.demo.seed import DemoSignIn
from bot.server.app import GATE
from bot.server.rules import Door, Rule
from tests.people import OpenShop
from tests.server.samples import sample
from tests.server.small_world import World, small_world, spare
from tests.shop import STAFF, Premises, Shop

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
SHARED = ("/embed.js", "/assets/")
"""Files that the shop's pages load: the only ones that another origin may have."""
OTHERS_MAY = ("Access-Control-Allow-Origin", "Cross-Origin-Resource-Policy")
LOCKED = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
}
GIVES_A_SESSION = ("/api/session", "/api/account/password", "/api/account/totp", "/sign-in/")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(premises: Premises, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with small_world(premises, tmp_path_factory.mktemp("headers")) as made:
        yield made


def path_of(rule: Rule, id_: str) -> str:
    path = rule.path.replace("{id}", id_).replace("{language}", "en").replace("{path:.+}", "orders/cancel-order")
    return path.replace("{name}", "nothing.js").replace("{number}", "1")


def is_public(rule: Rule) -> bool:
    """Whether it is a page or a file without anybody's data, which browsers may keep for a while."""
    told_apart = ("/api", "/sign-in", "/healthz", "/readyz", "/metrics")
    return rule.caller is Door.ANYBODY and rule.method == "GET" and not rule.path.startswith(told_apart)


def faults_of(rule: Rule | None, answer: aiohttp.ClientResponse, *, https: bool = False) -> list[str]:
    """Return what is wrong with the headers of an answer."""
    headers = answer.headers
    wrong = [f"{name} is {headers.get(name)}" for name, value in ALWAYS.items() if headers.get(name) != value]
    if answer.status >= 500:
        wrong.append(f"status {answer.status}")
    if "Server" in headers or "X-Powered-By" in headers:
        wrong.append("says what it runs on")
    may_be_kept = rule is not None and is_public(rule) and answer.status < 400
    if not may_be_kept and headers.get("Cache-Control") != "no-store":
        wrong.append(f"may be kept: {headers.get('Cache-Control')}")
    if (
        may_be_kept
        and answer.status == 200
        and not {"no-cache", "max-age", "no-store"} & words(headers["Cache-Control"])
    ):
        wrong.append(f"kept for how long? {headers['Cache-Control']}")
    if answer.content_type == "text/html":
        wrong += policy_faults(headers.get("Content-Security-Policy", ""))
        wrong += [] if headers.get("Cross-Origin-Opener-Policy") == "same-origin" else ["no opener policy"]
    elif answer.content_type == "application/json" and answer.charset != "utf-8":
        wrong.append(f"charset {answer.charset}")
    if not answer.url.path.startswith(SHARED) and any(name in headers for name in OTHERS_MAY):
        wrong.append("other origins may have it")
    if "Set-Cookie" in headers and not answer.url.path.startswith(GIVES_A_SESSION):
        wrong.append("sets a cookie")
    if ("Strict-Transport-Security" in headers) is not https:
        wrong.append(f"https only: {headers.get('Strict-Transport-Security')}")
    return wrong


def words(text: str) -> set[str]:
    return {part.strip().partition("=")[0] for part in text.split(",")}


def policy_faults(policy: str) -> list[str]:
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    wrong = [f"{name} {directives.get(name)}" for name, value in LOCKED.items() if directives.get(name) != value]
    loose = [part for part in ("unsafe", "*", "http:", "https:", "blob:", "nonce") if part in policy]
    return [*wrong, *(f"policy with {part}" for part in loose)]


async def looked_at(
    world: World, rule: Rule | None, method: str, path: str, who: str, **body: Any
) -> tuple[int, list[str]]:
    headers = {"X-CSRF": "1", "Content-Type": "application/json", **world.headers[who]}
    if who in STAFF and method not in ("GET", "HEAD"):  # which may end the session
        headers["Cookie"] = f"parley_session={await world.shop.cookie_of(spare(who))}"
    async with world.shop.http.request(method, path, headers=headers, allow_redirects=False, **body) as answer:
        return answer.status, faults_of(rule, answer)


async def test_every_route_answers_everybody_with_strict_headers(world: World):
    wrong, statuses = [], set[int]()
    reading = [rule for rule in world.rules if rule.method == "GET"]
    for rule, who in product(reading, ("nobody", "Carol", "Amir", "Ada")):
        for method, id_ in product(("GET", "HEAD"), ("x", world.known["conversation"])):
            if id_ != "x" and "{id}" not in rule.path:
                continue
            status, faults = await looked_at(world, rule, method, path_of(rule, id_), who)
            statuses.add(status)
            wrong += [f"{who}: {method} {rule.path} ({status}): {fault}" for fault in faults]
    assert wrong == []
    assert {200, 302, 401, 403, 404} <= statuses


async def test_every_error_of_every_route_has_them_too(world: World):
    wrong, statuses = [], set[int]()
    huge = b'{"x": "' + b"x" * 70_000 + b'"}'
    for rule in world.rules:
        path = path_of(rule, "x")
        changing = rule.method != "GET"
        tries = [("PATCH", "Ada", {}), ("PROPFIND", "nobody", {})]
        tries += [(rule.method, "nobody", {"data": b"{"}), (rule.method, "Zoe", {"data": b"[]"})] if changing else []
        tries += [(rule.method, "Ada", {"data": huge}), (rule.method, "Ada", {"data": b"\xff"})] if rule.body else []
        for method, who, body in tries:
            status, faults = await looked_at(world, rule, method, path, who, **body)
            statuses.add(status)
            wrong += [f"{who}: {method} {rule.path} ({status}): {fault}" for fault in faults]
    assert wrong == []
    assert {400, 401, 403, 405, 413, 429} <= statuses


async def test_what_goes_well_has_them_too(world: World):
    wrong, good = [], 0
    for rule in world.rules:
        if rule.method == "GET":
            continue
        body = {"json": sample(rule.body)} if rule.body else {}
        status, faults = await looked_at(world, rule, rule.method, path_of(rule, "x"), "Ada", **body)
        good += status < 300
        wrong += [f"{rule.method} {rule.path} ({status}): {fault}" for fault in faults]
    assert wrong == []
    assert good >= 3


@pytest.mark.asyncio(loop_scope="function")
async def test_the_demos_pages_have_them(open_shop: OpenShop):
    shop = await open_shop(demo=DemoSignIn("amir@shop.example", "shown to everybody"))
    await all_strict(shop, https=False)


@pytest.mark.asyncio(loop_scope="function")
async def test_a_shop_with_https_is_asked_by_nothing_else(open_shop: OpenShop):
    shop = await open_shop(public_url="https://chat.shop.example")
    await all_strict(shop, https=True)


async def all_strict(shop: Shop, *, https: bool) -> None:
    wrong = []
    for rule in shop._runner.app[GATE].rules.values():
        async with shop.http.request(rule.method, path_of(rule, "x"), allow_redirects=False) as answer:
            wrong += [f"{rule.method} {rule.path}: {fault}" for fault in faults_of(rule, answer, https=https)]
    for path in ("/nothing", "/api/nothing", "/shop/nothing", "/help/xx/", "/socket.io/", "/socket.io/?EIO=4"):
        async with shop.http.get(path, allow_redirects=False) as answer:
            wrong += [f"{path}: {fault}" for fault in faults_of(None, answer, https=https)]
    assert wrong == []
