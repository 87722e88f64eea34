"""The lines to compare with that an analyst sets: one number a metric."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from bot.analytics.definitions import DEFINITIONS
from bot.errors import BadInput
from bot.store.counted import benchmarks
from bot.store.transaction import Transaction

_RANGES = {"rate": (0.0, 1.0), "score": (-100.0, 100.0)}
_OTHERS = (0.0, 1e9)


def read(tx: Transaction) -> dict[str, float]:
    """Return metric -> number."""
    return {row.metric: row.value for row in tx.connection.execute(select(benchmarks).order_by(benchmarks.c.metric))}


def check(lines: Mapping[str, float | None]) -> None:
    """Raise BadInput for a metric that is not there, or a number that it cannot have."""
    for metric, value in lines.items():
        if metric not in DEFINITIONS:
            raise BadInput("There is no metric {found}.", found=metric[:60])
        least, most = _RANGES.get(DEFINITIONS[metric].kind, _OTHERS)
        if value is not None and not least <= value <= most:
            raise BadInput(
                "Expected a number from {least} to {most}, got {found}.", least=least, most=most, found=value
            )


def change(tx: Transaction, lines: Mapping[str, float | None]) -> dict[str, float]:
    """Set these, take away those without a number, and return all."""
    tx.connection.execute(delete(benchmarks).where(benchmarks.c.metric.in_(list(lines))))
    kept = [{"metric": metric, "value": value} for metric, value in lines.items() if value is not None]
    if kept:
        tx.connection.execute(insert(benchmarks), kept)
    return read(tx)
