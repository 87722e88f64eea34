"""From a pain point to an entry: drafts over HTTP."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.analytics.periods import Query
from bot.bootstrap import Parley
from bot.domain.agents import Session
from bot.domain.rights import Right
from bot.server.api_analytics import query_of
from bot.server.payloads import DraftChange, DraftMake
from bot.server.questions import PERIOD
from bot.server.refusals import browser_language
from bot.server.rules import Rule, body_of


class DraftsApi:
    """The routes of drafts and of entries to look after."""

    def __init__(self, parley: Parley) -> None:
        self._parley = parley
        self._loop = parley.loop
        right, drafts = Right.REPORTS, "/api/analytics/drafts"
        self.rules: tuple[Rule, ...] = (
            Rule("GET", "/api/analytics/entries", right, self._entries, query=PERIOD),
            Rule("GET", drafts, right, self._listed),
            Rule("POST", drafts, right, self._make, body=DraftMake),
            Rule("GET", f"{drafts}/{{id}}", right, self._shown),
            Rule("PUT", f"{drafts}/{{id}}", right, self._change, body=DraftChange),
            Rule("DELETE", f"{drafts}/{{id}}", right, self._remove),
            Rule("POST", f"{drafts}/{{id}}/replay", right, self._replay),
            Rule("POST", f"{drafts}/{{id}}/publish", right, self._publish),
            Rule("GET", f"{drafts}/{{id}}/effect", right, self._effect),
        )

    async def _entries(self, request: web.Request, _session: Session) -> Any:
        return await self._loop.entries(query_of(request, self._parley), browser_language(request))

    async def _listed(self, _request: web.Request, _session: Session) -> Any:
        return {"drafts": await self._loop.listed()}

    async def _make(self, request: web.Request, session: Session) -> Any:
        asked = await body_of(request, DraftMake)
        filters = {"language": asked.language, "topic": asked.topic}
        query = Query.parse(
            now=self._parley.clock.now(), start=asked.start, end=asked.end, time_zone=asked.time_zone, filters=filters
        )
        return await self._loop.draft(query, asked.painpoint, asked.entry, session.agent.id)

    async def _shown(self, request: web.Request, _session: Session) -> Any:
        return await self._loop.shown(request.match_info["id"][:36])

    async def _change(self, request: web.Request, _session: Session) -> Any:
        asked = await body_of(request, DraftChange)
        texts: dict[str, Any] = {language: text.model_dump() for language, text in asked.texts.items()}
        return await self._loop.change(
            request.match_info["id"][:36], version=asked.version, entry=asked.entry, texts=texts
        )

    async def _remove(self, request: web.Request, _session: Session) -> Any:
        await self._loop.remove(request.match_info["id"][:36])
        return {}

    async def _replay(self, request: web.Request, _session: Session) -> Any:
        return await self._loop.replay(request.match_info["id"][:36])

    async def _publish(self, request: web.Request, session: Session) -> Any:
        return await self._loop.publish(request.match_info["id"][:36], session.agent.id)

    async def _effect(self, request: web.Request, _session: Session) -> Any:
        return await self._loop.effect(request.match_info["id"][:36])
