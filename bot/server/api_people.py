"""Everybody's accounts over HTTP, for admins; what changes who may do what asks for the admin's password again."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.bootstrap import Parley
from bot.domain.agents import Session
from bot.domain.rights import Right
from bot.server.account_views import account_of_json, invite_json
from bot.server.identity import origin_of
from bot.server.payloads import Again, DisabledSet, Invite, RightsSet, RoleSet
from bot.server.refusals import browser_language
from bot.server.rules import Rule, body_of
from bot.server.views import agent_json


class PeopleApi:
    """The routes of people and invitations."""

    def __init__(self, parley: Parley, public_url: str) -> None:
        self._people = parley.people
        self._agents = parley.agents
        self._origin = origin_of(public_url)
        self.rules: tuple[Rule, ...] = (
            Rule("GET", "/api/people", Right.PEOPLE, self._listed),
            Rule("POST", "/api/people/invites", Right.PEOPLE, self._invite, body=Invite, answer=201),
            Rule("DELETE", "/api/people/invites/{id}", Right.PEOPLE, self._take_back),
            Rule("PUT", "/api/people/{id}/role", Right.PEOPLE, self._role, body=RoleSet),
            Rule("PUT", "/api/people/{id}/rights", Right.PEOPLE, self._rights, body=RightsSet),
            Rule("PUT", "/api/people/{id}/disabled", Right.PEOPLE, self._disabled, body=DisabledSet),
            Rule("DELETE", "/api/people/{id}/sessions", Right.PEOPLE, self._end_sessions),
            Rule("DELETE", "/api/people/{id}/sign-in-link", Right.PEOPLE, self._unlink, body=Again),
            Rule("DELETE", "/api/people/{id}/totp", Right.PEOPLE, self._reset_totp, body=Again),
        )

    async def _listed(self, _request: web.Request, _session: Session) -> Any:
        people, invites = await self._people.everybody()
        return {"people": [account_of_json(one) for one in people], "invites": [invite_json(one) for one in invites]}

    async def _invite(self, request: web.Request, session: Session) -> Any:
        asked = await body_of(request, Invite)
        await self._agents.check_password(session.agent, asked.password)
        language = browser_language(request)
        invited = await self._people.invite(
            session.agent, asked.email, asked.role, origin=self._origin, language=language
        )
        link = f"{self._origin}/invite#{invited.token}" if invited.token else None
        return web.json_response({"invite": invite_json(invited.link), "link": link}, status=201)

    async def _take_back(self, request: web.Request, session: Session) -> Any:
        await self._people.take_back(session.agent, request.match_info["id"][:36])
        return {}

    async def _role(self, request: web.Request, session: Session) -> Any:
        asked = await body_of(request, RoleSet)
        await self._agents.check_password(session.agent, asked.password)
        agent = await self._people.set_role(session.agent, request.match_info["id"][:36], asked.role)
        return {"agent": agent_json(agent)}

    async def _rights(self, request: web.Request, session: Session) -> Any:
        asked = await body_of(request, RightsSet)
        await self._agents.check_password(session.agent, asked.password)
        granted = frozenset(asked.rights)
        agent = await self._people.set_granted(session.agent, request.match_info["id"][:36], granted)
        return {"agent": agent_json(agent)}

    async def _disabled(self, request: web.Request, session: Session) -> Any:
        asked = await body_of(request, DisabledSet)
        agent_id = request.match_info["id"][:36]
        agent = await self._people.set_disabled(session.agent, agent_id, disabled=asked.disabled)
        return {"agent": agent_json(agent)}

    async def _end_sessions(self, request: web.Request, session: Session) -> Any:
        return {"ended": await self._people.end_sessions(session.agent, request.match_info["id"][:36])}

    async def _reset_totp(self, request: web.Request, session: Session) -> Any:
        asked = await body_of(request, Again)
        await self._agents.check_password(session.agent, asked.password)
        await self._people.reset_totp(session.agent, request.match_info["id"][:36])
        return {}

    async def _unlink(self, request: web.Request, session: Session) -> Any:
        asked = await body_of(request, Again)
        await self._agents.check_password(session.agent, asked.password)
        await self._people.unlink(session.agent, request.match_info["id"][:36])
        return {}
