"""What analysts mine: pain points, and rows to take away."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.analytics import dictionary
from bot.analytics.exports import Export, pages
from bot.bootstrap import Parley
from bot.domain.agents import Session
from bot.domain.rights import Right
from bot.errors import BadInput, Forbidden
from bot.server.api_analytics import query_of
from bot.server.questions import EXPORT, PERIOD
from bot.server.refusals import browser_language
from bot.server.rules import Rule
from bot.server.streaming import stream

YES, NO = "yes", "no"


class MiningApi:
    """The routes of pain points and exports."""

    def __init__(self, parley: Parley) -> None:
        self._parley = parley
        right = Right.REPORTS
        self.rules: tuple[Rule, ...] = (
            Rule("GET", "/api/analytics/painpoints", right, self._painpoints, query=PERIOD),
            Rule("GET", "/api/analytics/painpoints/{id}", right, self._painpoint, query=PERIOD),
            Rule("GET", "/api/analytics/export/dictionary", right, self._dictionary),
            Rule("GET", "/api/analytics/export/{id}", right, self._export, query=EXPORT, kind="text/csv"),
        )

    async def _painpoints(self, request: web.Request, _session: Session) -> Any:
        return await self._parley.boards.listed(query_of(request, self._parley), browser_language(request))

    async def _painpoint(self, request: web.Request, _session: Session) -> Any:
        key = request.match_info["id"][:64]
        return await self._parley.boards.shown(query_of(request, self._parley), key, browser_language(request))

    async def _dictionary(self, _request: web.Request, _session: Session) -> Any:
        return dictionary.to_json()

    async def _export(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Send rows as they are read: no more than a page of them is ever held."""
        unmasked = _is_on(request, "unmasked")
        if unmasked and not session.agent.may(Right.PERSONAL_DATA):
            raise Forbidden("Your role does not allow this.")
        export = Export(
            request.match_info["id"],
            query_of(request, self._parley),
            unmasked=unmasked,
            no_text=not _is_on(request, "text", unless_said=YES),
            coarse_times=_is_on(request, "coarse_times"),
            order_numbers=self._parley.settings.order_numbers,
        )
        await self._parley.readings.export(session.agent.id, export.what, unmasked=unmasked)
        await self._parley.reports.keep_up()
        format_ = request.query.get("format", "csv")
        name = f"{export.what}-{export.query.first}-{export.query.last}.{format_}" if export.query else export.what
        columns = dictionary.EXPORTS[export.what]
        found = pages(self._parley.store, export)
        return await stream(request, name, found, format_=format_, columns=columns, bom=_is_on(request, "bom"))


def _is_on(request: web.Request, name: str, *, unless_said: str = NO) -> bool:
    asked = request.query.get(name, unless_said)
    if asked not in (YES, NO):
        raise BadInput("Expected one of {known}, got {found}.", known=f"{YES}, {NO}", found=asked[:40])
    return asked == YES
