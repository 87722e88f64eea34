"""`parley report`, `parley export`, `parley db`: what was recorded, and the database itself."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from bot.analytics import report as reports
from bot.analytics import transcripts, writers
from bot.clock import SystemClock
from bot.errors import BadInput
from bot.settings import Settings, read_settings
from bot.store.database import check_writable, open_database
from bot.store.schema import check_current, upgrade
from bot.store.transaction import Store

T = TypeVar("T")

database = typer.Typer(help="The database: bring its tables up to date.", no_args_is_help=True)


def with_store(settings: Settings, use: Callable[[Store], Awaitable[T]]) -> T:
    """Return what `use` makes of the database. Raises SettingsError."""

    async def run() -> T:
        store = Store(open_database(settings.database_url), SystemClock())
        try:
            return await use(store)
        finally:
            await store.close()

    check_current(settings.database_url)
    return asyncio.run(run())


def report(
    start: Annotated[str | None, typer.Option("--from", help="First day, such as 2026-11-01.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last day that counts; today when left out.")] = None,
    time_zone: Annotated[str, typer.Option(help="Where days begin, such as Europe/Madrid.")] = "UTC",
    by: Annotated[str | None, typer.Option(help="Group by language, topic, agent, team or day.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Print what became of the conversations of a period (30 days unless told)."""
    settings = read_settings()
    query = reports.ReportQuery.parse(start=start, end=end, time_zone=time_zone, by=by, now=SystemClock().now())

    async def use(store: Store) -> dict[str, Any]:
        newest = await store.read(lambda tx: tx.publications.newest())
        return await reports.report(store, query, kb_version=newest or "")

    told = with_store(settings, use)
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json else _readable(told))


def _readable(told: dict[str, Any]) -> str:
    period = told["period"]
    lines = [
        f"{period['from'][:16]} to {period['to'][:16]} UTC (days in {period['time_zone']})",
        *_figures(told),
        f"  {'open now':<22}{told['open']:>8}",
    ]
    for name, group in told.get("groups", {}).items():
        lines += ["", name, *_figures(group)]
    return "\n".join(lines)


def _figures(told: dict[str, Any]) -> list[str]:
    lines = [f"  {'ended episodes':<22}{told['episodes']:>8}   (and {told['spam']} spam)"]
    lines += [f"  {name:<22}{count:>8}" for name, count in told["outcomes"].items()]
    for name, rate in told["rates"].items():
        if rate["denominator"]:
            share, low, high = (f"{100 * rate[key]:.1f} %" for key in ("value", "low", "high"))
            lines.append(
                f"  {name:<22}{share:>8}   {rate['numerator']} of {rate['denominator']}, 95 %: {low} to {high}"
            )
    for name, duration in told["durations"].items():
        if duration["n"]:
            times = f"half within {duration['p50']:.1f} s, nine in ten within {duration['p90']:.1f} s"
            lines.append(f"  {name:<22}{duration['mean']:>6.1f} s   n {duration['n']}, {times}")
    return lines


def export(
    what: Annotated[str, typer.Argument(help="conversations, messages or decisions.")],
    out: Annotated[Path, typer.Option(help="The file to write.")],
    format_: Annotated[str, typer.Option("--format", help="csv, jsonl or parquet.")] = "jsonl",
) -> None:
    """Write what was recorded to a file."""
    if what not in transcripts.COLUMNS:
        raise BadInput("Expected one of {known}, got {found}.", known=", ".join(transcripts.COLUMNS), found=what[:40])
    if format_ not in writers.FORMATS:
        raise BadInput("Expected one of {known}, got {found}.", known=", ".join(writers.FORMATS), found=format_[:40])
    key = secrets.token_bytes(32)

    async def use(store: Store) -> list[dict[str, Any]]:
        return await store.read(lambda tx: transcripts.rows_of(tx, what, key))

    lines = with_store(read_settings(), use)
    try:
        writers.write(out, format_, transcripts.COLUMNS[what], lines)
    except OSError as error:
        raise BadInput(
            "Expected a file that can be written, got {path} ({why}).", path=str(out), why=error.strerror
        ) from None
    typer.echo(f"{len(lines)} {what} written to {out}", err=True)


@database.command("upgrade")
def upgrade_database() -> None:
    """Make the tables, or bring them up to date; nothing stored is lost."""
    settings = read_settings()
    database_ = open_database(settings.database_url)
    check_writable(database_.url)
    typer.echo(f"Database at revision {upgrade(settings.database_url)}.")
