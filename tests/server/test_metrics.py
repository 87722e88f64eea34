"""The figures for Prometheus: each is there, and moves with what it counts."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

import aiohttp
import pytest

from tests.people import OpenShop, RefusedError, Shopper
from tests.shop import Shop, within


@pytest.fixture
async def shop(open_shop: OpenShop) -> Shop:
    """Run one server: each tells its own figures."""
    return await open_shop(alone=True)


async def figures(shop: Shop) -> dict[str, float]:
    """Return every series of /metrics with its labels."""
    async with shop.http.get("/metrics") as response:
        assert response.status == 200
        lines = (await response.text()).splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[:1] != "#")}


async def test_every_figure_is_there_from_the_start(shop: Shop):
    names = {re.split(r"[{]", name)[0] for name in await figures(shop)}
    assert names >= {
        "parley_turn_seconds_bucket",
        "parley_turn_seconds_count",
        "parley_commits_total",
        "parley_units_total",
        "parley_units_waiting",
        "parley_commit_units_bucket",
        "parley_untold",
        "parley_loop_stall_seconds_bucket",
        "parley_loop_longest_stall_seconds",
        "parley_queue",
    }


async def test_without_a_token_who_comes_through_a_proxy_is_refused(shop: Shop):
    """The proxy is on this machine; whom it asks for is not."""
    for seen, status in (("203.0.113.7", 403), ("127.0.0.1, 203.0.113.7", 403), ("127.0.0.1", 403), (None, 200)):
        async with shop.http.get("/metrics", headers={"X-Forwarded-For": seen} if seen else {}) as response:
            assert response.status == status


async def test_a_turn_is_timed_and_its_commit_counted(shop: Shop, carol: Shopper):
    before = await figures(shop)
    await carol.asked("where is my parcel")
    after = await figures(shop)
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown["parley_turn_seconds_count"] == 1
    assert 0 < grown["parley_turn_seconds_sum"] < 5
    assert grown["parley_units_total"] >= grown["parley_commits_total"] >= 1
    assert after["parley_commit_units_count"] == after["parley_commits_total"]
    assert after["parley_commit_units_sum"] == after["parley_units_total"]
    assert after["parley_commit_units_count"] == after['parley_commit_units_bucket{le="+Inf"}']


async def test_messages_at_once_share_a_commit(shop: Shop, people: list[Any]):
    shoppers = await asyncio.gather(*(Shopper(shop).comes() for _ in range(30)))
    people += shoppers
    before = await figures(shop)
    await asyncio.gather(*(shopper.says("where is my parcel") for shopper in shoppers))
    after = await figures(shop)
    units, commits = (after[name] - before[name] for name in ("parley_units_total", "parley_commits_total"))
    assert units >= 30
    if shop.settings.database_url.startswith("sqlite"):  # PostgreSQL groups the commits of its connections by itself
        assert commits < units
        assert after['parley_commit_units_bucket{le="1"}'] < after['parley_commit_units_bucket{le="200"}']


async def test_who_comes_back_is_counted_apart(shop: Shop, carol: Shopper, people: list[Any]):
    people.append(await carol.another_tab())
    found = await figures(shop)
    assert found['parley_joins_total{again="no",namespace="/shopper"}'] == 1
    assert found['parley_joins_total{again="yes",namespace="/shopper"}'] == 1
    assert found['parley_sockets{namespace="/shopper"}'] == 2


async def test_errors_are_counted_by_their_code(shop: Shop, carol: Shopper):
    with pytest.raises(RefusedError):
        await carol.says(" ")
    await carol.asks("no_such_event")
    async with shop.http.get("/nowhere") as response:
        assert response.status == 404
    found = await figures(shop)
    for code in ("bad_input", "unknown_event", "not_found"):
        assert found[f'parley_errors_total{{code="{code}"}}'] == 1


async def test_who_is_cut_off_is_counted_by_the_reason(shop: Shop):
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{shop.url}/socket.io/?EIO=4&transport=websocket") as socket:
            await socket.send_bytes(b"\x00")
            while (await socket.receive()).type not in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR):
                pass
        async with session.ws_connect(f"{shop.url}/socket.io/?EIO=4&transport=websocket") as socket:
            await socket.send_str("42/shopper,[")
            while (await socket.receive()).type not in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR):
                pass
    found = await figures(shop)
    assert found['parley_evictions_total{why="binary"}'] == 1
    assert found['parley_evictions_total{why="malformed"}'] == 1


async def test_who_waits_for_a_person_is_in_the_queue_figure(shop: Shop, carol: Shopper):
    await carol.waits()

    async def one() -> bool:
        return (await figures(shop))["parley_queue"] == 1

    await within(5, one)


async def test_a_crowd_behind_one_address_has_a_limit(open_shop: OpenShop):
    shop = await open_shop(messages_per_minute=1)
    told: list[str] = []
    for number in range(25):
        one = await Shopper(shop).comes()
        for turn in range(10):
            answer = await one.asks("message_send", {"client_id": f"crowd-{number:03}-{turn:03}", "text": "hello"})
            told.append(answer["error"]["code"] if "error" in answer else "ok")
            if "error" in answer:
                assert answer["error"]["params"]["retry_after"] >= 1
        await one.leave()
    assert 200 <= told.count("ok") <= 210
    assert set(told) == {"ok", "too_fast"}


async def test_a_loop_that_stands_still_is_felt(shop: Shop):
    time.sleep(0.4)  # noqa: ASYNC251  # the server runs on this very loop

    async def felt() -> bool:
        return (await figures(shop))["parley_loop_longest_stall_seconds"] > 0.3

    await within(5, felt)
