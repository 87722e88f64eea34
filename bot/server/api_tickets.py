"""Tickets over HTTP: listed, answered by mail, closed and opened again."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.bootstrap import Parley
from bot.domain.agents import Session
from bot.domain.rights import Right
from bot.domain.tickets import Ticket, TicketStatus
from bot.errors import BadInput
from bot.server.payloads import TicketReply
from bot.server.questions import TICKETS
from bot.server.rules import Rule, body_of
from bot.server.views import ticket_json


class TicketsApi:
    """The routes of tickets."""

    def __init__(self, parley: Parley) -> None:
        self._tickets = parley.tickets
        self.rules: tuple[Rule, ...] = (
            Rule("GET", "/api/tickets", Right.CHAT, self._listed, query=TICKETS),
            Rule("POST", "/api/tickets/{id}/replies", Right.CHAT, self._reply, body=TicketReply),
            Rule("POST", "/api/tickets/{id}/close", Right.CHAT, self._close),
            Rule("POST", "/api/tickets/{id}/reopen", Right.CHAT, self._reopen),
        )

    async def _listed(self, request: web.Request, _session: Session) -> Any:
        tickets = await self._tickets.listed(_status_of(request.query.get("status")))
        return {"tickets": [ticket_json(ticket, self._tickets.reply_to) for ticket in tickets]}

    async def _reply(self, request: web.Request, session: Session) -> Any:
        asked = await body_of(request, TicketReply)
        return self._told(await self._tickets.reply(session.agent, _id_of(request), asked.text))

    async def _close(self, request: web.Request, _session: Session) -> Any:
        return self._told(await self._tickets.close(_id_of(request)))

    async def _reopen(self, request: web.Request, _session: Session) -> Any:
        return self._told(await self._tickets.reopen(_id_of(request)))

    def _told(self, ticket: Ticket) -> dict[str, Any]:
        return {"ticket": ticket_json(ticket, self._tickets.reply_to)}


def _id_of(request: web.Request) -> str:
    return request.match_info["id"][:36]


def _status_of(named: str | None) -> TicketStatus | None:
    """Return the status that a list is narrowed to. Raises BadInput."""
    if named is None:
        return None
    try:
        return TicketStatus(named)
    except ValueError:
        raise BadInput("Expected one of open, answered, closed, got {status}.", status=named[:40]) from None
