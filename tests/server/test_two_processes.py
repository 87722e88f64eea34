"""Two servers on one database, joined by Redis: what one commits, the other's people see; with Redis or without."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from redis import asyncio as redis_client

from bot.bootstrap import join
from bot.errors import SettingsError
from bot.knowledge.loader import read_files, version_of
from bot.server import relay, wire
from tests.people import Agent, OpenShop, RefusedError, Shopper
from tests.servers import RedisServer, redis_server
from tests.shop import within

READ_AGAIN = 1.0  # seconds, where a shop's server takes fifteen
PATIENCE = 20.0
MOON = """---
title: "Do you deliver to the moon?"
variants:
  - "deliver to the moon"
  - "shipping to the moon"
  - "can you send it to the moon"
---

Not yet.
"""


@dataclass
class Pair:
    """Carol is at the first server; Amir and another tab of Carol's are at the second."""

    redis: RedisServer
    carol: Shopper
    other_tab: Shopper
    amir: Agent


@pytest.fixture
async def pair(
    open_shop: OpenShop, tmp_path: Path, index_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Pair]:
    del index_cache
    monkeypatch.setattr(relay, "READ_AGAIN_SECONDS", READ_AGAIN)
    monkeypatch.setattr(wire, "RETRY_SECONDS", 0.2)
    (tmp_path / "redis").mkdir()
    with redis_server() as server:
        first = await open_shop(redis_url=server.url)
        second = await open_shop(redis_url=server.url, database_url=first.settings.database_url)
        carol = await Shopper(first).comes()
        other_tab = await Shopper(second).comes(token=carol.token)
        amir = await Agent(second, "Amir").comes()
        await _joined_by_the_wire(carol, other_tab)
        yield Pair(server, carol, other_tab, amir)
        for caller in (carol, other_tab, amir):
            await caller.leave()


async def _joined_by_the_wire(carol: Shopper, other_tab: Shopper) -> None:
    """Wait until both servers listen: Redis keeps nothing for one that is not there yet."""
    async with asyncio.timeout(PATIENCE):
        while not other_tab.heard_of("message_added"):
            await carol.says("hello")
            await asyncio.sleep(0.2)


async def test_people_of_both_servers_see_one_conversation(pair: Pair):
    await pair.carol.says("I want to talk to a person")
    assert await pair.amir.accepts(await pair.amir.sees_waiting()) == pair.carol.id
    await pair.carol.hears_of("handoff_updated", lambda told: told["status"] == "accepted")
    written = await pair.amir.writes(pair.carol, "Good morning, Carol.")
    heard = await pair.carol.hears("agent", after=written["seq"] - 1)
    assert heard["text"] == "Good morning, Carol."
    asked = await pair.carol.says("Where is it?")
    seen = await pair.other_tab.hears("shopper", after=asked["seq"] - 1)
    assert (seen["id"], seen["seq"]) == (asked["id"], asked["seq"])


async def test_while_redis_is_away_each_server_chats_on_and_the_other_is_told_how_far(pair: Pair):
    pair.redis.kill()
    asked = await pair.carol.says("where is my parcel")
    assert await pair.carol.hears("bot")
    told = await pair.other_tab.hears_of(
        "conversation_updated", lambda conversation: conversation["last_seq"] > asked["seq"]
    )
    missed = (await pair.other_tab.gets("resume", after_seq=asked["seq"] - 1))["messages"]
    assert [message["seq"] for message in missed] == [asked["seq"], asked["seq"] + 1]
    assert told["last_seq"] == asked["seq"] + 1
    pair.redis.start()
    async with asyncio.timeout(PATIENCE):
        while not [m for m in pair.other_tab.heard_of("message_added") if m["seq"] > asked["seq"] + 1]:
            await pair.carol.says("and now?")
            await asyncio.sleep(0.5)


async def test_hostile_bytes_on_the_wire_are_ignored(pair: Pair):
    client = redis_client.from_url(pair.redis.url)
    for data in (
        b"\x80\x04cos\nsystem\n",
        b"{}",
        b"[1,2,3,4,5,6]",
        b"[" * 5000,
        orjson.dumps(["x", "/shopper", 5, None, {}, 1]),
        orjson.dumps(["x", ["/shopper", 5, None, {}, 1]]),
        orjson.dumps(["x", ["spent", "messages", 5, None, None], ["spent", "nothing", "key", None, None], 7]),
    ):
        await client.publish(wire.CHANNEL, data)
    await client.aclose()
    asked = await pair.carol.says("where is my parcel")
    assert (await pair.other_tab.hears("shopper", after=asked["seq"] - 1))["seq"] == asked["seq"]


async def test_who_signs_out_at_one_server_is_shown_out_of_the_other_without_redis(pair: Pair):
    pair.redis.kill()
    started = time.monotonic()
    await pair.carol.shop.parley.agents.sign_out(pair.amir.cookie)
    await within(PATIENCE, lambda: not pair.amir.client.connected)
    assert time.monotonic() - started < 2.0


async def test_who_writes_too_fast_is_told_so_by_the_other_server_too(pair: Pair):
    for number in range(10):
        with contextlib.suppress(RefusedError):
            await pair.carol.says(f"and number {number}?")

    async def refused() -> bool:
        try:
            await pair.other_tab.says("and here?")
        except RefusedError as error:
            return error.code == "too_fast"
        return False

    started = time.monotonic()
    assert await refused(), "expected the other server to know what was spent"
    pair.redis.kill()
    await asyncio.sleep(2.5)  # two tokens are back
    assert not await refused()
    assert time.monotonic() - started < PATIENCE


async def test_a_version_is_published_once_and_served_by_both(pair: Pair):
    first, second = pair.carol.shop.parley, pair.amir.shop.parley
    before = first.desk().knowledge.version
    files = {**await asyncio.to_thread(read_files, first.kb_folder), "shipping/moon.en.md": MOON.encode()}
    version = version_of(files)
    content = {"files": {name: data.decode() for name, data in files.items()}}
    await first.store.write(lambda tx: tx.publications.publish(version, content, tx.now))
    await within(PATIENCE, lambda: first.desk().knowledge.version == second.desk().knowledge.version == version)
    assert version != before
    for asks in (pair.carol, pair.other_tab):
        await asyncio.sleep(1)  # as fast as one may write
        answer = await asks.asked("do you deliver to the moon")
        assert answer["entry"] == "shipping/moon"
        query = "SELECT kb_version FROM decisions WHERE reply_id = ?"
        assert pair.carol.shop.value(query, answer["id"]) == version


async def test_a_version_that_cannot_be_built_leaves_the_old_one_and_says_so(pair: Pair, caplog):
    parley = pair.carol.shop.parley
    before = parley.desk().knowledge.version
    broken = {"files": {"shipping/moon.en.md": MOON.replace("title", "titel")}}
    await parley.store.write(lambda tx: tx.publications.publish("f" * 64, broken, tx.now))
    await within(PATIENCE, lambda: any(record.message == "knowledge_refused" for record in caplog.records))
    assert parley.desk().knowledge.version == before
    async with pair.carol.shop.http.get("/metrics") as answer:
        assert "parley_knowledge_refused 1.0" in await answer.text()
    assert await pair.carol.asked("where is my parcel")
    with pytest.raises(SettingsError, match="expected a published help center that this version of Parley can serve"):
        await join(parley)
