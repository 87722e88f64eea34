"""What analysts mine: pain points, and rows to take away."""

from __future__ import annotations

import io
from typing import Any, BinaryIO, cast

from aiohttp import web

from bot.analytics import dictionary, writers
from bot.analytics.exports import Export, pages
from bot.bootstrap import Parley
from bot.domain.agents import Session
from bot.domain.rights import Right
from bot.errors import BadInput, Forbidden
from bot.server.api_analytics import query_of
from bot.server.questions import EXPORT, PERIOD
from bot.server.refusals import browser_language
from bot.server.rules import Rule

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
            no_text=request.query.get("text") == NO,
            coarse_times=_is_on(request, "coarse_times"),
            order_numbers=self._parley.settings.order_numbers,
        )
        await self._parley.readings.export(session.agent.id, export.what, unmasked=unmasked)
        await self._parley.reports.keep_up()
        format_ = request.query.get("format", "csv")
        gathered = _Gathered()
        columns = dictionary.EXPORTS[export.what]
        writer = writers.open_writer(cast("BinaryIO", gathered), format_, columns, bom=_is_on(request, "bom"))
        response = web.StreamResponse()
        response.content_type = writers.TYPES[format_]
        name = f"{export.what}-{export.query.first}-{export.query.last}.{format_}" if export.query else export.what
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        await response.prepare(request)
        async for page in pages(self._parley.store, export):
            writer.add(page)
            await response.write(gathered.taken())
        writer.close()
        await response.write(gathered.taken())
        await response.write_eof()
        return response


def _is_on(request: web.Request, name: str) -> bool:
    asked = request.query.get(name, NO)
    if asked not in (YES, NO):
        raise BadInput("Expected one of {known}, got {found}.", known=f"{YES}, {NO}", found=asked[:40])
    return asked == YES


class _Gathered(io.RawIOBase):
    """A file that is only written: what was written is taken away piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._place = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._place += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._place

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
