"""Requests that no browser sends: framed wrongly, cut, full of what does not belong; from lists and from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
"""What stands behind each: answered with 200 when two readers could disagree on where the first one ends."""
_POST = b"POST /api/session HTTP/1.1\r\nHost: x\r\nX-CSRF: 1\r\nContent-Type: application/json\r\n"
_CHUNKED = _POST + b"Transfer-Encoding: chunked\r\n\r\n"

LINES: tuple[bytes, ...] = (
    b"GET",
    b"GET /healthz",
    b"GET /healthz HTTP/1.1 HTTP/1.1",
    b"GET /healthz HTTP/0.9",
    b"GET /healthz HTTP/2.0",
    b"GET /healthz HTTP/3.0",
    b"GET /healthz HTTP/11",
    b"GET /healthz HTTP/1.1.1",
    b"GET /healthz HTTP/-1.1",
    b"GET /healthz HTTP/1,1",
    b"GET /healthz HTTP/x.y",
    b"GET /healthz http/1.1",
    b"GET /healthz HTTPS/1.1",
    b"GET /healthz ICE/1.0",
    b"GET /healthz RTSP/1.0",
    b"GET /healthz\x00 HTTP/1.1",
    b"GET /healthz\tHTTP/1.1",
    b"GET /heal thz HTTP/1.1",
    b"GET /healthz\x0b HTTP/1.1",
    b"GET\t/healthz HTTP/1.1",
    b"GET\x00/healthz HTTP/1.1",
    b"G\x00T /healthz HTTP/1.1",
    b"G(T /healthz HTTP/1.1",
    b"GET: /healthz HTTP/1.1",
    b"get /healthz HTTP/1.1",
    b'"GET" /healthz HTTP/1.1',
    b"\xffGET /healthz HTTP/1.1",
    b" GET /healthz HTTP/1.1",
    b"/healthz GET HTTP/1.1",
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 GET /healthz",
    b"PRI * HTTP/2.0",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"\x05\x01\x00",
    b"SSH-2.0-OpenSSH_9.2",
    b"EHLO mail.example",
    b"<policy-file-request/>\x00",
    b"PROXY TCP4 203.0.113.9 127.0.0.1 4711 80",
)
LENGTHS: tuple[bytes, ...] = (
    b"2\r\nContent-Length: 2",
    b"2\r\nContent-Length: 3",
    b"0\r\nContent-Length: 2",
    b"2\r\ncontent-length: 0",
    b"2, 2",
    b"2,3",
    b"+2",
    b"-2",
    b"2.0",
    b"0x2",
    b"2e0",
    b"2_0",
    b"2 2",
    b"2;",
    b"two",
    b"\xd9\xa2",
    b"\xef\xbc\x92",
    b"99999999999999999999999999",
    b"18446744073709551616",
    b"2\x00",
    b"\x0b2",
    b"",
    b"2\r\nTransfer-Encoding: chunked",
    b"0\r\nTransfer-Encoding: chunked",
)
ENCODINGS: tuple[bytes, ...] = (
    b"Transfer-Encoding: chunked\r\nContent-Length: 2",
    b"Transfer-Encoding: chunked\r\ncontent-length: 0",
    b"Transfer-Encoding: chunked, chunked",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    b"Transfer-Encoding: identity",
    b"Transfer-Encoding: identity, chunked, identity",
    b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding: chunkedx",
    b"Transfer-Encoding: chunked;q=1",
    b"Transfer-Encoding: \x0bchunked",
    b"Transfer-Encoding: chunked\x00",
    b"Transfer-Encoding: ch\xe9nked",
    b"Transfer-Encoding: gzip",
    b"Transfer-Encoding: chunked, gzip",
    b'Transfer-Encoding: "chunked"',
    b"Transfer-Encoding : chunked",
    b"Transfer-Encoding\t: chunked",
    b"Transfer\x00-Encoding: chunked",
    b" Transfer-Encoding: chunked",
    b"X: y\r\n Transfer-Encoding: chunked",
    b"X: y\rTransfer-Encoding: chunked",
    b"X: y\x00Transfer-Encoding: chunked",
    b"Content-Length: 2\r\nTransfer-Encoding:\r\n chunked",
)
CHUNKS: tuple[bytes, ...] = (
    b"zz\r\n{}\r\n0\r\n\r\n",
    b"-2\r\n{}\r\n0\r\n\r\n",
    b"+2\r\n{}\r\n0\r\n\r\n",
    b"0x2\r\n{}\r\n0\r\n\r\n",
    b" 2\r\n{}\r\n0\r\n\r\n",
    b"2\x00\r\n{}\r\n0\r\n\r\n",
    b"2_\r\n{}\r\n0\r\n\r\n",
    b"\r\n{}\r\n0\r\n\r\n",
    b"2{}\r\n0\r\n\r\n",
    b"2\r\n{}0\r\n\r\n",
    b"2\r\n{}xx0\r\n\r\n",
    b"2\r{}\r\n0\r\n\r\n",
    b"1\r\n{}\r\n0\r\n\r\n",
    b"fffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    b"10000000000000002\r\n{}\r\n0\r\n\r\n",
    b"2;a=\x00\r\n{}\r\n0\r\n\r\n",
    b"2;a\rb\r\n{}\r\n0\r\n\r\n",
    b"2\r\n{}\r\n0\r\nX\x00: y\r\n\r\n",
    b"2\r\n{}\r\n0\r\n: y\r\n\r\n",
    b"2\r\n{}\r\n0\r\nTransfer-Encoding : x\r\n\r\n",
)
HEADERS: tuple[bytes, ...] = (
    b"no colon",
    b": nameless",
    b"X Y: z",
    b"X\x00: z",
    b"X: \x00",
    b"X: a\x01b\x7f",
    b"X: a\rb",
    b"X\xc3\xa9: z",
    b"X(: z",
    b"[X]: z",
    b"\x0bX: z",
    b" folded: from the start",
    b"X: y\r\n folded",
    b"X: y\r\n\tfolded",
    b"X: " + b"a" * 20_000,
    b"X" * 20_000 + b": y",
    b"\r\n".join([b"X-A: b"] * 2_000),
    b"\r\n".join(b"X-%d: b" % number for number in range(500)),
    b"Cookie: " + b"a=b; " * 4_000,
)
LONG: tuple[bytes, ...] = (
    b"GET /" + b"a" * 8_300 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /?" + b"%41" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://x/" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"G" * 20_000 + b" / HTTP/1.1\r\nHost: x\r\n\r\n",
)


def ill_framed() -> Iterator[bytes]:
    """Give what nobody may answer with a success, each with a request smuggled behind it."""
    for line in LINES:
        yield line + b"\r\nHost: x\r\n\r\n" + SMUGGLED
    for length in LENGTHS:
        yield _POST + b"Content-Length: " + length + b"\r\n\r\n{}" + SMUGGLED
    for encoding in ENCODINGS:
        yield _POST + encoding + b"\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + SMUGGLED
    for chunks in CHUNKS:
        yield _CHUNKED + chunks + SMUGGLED
    for header in HEADERS:
        yield b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n\r\n" + SMUGGLED
    yield from LONG
    yield b"GET /healthz\r\n\r\n"  # as HTTP/0.9 had it


_GOOD: tuple[bytes, ...] = (
    SMUGGLED,
    _POST + b"Content-Length: 2\r\n\r\n{}",
    _CHUNKED + b"2\r\n{}\r\n0\r\n\r\n",
    b"GET /help/en/search?q=x HTTP/1.1\r\nHost: x\r\nAccept-Language: es\r\nCookie: a=b; parley_session=c\r\n\r\n",
    b"DELETE /api/session HTTP/1.1\r\nHost: x\r\nX-CSRF: 1\r\nOrigin: http://x\r\n\r\n",
    b"GET /assets/parley.js HTTP/1.1\r\nHost: x\r\nRange: bytes=0-5\r\nIf-None-Match: *\r\nAccept-Encoding: br\r\n\r\n",
    (
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        b"Connection: upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ),
)
_SPICE = (
    b"\x00",
    b"\r",
    b"\n",
    b"\r\n",
    b"\r\n\r\n",
    b" ",
    b"\t",
    b":",
    b",",
    b"%",
    b"\xff",
    b"\xf0\x9f\x98\x80",
    b"0",
    b"-",
)


def mutated(seed: int, count: int) -> Iterator[bytes]:
    """Give good requests with something cut, doubled, flipped or strewn in."""
    chance = random.Random(seed)
    for _ in range(count):
        request = chance.choice(_GOOD)
        for _ in range(chance.randrange(1, 4)):
            start, end = sorted(chance.choices(range(len(request) + 1), k=2))
            match chance.randrange(5):
                case 0:
                    request = request[:start] + chance.choice(_SPICE) + request[start:]
                case 1:
                    request = request[:start] + request[min(end, start + 8) :]
                case 2:
                    request = request[:end] + request[start:end] + request[end:]
                case 3:
                    request = request[:start] + chance.randbytes(1) + request[start + 1 :]
                case 4:
                    request = request[:start] + chance.choice(_SPICE) * chance.randrange(2, 3000) + request[start:]
        yield request
