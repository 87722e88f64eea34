"""What the lines rely on in the libraries, whose private parts they replace: no new version may change it unseen."""

from __future__ import annotations

import asyncio
import gc
import inspect
from importlib.metadata import version

import pytest
from aiohttp._websocket.writer import WebSocketWriter
from engineio import AsyncServer, async_server
from engineio.async_socket import AsyncSocket
from engineio.packet import MESSAGE, OPEN, PING, Packet
from socketio.packet import EVENT

from bot.server import lines
from bot.server.guards import GuardedServer
from bot.server.lines import Line, TextPacket, frame_of
from tests.people import Shopper
from tests.shop import within

VERSIONS = {"python-socketio": "5.18.1", "python-engineio": "4.15.1"}


class Pipe(asyncio.Transport):
    """A transport whose other side takes only what it is told to take."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.taken = 0
        self.gone = False

    def write(self, data: object) -> None:
        self.written += data  # type: ignore[arg-type]

    def get_write_buffer_size(self) -> int:
        return len(self.written) - self.taken

    def is_closing(self) -> bool:
        return self.gone

    def abort(self) -> None:
        self.gone = True


@pytest.fixture
def pipe() -> Pipe:
    return Pipe()


@pytest.fixture
def line(pipe: Pipe) -> Line:
    return Line(None, pipe, 0.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "wanted"), VERSIONS.items())
def test_the_versions_are_those_that_were_read(name: str, wanted: str):
    assert version(name) == wanted


def test_the_library_makes_a_socket_and_hands_its_handler_over():
    made = inspect.getsource(AsyncServer._handle_connect)
    assert "async_socket.AsyncSocket(self, sid)" in made
    assert "await s.handle_get_request(environ)" in made
    assert "if s.closed and sid in self.sockets" in made  # closed by us at the end: it forgets the socket
    upgrade = inspect.getsource(AsyncSocket._upgrade_websocket)
    assert "self.server._async['websocket'](\n            self._websocket_handler, self.server)" in upgrade
    assert async_server.async_socket.AsyncSocket is AsyncSocket


def test_the_library_needs_of_its_queue_only_what_a_line_has():
    for method in (AsyncSocket.send, AsyncSocket.close, AsyncSocket._send_ping, AsyncSocket.check_ping_timeout):
        uses = {part.split("(")[0] for part in inspect.getsource(method).split("self.queue.")[1:]}
        assert uses <= {"put", "join"}, method


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65535, 65536, 200_000])
async def test_a_frame_is_what_aiohttp_writes(length: int, pipe: Pipe):
    class Protocol:
        _paused = False

    writer = WebSocketWriter(Protocol(), pipe)  # type: ignore[arg-type]
    await writer.send_frame(b"x" * length, 1)
    assert bytes(pipe.written) == frame_of("x" * length)


def test_a_packet_is_what_the_library_encodes():
    packet = TextPacket(EVENT, ["message_added", {"text": "ü"}], namespace="/shopper")
    assert Packet(MESSAGE, packet.encode()).encode() == '42/shopper,["message_added",{"text":"ü"}]'


async def test_who_takes_everything_may_be_told_any_number(line: Line, pipe: Pipe):
    for _ in range(10 * lines.MOST_PACKETS):
        assert line.send(frame_of("hello"))
        pipe.taken = len(pipe.written)


async def test_two_hundred_packets_wait_and_not_one_more(line: Line, pipe: Pipe):
    pipe.taken = -1  # as if a byte was always there
    frame = frame_of("hello")
    told = sum(line.send(frame) for _ in range(lines.MOST_PACKETS + 50))
    assert told == lines.MOST_PACKETS
    pipe.taken = 20 * len(frame)
    assert sum(line.send(frame) for _ in range(50)) == 20


async def test_a_megabyte_waits_and_no_more(line: Line, pipe: Pipe):
    frame = frame_of("x" * 99_990)
    told = sum(line.send(frame) for _ in range(50))
    assert lines.MOST_BYTES / len(frame) < told <= lines.MOST_BYTES / len(frame) + 2
    assert len(pipe.written) < lines.MOST_BYTES + 2 * len(frame)


async def test_what_the_library_had_to_say_goes_out_in_its_order(line: Line, pipe: Pipe):
    await line.put(Packet(OPEN, {"sid": "x"}))
    await line.put(None)
    await line.put(Packet(PING))
    assert bytes(pipe.written) == frame_of('0{"sid":"x"}') + frame_of("2")


async def test_who_is_gone_is_not_slow(line: Line, pipe: Pipe):
    pipe.gone = True
    assert line.send(frame_of("hello"))
    assert not pipe.written
    assert not line.abort()


async def test_a_line_is_known_as_long_as_it_is_open(carol: Shopper):
    assert await carol.asked("where is my parcel")
    (guarded,) = [one for one in gc.get_objects() if isinstance(one, GuardedServer) and one.lines]
    ((number, line),) = guarded.lines.items()
    await carol.leave()
    await within(5, lambda: not (guarded.lines or guarded.eio.sockets or guarded.environ))
    assert not line.abort(), number
