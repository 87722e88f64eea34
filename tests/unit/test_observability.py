"""Logs: JSON lines that hold ids and lengths, and that no client can forge, flood or fill with words."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot import observability
from bot.observability import JsonFormatter, LibraryFilter, configure_logging


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Send all logging to a stream for one test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("info", stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    for name in (*observability._NOISY, *observability._REPEATING):
        logging.getLogger(name).filters.clear()
        logging.getLogger(name).setLevel(logging.NOTSET)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_its_facts(stream: io.StringIO):
    logging.getLogger("bot.test").info("message_added", extra={"seq": 3})
    (line,) = lines(stream)
    assert line["event"] == "message_added"
    assert line["seq"] == 3
    assert line["level"] == "info"
    assert str(line["at"]).endswith("Z")


def test_no_byte_of_a_client_breaks_the_line_or_the_terminal(stream: io.StringIO):
    logging.getLogger("bot.test").info("odd", extra={"found": 'a\n{"event":"forged"}\x1b[2J\u2028é'})
    assert len(stream.getvalue().splitlines()) == 1
    assert stream.getvalue().isascii()
    assert "\x1b" not in stream.getvalue()
    assert lines(stream)[0]["event"] == "odd"


def test_the_context_goes_with_the_line():
    record = logging.makeLogRecord({"msg": "told"})
    request, conversation = observability.request_id.set("r-1"), observability.conversation_id.set("c-1")
    try:
        line = json.loads(JsonFormatter().format(record))
    finally:
        observability.request_id.reset(request)
        observability.conversation_id.reset(conversation)
    assert (line["request_id"], line["conversation_id"]) == ("r-1", "c-1")
    assert "request_id" not in json.loads(JsonFormatter().format(record))


def test_an_exception_is_told_with_its_traceback(stream: io.StringIO):
    logging.getLogger("bot.test").error("failed", exc_info=ValueError("expected one, got two"))
    assert "expected one, got two" in str(lines(stream)[0]["traceback"])


def test_the_level_is_kept(stream: io.StringIO):
    logging.getLogger("bot.test").debug("too_small")
    assert lines(stream) == []


def test_a_library_says_neither_words_nor_tracebacks(stream: io.StringIO):
    said = "my card is 4111 1111 1111 1111"
    logging.getLogger("socketio.server").error("bad packet: %s", said, exc_info=ValueError(said))
    (line,) = lines(stream)
    assert line["event"] == "library_complained"
    assert line["kind"] == "ValueError"
    assert "4111" not in stream.getvalue()


def test_what_clients_cause_is_told_once_in_ten_seconds(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch):
    now = 100.0
    monkeypatch.setattr(observability.time, "monotonic", lambda: now)
    for second in range(25):
        now = 100.0 + second
        logging.getLogger("bot.server.guards").info("packet_refused", extra={"length": 3})
    assert [line["held_back"] for line in lines(stream)] == [0, 9, 9]
    logging.getLogger("bot.server.guards").info("connection_refused")
    assert lines(stream)[-1]["event"] == "connection_refused", "another kind of line is not held back by this one"


def test_a_library_is_heard_once_in_ten_seconds_and_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch):
    now = [100.0]
    monkeypatch.setattr("bot.observability.time.monotonic", lambda: now[0])
    quiet = LibraryFilter()

    def heard(name: str = "engineio.server", level: int = logging.WARNING) -> bool:
        return bool(quiet.filter(logging.makeLogRecord({"name": name, "levelno": level, "msg": "x"})))

    assert heard()
    assert [heard() for _ in range(50)] == [False] * 50
    assert heard("socketio.server"), "another library is not held back by this one"
    assert not heard(level=logging.INFO), "less than a warning is never said"
    now[0] += 11
    record = logging.makeLogRecord({"name": "engineio.server", "levelno": logging.WARNING, "msg": "x"})
    assert quiet.filter(record)
    assert record.__dict__["held_back"] == 50
