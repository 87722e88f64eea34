"""Nobody learns from an answer, or from how long it took, who has an account or which link was one."""

from __future__ import annotations

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import pytest

from bot.demo.seed import PASSWORD
from bot.domain.rights import Role
from bot.server.app import GATE
from bot.server.rules import Door
from tests.people import OpenShop
from tests.server.accounts import CSRF, Browser
from tests.shop import STAFF, Shop

ROUNDS = 4  # with each address: the fifth failure slows the next try
ACCOUNTS = 6
NEARLY = 0.75, 1.33  # of the other's median; what leaves the hash out takes a fiftieth
ALIKE = 0.5, 2.0  # for answers of a millisecond, which other work on this machine stretches


@pytest.fixture
async def shop(open_shop: OpenShop) -> Shop:
    """Run a server behind a proxy, so that every try may come from somebody else."""
    return await open_shop(proxies=("127.0.0.1",))


class Stopwatch:
    """Sends requests, each from another address, and remembers by name what came and how long it took."""

    def __init__(self, shop: Shop) -> None:
        self._http = shop.http
        self._callers = count()
        self.answers: dict[str, set[tuple[int, str, tuple[str, ...]]]] = defaultdict(set)
        self.seconds: dict[str, list[float]] = defaultdict(list)

    async def asks(self, name: str, path: str, body: Any) -> int:
        number = next(self._callers)
        headers = {**CSRF, "X-Forwarded-For": f"10.0.{number // 250}.{number % 250 + 1}"}
        started = time.perf_counter()
        async with self._http.post(path, json=body, headers=headers) as answer:
            told = await answer.json()
        self.seconds[name].append(time.perf_counter() - started)
        told.get("error", {}).pop("request_id", None)
        self.answers[name].add((answer.status, repr(told), tuple(sorted(answer.headers))))
        return answer.status

    def ratio(self, one: str, other: str) -> float:
        """Return how much longer the first takes: a ratio of medians."""
        found = statistics.median(self.seconds[one]) / statistics.median(self.seconds[other])
        print(f"\n{one} / {other}: {found:.2f}, {len(self.seconds[one])} and {len(self.seconds[other])} times")
        return found


async def accounts(shop: Shop) -> list[str]:
    """Make accounts that nobody has failed to open so far, and return their addresses."""
    made = [f"colleague{number}@shop.example" for number in range(ACCOUNTS)]
    for email in made:
        await shop.parley.agents.add(name="C", email=email, password=PASSWORD, role=Role.AGENT, languages=("en",))
    return made


async def tried(shop: Shop, known: Iterable[str], unknown: Callable[[int], str]) -> Stopwatch:
    watch = Stopwatch(shop)
    await Browser(shop).signs_in("Amir")  # the hash that strangers are compared with is made with the first
    chance = random.Random(3)
    for number, email in enumerate(known):
        for attempt in range(ROUNDS):
            for name, address in chance.sample((("known", email), ("unknown", unknown(number))), 2):
                body = {"email": address, "password": f"a wrong one {attempt}"}
                await watch.asks(name, "/api/session", body)
    return watch


async def test_signing_in_tells_nobody_who_has_an_account(shop: Shop):
    watch = await tried(shop, await accounts(shop), lambda number: f"stranger{number}@shop.example")
    assert watch.answers["known"] == watch.answers["unknown"]
    ((status, _, headers),) = watch.answers["known"]
    assert (status, "Set-Cookie" in headers) == (401, False)
    assert NEARLY[0] < watch.ratio("known", "unknown") < NEARLY[1]


async def test_being_slowed_tells_nobody_either(shop: Shop):
    (known, *_), watch = await accounts(shop), Stopwatch(shop)
    statuses = defaultdict(list)
    for attempt in range(7):
        for name, email in (("known", known), ("unknown", "stranger@shop.example")):
            body = {"email": email, "password": f"a wrong one {attempt}"}
            statuses[name].append(await watch.asks(name, "/api/session", body))
    assert statuses["known"] == statuses["unknown"] == [401] * 5 + [429] * 2
    assert watch.answers["known"] == watch.answers["unknown"]


async def test_an_account_that_is_switched_off_looks_like_none_without_its_password(shop: Shop):
    known = await accounts(shop)
    for email in known:
        agent = await shop.parley.people.of_address(email)
        await shop.parley.people.set_disabled(None, agent.id, disabled=True)
    watch = await tried(shop, known, lambda number: f"stranger{number}@shop.example")
    assert watch.answers["known"] == watch.answers["unknown"]
    assert NEARLY[0] < watch.ratio("known", "unknown") < NEARLY[1]


async def links(shop: Shop) -> dict[str, str]:
    """Return tokens of links that open nothing, by why."""
    people, (amir, _, _) = shop.parley.people, STAFF["Amir"]
    agent = await people.of_address(amir)
    used = await people.invite(None, "eve@shop.example", Role.AGENT, origin=shop.url)
    await people.accept(used.token or "", name="Eve", password="a tulip on the anchor", languages=("en",))
    taken_back = await people.invite(None, "finn@shop.example", Role.AGENT, origin=shop.url)
    await people.take_back(None, taken_back.link.id)
    replaced = await people.password_link(agent.id)
    await people.password_link(agent.id)
    beth = await people.of_address(STAFF["Beth"][0])
    switched_off = await people.password_link(beth.id)
    await people.set_disabled(None, beth.id, disabled=True)
    return {
        "switched off": switched_off,
        "used": used.token or "",
        "taken back": taken_back.token or "",
        "replaced": replaced,
        "none": "A" * 43,
    }


@pytest.mark.parametrize("path", ["/api/links/look", "/api/links/use"])
async def test_a_link_that_opens_nothing_does_not_say_whether_it_ever_did(shop: Shop, path: str):
    watch, tokens, chance = Stopwatch(shop), await links(shop), random.Random(4)
    for number in range(40):
        for name, token in chance.sample(list(tokens.items()), len(tokens)):
            told = {"token": f"{number:02}{token[2:]}" if name == "none" else token}
            body = told if path.endswith("look") else {**told, "name": "Eve", "password": "a tulip on the anchor"}
            assert await watch.asks(name, path, body) == 403
    assert len(set(map(frozenset, watch.answers.values()))) == 1
    for name in set(tokens) - {"none"}:
        assert ALIKE[0] < watch.ratio(name, "none") < ALIKE[1]


async def test_a_password_link_is_for_who_has_the_machine(shop: Shop):
    """There is no form that mails one, so none that could tell who has an account."""
    paths = {rule.path for rule in shop._runner.app[GATE].rules.values() if rule.caller is Door.ANYBODY}
    asking = {path for path in paths if path.startswith("/api/")}
    assert asking == {"/api/session", "/api/setup", "/api/links/look", "/api/links/use", "/api/openapi.json"}
