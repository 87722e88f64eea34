"""What analysts read: definitions, figures, series, groups, and the very episodes that a number counts."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiohttp import web

from bot.analytics import benchmarks
from bot.analytics.definitions import DEFINITIONS, Share
from bot.analytics.drilldown import MOST_ROWS, Asked
from bot.analytics.periods import NAMED, Query
from bot.bootstrap import Parley
from bot.domain.agents import Session
from bot.domain.rights import Right
from bot.errors import BadInput
from bot.locale.negotiate import LANGUAGES
from bot.server.payloads import BenchmarksSet
from bot.server.questions import EPISODES, LANGUAGE, PERIOD, SERIES
from bot.server.refusals import browser_language
from bot.server.rules import Rule, body_of

FILTERS = (*NAMED, "hour", "weekday")
MOST_FILTER_VALUES = 100
MOST_CURSOR = 10_000_000


class AnalyticsApi:
    """The routes of numbers; every one of them needs the right to read reports."""

    def __init__(self, parley: Parley) -> None:
        self._parley = parley
        self._key = secrets.token_bytes(32)  # of visitors' pseudonyms: another process's cannot be joined
        of_reports = partial(Rule, caller=Right.REPORTS)
        read = partial(of_reports, "GET")
        set_ = partial(of_reports, "PUT", body=BenchmarksSet)
        heat, choices = self._of_period(parley.reports.heat), self._of_period(parley.reports.choices)
        self.rules: tuple[Rule, ...] = (
            read("/api/report", handler=self._report, query=PERIOD),
            read("/api/analytics/definitions", handler=self._definitions, query=LANGUAGE),
            read("/api/analytics/overview", handler=self._overview, query=PERIOD),
            read("/api/analytics/series", handler=self._series, query=SERIES),
            read("/api/analytics/groups", handler=self._groups, query=PERIOD),
            read("/api/analytics/heat", handler=heat, query=PERIOD),
            read("/api/analytics/choices", handler=choices, query=PERIOD),
            read("/api/analytics/episodes", handler=self._episodes, query=EPISODES),
            read("/api/analytics/episodes/{id}", handler=self._episode),
            read("/api/analytics/benchmarks", handler=self._benchmarks),
            set_("/api/analytics/benchmarks", handler=self._set_benchmarks),
        )

    def query_of(self, request: web.Request) -> Query:
        """Return what the address asks about. Raises BadInput."""
        return query_of(request, self._parley)

    def _of_period(self, read: Callable[[Query], Awaitable[Any]]) -> Callable[[web.Request, Session], Awaitable[Any]]:
        async def handler(request: web.Request, _session: Session) -> Any:
            return await read(self.query_of(request))

        return handler

    async def _report(self, request: web.Request, _session: Session) -> Any:
        return await self._parley.reports.report(
            self.query_of(request), kb_version=self._parley.desk().knowledge.version
        )

    async def _definitions(self, request: web.Request, _session: Session) -> Any:
        language = request.query.get("language", browser_language(request))
        if language not in LANGUAGES:
            raise BadInput("Expected one of {known}, got {found}.", known=", ".join(LANGUAGES), found=language[:40])
        say = self._parley.catalogs.say
        told = []
        for one in DEFINITIONS.values():
            shown: dict[str, Any] = {
                "name": one.name,
                "kind": one.kind,
                "unit": one.unit,
                "title": say(language, one.title),
                "text": say(language, one.text),
                "better": one.better,
            }
            if isinstance(one, Share) and one.parts is not None:
                shown["parts"] = ["confirmed", "assumed"]
            if assumption := getattr(one, "assumption", None):
                shown["assumptions"] = [assumption]
            told.append(shown)
        return {"definitions": told}

    async def _overview(self, request: web.Request, _session: Session) -> Any:
        version = self._parley.desk().knowledge.version
        return await self._parley.reports.overview(self.query_of(request), kb_version=version)

    async def _series(self, request: web.Request, _session: Session) -> Any:
        return await self._parley.reports.series(self.query_of(request), request.query.get("step", "day"))

    async def _groups(self, request: web.Request, _session: Session) -> Any:
        query = self.query_of(request)
        told = await self._parley.reports.groups(query, query.by or "language")
        if query.by == "entry":
            for group in told["groups"]:
                group["title"] = self._title(group["key"], request)
        return told

    def _title(self, entry: str, request: web.Request) -> str:
        knowledge = self._parley.desk().knowledge
        return knowledge.entry(entry, browser_language(request)).title if entry in knowledge.entries else entry

    async def _episodes(self, request: web.Request, _session: Session) -> Any:
        asked = Asked(
            request.query.get("metric", "episodes"),
            request.query.get("part", "numerator"),
            _number(request, "min"),
            _number(request, "max"),
        )
        after = _whole(request, "after", unless_said=0, least=0, most=MOST_CURSOR)
        limit = _whole(request, "limit", unless_said=50, least=1, most=MOST_ROWS)
        return await self._parley.drilldown.listed(self.query_of(request), asked, after=after, limit=limit)

    async def _episode(self, request: web.Request, session: Session) -> Any:
        plain = session.agent.may(Right.PERSONAL_DATA)
        told = await self._parley.drilldown.transcript(request.match_info["id"][:36], self._key, plain=plain)
        if plain:
            await self._parley.readings.personal_data(session.agent, told["conversation"]["id"])
        for decision in told["decisions"]:
            decision["title"] = self._title(decision["entry"], request) if decision["entry"] else None
            decision["candidates"] = [
                {**candidate, "title": self._title(candidate["entry"], request)} for candidate in decision["candidates"]
            ]
        return told

    async def _benchmarks(self, _request: web.Request, _session: Session) -> Any:
        return {"benchmarks": await self._parley.store.read(benchmarks.read)}

    async def _set_benchmarks(self, request: web.Request, _session: Session) -> Any:
        asked = await body_of(request, BenchmarksSet)
        benchmarks.check(asked.benchmarks)
        return {"benchmarks": await self._parley.store.write(lambda tx: benchmarks.change(tx, asked.benchmarks))}


def query_of(request: web.Request, parley: Parley) -> Query:
    """Return the period, filters and assumptions that an address asks about. Raises BadInput."""
    asked = request.query
    filters = {name: asked.getall(name) for name in FILTERS if name in asked}
    if any(len(values) > MOST_FILTER_VALUES for values in filters.values()):
        raise BadInput("Expected at most {most} values of one filter.", most=MOST_FILTER_VALUES)
    return Query.parse(
        now=parley.clock.now(),
        start=asked.get("from"),
        end=asked.get("to"),
        time_zone=asked.get("time_zone"),
        by=asked.get("by"),
        filters=filters,
        sla_seconds=asked.get("sla_seconds"),
        agent_minutes=asked.get("agent_minutes"),
        only=asked.get("figures"),
    )


def _whole(request: web.Request, name: str, *, unless_said: int, least: int, most: int) -> int:
    number = _number(request, name)
    if number is None:
        return unless_said
    if not (number.is_integer() and least <= number <= most):
        raise BadInput("Expected a whole number from {least} to {most}.", least=least, most=most)
    return int(number)


def _number(request: web.Request, name: str) -> float | None:
    text = request.query.get(name)
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not abs(number) <= MOST_CURSOR:
        raise BadInput("Expected a number, got {found}.", found=text[:40])
    return number
