"""Around every request: an id, one error shape, headers that keep browsers strict."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import HttpVersion10, web
from aiohttp.typedefs import Middleware

from bot import observability
from bot.domain.identifiers import new_id
from bot.errors import BadInput, NotAllowed, NotFound, ParleyError, TooLarge
from bot.locale.catalogs import Catalogs
from bot.server.refusals import browser_language, explain

logger = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

FIRST_REFUSAL = 400
_KINDS: tuple[type[ParleyError], ...] = (ParleyError, *ParleyError.__subclasses__())
STATUSES = {kind.code: kind.status for kind in _KINDS}

_RULES = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
]
POLICY = "; ".join(_RULES)
ONLY_HTTPS = "max-age=31536000"  # for this name alone: what else the shop serves is its own business
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def make_middleware(catalogs: Catalogs, count: Callable[[str], object] = lambda _code: None) -> Middleware:
    """Return the one middleware; `count` gets the code of each error."""

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        request_id = new_id()
        observability.request_id.set(request_id)
        try:
            if request.version < HttpVersion10:  # one line, without headers: nobody's browser for thirty years
                raise BadInput("The request is not valid: {why}.", why="expected HTTP/1.1")  # noqa: TRY301
            response = await handler(request)
        except web.HTTPException as error:
            if error.status < FIRST_REFUSAL:
                raise
            response = failed(request, _of_aiohttp(error, request), request_id)
        except web.RequestPayloadError:
            unreadable = BadInput("The request is not valid: {why}.", why="its body cannot be read")
            response = failed(request, unreadable, request_id)
        except ConnectionResetError:
            logger.info("client_left", extra={"path": request.path[:80]})
            raise  # nobody is there to be answered
        except Exception as error:  # noqa: BLE001  # the edge is the one place that may catch everything
            response = failed(request, error, request_id)
        return response

    def failed(request: web.Request, error: Exception, request_id: str) -> web.Response:
        code, response = failure(request, error, catalogs, request_id)
        count(code)
        return response

    return around


def make_refusal(
    catalogs: Catalogs, count: Callable[[str], object], *, https: bool
) -> Callable[[web.BaseRequest, Exception], web.Response]:
    """Return what answers a request that reaches no middleware."""

    def refuse(request: web.BaseRequest, error: Exception) -> web.Response:
        code, response = failure(request, error, catalogs, new_id())
        count(code)
        make_strict(response, https=https)
        return response

    return refuse


def _of_aiohttp(error: web.HTTPException, request: web.Request) -> ParleyError:
    """Return our error for the library's."""
    if isinstance(error, web.HTTPMethodNotAllowed):
        return NotAllowed("This address takes only {methods}.", methods=", ".join(sorted(error.allowed_methods)))
    if error.status == HTTPStatus.NOT_FOUND:
        return NotFound("There is nothing at this address.")
    if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return TooLarge("The request is too large: at most {limit} bytes.", limit=request.client_max_size)
    return BadInput("The request is not valid: {why}.", why=error.reason.lower())


def failure(
    request: web.BaseRequest, error: Exception, catalogs: Catalogs, request_id: str
) -> tuple[str, web.Response]:
    """Return the code, and the error shape with the status of its code."""
    body = explain(error, catalogs, browser_language(request), request_id)
    response = web.json_response(body, status=STATUSES[body["error"]["code"]])
    if retry := body["error"]["params"].get("retry_after"):
        response.headers["Retry-After"] = str(retry)
    if isinstance(error, NotAllowed):
        response.headers["Allow"] = error.params["methods"]
    return body["error"]["code"], response


def make_headers(*, https: bool) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return what adds its headers to every answer, as it goes out."""

    async def add(_request: web.Request, response: web.StreamResponse) -> None:
        make_strict(response, https=https)

    return add


def make_strict(response: web.StreamResponse, *, https: bool) -> None:
    """Add what every answer carries; a page may have set its own."""
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    if response.status >= FIRST_REFUSAL:
        response.headers["Cache-Control"] = "no-store"
    if response.content_type == "text/html":
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if https:
        response.headers["Strict-Transport-Security"] = ONLY_HTTPS
    response.headers.pop("Server", None)
