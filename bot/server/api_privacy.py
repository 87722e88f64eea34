"""One shopper's data over HTTP: taken away as a file, erased with a receipt."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.bootstrap import Parley
from bot.domain.agents import Session
from bot.domain.privacy import Person
from bot.domain.rights import Right
from bot.errors import NotFound
from bot.server.relay import Relay
from bot.server.rules import Rule
from bot.server.views import time_of
from bot.services.exchange import NO_CONVERSATION


class PrivacyApi:
    """The routes of whoever answers for the shop's data."""

    def __init__(self, parley: Parley, relay: Relay) -> None:
        self._parley = parley
        self._relay = relay
        self.rules: tuple[Rule, ...] = (
            Rule("GET", "/api/conversations/{id}/person", Right.ERASE, self._export),
            Rule("DELETE", "/api/conversations/{id}/person", Right.ERASE, self._erase),
        )

    async def _person(self, request: web.Request) -> Person:
        """Return who is in the conversation of the address. Raises NotFound."""
        person = Person(conversation=request.match_info["id"][:36])
        if not (await self._parley.privacy.found(person)).visitors:
            raise NotFound(NO_CONVERSATION)
        return person

    async def _export(self, request: web.Request, session: Session) -> web.StreamResponse:
        person = await self._person(request)
        told = await self._parley.privacy.export(person, agent_id=session.agent.id)
        name = f"shopper-{person.conversation}.json"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.json_response(told, headers=headers)

    async def _erase(self, request: web.Request, session: Session) -> Any:
        person = await self._person(request)
        receipt = await self._parley.privacy.erase(person, agent_id=session.agent.id)
        self._relay.queue_may_have_changed()
        return {
            "receipt": receipt.id,
            "at": time_of(receipt.at),
            "visitors": receipt.visitors,
            "rows": dict(receipt.rows),
        }
