"""One's own account over HTTP: the code of the second factor, password, sessions; and what a one-time link opens."""

from __future__ import annotations

from datetime import timedelta

import segno
from aiohttp import web

from bot.bootstrap import Parley
from bot.domain.agents import Needs, Session
from bot.errors import TooFast
from bot.server.account_views import account_json
from bot.server.callers import address_of
from bot.server.identity import session_token
from bot.server.limits import Buckets
from bot.server.payloads import Again, EnterCode, LinkLook, LinkUse, PasswordChange, TotpPropose
from bot.server.rules import Door, Rule, body_of
from bot.server.views import agent_json
from bot.services.agents import SESSION_HOURS


def keep_cookie(response: web.Response, name: str, token: str) -> web.Response:
    """Let the browser keep the session's token, where no script reads it."""
    response.set_cookie(
        name,
        token,
        max_age=int(timedelta(hours=SESSION_HOURS).total_seconds()),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=name.startswith("__Host-"),
    )
    return response


def refuse_haste(attempts: Buckets, address: str) -> None:
    """Count an attempt from the network address. Raises TooFast."""
    if wait := attempts.wait(address):
        raise TooFast("Too many attempts. Please wait {retry_after} s.", retry_after=wait)


class AccountApi:
    """The routes of whoever is signed in, whatever their role, and of who has a link."""

    def __init__(self, parley: Parley, cookie: str, attempts: Buckets) -> None:
        self._parley = parley
        self._cookie = cookie
        self._attempts = attempts
        self.rules: tuple[Rule, ...] = (
            Rule("POST", "/api/session/code", Door.SIGNED_IN, self._code, body=EnterCode, lacks=Needs.CODE),
            Rule("POST", "/api/links/look", Door.ANYBODY, self._look, body=LinkLook),
            Rule("POST", "/api/links/use", Door.ANYBODY, self._use, body=LinkUse, answer=201),
            Rule("GET", "/api/account", Door.SIGNED_IN, self._view),
            Rule("PUT", "/api/account/password", Door.SIGNED_IN, self._password, body=PasswordChange),
            Rule("POST", "/api/account/totp", Door.SIGNED_IN, self._totp_propose, body=TotpPropose, lacks=Needs.TOTP),
            Rule("PUT", "/api/account/totp", Door.SIGNED_IN, self._totp_confirm, body=EnterCode, lacks=Needs.TOTP),
            Rule("DELETE", "/api/account/totp", Door.SIGNED_IN, self._totp_remove, body=Again),
            Rule("POST", "/api/account/recovery-codes", Door.SIGNED_IN, self._new_codes, body=Again),
            Rule("DELETE", "/api/account/sessions", Door.SIGNED_IN, self._end_others),
            Rule("DELETE", "/api/account/sessions/{id}", Door.SIGNED_IN, self._end_session),
        )

    def _token(self, request: web.Request) -> str:
        return session_token(request, self._cookie) or ""

    async def _code(self, request: web.Request, _session: Session) -> web.StreamResponse:
        address = address_of(request)
        refuse_haste(self._attempts, address)
        asked = await body_of(request, EnterCode)
        former = self._token(request)
        token, _ = await self._parley.agents.enter_code(former, asked.code, address=address)
        return keep_cookie(web.json_response({}), self._cookie, token)

    async def _look(self, request: web.Request) -> web.StreamResponse:
        refuse_haste(self._attempts, address_of(request))
        asked = await body_of(request, LinkLook)
        told = await self._parley.people.look_at(asked.token)
        body = {"kind": told.kind, "email": told.email, "role": told.role.value, "name": told.name}
        return web.json_response(body)

    async def _use(self, request: web.Request) -> web.StreamResponse:
        refuse_haste(self._attempts, address_of(request))
        asked = await body_of(request, LinkUse)
        agent = await self._parley.people.accept(
            asked.token, name=asked.name, password=asked.password, languages=self._parley.desk().languages
        )
        return web.json_response({"agent": agent_json(agent)}, status=201)

    async def _view(self, _request: web.Request, session: Session) -> web.StreamResponse:
        return web.json_response(account_json(await self._parley.accounts.view(session), session))

    async def _password(self, request: web.Request, session: Session) -> web.StreamResponse:
        asked = await body_of(request, PasswordChange)
        renewed, _ = await self._parley.accounts.change_password(
            session, self._token(request), current=asked.password, new=asked.new
        )
        return keep_cookie(web.json_response({}), self._cookie, renewed)

    async def _totp_propose(self, request: web.Request, session: Session) -> web.StreamResponse:
        asked = await body_of(request, TotpPropose)
        key, link = await self._parley.accounts.propose_totp(session, asked.password)
        picture = segno.make(link, error="m", micro=False).svg_data_uri(border=2, dark="#000", light="#fff")
        return web.json_response({"key": key, "link": link, "picture": picture})

    async def _totp_confirm(self, request: web.Request, session: Session) -> web.StreamResponse:
        asked = await body_of(request, EnterCode)
        renewed, codes = await self._parley.accounts.confirm_totp(session, self._token(request), asked.code)
        return keep_cookie(web.json_response({"recovery_codes": codes}), self._cookie, renewed)

    async def _totp_remove(self, request: web.Request, session: Session) -> web.StreamResponse:
        asked = await body_of(request, Again)
        await self._parley.accounts.remove_totp(session, asked.password)
        return web.json_response({})

    async def _new_codes(self, request: web.Request, session: Session) -> web.StreamResponse:
        asked = await body_of(request, Again)
        return web.json_response({"recovery_codes": await self._parley.accounts.new_codes(session, asked.password)})

    async def _end_session(self, request: web.Request, session: Session) -> web.StreamResponse:
        await self._parley.accounts.end_session(session, request.match_info["id"][:36])
        return web.json_response({})

    async def _end_others(self, request: web.Request, session: Session) -> web.StreamResponse:
        return web.json_response({"ended": await self._parley.accounts.end_others(session, self._token(request))})
