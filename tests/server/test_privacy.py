"""One shopper's data is taken away and erased by who may, from the console and by themselves; each time it is noted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.identifiers import new_id
from tests.canaries import bytes_of
from tests.people import Agent, Shopper
from tests.shop import Shop

WORD = "xylophone-canary"


async def ask(shop: Shop, who: str, method: str, path: str) -> tuple[int, Any]:
    """Call a route as somebody of the staff."""
    headers = {"Cookie": f"parley_session={await shop.cookie_of(who)}", "Origin": shop.url}
    if method != "GET":
        headers["X-CSRF"] = "1"
    async with shop.http.request(method, path, headers=headers) as response:
        return response.status, await response.json()


@pytest.fixture
async def told(shop: Shop, carol: Shopper, amir: Agent) -> Shopper:
    """Let Carol leave a word in every place that a chat has."""
    answer = await carol.asked(f"How long does delivery take? {WORD}")
    await carol.gets("feedback_give", message_id=answer["id"], helpful=True, comment=WORD)
    await carol.gets("page_set", page=f"/shop/{WORD}")
    await carol.gets("rating_submit", csat=4, comment=WORD)
    await carol.gets("ticket_open", email=f"{WORD}@mail.example", text=WORD)
    await carol.waits()
    await amir.accepts(await amir.sees_waiting())
    await amir.writes(carol, f"Hello, {WORD}")
    await amir.gets("note_add", conversation_id=carol.id, text=WORD)
    await amir.resolves(carol)
    return carol


async def test_export_is_a_file_with_everything(shop: Shop, told: Shopper):
    status, data = await ask(shop, "Ada", "GET", f"/api/conversations/{told.id}/person")
    assert status == 200
    for table in ("messages", "feedback", "ratings", "tickets", "notes", "conversations"):
        assert WORD in json.dumps(data["tables"][table]), table
    assert "token_hash" not in json.dumps(data)
    assert told.token not in json.dumps(data)


async def test_erasing_leaves_the_figures_and_a_receipt(shop: Shop, told: Shopper):
    _, before = await ask(shop, "Ada", "GET", "/api/report?from=2026-03-01&to=2026-03-03")
    status, receipt = await ask(shop, "Ada", "DELETE", f"/api/conversations/{told.id}/person")
    assert (status, receipt["visitors"], receipt["rows"]["conversations"]) == (200, 1, 1)
    assert not any(part in json.dumps(receipt) for part in (WORD, told.id))
    assert WORD.encode() not in bytes_of(shop.database)
    _, after = await ask(shop, "Ada", "GET", "/api/report?from=2026-03-01&to=2026-03-03")
    assert (before["episodes"], before["outcomes"]) == (after["episodes"], after["outcomes"])
    assert before["episodes"] > 0
    status, _ = await ask(shop, "Ada", "DELETE", f"/api/conversations/{told.id}/person")
    assert status == 404
    _, log = await ask(shop, "Ada", "GET", "/api/audit")
    erased = next(row for row in log["rows"] if row["action"] == "erased")
    assert (erased["agent"], erased["about"], erased["data"]["what"]) == ("Ada", receipt["receipt"], "conversation")
    assert WORD not in json.dumps(log)


@pytest.mark.parametrize("who", ["Amir", "Beth", "Zoe"])
async def test_others_may_not(shop: Shop, told: Shopper, who: str):
    for method, path in (
        ("GET", f"/api/conversations/{told.id}/person"),
        ("DELETE", f"/api/conversations/{told.id}/person"),
        ("GET", f"/api/conversations/{new_id()}/person"),
        ("GET", "/api/audit"),
    ):
        status, body = await ask(shop, who, method, path)
        assert (status, body["error"]["code"]) == (403, "forbidden"), path
    assert shop.value("SELECT count(*) FROM conversations WHERE id = ?", told.id) == 1


async def test_shoppers_who_delete_themselves_leave_nothing(shop: Shop, told: Shopper):
    await told.gets("conversation_delete")
    assert WORD.encode() not in bytes_of(shop.database)
    assert shop.value("SELECT count(*) FROM visitors WHERE id IN (SELECT visitor_id FROM conversations)") == 0
    assert shop.value("SELECT count(*) FROM erasures") == 1
    assert shop.value("SELECT action FROM audit ORDER BY number DESC LIMIT 1") == "erased"
    back = await Shopper(shop).comes(token=told.token)
    assert back.id != told.id
    await back.leave()


async def test_over_age_is_swept_and_its_lateness_is_a_figure(shop: Shop, told: Shopper, clock: Any):
    await told.leave()
    async with shop.http.get("/metrics") as response:
        assert "parley_retention_late_seconds 0.0" in await response.text()
    clock.advance(days=181)
    async with shop.http.get("/metrics") as response:
        assert "parley_retention_late_seconds 1.5" in await response.text()  # 1.56e+07
    for _ in range(3):
        await shop.sweep()
        clock.advance(hours=2)
    assert shop.value("SELECT count(*) FROM conversations") == 0
    assert shop.value("SELECT count(*) FROM episodes") > 0
