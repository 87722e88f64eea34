"""Who gets in: the console's socket, sign-in, the first admin."""

from __future__ import annotations

import asyncio
import time
from statistics import median
from typing import Any

import aiohttp
import pytest
import socketio
from aiohttp.test_utils import make_mocked_request

from bot.demo.seed import PASSWORD
from bot.domain.agents import LEASE_SECONDS, Presence
from bot.errors import Unauthorized
from bot.server.app import SERVER, make_app
from bot.server.relay import AGENT
from tests.fakes import FrozenClock
from tests.people import Agent, OpenShop
from tests.shop import STAFF, Shop, within

AMIR = STAFF["Amir"][0]
CSRF = {"X-CSRF": "1"}


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "https://evil.example",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "https://shop.example",
    ],
)
async def test_console_refuses_every_other_origin(open_shop: OpenShop, origin: str | None):
    shop = await open_shop(shop_origins=("https://shop.example",))
    headers = {"Cookie": f"parley_session={await shop.cookie_of('Amir')}"}
    agent = Agent(shop, "Amir")
    with pytest.raises(socketio.exceptions.ConnectionError):
        await agent.connect(None, **headers, **({} if origin is None else {"Origin": origin}))
    assert shop.value("SELECT count(*) FROM agents WHERE presence <> 'offline'") == 0


@pytest.mark.parametrize("cookie", [None, "parley_session=", "parley_session=" + "A" * 43, "other=1"])
async def test_console_needs_a_session(shop: Shop, cookie: str | None):
    stranger = Agent(shop, "Mallory")
    with pytest.raises(socketio.exceptions.ConnectionError):
        await stranger.connect({"role": "admin"}, Origin=shop.url, **({"Cookie": cookie} if cookie else {}))
    assert stranger.refusal["data"]["code"] == "unauthorized"


async def test_analyst_reads_reports_not_conversations(shop: Shop, zoe: str):
    analyst = Agent(shop, "Zoe")
    with pytest.raises(socketio.exceptions.ConnectionError):
        await analyst.connect(None, Origin=shop.url, Cookie=zoe)
    assert analyst.refusal["data"]["code"] == "forbidden"
    for path, status in (
        ("/api/conversations", 403),
        ("/api/tickets", 403),
        ("/api/agents", 403),
        ("/api/report", 200),
    ):
        async with shop.http.get(path, headers={"Cookie": zoe}) as response:
            assert response.status == status, path


async def test_agent_reads_conversations_not_reports(shop: Shop):
    headers = {"Cookie": f"parley_session={await shop.cookie_of('Amir')}"}
    for path, status in (("/api/conversations", 200), ("/api/report", 403)):
        async with shop.http.get(path, headers=headers) as response:
            assert response.status == status, path


async def test_switched_off_account_is_let_go(shop: Shop):
    headers = {"Cookie": f"parley_session={await shop.cookie_of('Amir')}"}
    await _execute(shop, "UPDATE agents SET disabled_at = created_at")
    async with shop.http.get("/api/session", headers=headers) as response:
        assert response.status == 401
    async with sign_in(shop, AMIR) as response:
        assert response.status == 403


async def test_last_socket_to_go_means_offline(amir: Agent, shop: Shop):
    second = await Agent(shop, "Amir").comes()
    await amir.gets("presence_set", presence="online")
    await second.leave()
    agents = {a.name: a.presence for a in await shop.parley.agents.everybody()}
    assert agents["Amir"] is Presence.ONLINE
    await amir.leave()
    await within(5, lambda: not shop.parley.leases.holds(amir.id))
    await shop.passes(seconds=LEASE_SECONDS)
    assert all(agent.presence is Presence.OFFLINE for agent in await shop.parley.agents.everybody())
    rows = shop.rows("SELECT conversation_id, data FROM events WHERE type = 'presence_changed' ORDER BY rowid")
    assert [row["data"] for row in rows] == [
        '{"before":"offline","after":"online"}',
        '{"before":"online","after":"offline"}',
    ]


async def test_who_comes_while_sessions_are_read_stays(amir: Agent, shop: Shop):
    door = shop._runner.app[SERVER].namespace_handlers[AGENT]

    async def look() -> None:
        while True:
            await door.refresh()

    looking = asyncio.create_task(look())
    others = [Agent(shop, "Amir") for _ in range(20)]
    try:
        for other in others:
            await other.comes()
        assert all(other.client.connected for other in (amir, *others))
    finally:
        looking.cancel()
        for other in others:
            await other.leave()


def sign_in(shop: Shop, email: str, password: str = PASSWORD, **headers: str) -> Any:
    """Post a sign-in."""
    return shop.http.post("/api/session", json={"email": email, "password": password}, headers={**CSRF, **headers})


async def test_sign_in_gives_a_strict_cookie(shop: Shop):
    async with sign_in(shop, f" {AMIR.upper()} ") as response:
        assert response.status == 200
        cookie = response.headers["Set-Cookie"]
        told = await response.json()
    assert told["agent"]["name"] == "Amir"
    assert "password" not in repr(told)
    name, _, rest = cookie.partition("=")
    token = rest.partition(";")[0]
    assert name == "parley_session"
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    async with shop.http.get("/api/session", headers={"Cookie": f"{name}={token}"}) as response:
        assert (await response.json())["agent"]["email"] == AMIR
    async with shop.http.delete("/api/session", headers={**CSRF, "Cookie": f"{name}={token}"}) as response:
        assert response.status == 200
    async with shop.http.get("/api/session", headers={"Cookie": f"{name}={token}"}) as response:
        assert response.status == 401
    assert token.encode() not in b"".join(path.read_bytes() for path in shop.database.parent.glob("parley.db*"))


async def test_session_ends_after_twelve_hours(shop: Shop, clock: FrozenClock):
    async with sign_in(shop, AMIR) as response:
        cookie = response.headers["Set-Cookie"].partition(";")[0]
    clock.advance(hours=12)
    async with shop.http.get("/api/session", headers={"Cookie": cookie}) as response:
        assert response.status == 401


async def test_wrong_and_unknown_look_the_same(shop: Shop):
    answers, times = [], []
    for email in (AMIR, "nobody@shop.example") * 3:
        began = time.perf_counter()
        async with sign_in(shop, email, "wrong password") as response:
            error = (await response.json())["error"]
            answers.append((response.status, error["code"], error["message"], repr(error["params"])))
        times.append(time.perf_counter() - began)
    assert set(answers) == {(401, "unauthorized", "E-mail address or password is not right.", "{}")}
    assert median(times[1::2]) > median(times[0::2]) / 5, "expected the work of a hash for an unknown address, too"


@pytest.mark.parametrize("email", [AMIR, "nobody@shop.example"])
async def test_guessing_is_slowed_whether_or_not_there_is_such_an_account(shop: Shop, clock: FrozenClock, email: str):
    statuses = []
    for _ in range(7):
        async with sign_in(shop, email, "wrong password") as response:
            statuses.append(response.status)
    assert statuses == [401] * 5 + [429] * 2
    async with sign_in(shop, email) as response:
        assert response.status == 429
        assert int(response.headers["Retry-After"]) == (await response.json())["error"]["params"]["retry_after"] > 0
    clock.advance(minutes=16)
    async with sign_in(shop, email) as response:
        assert response.status == (200 if email == AMIR else 401)


async def test_guesses_at_once_are_all_counted(shop: Shop):
    async def guess() -> int:
        async with sign_in(shop, AMIR, "wrong password") as response:
            return int(response.status)

    assert await asyncio.gather(*(guess() for _ in range(8)))
    assert shop.value("SELECT failed_sign_ins FROM agents WHERE email = ?", AMIR) == 8


async def test_one_address_cannot_keep_the_hasher_busy(shop: Shop):
    async def guess(number: int) -> int:
        async with sign_in(shop, f"guess{number}@shop.example", "wrong password") as response:
            return int(response.status)

    statuses = await asyncio.gather(*(guess(number) for number in range(14)))
    assert sorted(statuses) == [401] * 10 + [429] * 4


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"X-CSRF": "0"}, 403),
        ({**CSRF, "Origin": "https://evil.example"}, 403),
        ({**CSRF, "Origin": "null"}, 403),
        ({**CSRF, "Sec-Fetch-Site": "cross-site"}, 403),
        ({**CSRF, "Sec-Fetch-Site": "same-site"}, 403),
        (CSRF, 401),
        ({**CSRF, "Sec-Fetch-Site": "same-origin"}, 401),
    ],
)
async def test_other_sites_cannot_sign_anybody_in(shop: Shop, headers: dict[str, str], status: int):
    body = {"email": AMIR, "password": "wrong password"}
    async with shop.http.post("/api/session", json=body, headers=headers) as response:
        assert response.status == status
    assert shop.value("SELECT count(*) FROM sessions") == 0


async def test_form_post_is_refused(shop: Shop):
    form = aiohttp.FormData({"email": AMIR, "password": PASSWORD})
    async with shop.http.post("/api/session", data=form) as response:
        assert response.status == 403
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        headers = {**CSRF, "Content-Type": kind}
        async with shop.http.post("/api/session", data=b'{"email": "a@b.example"}', headers=headers) as response:
            assert response.status == 400
            assert kind in (await response.json())["error"]["message"]


async def test_setup_link_makes_the_first_admin_once(shop: Shop):
    assert await shop.parley.agents.setup_token() is None, "expected no link while there is staff"
    await _execute(shop, "DELETE FROM agents")
    older = await shop.parley.agents.setup_token()
    token = await shop.parley.agents.setup_token()
    admin = {"name": "Ada", "email": "ada@shop.example", "password": "a long password"}

    async def set_up(**fields: Any) -> int:
        async with shop.http.post("/api/setup", json={**admin, "token": token, **fields}, headers=CSRF) as response:
            return int(response.status)

    assert await set_up(token=older) == 403
    assert await set_up(token="A" * 43) == 403
    assert await set_up(password="short") == 400
    assert sorted(await asyncio.gather(set_up(), set_up(email="eve@shop.example"))) == [201, 403]
    assert await set_up(email="eve@shop.example") == 403
    assert shop.value("SELECT count(*) || min(role) FROM agents") == "1admin"


async def test_setup_link_ends_after_three_days(shop: Shop, clock: FrozenClock):
    await _execute(shop, "DELETE FROM agents")
    token = await shop.parley.agents.setup_token()
    clock.advance(hours=72)
    admin = {"name": "Ada", "email": "ada@shop.example", "password": "a long password", "token": token}
    async with shop.http.post("/api/setup", json=admin, headers=CSRF) as response:
        assert response.status == 403


async def test_over_https_only_the_host_cookie_counts(shop: Shop):
    """A neighbour under the same domain may plant a plain cookie, with his own session in it."""
    token = await shop.cookie_of("Amir")
    application = make_app(shop.parley, "https://chat.example")
    (handler,) = [
        r.handler for r in application.router.routes() if r.resource.canonical == "/api/agents" and r.method == "GET"
    ]
    for cookie, status in (("__Host-parley", 200), ("parley_session", 401)):
        request = make_mocked_request("GET", "/api/agents", headers={"Cookie": f"{cookie}={token}"})
        try:
            found = (await handler(request)).status
        except Unauthorized:
            found = 401
        assert found == status, cookie


async def _execute(shop: Shop, statement: str) -> None:
    await shop.parley.store.write(lambda tx: tx.connection.exec_driver_sql(statement))
