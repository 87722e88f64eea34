"""One shopper's data over HTTP: taken away as a file, erased with a receipt; and the audit log."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.bootstrap import Parley
from bot.domain.agents import Session
from bot.domain.audits import Audited
from bot.domain.privacy import Person
from bot.domain.rights import Right
from bot.errors import BadInput, NotFound
from bot.server.relay import Relay
from bot.server.rules import Rule
from bot.server.views import time_of
from bot.services.exchange import NO_CONVERSATION

LISTED = 100


class PrivacyApi:
    """The routes of whoever answers for the shop's data."""

    def __init__(self, parley: Parley, relay: Relay) -> None:
        self._parley = parley
        self._relay = relay
        self.rules: tuple[Rule, ...] = (
            Rule("GET", "/api/conversations/{id}/person", Right.ERASE, self._export),
            Rule("DELETE", "/api/conversations/{id}/person", Right.ERASE, self._erase),
            Rule("GET", "/api/audit", Right.AUDIT, self._audit),
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

    async def _audit(self, request: web.Request, _session: Session) -> Any:
        before = request.query.get("before")
        if before is not None and not (before.isascii() and before.isdecimal() and len(before) < 10):  # noqa: PLR2004
            raise BadInput("Expected a row's number, got {before}.", before=before[:40])
        last = int(before) if before else None
        rows = await self._parley.store.read(lambda tx: tx.audit.listed(limit=LISTED, before=last))
        names = {agent.id: agent.name for agent in await self._parley.agents.everybody()}
        following = rows[-1].number if len(rows) == LISTED and rows[-1].number > 1 else None
        return {"rows": [_row_json(row, names) for row in rows], "next": following}


def _row_json(row: Audited, names: dict[str, str]) -> dict[str, Any]:
    return {
        "number": row.number,
        "at": time_of(row.at),
        "action": row.action.value,
        "agent_id": row.agent_id,
        "agent": names.get(row.agent_id or ""),
        "about": row.about,
        "data": dict(row.data),
    }
