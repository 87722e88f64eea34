"""HTTP: one error shape, sentences in the reader's language."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Agent, OpenShop, Shopper
from tests.shop import STAFF, Shop

CSRF = {"X-CSRF": "1"}
SIGNED_IN = ("/api/session", "/api/conversations", "/api/conversations/x", "/api/tickets", "/api/agents", "/api/report")


async def test_nothing_of_the_staff_is_shown_without_signing_in(shop: Shop):
    for path in SIGNED_IN:
        async with shop.http.get(path) as response:
            assert response.status == 401, path
            assert response.headers["Cache-Control"] == "no-store"
            assert (await response.json())["error"]["code"] == "unauthorized"


CHAT, REPORTS, SETTINGS = {"Amir", "Beth", "Ada"}, {"Beth", "Zoe", "Ada"}, {"Beth", "Ada"}
RIGHTS = {
    ("GET", "/api/agents"): CHAT,
    ("GET", "/api/conversations"): CHAT,
    ("GET", "/api/conversations/{id}"): CHAT,
    ("GET", "/api/tickets"): CHAT,
    ("POST", "/api/tickets/{id}/replies"): CHAT,
    ("POST", "/api/tickets/{id}/close"): CHAT,
    ("POST", "/api/tickets/{id}/reopen"): CHAT,
    ("GET", "/api/configuration"): CHAT,
    ("PUT", "/api/configuration"): SETTINGS,
    ("GET", "/api/supervision"): REPORTS,
    ("GET", "/api/report"): REPORTS,
}
"""Who of the staff may call what, said once more beside the declarations; the dashboard is for who reads reports."""


@pytest.mark.parametrize("name", STAFF)
async def test_each_role_may_call_what_its_rights_say(shop: Shop, name: str):
    headers = {"Cookie": f"parley_session={await shop.cookie_of(name)}", **CSRF}
    called = set()
    for route in shop._runner.app.router.routes():
        path = route.resource.canonical if route.resource else ""
        may = REPORTS if path.startswith("/api/analytics/") else RIGHTS.get((route.method, path))
        if may is None or route.method == "HEAD":
            continue
        async with shop.http.request(route.method, path.replace("{id}", "x"), headers=headers, json={}) as response:
            assert (response.status != 403) is (name in may), (route.method, path, response.status)
        called.add((route.method, path))
    assert set(RIGHTS) <= called


async def shape(response: Any) -> tuple[int, str, str, dict[str, Any]]:
    """Return status, code, sentence and params of an error that has the one shape."""
    told = await response.json()
    assert set(told) == {"error"}
    assert set(told["error"]) == {"code", "message", "params", "request_id"}
    return response.status, told["error"]["code"], told["error"]["message"], told["error"]["params"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/nothing", None, 404, "not_found"),
        ("GET", "/api/nothing", None, 404, "not_found"),
        ("GET", "/assets/nothing.js", None, 404, "not_found"),
        ("GET", "/assets/..%2f..%2fsettings.py", None, 404, "not_found"),
        ("GET", "/assets/manifest.json.gz", None, 404, "not_found"),
        ("GET", f"/assets/{'a' * 300}.js", None, 404, "not_found"),
        ("GET", f"/assets/{'%F0%9F%98%80' * 80}.js", None, 404, "not_found"),
        ("GET", "/assets/%00.js", None, 404, "not_found"),
        ("PUT", "/api/session", b"{}", 405, "method_not_allowed"),
        ("POST", "/healthz", b"", 405, "method_not_allowed"),
        ("POST", "/api/session", b"", 400, "bad_input"),
        ("POST", "/api/session", b"[", 400, "bad_input"),
        ("POST", "/api/session", b"[]", 400, "bad_input"),
        ("POST", "/api/session", b"null", 400, "bad_input"),
        ("POST", "/api/session", b"\xff\xfe", 400, "bad_input"),
        ("POST", "/api/session", b"[" * 60_000, 400, "bad_input"),
        ("POST", "/api/session", b'{"email": "a@b.example"}', 400, "bad_input"),
        ("POST", "/api/session", b'{"email": 1, "password": []}', 400, "bad_input"),
        ("POST", "/api/session", b'{"email": "\\ud800@x", "password": "\\ud800"}', 400, "bad_input"),
        ("POST", "/api/session", b'{"email": "a@b.example", "password": "x", "role": "admin"}', 400, "bad_input"),
        ("POST", "/api/session", b'{"email": "' + b"x" * 70_000 + b'"}', 413, "too_large"),
        ("POST", "/api/setup", b'{"token": "x"}', 400, "bad_input"),
    ],
    ids=lambda value: repr(value)[:30],
)
async def test_every_error_has_one_shape(shop: Shop, method, path: str, body: bytes | None, status, code):  # noqa: PLR0917
    headers = {**CSRF, "Content-Type": "application/json"}
    async with shop.http.request(method, path, data=body, headers=headers) as response:
        found = await shape(response)
    assert found[:2] == (status, code), found
    assert found[2].endswith(".")


@pytest.mark.parametrize(
    ("wished", "beginning"),
    [
        ("es-MX,es;q=0.9,en;q=0.5", "Inicia sesión"),
        ("fr-CA", "Connectez-vous"),
        ("de, fr;q=0.4, es;q=0.8", "Inicia sesión"),
        ("de", "Please sign in"),
        ("", "Please sign in"),
        (";;;q=x,*,\u00e9", "Please sign in"),
    ],
)
async def test_sentence_is_in_the_readers_language(shop: Shop, wished: str, beginning: str):
    async with shop.http.get("/api/agents", headers={"Accept-Language": wished}) as response:
        status, code, message, _ = await shape(response)
    assert (status, code) == (401, "unauthorized")
    assert message.startswith(beginning), message


async def test_acknowledgements_have_the_same_shape_in_the_shoppers_language(shop: Shop):
    carol = await Shopper(shop).comes(locale="es-MX")
    error = (await carol.asks("message_send", {"client_id": "abcdefgh", "text": ""}))["error"]
    assert set(error) == {"code", "message", "params", "request_id"}
    assert error["message"] == "El mensaje está vacío. Escribe algo primero."
    await carol.leave()


async def test_console_lists(carol: Shopper, amir: Agent, shop: Shop):
    await carol.asked("where is my parcel")
    await carol.waits()
    cookie = {"Cookie": f"parley_session={amir.cookie}"}

    async def get(path: str) -> Any:
        async with shop.http.get(path, headers=cookie) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    (line,) = (await get("/api/conversations?list=waiting"))["conversations"]
    assert (line["id"], line["last"]["author"]) == (carol.id, "bot")
    assert (await get("/api/conversations?list=mine"))["conversations"] == []
    await amir.accepts(await amir.sees_waiting())
    (line,) = (await get("/api/conversations?list=mine"))["conversations"]
    assert line["agent_name"] == "Amir"
    view = await get(f"/api/conversations/{carol.id}")
    assert [m["seq"] for m in view["messages"]] == [1, 2, 3, 4]
    assert view["brief"]["decisions"][0]["candidates"][0]["title"] == "Where is my parcel?"
    async with shop.http.get("/api/conversations?list=secret", headers=cookie) as response:
        assert (await shape(response))[:2] == (400, "bad_input")
    for unknown in ("x", "0192f0c1-2345-7abc-8def-0123456789ab", "%00", "x" * 3000):
        async with shop.http.get(f"/api/conversations/{unknown}", headers=cookie) as response:
            assert (await shape(response))[:2] == (404, "not_found"), unknown


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "to=2026-13-01",
        "from=2026-03-02&to=2026-03-01",
        "time_zone=Mars",
        "time_zone=../../etc/passwd",
        "by=mood",
        "from=0001-01-01&time_zone=Asia/Tokyo",
        "to=9999-12-31",
        "to=0001-01-05",
        "from=%00",
        "time_zone=%00",
    ],
)
async def test_report_names_what_is_wrong_with_the_question(shop: Shop, zoe: str, query: str):
    async with shop.http.get(f"/api/report?{query}", headers={"Cookie": zoe}) as response:
        assert (await shape(response))[:2] == (400, "bad_input")


async def test_report_over_http_is_the_same_report(carol: Shopper, shop: Shop, zoe: str):
    await carol.says("where is my parcel")
    await carol.gets("conversation_end")
    async with shop.http.get("/api/report?by=day&from=2026-03-02&to=2026-03-02", headers={"Cookie": zoe}) as response:
        told = await response.json()
    assert told["episodes"] == 1
    assert told["groups"]["2026-03-02"]["outcomes"]["bot_assumed"] == 1
    assert told["rates"]["answered"] == {"numerator": 1, "denominator": 1, "value": 1.0} | {
        key: told["rates"]["answered"][key] for key in ("low", "high")
    }


async def test_metrics_are_for_this_machine_or_the_token(open_shop: OpenShop):
    shop = await open_shop()
    async with shop.http.get("/metrics") as response:
        assert response.status == 200
        assert "parley_turn_seconds" in await response.text()
    shop = await open_shop(metrics_token="a token")
    for header, status in ((None, 403), ("Bearer x", 403), ("Bearer a token", 200), ("Bearer é", 403)):
        async with shop.http.get("/metrics", headers={"Authorization": header} if header else {}) as response:
            assert response.status == status
