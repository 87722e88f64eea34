"""`parley painpoints`: what shoppers ask that ends badly, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from bot.analytics.board import Boards
from bot.analytics.periods import Query
from bot.analytics.rollup import Rollup
from bot.cli.database import with_store
from bot.cli.kb import Folder, kb_folder
from bot.clock import SystemClock
from bot.knowledge.loader import load
from bot.settings import read_settings
from bot.store.transaction import Store

ADVICE = {
    "write_entry": "write an entry: nothing near",
    "add_variants": "add variants: the right entry was not found",
    "fix_answer": "fix the answer: it was found and did not help",
    "fix_shop": "fix the shop: answered, and still unhappy",
}


def painpoints(
    *,
    kb: Folder = None,
    start: Annotated[str | None, typer.Option("--from", help="First day, such as 2026-11-01.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last day that counts; today when left out.")] = None,
    time_zone: Annotated[str, typer.Option(help="Where days begin, such as Europe/Madrid.")] = "UTC",
    language: Annotated[list[str] | None, typer.Option(help="Only this language; may be given several times.")] = None,
    most: Annotated[int, typer.Option(min=1, help="How many to print.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Print what shoppers ask again and again that ends badly (30 days unless told)."""
    settings = read_settings()
    knowledge = load(kb_folder(kb))
    filters = {"language": language or []}
    query = Query.parse(now=SystemClock().now(), start=start, end=end, time_zone=time_zone, filters=filters)

    async def use(store: Store) -> dict[str, Any]:
        await Rollup(store).catch_up()
        return await Boards(store, lambda: knowledge).listed(query, settings.default_language)

    told = with_store(settings, use)
    told["painpoints"] = told["painpoints"][:most]
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(_readable(told)))


def _readable(told: dict[str, Any]) -> Iterator[str]:
    period, turns = told["period"], told["turns"]
    yield f"{period['first']} to {period['last']}: {turns['bad']:,} of {turns['all']:,} turns in pain points"
    for point in told["painpoints"]:
        trend, peak = point["trend"], point["peak"]
        yield ""
        yield f"{point['size']:>5}  {point['name']}   ({', '.join(point['languages'])}; {ADVICE[point['do']]})"
        yield f"       \N{LEFT DOUBLE QUOTATION MARK}{point['quote']}\N{RIGHT DOUBLE QUOTATION MARK}"
        reasons = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in point["reasons"].items())
        yield f"       {reasons}; {point['agent_minutes']:.0f} minutes of agents"
        moved = f"before {trend['before']}" + (f", p {trend['p']:.3f}" if trend["p"] is not None else "")
        burst = f"; burst {peak['from']} to {peak['to']}: {peak['count']}, expected {peak['expected']}" if peak else ""
        yield f"       {trend['direction']}, {moved}{burst}"
        yield "       near: " + (
            ", ".join(f"{near['entry']} {near['similarity']:.2f}" for near in point["nearest"]) or "nothing"
        )
