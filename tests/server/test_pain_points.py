"""The loop: what ends badly becomes a pain point, the pain point a draft, the draft an entry, and the entry helps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import bootstrap
from bot.knowledge.loader import load
from tests.builders import small_kb
from tests.fakes import FrozenClock
from tests.people import Agent, Shopper
from tests.shop import Premises, Shop, settings_for

CSRF = {"X-CSRF": "1"}
GIFTS = (
    "can you gift wrap the kettle",
    "do you offer gift wrapping paper",
    "gift wrapping for my present please",
    "wrap my present in gift paper",
    "is there a gift wrapping service",
    "I need gift wrapping for a birthday",
)
PERIOD = {"from": "2026-03-01", "to": "2026-03-03"}


@pytest.fixture
async def learning(premises: Premises, tmp_path: Path, clock: FrozenClock) -> AsyncIterator[Shop]:
    """Run a server with an English help center of its own."""
    folder = tmp_path / "kb"
    folder.mkdir()
    for path in small_kb(folder).rglob("*.*.*"):
        if path.suffixes[-2] != ".en":
            path.unlink()
    shop = await Shop(premises, settings_for(premises, tmp_path, kb=folder, handoff="at_once"), clock).open()
    yield shop
    await shop.close()


async def calls(shop: Shop, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    cookie = {"Cookie": f"parley_session={await shop.cookie_of('Zoe')}", **CSRF}
    async with shop.http.request(method, f"/api/analytics/{path}", json=body, headers=cookie) as response:
        told = await response.json()
        assert response.status == status, told
        return told


async def ask_in_vain(learning: Shop) -> None:
    """Let shoppers ask what the help center does not know, and Amir answer."""
    amir = await Agent(learning, "Amir").comes()
    for text in GIFTS:
        carol = await Shopper(learning).comes()
        await carol.says(text)
        if learning.value("SELECT status FROM conversations WHERE id = ?", carol.id) != "waiting":
            await carol.waits()
        await amir.takes_over(carol)
        await amir.writes(carol, "Yes: tick gift wrapping in the basket, it costs 3 euros an item.")
        await amir.resolves(carol)
        await carol.leave()
    await amir.leave()


async def test_pain_point_becomes_an_entry_that_answers(learning: Shop, clock: FrozenClock):
    await ask_in_vain(learning)
    clock.advance(minutes=30)
    query = "from=2026-03-01&to=2026-03-03"
    (point,) = (await calls(learning, "GET", f"painpoints?{query}"))["painpoints"]
    assert point["size"] >= 3
    assert "gift" in point["words"]
    assert point["do"] == "write_entry"
    assert point["reasons"]["no_answer"] == point["size"]
    there = (await calls(learning, "GET", f"painpoints?{query}&time_zone=Europe/Madrid"))["painpoints"]
    assert [day for day, _ in there[0]["days"]] == ["2026-03-01", "2026-03-02", "2026-03-03"]
    shown = await calls(learning, "GET", f"painpoints/{point['key']}?{query}")
    assert {sample["text"] for sample in shown["samples"]} <= set(GIFTS)

    draft = await calls(learning, "POST", "drafts", {"painpoint": point["key"], **PERIOD})
    assert draft["is_new"]
    assert "tick gift wrapping" in draft["texts"]["en"]["answer"]
    where = f"drafts/{draft['id']}"
    await calls(learning, "POST", f"{where}/publish", status=409)
    entry = {"version": 1, "entry": "orders/gift-wrapping", "texts": draft["texts"]}
    changed = await calls(learning, "PUT", where, entry)
    await calls(learning, "PUT", where, entry, status=409)
    broken = {
        **entry,
        "version": 2,
        "texts": {"en": {"title": "Gift?", "variants": [], "answer": "[x](entry:not/there)"}},
    }
    await calls(learning, "PUT", where, broken)
    refused = await calls(learning, "POST", f"{where}/replay", status=409)
    assert "not/there" in refused["error"]["message"]
    await calls(learning, "PUT", where, {**entry, "version": 3})
    assert changed["entry"] == "orders/gift-wrapping"
    replay = await calls(learning, "POST", f"{where}/replay")
    assert replay["gained"] >= 3, replay
    assert replay["lost"] == 0
    assert replay["turns"] == sum(replay[kind] for kind in ("gained", "lost", "changed", "same"))
    assert {row["after"]["entry"] for row in replay["rows"] if row["kind"] == "gained"} == {"orders/gift-wrapping"}

    published = await calls(learning, "POST", f"{where}/publish")
    assert published["status"] == "published"
    assert load(learning.settings.kb).entries["orders/gift-wrapping"]["en"].title == draft["texts"]["en"]["title"]
    await bootstrap.reload(learning.parley)
    carol = await Shopper(learning).comes()
    clock.advance(hours=1)
    assert (await carol.asked(GIFTS[0]))["entry"] == "orders/gift-wrapping"
    await carol.gets("conversation_end")
    clock.advance(hours=1)
    effect = await calls(learning, "GET", f"{where}/effect")
    assert effect["before"]["bad"] == effect["before"]["turns"] >= 3
    assert (effect["after"]["turns"], effect["after"]["bad"]) == (1, 0)
    looked = await calls(learning, "GET", f"entries?{query}")
    needed = {one["entry"] for one in looked["unneeded"]}
    assert "orders/gift-wrapping" not in needed
    assert needed
    await carol.leave()


async def test_pain_point_that_is_not_there_is_not_found(shop: Shop):
    await calls(shop, "GET", "painpoints/nothing", status=404)
    await calls(shop, "POST", "drafts", {"painpoint": "nothing", **PERIOD}, status=404)
    await calls(shop, "GET", "drafts/nothing", status=404)
    assert (await calls(shop, "GET", "drafts"))["drafts"] == []
    assert (await calls(shop, "GET", "painpoints"))["painpoints"] == []
