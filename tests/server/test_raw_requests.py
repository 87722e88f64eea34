"""What is not even HTTP is refused in our form; nothing is smuggled behind it, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress

import pytest

from bot.server.runner import LONGEST_LINE
from tests.server.raw_requests import SMUGGLED, ill_framed, mutated
from tests.shop import Shop

AT_ONCE = 32
SILENCE = 0.2  # seconds: a server waits for the rest of what was cut off; we do not
PATIENCE = 10.0  # seconds
ANSWER = re.compile(rb"HTTP/(?:0\.9|1\.[01]) (\d{3}) ")
ERROR = re.compile(rb'{"error": {"code": "[a-z_]+", "message": "[^"]+\.", "params": {.*}, "request_id": "')
WORDS = re.compile(rb"python|aiohttp|traceback|bot/", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _not_in_full(caplog: pytest.LogCaptureFixture) -> None:
    """Leave out the library's complaint about each: a server writes one line in ten seconds."""
    for name in ("aiohttp.server", "engineio.server"):
        caplog.set_level(logging.CRITICAL, name)


async def answered(shop: Shop, request: bytes, *, patience: float) -> tuple[bytes, bool]:
    """Send bytes; return all that came back, and whether the connection was closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(shop.url.rpartition(":")[2]))
    came, closed = b"", False
    try:
        with suppress(TimeoutError, ConnectionError):
            writer.write(request)
            while True:
                async with asyncio.timeout(patience):
                    if not (piece := await reader.read(65_536)):
                        break
                came += piece
            closed = True
    except ConnectionError:
        closed = True
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
    return came, closed


async def all_answered(shop: Shop, requests: Iterable[bytes], *, patience: float) -> dict[bytes, tuple[bytes, bool]]:
    places = asyncio.Semaphore(AT_ONCE)

    async def one(request: bytes) -> tuple[bytes, tuple[bytes, bool]]:
        async with places:
            return request, await answered(shop, request, patience=patience)

    return dict(await asyncio.gather(*(one(request) for request in requests)))


def faults_of(came: bytes) -> list[str]:
    """Return what is wrong with an answer, whatever it answers."""
    wrong = []
    statuses = [int(status) for status in ANSWER.findall(came)]
    head, _, body = came.partition(b"\r\n\r\n")
    if came and not ANSWER.match(came):
        wrong.append("no answer of HTTP")
    if any(status >= 500 for status in statuses):
        wrong.append("an error of ours")
    if statuses[:1] != [101] and came and b"X-Content-Type-Options: nosniff" not in head:
        wrong.append("without our headers")
    if WORDS.search(came.partition(b"<")[0][:2000]):
        wrong.append("says what runs here")
    of_a_page = body.startswith(b"<!doctype html>")  # a reader's 404
    if statuses and statuses[0] >= 400 and not of_a_page and not ERROR.match(body):
        wrong.append(f"not our form of an error: {body[:80]!r}")
    return wrong


async def test_an_ill_framed_request_is_refused_and_nothing_behind_it_is_answered(shop: Shop):
    requests = list(ill_framed())
    found = await all_answered(shop, requests, patience=PATIENCE)
    wrong = []
    for request, (came, closed) in found.items():
        statuses = [int(status) for status in ANSWER.findall(came)]
        faults = faults_of(came)
        if not closed or any(status < 400 for status in statuses) or len(statuses) > 1:
            faults.append(f"closed: {closed}, answered {statuses}")
        wrong += [f"{request[-130 - len(SMUGGLED) :]!r}: {fault}" for fault in faults]
    counted = Counter(status for came, _ in found.values() for status in ANSWER.findall(came)[:1])
    print(f"\n{len(found)} ill-framed requests: {dict(counted)}, {sum(not came for came, _ in found.values())} cut off")
    assert wrong == []
    assert len(found) >= 130
    assert counted[b"400"] + counted[b"413"] > 0.9 * len(found)


async def test_a_mutated_request_costs_its_sender_alone(shop: Shop, full: bool):  # noqa: FBT001  # a fixture
    count = 2_000 if full else 400
    found = await all_answered(shop, mutated(9, count), patience=SILENCE)
    wrong = [f"{request!r}: {fault}" for request, (came, _) in found.items() for fault in faults_of(came)]
    counted = Counter(status.decode() for came, _ in found.values() for status in ANSWER.findall(came)[:1])
    print(f"\n{len(found)} mutated requests: {dict(counted)}")
    assert wrong == []
    assert (await answered(shop, SMUGGLED, patience=SILENCE))[0].startswith(b"HTTP/1.1 200 OK")
    assert shop.value("SELECT count(*) FROM sessions") == 0


@pytest.mark.parametrize(
    ("length", "status"), [(LONGEST_LINE - 40, b"404"), (LONGEST_LINE + 40, b"413"), (1_000_000, b"413")]
)
async def test_a_line_that_is_too_long_is_told_the_limit(shop: Shop, length: int, status: bytes):
    request = b"GET /".ljust(length, b"a") + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    came, closed = await answered(shop, request, patience=PATIENCE)
    assert closed
    assert ANSWER.findall(came)[:1] == [status]
    assert faults_of(came) == []
    if status == b"413":
        error = json.loads(came.partition(b"\r\n\r\n")[2])["error"]
        assert (error["code"], error["params"]) == ("too_large", {"limit": LONGEST_LINE})


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
async def test_a_body_that_cannot_be_read_is_the_senders_fault(shop: Shop, coding: str):
    headers = {"X-CSRF": "1", "Content-Type": "application/json", "Content-Encoding": coding}
    async with shop.http.post("/api/session", data=b"{}", headers=headers, skip_auto_headers=["X"]) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]["code"] == "bad_input"
