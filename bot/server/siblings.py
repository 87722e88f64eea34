"""The processes of one port ask one another for their figures, so that /metrics speaks for all of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

logger = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds for a process that stands still
_GREATEST = ("parley_loop_longest_stall_seconds", "parley_queue", "parley_retention_late_seconds")
"""What all of them know, or what is about the worst of them; everything else adds up."""

Figures = list[list[Any]]
"""Of each family: name, type, what it is, and its samples as [name, labels, value]."""


class Siblings:
    """Answers with this process's figures, on a socket in the folder that only this server's processes share."""

    def __init__(self, folder: Path, number: int, count: int) -> None:
        self._folder = folder
        self._number = number
        self.count = count

    async def run(self, registry: CollectorRegistry) -> None:
        """Answer until cancelled."""

        async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(orjson.dumps(figures_of(registry)))
            writer.close()

        path = self._path(self._number)
        path.unlink(missing_ok=True)  # left by one that was killed
        async with await asyncio.start_unix_server(answer, path) as server:
            await server.serve_forever()

    async def figures(self) -> list[Figures]:
        """Return the figures of the other processes that answer."""
        others = [number for number in range(self.count) if number != self._number]
        return [told for told in await asyncio.gather(*map(self._ask, others)) if told is not None]

    async def _ask(self, number: int) -> Figures | None:
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await asyncio.open_unix_connection(self._path(number))
                try:
                    told: Figures = orjson.loads(await reader.read())
                finally:
                    writer.close()
                return told
        except (OSError, TimeoutError, ValueError):  # it is being started again
            logger.info("sibling_silent", extra={"number": number})
            return None

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.socket"


def figures_of(registry: CollectorRegistry) -> Figures:
    """Return every figure of a registry."""
    return [
        [family.name, family.type, family.documentation, [[s.name, s.labels, s.value] for s in family.samples]]
        for family in registry.collect()
    ]


def together(all_figures: Iterable[Figures]) -> CollectorRegistry:
    """Return a registry that tells the figures of several processes as if they were one."""
    families: dict[str, Metric] = {}
    values: dict[str, dict[tuple[str, tuple[tuple[str, str], ...]], float]] = {}
    for figures in all_figures:
        for name, kind, what, samples in figures:
            families.setdefault(name, Metric(name, what, kind))
            known = values.setdefault(name, {})
            for sample, labels, value in samples:
                key = (sample, tuple(labels.items()))
                known[key] = _both(sample, known[key], value) if key in known else value
    for name, family in families.items():
        for (sample, labels), value in values[name].items():
            family.add_sample(sample, dict(labels), value)
    registry = CollectorRegistry()
    registry.register(_Told(families.values()))
    return registry


def _both(name: str, one: float, other: float) -> float:
    if name in _GREATEST:
        return max(one, other)
    return min(one, other) if name.endswith("_created") else one + other


class _Told(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Metric]:
        yield from self._families
