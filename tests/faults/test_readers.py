"""Readers that stop, vanish or come back all at once; and two tabs of one shopper."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path

import aiohttp
import pytest

from tests.faults.ground import Ground, on_both_in_full
from tests.faults.people import Shopper, ShopperTab
from tests.faults.proxy import proxy_to
from tests.faults.shop import Shop, opened
from tests.faults.traffic import Traffic, traffic
from tests.faults.wire import GoneError, RefusedError, Wire, until

MEMORY = 25 * 1024 * 1024  # bytes: what a slow reader may leave behind
EVICTED_SECONDS = 10.0
BACK_SECONDS = 60.0  # for a storm: a quiet machine needs a tenth; what must never be long is a stall
STALL_SECONDS = 2.5  # five times what is wanted
pytestmark = pytest.mark.timeout(300)


async def slow_reader(shop: Shop, *, seconds: float = EVICTED_SECONDS) -> list[str]:
    """Stop reading while answers pile up, then come back; return everything that was wrong."""
    wrong: list[str] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        shopper = Shopper(0, shop, session, tabs=2)
        await shopper.arrive()
        try:
            for number in range(60):  # so that a page of the transcript is long
                asked = {"client_id": f"long-{number:06}", "text": f"where is my parcel {number} " + "please " * 500}
                await shopper.tabs[0].line.ask("message_send", asked)
            started, memory = time.monotonic(), shop.memory()
            slow = shopper.tabs[1]
            slow.closing = True  # it comes back when we say so
            slow.line.pause()
            frame = '42/shopper,{}["resume",{{"after_seq":0,"limit":200}}]'
            evicted = shop.figure("parley_evictions_total")
            for number in range(10_000, 10_300):
                with contextlib.suppress(ConnectionError, aiohttp.ClientError):
                    await slow.line.socket.send_str(frame.format(number))
                await asyncio.sleep(0.003)
            most = shop.memory() - memory
            gone = await until(lambda: shop.figure("parley_evictions_total") > evicted, seconds=seconds)
            took = time.monotonic() - started
            if not gone:
                wrong.append(f"not evicted within {seconds} s")
            await asyncio.sleep(1.0)
            grown = shop.memory() - memory
            print(f"\nevicted after {took:.1f} s, memory {most / 1e6:+.1f} MB, then {grown / 1e6:+.1f} MB")
            wrong += [f"memory grew by {most} bytes"] if most > MEMORY else []
            wrong += [f"memory stays {grown} bytes higher"] if grown > MEMORY else []
            wrong += await _goes_on(shopper, slow)
        finally:
            await shopper.leave()
    return wrong


async def _goes_on(shopper: Shopper, slow: ShopperTab) -> list[str]:
    """Let the other tab chat on, and the slow one come back and pull what it missed."""
    answer = await shopper.tabs[0].line.ask("message_send", {"client_id": "after-slow-1", "text": "do you take paypal"})
    with contextlib.suppress(Exception):
        slow.line.cut()
    slow.closing = False
    shopper.background(slow.keep_open())
    await asyncio.sleep(0.1)
    await asyncio.wait_for(slow.online.wait(), 20)
    await asyncio.sleep(0.5)
    if slow.view.last_seq < answer["seq"] or slow.view.shown != shopper.tabs[0].view.shown:
        return [f"the slow tab shows {slow.view.last_seq} of {shopper.tabs[0].view.last_seq} messages"]
    return []


async def half_open(shop: Shop, *, count: int, noticed: float, freed: float) -> list[str]:
    """Let the network of `count` shoppers vanish; return everything that was wrong.

    Within `noticed` seconds they must count as gone, within `freed` seconds their connections be closed.
    """
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session, proxy_to(shop.port) as proxy:
        bystander = await Wire().open(session, shop.url)
        before, sockets = shop.connections(), shop.figure("parley_sockets")
        wires = await asyncio.gather(*(Wire().open(session, proxy.url) for _ in range(count)))
        assert shop.connections() >= before + count
        proxy.freeze()
        started = time.monotonic()
        wrong = []
        if not await until(lambda: shop.figure("parley_sockets") <= sockets, seconds=noticed):
            wrong.append(f"{shop.figure('parley_sockets') - sockets:g} of {count} still count as there")
        print(f"\nnoticed after {time.monotonic() - started:.1f} s", end=", ")
        if not await until(lambda: shop.connections() <= before, seconds=freed - (time.monotonic() - started)):
            wrong.append(f"{shop.connections() - before} of {count} connections are held")
        print(f"freed after {time.monotonic() - started:.1f} s")
        wrong += ["who answers pings was thrown out"] if bystander.gone.is_set() else []
        for wire in (*wires, bystander):
            wire.cut()
        return wrong


async def storm(shop: Shop, *, count: int) -> list[str]:
    """Kill the server under `count` shoppers, let all come back at once; return everything that was wrong."""
    wrong: list[str] = []
    async with traffic(shop, shoppers=count, tabs=1, watched=False) as people:
        for shopper in people.shoppers:
            shopper.background(shopper.write(pause=0, doubled=0, most=1))
        await until(lambda: people.acknowledged >= count, seconds=60)
        shop.kill()
        started = time.monotonic()
        await asyncio.to_thread(shop.start)
        back = await until(lambda: _online(people) == count, seconds=2 * BACK_SECONDS)
        took = time.monotonic() - started
        await asyncio.sleep(0.5)  # the loop has felt the last of it
        stall = await asyncio.to_thread(shop.figure, "parley_loop_longest_stall_seconds")
        print(f"\n{_online(people)} of {count} back after {took:.1f} s, longest stall {stall:.3f} s")
        if not back or took > BACK_SECONDS:
            wrong.append(f"{_online(people)} of {count} were back after {took:.1f} s")
        if stall > STALL_SECONDS:
            wrong.append(f"the event loop stood still for {stall:.1f} s")
        verdict = await people.judge()
        wrong += [str(verdict)] if verdict.faults else []
    return wrong


def _online(people: Traffic) -> int:
    return sum(1 for shopper in people.shoppers for tab in shopper.tabs if tab.online.is_set() and tab.returns > 1)


async def two_tabs(shop: Shop) -> list[str]:
    """Write in both tabs at once, the same message in both, and come back in one; return what was wrong."""
    async with traffic(shop, shoppers=5, tabs=2, watched=True) as people:
        people.begin(pause=0.005, doubled=0.5)
        for _ in range(4):
            await asyncio.sleep(0.3)
            for shopper in people.shoppers:
                shopper.tabs[1].line.cut()
        await asyncio.sleep(0.7)  # the last stretch is told, not pulled
        await people.rest()
        verdict = await people.judge()
        print(f"\n{verdict}")
        return list(verdict.faults)


@on_both_in_full
async def test_a_slow_reader_is_let_go_and_catches_up(ground: Ground) -> None:
    with ground.shop() as shop:
        assert await slow_reader(shop) == []


@on_both_in_full
async def test_who_vanished_is_noticed(ground: Ground, *, full: bool) -> None:
    with ground.shop(*([] if full else ["quick_pings"])) as shop:
        wait = {"noticed": 35.0, "freed": 50.0} if full else {"noticed": 8.0, "freed": 20.0}
        assert await half_open(shop, count=10, **wait) == []


@on_both_in_full
async def test_everybody_comes_back_at_once(ground: Ground, *, full: bool) -> None:
    with ground.shop() as shop:
        assert await storm(shop, count=1000 if full else 200) == []


@on_both_in_full
async def test_two_tabs_show_the_same(ground: Ground) -> None:
    with ground.shop() as shop:
        assert await two_tabs(shop) == []


@on_both_in_full
async def test_too_many_messages_are_answered_with_a_time_to_wait(ground: Ground) -> None:
    with ground.shop(messages_per_minute=60) as shop:
        async with aiohttp.ClientSession() as session:
            wire = await Wire().open(session, shop.url)
            asked = [{"client_id": f"flood-{number:06}", "text": "where is my order"} for number in range(60)]
            answers = await asyncio.gather(*(wire.send("message_send", one) for one in asked))
            errors = [answer["error"] for answer in answers if "error" in answer]
            assert 40 <= len(errors) <= 52
            assert {error["code"] for error in errors} == {"too_fast"}
            assert all(error["params"]["retry_after"] >= 1 for error in errors)
            await wire.close()


# On SQLite alone: how many sockets are too many is each process's own affair.
async def test_a_full_house_refuses_and_keeps_who_is_there(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", f"sqlite:///{tmp_path / 'parley.db'}", connections=5)
    with opened(shop):
        async with aiohttp.ClientSession() as session:
            wires = [await Wire().open(session, shop.url) for _ in range(5)]
            late = Wire()
            with pytest.raises((RefusedError, GoneError)):
                await late.open(session, shop.url)
            await late.close()
            assert (await wires[0].ask("message_send", {"client_id": "abcdefgh1", "text": "hello"}))["seq"] == 1
            await wires[1].close()
            await asyncio.sleep(0.5)
            wires.append(await Wire().open(session, shop.url))
            for wire in wires:
                await wire.close()


@pytest.mark.full_only
@on_both_in_full
async def test_a_server_that_keeps_everything_is_caught(ground: Ground) -> None:
    with ground.shop("no_eviction") as shop:
        wrong = await slow_reader(shop, seconds=4)
    assert any("not evicted" in one for one in wrong)
    assert any("memory" in one for one in wrong)


@pytest.mark.full_only
@on_both_in_full
async def test_a_server_without_pings_is_caught(ground: Ground) -> None:
    with ground.shop("no_pings") as shop:
        assert len(await half_open(shop, count=3, noticed=4, freed=5)) == 2


@pytest.mark.full_only
@on_both_in_full
async def test_a_server_that_joins_slowly_is_caught(ground: Ground) -> None:
    with ground.shop("slow_joins") as shop:
        assert any("stood still" in one for one in await storm(shop, count=4))


@pytest.mark.full_only
@on_both_in_full
async def test_a_tab_that_is_not_told_is_caught(ground: Ground) -> None:
    with ground.shop("deaf_tab") as shop:
        assert "disorder" in await two_tabs(shop)
