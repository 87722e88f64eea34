"""Serves an application so that what is not even HTTP is answered in our form, with our headers.

The library answers a request that it cannot read by itself, in plain text, with its own version and a piece of what was
sent; no middleware sees it. Its hooks for that are replaced here (tests/server/test_raw_requests.py holds them to it).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_server import Server

from bot.errors import BadInput, ParleyError, TooLarge

LONGEST_LINE = 8190  # bytes, of the request's first line and of a header: as usual before servers

Refuse = Callable[[web.BaseRequest, Exception], web.Response]
REFUSE: web.AppKey[Refuse] = web.AppKey("refuse")


class _Line(RequestHandler):
    """One connection."""

    __slots__ = ("_refuse",)

    def __init__(self, server: Server, refuse: Refuse, **options: Any) -> None:
        super().__init__(server, **options)
        self._refuse = refuse

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Log as the library does, and answer as we do."""
        super().handle_error(request, status, exc, message)
        response = self._refuse(request, _understood(exc))
        response.headers["Server"] = "Parley"  # or the library names itself and its version
        response.force_close()
        return response


def _understood(error: BaseException | None) -> Exception:
    """Return our error for the library's; it quotes nothing of what was sent."""
    if isinstance(error, LineTooLong):
        return TooLarge("The request is too large: at most {limit} bytes.", limit=LONGEST_LINE)
    if isinstance(error, HttpProcessingError):
        return BadInput("The request is not valid: {why}.", why="expected HTTP, got something else")
    if isinstance(error, Exception) and not isinstance(error, ConnectionError):
        return error
    # Whoever left while they were read gets no answer, and needs no line in the log.
    return ParleyError("Something went wrong here. It was noted; please try again.")


class _Server(Server):
    """Makes our lines instead of the library's."""

    def __init__(self, plain: Server, refuse: Refuse) -> None:
        self._refuse = refuse
        self._options: dict[str, Any] = plain._kwargs  # noqa: SLF001  # see above
        super().__init__(plain.request_handler, request_factory=plain.request_factory, loop=plain._loop)  # noqa: SLF001

    def __call__(self) -> RequestHandler:
        return _Line(self, self._refuse, loop=self._loop, **self._options)


class Runner(web.AppRunner):
    """The library's runner, with our server."""

    async def _make_server(self) -> Server:
        return _Server(await super()._make_server(), self.app[REFUSE])
