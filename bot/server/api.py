"""JSON over HTTP: sessions, agents, reports, and the rooms of the rest."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.bootstrap import Parley
from bot.domain.agents import Session
from bot.domain.identifiers import new_id
from bot.domain.rights import Right
from bot.errors import Unauthorized
from bot.server.api_account import AccountApi, keep_cookie, refuse_haste
from bot.server.api_analytics import AnalyticsApi
from bot.server.api_audit import AuditApi
from bot.server.api_configuration import ConfigurationApi
from bot.server.api_drafts import DraftsApi
from bot.server.api_inbox import InboxApi
from bot.server.api_mining import MiningApi
from bot.server.api_oidc import OidcApi
from bot.server.api_people import PeopleApi
from bot.server.api_tickets import TicketsApi
from bot.server.callers import address_of
from bot.server.configuration_watch import ConfigurationWatch
from bot.server.demo_sign_in import DemoSignIn
from bot.server.identity import browser_of, cookie_name, session_token
from bot.server.payloads import SetUp, SignIn
from bot.server.refusals import browser_language, explain
from bot.server.rules import Door, Rule, body_of, complete
from bot.server.shared_limits import SharedLimits
from bot.server.views import agent_json, overview_json, queue_item

SIGN_INS_PER_MINUTE = 20  # from one address; each costs a tenth of a second of a core
SIGN_INS_AT_ONCE = 10


class Api:
    """The JSON routes; each declares who may call it."""

    def __init__(
        self,
        parley: Parley,
        public_url: str,
        *,
        watch: ConfigurationWatch,
        demo: DemoSignIn | None,
        limits: SharedLimits,
    ) -> None:
        self._parley = parley
        self._cookie = cookie_name(public_url)
        self._demo = demo
        self._sign_ins = limits.open("sign_ins", per_minute=SIGN_INS_PER_MINUTE, burst=SIGN_INS_AT_ONCE)
        returns = limits.open("sign_in_returns", per_minute=SIGN_INS_PER_MINUTE, burst=SIGN_INS_AT_ONCE)
        self.rules: tuple[Rule, ...] = (
            Rule("GET", "/api/session", Door.ANYBODY, self._session),
            Rule("POST", "/api/session", Door.ANYBODY, self._sign_in, body=SignIn),
            Rule("DELETE", "/api/session", Door.ANYBODY, self._sign_out),
            Rule("POST", "/api/setup", Door.ANYBODY, self._set_up, body=SetUp, answer=201),
            Rule("GET", "/api/agents", Right.CHAT, self._agents),
            Rule("GET", "/api/supervision", Right.REPORTS, self._supervision),
            *AccountApi(parley, self._cookie, self._sign_ins).rules,
            *OidcApi(parley, public_url, self._cookie, self._sign_ins, returns).rules,
            *PeopleApi(parley, public_url).rules,
            *AuditApi(parley).rules,
            *AnalyticsApi(parley).rules,
            *MiningApi(parley).rules,
            *DraftsApi(parley).rules,
            *InboxApi(parley).rules,
            *ConfigurationApi(parley, watch).rules,
            *TicketsApi(parley).rules,
        )

    async def _session(self, request: web.Request) -> web.StreamResponse:
        try:
            session = complete(await self._parley.agents.session(session_token(request, self._cookie)))
        except Unauthorized as error:
            # Not signed in is this address's ordinary answer; a demo says beside it how to.
            refused = explain(error, self._parley.catalogs, browser_language(request), new_id())
            return web.json_response({**refused, "settings": self._public_settings()}, status=error.status)
        return web.json_response(self._signed_in(session))

    def _public_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = {
            "languages": list(self._parley.desk().languages),
            "message_length": self._parley.settings.message_length,
            "mail": self._parley.tickets.reply_to is not None,
            "demo": self._demo is not None,
            "routing": self._parley.settings.routing,
            "offer_seconds": self._parley.settings.offer_seconds,
            "sign_in_service": self._parley.settings.oidc_name if self._parley.settings.oidc_issuer else None,
        }
        if self._demo is not None:
            settings["demo_sign_in"] = [{"email": self._demo.email, "password": self._demo.password}]
        return settings

    def _signed_in(self, session: Session) -> dict[str, Any]:
        return {"agent": agent_json(session.agent), "settings": self._public_settings()}

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        address = address_of(request)
        refuse_haste(self._sign_ins, address)
        asked = await body_of(request, SignIn)
        token, session = await self._parley.agents.sign_in(
            asked.email,
            asked.password,
            address=address,
            browser=browser_of(request),
            former=session_token(request, self._cookie),
        )
        # The password was right, and the code is still to come: the same as no session, to everything but the code.
        told = {"needs": session.needs.value} if session.needs else self._signed_in(session)
        return keep_cookie(web.json_response(told), self._cookie, token)

    async def _sign_out(self, request: web.Request) -> web.StreamResponse:
        if token := session_token(request, self._cookie):
            await self._parley.agents.sign_out(token)
        response = web.json_response({})
        response.del_cookie(self._cookie, path="/")
        return response

    async def _set_up(self, request: web.Request) -> web.StreamResponse:
        refuse_haste(self._sign_ins, address_of(request))
        asked = await body_of(request, SetUp)
        agent = await self._parley.agents.set_up(
            asked.token,
            name=asked.name,
            email=asked.email,
            password=asked.password,
            languages=self._parley.desk().languages,
        )
        return web.json_response({"agent": agent_json(agent)}, status=201)

    async def _agents(self, _request: web.Request, _session: Session) -> Any:
        return {"agents": [agent_json(agent) for agent in await self._parley.agents.everybody()]}

    async def _supervision(self, _request: web.Request, _session: Session) -> Any:
        queue = [queue_item(listed, self._parley.clock.now()) for listed in await self._parley.inbox.queue()]
        return {"queue": queue, **overview_json(await self._parley.supervision.overview())}
