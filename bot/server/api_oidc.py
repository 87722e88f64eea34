"""Signing in by the company's own service over HTTP: away to it, and back with whom it vouches for."""

from __future__ import annotations

from aiohttp import web

from bot.bootstrap import Parley
from bot.errors import ParleyError, TooFast
from bot.server.api_account import keep_cookie, refuse_haste
from bot.server.callers import address_of
from bot.server.identity import browser_of, origin_of, session_token
from bot.server.limits import Buckets
from bot.server.rules import Door, Rule

PATH = "/sign-in"
MINUTES = 10  # to sign in elsewhere
PAGES = {"agent": "/agent", "dashboard": "/dashboard"}
_REASONS = {"unauthorized": "failed", "forbidden": "no_account", "unavailable": "away", "too_fast": "too_fast"}
"""What the sign-in page is told, by the code of the refusal."""


class OidcApi:
    """Two addresses that a browser is sent to; what goes wrong is told on the page that it comes from."""

    def __init__(self, parley: Parley, public_url: str, cookie: str, starts: Buckets, returns: Buckets) -> None:
        self._parley = parley
        self._cookie = cookie
        self._secret_cookie = f"{cookie}_oidc"
        self._redirect_uri = f"{origin_of(public_url)}{PATH}/return"
        self._starts, self._returns = starts, returns  # apart, so that one sign-in spends one of what all share
        self.rules: tuple[Rule, ...] = (
            Rule("GET", f"{PATH}/start", Door.ANYBODY, self._start),
            Rule("GET", f"{PATH}/return", Door.ANYBODY, self._back),
        )

    async def _start(self, request: web.Request) -> web.StreamResponse:
        page = request.query.get("page", "agent")
        page = page if page in PAGES else "agent"
        try:
            refuse_haste(self._starts, address_of(request))
            begun = await self._parley.single_sign_on.begin(self._redirect_uri)
        except ParleyError as error:
            return _to(page, error)
        response = web.Response(status=303, headers={"Location": begun.address})
        response.set_cookie(
            self._secret_cookie,
            f"{page}.{begun.secret}",
            max_age=MINUTES * 60,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self._cookie.startswith("__Host-"),
        )
        return response

    async def _back(self, request: web.Request) -> web.StreamResponse:
        page, _, secret = request.cookies.get(self._secret_cookie, "").partition(".")
        page = page if page in PAGES else "agent"
        try:
            refuse_haste(self._returns, address_of(request))
            token, _session = await self._parley.single_sign_on.finish(
                secret[:64],
                state=request.query.get("state", ""),
                code=request.query.get("code", ""),
                redirect_uri=self._redirect_uri,
                browser=browser_of(request),
                former=session_token(request, self._cookie),
            )
        except ParleyError as error:
            response = _to(page, error)
        else:
            response = keep_cookie(_to(page), self._cookie, token)
        response.del_cookie(self._secret_cookie, path="/", secure=self._cookie.startswith("__Host-"))
        return response


def _to(page: str, error: ParleyError | None = None) -> web.Response:
    """Lead to the page; after a refusal it says which one it was."""
    if error is None:
        return web.Response(status=303, headers={"Location": PAGES[page]})
    known = _REASONS.get(error.code, "failed")
    reason = "too_fast" if isinstance(error, TooFast) else str(error.params.get("why", known))
    return web.Response(status=303, headers={"Location": f"{PAGES[page]}?sign_in={reason}"})
