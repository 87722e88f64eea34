"""`parley report`: the numbers of a period, from the functions that the dashboard reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from bot.analytics.definitions import DEFINITIONS
from bot.analytics.periods import GROUPS, Query
from bot.analytics.report import Reports
from bot.analytics.rollup import Rollup
from bot.cli.database import with_store
from bot.cli.report_mail import send
from bot.clock import SystemClock
from bot.errors import BadInput
from bot.settings import read_settings
from bot.store.transaction import Store

FORMS = ("table", "json", "markdown")


def report(
    *,
    start: Annotated[str | None, typer.Option("--from", help="First day, such as 2026-11-01.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last day that counts; today when left out.")] = None,
    time_zone: Annotated[str, typer.Option(help="Where days begin, such as Europe/Madrid.")] = "UTC",
    by: Annotated[str | None, typer.Option(help=f"Group by {', '.join(GROUPS)}.")] = None,
    sla_seconds: Annotated[str | None, typer.Option(help="Target for waits; 60.")] = None,
    agent_minutes: Annotated[str | None, typer.Option(help="Minutes that an agent needs for an episode.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    form: Annotated[str, typer.Option("--format", help="table, json or markdown.")] = "table",
    mail: Annotated[str | None, typer.Option(help="Send it to this address, beside the period before.")] = None,
    language: Annotated[str | None, typer.Option(help="Of the mail; the shop's own when left out.")] = None,
) -> None:
    """Print what became of the conversations of a period (30 days unless told), or mail it."""
    if form not in FORMS:
        raise BadInput("Expected one of {known}, got {found}.", known=", ".join(FORMS), found=form[:40])
    settings = read_settings()
    query = Query.parse(
        now=SystemClock().now(),
        start=start,
        end=end,
        time_zone=time_zone,
        by=by,
        sla_seconds=sla_seconds,
        agent_minutes=agent_minutes,
    )

    if mail is not None:
        typer.echo(send(settings, query, mail, language or settings.default_language))
        return

    async def use(store: Store) -> dict[str, Any]:
        newest = await store.read(lambda tx: tx.publications.newest())
        await Rollup(store).catch_up()
        return await Reports(store).report(query, kb_version=newest or "")

    told = with_store(settings, use)
    if as_json or form == "json":
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        typer.echo("\n".join(_markdown(told) if form == "markdown" else _readable(told)))


def _readable(told: dict[str, Any]) -> Iterator[str]:
    period = told["period"]
    yield f"{period['first']} to {period['last']} (days in {period['time_zone']}, as of {told['as_of'][:16]} UTC)"
    yield from _figures(told)
    yield f"  {'open now':<30}{told['open']:>8}"
    for name, group in told.get("groups", {}).items():
        yield from ("", name, *_figures(group))


def _figures(told: dict[str, Any]) -> Iterator[str]:
    yield f"  {'ended episodes':<30}{told['episodes']:>8}   (and {told['spam']} spam)"
    yield from (f"  {name:<30}{count:>8}" for name, count in told["outcomes"].items())
    for name, value, detail in _lines(told):
        yield f"  {name:<30}{value:>8}   {detail}"


def _lines(told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield name, value and what it rests on of every figure that there is."""
    for name, rate in told["rates"].items():
        if rate["denominator"]:
            share, low, high = (f"{100 * rate[key]:.1f} %" for key in ("value", "low", "high"))
            parts = ", ".join(f"{count} {part}" for part, count in rate.get("parts", {}).items())
            counted = f"{rate['numerator']} of {rate['denominator']}" + (f" ({parts})" if parts else "")
            yield name, share, f"{counted}, 95 %: {low} to {high}"
    for name, measure in (told["durations"] | told["counts"]).items():
        if measure["n"]:
            unit = " s" if name in told["durations"] else ""
            middle = f"half up to {measure['p50']:.1f}{unit}, nine in ten up to {measure['p90']:.1f}{unit}"
            yield name, f"{measure['mean']:.1f}{unit}", f"n {measure['n']}, {middle}"
    for name, score in told["scores"].items():
        if score["n"]:
            bounds = f"95 %: {score['low']:.0f} to {score['high']:.0f}"
            yield name, f"{score['value']:+.0f}", f"n {score['n']}, {bounds}"
    saved = told["cost_avoided"]
    if told["episodes"]:
        rests = f"{saved['agent_minutes']:.1f} min an episode, {saved['basis']}"
        parts = f"{saved['confirmed_minutes']:.0f} confirmed, {saved['assumed_minutes']:.0f} assumed"
        yield "cost_avoided", f"{saved['minutes']:.0f} min", f"{parts}; {rests}"


def _markdown(told: dict[str, Any]) -> Iterator[str]:
    period = told["period"]
    yield f"# {period['first']} to {period['last']}"
    yield f"\nDays in {period['time_zone']}, as of {told['as_of'][:16]} UTC. {told['open']} episodes are open now."
    yield from _section(told)
    for name, group in told.get("groups", {}).items():
        yield f"\n## {_cell(name)}"
        yield from _section(group)


def _section(told: dict[str, Any]) -> Iterator[str]:
    yield f"\n{told['episodes']} ended episodes (and {told['spam']} spam).\n"
    yield "| outcome | episodes | share |\n|---|---:|---:|"
    for name, count in told["outcomes"].items():
        share = f"{100 * count / told['episodes']:.1f} %" if told["episodes"] else ""
        yield f"| {name} | {count} | {share} |"
    yield "\n| figure | value | from |\n|---|---:|---|"
    for name, value, detail in _lines(told):
        yield f"| {DEFINITIONS[name].title} | {value} | {detail} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
