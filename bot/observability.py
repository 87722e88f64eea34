"""Logs as JSON lines (ids and lengths, never a shopper's words) and the context that they carry."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TextIO

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
conversation_id: ContextVar[str | None] = ContextVar("conversation_id", default=None)

_PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_NOISY = (
    "engineio",
    "engineio.server",
    "socketio",
    "socketio.server",
    "aiohttp.access",
    "aiohttp.server",
    "asyncio",
)
_REPEATING = ("bot.server.guards",)
_DETAIL = re.compile(r"\n(DETAIL|CONTEXT):.*")  # of PostgreSQL: the values of a row, which are people's words
_SECONDS_BETWEEN = 10.0  # a hostile client can cause a library's line thousands of times a second


class JsonFormatter(logging.Formatter):
    """One JSON object a line, ASCII only: no client's byte can break a line or the terminal.

    `mask` takes out of every text what names or charges a person, should one have got there.
    """

    def __init__(self, mask: Callable[[str], str] = str) -> None:
        super().__init__()
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": self._mask(record.getMessage()),
        }
        for name, variable in (("request_id", request_id), ("conversation_id", conversation_id)):
            if value := variable.get():
                line[name] = value
        line.update({key: self._masked(value) for key, value in record.__dict__.items() if key not in _PLAIN})
        if record.exc_info:
            line["traceback"] = self._mask(_DETAIL.sub("", self.formatException(record.exc_info)))
        return json.dumps(line, ensure_ascii=True, default=lambda value: self._mask(str(value)))

    def _masked(self, value: object) -> object:
        if isinstance(value, str):
            return self._mask(value)
        return [self._masked(one) for one in value] if isinstance(value, list | tuple) else value


class SparingFilter(logging.Filter):
    """What any client can cause as often as it likes: one line of a kind in ten seconds, the rest counted."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}
        self._held: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now, kind = time.monotonic(), self._kind(record)
        if now - self._last.get(kind, -_SECONDS_BETWEEN) < _SECONDS_BETWEEN:
            self._held[kind] = self._held.get(kind, 0) + 1
            return False
        self._last[kind] = now
        record.held_back = self._held.pop(kind, 0)
        return True

    def _kind(self, record: logging.LogRecord) -> str:
        return f"{record.name} {record.msg}"


class LibraryFilter(SparingFilter):
    """A library's complaint: no traceback, no client's words, and one kind a library, for its lines hold them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING or not super().filter(record):
            return False
        record.kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        record.msg, record.args = "library_complained", ()
        record.exc_info = record.exc_text = None
        return True

    def _kind(self, record: logging.LogRecord) -> str:
        return record.name


def configure_logging(level: str, stream: TextIO | None = None, mask: Callable[[str], str] = str) -> None:
    """Send every logger to one stream (standard error) as JSON lines; `mask` looks through each text."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(mask))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for name in _REPEATING:
        logging.getLogger(name).filters[:] = [SparingFilter()]
    quiet = LibraryFilter()
    for name in _NOISY:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.filters[:] = [quiet]
