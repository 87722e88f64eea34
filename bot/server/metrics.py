"""Figures for Prometheus: how fast turns are, how commits batch, who was let go, which errors were told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from hmac import compare_digest

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from bot.errors import Forbidden
from bot.server.callers import is_from_here
from bot.server.rules import Door, Rule
from bot.server.siblings import Siblings, figures_of, together
from bot.store.database import Database

_BATCH_BUCKETS = (1, 2, 5, 10, 20, 50, 100, 200)
_STALL_BUCKETS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)  # seconds
_TICK_SECONDS = 0.05
_TURN_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)  # seconds


class _DatabaseFigures:
    """Reads what the database counts itself."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterable[Metric]:
        commits = CounterMetricFamily("parley_commits", "Transactions committed")
        commits.add_metric([], self._database.commits)
        units = CounterMetricFamily("parley_units", "Units of work committed")
        units.add_metric([], self._database.units)
        waiting = GaugeMetricFamily("parley_units_waiting", "Units of work that wait for their commit")
        waiting.add_metric([], self._database.waiting)
        sizes = HistogramMetricFamily("parley_commit_units", "Units of work that shared a commit")
        batches = dict(self._database.batches)
        buckets = [
            (str(most), sum(count for size, count in batches.items() if size <= most)) for most in _BATCH_BUCKETS
        ]
        sizes.add_metric([], [*buckets, ("+Inf", sum(batches.values()))], self._database.units)
        return (commits, units, waiting, sizes)


class Metrics:
    """One registry of one process."""

    def __init__(self, database: Database, siblings: Siblings | None = None) -> None:
        self._siblings = siblings
        self.registry = CollectorRegistry()
        self.registry.register(_DatabaseFigures(database))
        self.turns = Histogram(
            "parley_turn_seconds", "A message from arrival to commit", buckets=_TURN_BUCKETS, registry=self.registry
        )
        self.sockets = Gauge("parley_sockets", "Open sockets", ["namespace"], registry=self.registry)
        self.joins = Counter("parley_joins", "Sockets that joined", ["namespace", "again"], registry=self.registry)
        self.untold = Gauge("parley_untold", "Events waiting to be told", registry=self.registry)
        self.waiting = Gauge("parley_queue", "Conversations waiting for a person", registry=self.registry)
        self.stalls = Histogram(
            "parley_loop_stall_seconds",
            "How late the event loop woke a task",
            buckets=_STALL_BUCKETS,
            registry=self.registry,
        )
        self.longest_stall = Gauge("parley_loop_longest_stall_seconds", "The longest so far", registry=self.registry)
        self.evictions = Counter("parley_evictions", "Sockets cut off", ["why"], registry=self.registry)
        self.retention_late = Gauge(
            "parley_retention_late_seconds", "How long deleting what is over age is overdue", registry=self.registry
        )
        self.knowledge_refused = Gauge(
            "parley_knowledge_refused", "Processes that could not build the newest help center", registry=self.registry
        )
        Gauge("parley_processes", "Processes of this port that answered", registry=self.registry).set(1)
        self.errors = Counter("parley_errors", "Errors told to clients", ["code"], registry=self.registry)

    def count_error(self, code: str) -> None:
        """Count an error that was told, over HTTP or in an acknowledgement."""
        self.errors.labels(code).inc()

    async def run(self) -> None:
        """Watch the loop, and give the other processes of this port their part, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch_loop())
            if self._siblings:
                group.create_task(self._siblings.run(self.registry))

    async def _watch_loop(self) -> None:
        """Feel how late the event loop is, until cancelled: while it stands still nobody is answered."""
        loop, longest = asyncio.get_running_loop(), 0.0
        while True:
            due = loop.time() + _TICK_SECONDS
            await asyncio.sleep(_TICK_SECONDS)
            late = max(0.0, loop.time() - due)
            self.stalls.observe(late)
            if late > longest:
                longest = late
                self.longest_stall.set(late)

    async def _together(self) -> CollectorRegistry:
        """Return the figures of all processes of this port, whichever of them was asked."""
        if self._siblings is None:
            return self.registry
        return together([figures_of(self.registry), *await self._siblings.figures()])

    def rule(self, token: str | None) -> Rule:
        """Return the route's rule: with the token, or from this machine when none is set."""

        async def metrics(request: web.Request) -> web.StreamResponse:
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            allowed = compare_digest(given.encode(), token.encode()) if token else is_from_here(request)
            if not allowed:
                raise Forbidden("The metrics need the token of PARLEY_METRICS_TOKEN.")
            body = generate_latest(await self._together())
            return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

        return Rule("GET", "/metrics", Door.KEY, metrics)
