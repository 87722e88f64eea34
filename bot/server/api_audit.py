"""The audit log over HTTP: read page by page, taken away as CSV, checked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from aiohttp import web

from bot.analytics.dictionary import AUDIT
from bot.analytics.periods import day_named, zone_named
from bot.analytics.writers import Lines
from bot.bootstrap import Parley
from bot.domain.agents import Session
from bot.domain.audits import AuditAction, Audited, Wanted
from bot.domain.rights import Right
from bot.errors import BadInput
from bot.server.questions import AUDIT_EXPORT, AUDIT_LIST
from bot.server.rules import Rule
from bot.server.streaming import stream
from bot.server.views import time_of

MOST_DIGITS = 9  # of a row's number


class AuditApi:
    """The routes of who reads the audit log."""

    def __init__(self, parley: Parley) -> None:
        self._log = parley.audit_log
        right = Right.AUDIT
        self.rules: tuple[Rule, ...] = (
            Rule("GET", "/api/audit", right, self._listed, query=AUDIT_LIST),
            Rule("GET", "/api/audit/check", right, self._check),
            Rule("GET", "/api/audit/export", right, self._export, query=AUDIT_EXPORT, kind="text/csv"),
        )

    async def _listed(self, request: web.Request, _session: Session) -> Any:
        rows, following = await self._log.listed(_wanted(request), _before(request))
        names = await self._log.names()
        people = [{"id": id_, "name": name} for id_, name in names.items()]
        return {"rows": [_row_json(row, names) for row in rows], "next": following, "people": people}

    async def _check(self, _request: web.Request, _session: Session) -> Any:
        chain = await self._log.check()
        return {"rows": chain.rows, "head": chain.head, "broken": chain.broken}

    async def _export(self, request: web.Request, session: Session) -> web.StreamResponse:
        pages = await self._log.taken(_wanted(request), agent_id=session.agent.id)
        lines = _lines(pages, await self._log.names())
        return await stream(request, "audit.csv", lines, format_="csv", columns=AUDIT)


async def _lines(pages: AsyncIterator[list[Audited]], names: Mapping[str, str]) -> AsyncIterator[Lines]:
    async for page in pages:
        yield [_row_json(row, names) | {"hash": row.hash} for row in page]


def _row_json(row: Audited, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "number": row.number,
        "at": time_of(row.at),
        "action": str(row.action),
        "agent_id": row.agent_id,
        "agent": names.get(row.agent_id or ""),
        "about": row.about,
        "about_name": names.get(row.about or ""),
        "data": dict(row.data),
    }


def _before(request: web.Request) -> int | None:
    before = request.query.get("before")
    if before is None:
        return None
    if not (before.isascii() and before.isdecimal() and len(before) <= MOST_DIGITS and int(before) > 0):
        raise BadInput("Expected a row's number, got {before}.", before=before[:40])
    return int(before)


def _wanted(request: web.Request) -> Wanted:
    """Return what the address asks for. Raises BadInput."""
    asked = request.query
    zone = zone_named(asked.get("time_zone", "UTC"))

    def moment(name: str, later: timedelta) -> datetime | None:
        if (text := asked.get(name)) is None:
            return None
        day: date = day_named(text)
        try:
            return datetime.combine(day + later, time(0), zone).astimezone(UTC)
        except OverflowError:
            raise BadInput("Expected a day such as 2026-11-01, got {found}.", found=text[:40]) from None

    return Wanted(
        person=asked.get("person") or None,
        action=_action(asked.get("action")),
        start=moment("from", timedelta(0)),
        end=moment("to", timedelta(days=1)),
    )


def _action(text: str | None) -> AuditAction | None:
    if text is None:
        return None
    try:
        return AuditAction(text)
    except ValueError:
        raise BadInput("Expected one of {known}, got {found}.", known=", ".join(AuditAction), found=text[:40]) from None
