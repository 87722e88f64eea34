"""Malformed frames and requests, binary bombs, sockets that never join: the sender is cut, nobody else notices."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from pathlib import Path

import aiohttp
import pytest

from tests.faults.hostile import send_frames, send_requests
from tests.faults.people import Shopper
from tests.faults.shop import Shop, opened
from tests.faults.wire import Wire, address

FLOOR = 0.3  # seconds: ten times what a turn takes beside other work; below it a ratio says nothing
LOG_BYTES, LOG_BYTES_EACH = 20_000, 8  # of malformed input; with a line for each it was 60, with tracebacks 600
MEMORY = 40_000_000  # bytes that all of it may leave behind, once caches are full
pytestmark = pytest.mark.timeout(1200)


def p95(waits: list[float]) -> float:
    return sorted(waits)[int(0.95 * (len(waits) - 1))]


def tracebacks(shop: Shop) -> list[str]:
    """Return the logged tracebacks that run through our own code."""
    lines = [line for line in shop.whole_log().splitlines() if "raceback" in line]
    return [line[-300:] for line in lines if "bot/" in line or "request_failed" in line]


async def bothered(shop: Shop, *, frames: int, requests: int) -> list[str]:
    """Send what is malformed while a bystander chats; return everything that was wrong."""
    wrong: list[str] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        bystander = Shopper(0, shop, session, tabs=1)
        await bystander.arrive()
        try:
            await asyncio.wait_for(bystander.write(pause=0.02, doubled=0, most=50), 60)
            before, bystander.waits = p95(bystander.waits), []
            with contextlib.suppress(
                Exception
            ):  # caches fill, and what is collected later gathers, with the first of it
                await send_frames(shop, count=max(400, frames // 10))
                await send_requests(shop, count=requests // 2)
            log, memory = shop.log_size(), shop.memory()
            chatting = asyncio.create_task(bystander.write(pause=0.02, doubled=0))
            started, statuses = time.monotonic(), dict[str, int]()
            with contextlib.suppress(Exception):
                cuts = await send_frames(shop, count=frames)
                statuses = await send_requests(shop, count=requests)
                print(f"\n{frames} frames ({cuts} cut), {requests} requests {statuses}", end=" ")
            print(f"in {time.monotonic() - started:.1f} s")
            bystander.writing = False
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(chatting, 10)
            during, bystander.waits = bystander.waits, []
            if shop.process is None or shop.process.poll() is not None:
                return ["the server is gone"]
            log, grown = shop.log_size() - log, shop.memory() - memory
            # Other work on this machine comes and goes: what counts as usual is the worse of before and after.
            await asyncio.wait_for(bystander.write(pause=0.02, doubled=0, most=len(bystander.sent) + 40), 60)
            wrong += _compare(shop, max(before, p95(bystander.waits)), p95(during), log, frames + requests)
            print(f"memory {grown / 1e6:+.1f} MB, bystander {len(during)} messages, {bystander.codes}")
            wrong += [f"memory grew by {grown} bytes"] if grown > MEMORY else []
            wrong += [f"the bystander heard {bystander.codes}"] if bystander.codes else []
            wrong += [f"answered {statuses}"] if statuses.get("500") else []
            wrong += ["the bystander was thrown out"] if bystander.tabs[0].returns > 1 else []
        finally:
            await bystander.leave()
    return wrong


def _compare(shop: Shop, before: float, after: float, log: int, sent: int) -> list[str]:
    print(f"bystander p95 {1000 * before:.1f} -> {1000 * after:.1f} ms, log {log} bytes for {sent}")
    wrong = [f"traceback: {line}" for line in tracebacks(shop)[:3]]
    if after > max(FLOOR, 1.2 * before):
        wrong.append(f"the bystander's p95 rose from {before:.3f} to {after:.3f} s")
    if log > LOG_BYTES + LOG_BYTES_EACH * sent:
        wrong.append(f"the log grew by {log} bytes for {sent} frames and requests")
    return wrong


async def bombed(shop: Shop) -> list[str]:
    """Announce endless attachments and send them; return everything that was wrong."""
    memory = shop.memory()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        sent = 0
        for _ in range(3):
            wire = await Wire().open(session, shop.url)
            with contextlib.suppress(ConnectionError, aiohttp.ClientError):
                await wire.socket.send_str('459999999999-/shopper,["message_send",{"_placeholder":true,"num":0}]')
                for _ in range(700):
                    if wire.gone.is_set():
                        break
                    await wire.socket.send_bytes(bytes(90_000))
                    sent += 1
                    await asyncio.sleep(0)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(wire.gone.wait(), 3)
            cut = wire.gone.is_set()
            await wire.close()
    grown = shop.memory() - memory
    print(f"\n{sent} attachments were sent before the cut, memory {grown / 1e6:+.1f} MB")
    wrong = [] if cut else ["the sender of binary frames was not cut"]
    return wrong + ([f"memory grew by {grown} bytes"] if grown > MEMORY else [])


async def left_hanging(shop: Shop, *, count: int, seconds: float) -> int:
    """Open sockets that never join and answer pings; return how many are still open after the time."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        wires = await asyncio.gather(*(Wire().open(session, shop.url, join=False) for _ in range(count)))
        await asyncio.sleep(seconds)
        still = sum(1 for wire in wires if not wire.gone.is_set())
        await asyncio.gather(*(wire.close() for wire in wires))
        return still


async def answers_too_long(shop: Shop) -> str:
    """Send a text over the limit and return the error's code."""
    async with aiohttp.ClientSession() as session:
        wire = await Wire().open(session, shop.url)
        answer = await wire.send("message_send", {"client_id": "abcdefgh1", "text": "x" * 60_000})
        await wire.close()
        return str(answer["error"]["code"])


async def forges(shop: Shop) -> None:
    """Send events that are called like the library's own, and one without joining."""
    async with aiohttp.ClientSession() as session:
        wire = await Wire().open(session, shop.url)
        for name in ("connect", "disconnect"):
            answer = await wire.send(name, {"token": "x", "role": "admin"})
            assert answer["error"]["code"] == "unknown_event"
        assert (await wire.ask("message_send", {"client_id": "abcdefgh2", "text": "hello"}))["seq"] == 1
        await wire.close()
        frame = json.dumps(["message_send", {"client_id": "abcdefgh3", "text": "hello"}])
        async with session.ws_connect(address(shop.url)) as never_joined:
            await never_joined.send_str(f"42/shopper,7{frame}")
            with contextlib.suppress(TimeoutError):
                while (told := await never_joined.receive(timeout=1)).type is aiohttp.WSMsgType.TEXT:
                    assert not str(told.data).startswith("43"), f"answered {told.data}"
                    if told.data == "2":
                        break


def _open(folder: Path, *plants: str) -> contextlib.AbstractContextManager[Shop]:
    return opened(Shop(folder / "shop", f"sqlite:///{folder / 'parley.db'}", plants=plants))


async def test_nobody_notices_malformed_input(tmp_path: Path, *, full: bool) -> None:
    with _open(tmp_path) as shop:
        assert await bothered(shop, frames=20_000 if full else 2_000, requests=2_000 if full else 200) == []


async def test_attachments_long_texts_and_forged_events_are_refused(tmp_path: Path) -> None:
    with _open(tmp_path) as shop:
        assert await answers_too_long(shop) == "too_large"
        await forges(shop)
        assert await bombed(shop) == []


async def test_who_never_joins_is_let_go(tmp_path: Path, *, full: bool) -> None:
    with _open(tmp_path, *([] if full else ["quick_joins"])) as shop:
        assert await left_hanging(shop, count=50, seconds=14 if full else 3.5) == 0


@pytest.mark.full_only
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("stumbles", "traceback"),
        ("talkative", "the log grew"),
        ("falls_over", "the server is gone"),
        ("slow_refusals", "p95 rose"),
    ],
)
async def test_a_planted_fault_is_caught(tmp_path: Path, fault: str, said: str) -> None:
    with _open(tmp_path, fault) as shop:
        wrong = await bothered(shop, frames=3_000, requests=40)
    assert any(said in one for one in wrong), wrong


@pytest.mark.full_only
async def test_a_server_that_takes_attachments_is_caught(tmp_path: Path) -> None:
    with _open(tmp_path, "binary_welcome") as shop:
        shop_is_harmed = await bombed(shop)
    assert shop_is_harmed


@pytest.mark.full_only
async def test_a_server_without_a_time_to_join_is_caught(tmp_path: Path) -> None:
    with _open(tmp_path, "no_join_limit") as shop:
        assert await left_hanging(shop, count=5, seconds=2) == 5
