"""What nobody should send: malformed Socket.IO frames and malformed HTTP, from a seed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import Iterator
from typing import Any

import aiohttp

from tests.faults.shop import Shop
from tests.faults.wire import SHOPPER, GoneError, RefusedError, Wire

PAUSE_SECONDS = 0.005  # of one sender between two frames
SILENCE_SECONDS = 0.4  # a server waits for the rest of what was cut off; we do not
EVENTS = ("message_send", "resume", "history", "typing_set", "choice_pick", "feedback_give", "rating_submit")
NAMES: tuple[Any, ...] = (
    "connect",
    "disconnect",
    "",
    "x" * 5000,
    None,
    7,
    [],
    {},
    "__proto__",
    "message",
    "\ud800",
    True,
)
VALUES: tuple[Any, ...] = (
    None,
    0,
    -1,
    2**63,
    1e308,
    "",
    "\x00",
    "\ud800",
    "x" * 20_000,
    [],
    [[[[]]]],
    {},
    {"text": None},
    {"client_id": 3, "text": "x"},
    {"client_id": "abcdefgh1", "text": ["x"]},
    {"client_id": "../../etc/passwd", "text": "x"},
    {"after_seq": "1"},
    {"after_seq": -5, "limit": 10**9},
    {"__proto__": {"admin": True}},
    {"message_id": "' OR 1=1 --", "helpful": "yes"},
)
WHOLE = (
    "",
    "0",
    "1",
    "2",
    "2probe",
    "3",
    "4",
    "5",
    "6",
    "7",
    "9",
    "40",
    "41/shopper,",
    "42",
    "42/shopper",
    "42/shopper,",
    "42/shopper,[",
    "42/shopper,[]",
    "42/shopper,[[[[",
    "42/shopper,{}",
    "42/shopper,null",
    '42/shopper,99999999999999999999["message_send",{}]',
    "43/shopper,1[]",
    '44/shopper,{"message":"x"}',
    '45/shopper,["x"]',
    '46/shopper,["x"]',
    '451-/shopper,["message_send",{"_placeholder":true,"num":0}]',
    '459999999999-["x"]',
    '42/agent,["message_send",{}]',
    '42/nowhere,["x"]',
    "40/nowhere,{}",
    "40/shopper,{",
    '40/shopper,{"token":' + "[" * 2000,
    "42/shopper," + "[" * 100_000,
    '42/shopper,1["message_send",' + "9" * 5000 + "]",
    '42/shopper,1["message_send",NaN]',
    '42/shopper,1["message_send",{"text":"a","text":"b"}]',
    "4" * 1000,
    "b" + "QUJD" * 100,
)


def frames(seed: int, count: int) -> Iterator[str | bytes]:
    """Give `count` frames: wrong names, wrong values, cut, flipped, and of bytes."""
    choose = random.Random(seed)
    for number in range(count):
        kind = choose.random()
        if kind < 0.3:
            yield choose.choice(WHOLE)
        elif kind < 0.65:
            asked = [choose.choice((*EVENTS, *NAMES)), *choose.choices(VALUES, k=choose.randrange(4))]
            yield f"42{SHOPPER},{choose.choice(('', str(number)))}{json.dumps(asked)}"
        elif kind < 0.95:
            good = f'42{SHOPPER},{number}["message_send",{{"client_id":"abcdefgh{number}","text":"hello"}}]'
            at = choose.randrange(len(good))
            yield choose.choice((good[:at], good[:at] + chr(choose.randrange(1, 0x2FF)) + good[at + 1 :]))
        else:
            yield choose.randbytes(choose.randrange(1, 300))


_JSON = b"POST /api/session HTTP/1.1\r\nHost: x\r\nX-CSRF: 1\r\nContent-Type: application/json\r\n"
_UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    b"Connection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
)
REQUESTS: tuple[bytes, ...] = (
    b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /%00%ff%zz HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /assets/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /help/en/%f0%28%8c%28 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /help/en?q=%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: \xff\xfe\xfd\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nAccept-Language: " + b"en;q=1," * 900 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 2000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"a=b; " * 1000 + b"\r\n\r\n",
    b'GET /api/session HTTP/1.1\r\nHost: x\r\nCookie: parley_session=\x01\x02"\\\r\n\r\n',
    b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
    b"POST /api/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    _JSON + b"Content-Length: 3\r\n\r\n{[}",
    _JSON + b"Content-Length: 2\r\n\r\n\xff\xfe",
    _JSON.replace(b"json", b"json; charset=zz") + b"Content-Length: 2\r\n\r\n{}",
    _JSON + b"Content-Length: 4000\r\n\r\n" + b"[" * 4000,
    _JSON.replace(b"application/json", b"multipart/form-data") + b"Content-Length: 2\r\n\r\n{}",
    b"PROPFIND / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    b"CONNECT evil:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/conversations/%27%20OR%201=1 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/report?from=x&to=y&by=%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /socket.io/ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /socket.io/?EIO=9&transport=pigeon HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /socket.io/?EIO=4&transport=websocket&sid=nonsense HTTP/1.1\r\nHost: x\r\n\r\n",
    _UPGRADE + b"Sec-WebSocket-Key: short\r\n\r\n",
    _UPGRADE + b"Sec-WebSocket-Key: \xff\xfe\r\n\r\n",
    _UPGRADE.replace(b": 13", b": 13\xfa") + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    _UPGRADE.replace(b"Connection: upgrade\r\n", b"") + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    _UPGRADE.replace(b"Upgrade: websocket", b"Upgrade: h2c") + b"\r\n",
    _UPGRADE + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" + b"\xff" * 8,
)


def requests(seed: int, count: int) -> Iterator[bytes]:
    """Give `count` requests: each of the list as it is, then cut or flipped."""
    choose = random.Random(seed)
    for number in range(count):
        request = REQUESTS[number % len(REQUESTS)]
        if number >= len(REQUESTS):
            at = choose.randrange(len(request))
            request = choose.choice((request, request[:at], request[:at] + choose.randbytes(3) + request[at + 3 :]))
        yield request


async def send_frames(shop: Shop, *, count: int, senders: int = 8) -> int:
    """Send malformed frames from several connections, which are opened again when cut; return how many were cut."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        return sum(await asyncio.gather(*(_sender(shop, session, seed, count // senders) for seed in range(senders))))


async def _sender(shop: Shop, session: aiohttp.ClientSession, seed: int, count: int) -> int:
    wire: Wire | None = None
    cuts, token = 0, None
    for frame in frames(seed, count):
        if wire is None or wire.gone.is_set():
            if wire is not None:
                cuts += 1
                await wire.close()
            wire, token = await _join(shop, session, token)
        with contextlib.suppress(ConnectionError, aiohttp.ClientError):
            if isinstance(frame, bytes):
                await wire.socket.send_bytes(frame)
            else:
                await wire.socket.send_frame(frame.encode("utf-8", "surrogatepass"), aiohttp.WSMsgType.TEXT)
        await asyncio.sleep(PAUSE_SECONDS)
    if wire is not None:
        await wire.close()
    return cuts


async def _join(shop: Shop, session: aiohttp.ClientSession, token: str | None) -> tuple[Wire, str | None]:
    told: list[str | None] = [token]

    def hear(event: str, data: Any) -> None:
        if event == "session_started":
            told.append(data["token"])

    for _ in range(50):
        try:
            wire = await Wire(heard=hear).open(session, shop.url, {"token": token} if token else {})
        except (GoneError, RefusedError, aiohttp.ClientError, OSError):
            await asyncio.sleep(0.1)
            continue
        return wire, told[-1]
    raise GoneError("expected the server to take a connection within five seconds")


async def send_requests(shop: Shop, *, count: int, senders: int = 12) -> dict[str, int]:
    """Send malformed requests over bare sockets; return how often each status came (`none`: cut or silent)."""
    totals: dict[str, int] = {}
    waiting = list(requests(1, count))

    async def sender() -> None:
        while waiting:
            status = await send_raw(shop, waiting.pop())
            totals[status] = totals.get(status, 0) + 1

    await asyncio.gather(*(sender() for _ in range(senders)))
    return totals


async def send_raw(shop: Shop, request: bytes) -> str:
    """Send bytes over a bare socket; return the status, `none` (cut or silent) or `refused`."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", shop.port)
    except OSError:
        return "refused"
    try:
        writer.write(request)
        line = await asyncio.wait_for(reader.readline(), SILENCE_SECONDS)
        return line.split(b" ")[1].decode() if line.startswith(b"HTTP/") else "none"
    except (OSError, TimeoutError, IndexError):
        return "none"
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
