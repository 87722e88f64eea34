"""`parley export`: what was recorded as a file, written as it is read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from bot.analytics import dictionary, writers
from bot.analytics.exports import Export, count, pages
from bot.analytics.periods import Query
from bot.analytics.rollup import Rollup
from bot.cli.database import with_store
from bot.clock import SystemClock
from bot.errors import BadInput
from bot.services.readings import Readings
from bot.settings import read_settings
from bot.store.transaction import Store

DICTIONARY = "dictionary"
Many = Annotated[list[str] | None, typer.Option(help="Only these; may be given several times.")]


def export(
    what: Annotated[str, typer.Argument(help="conversations, messages, decisions; or dictionary: the columns.")],
    *,
    out: Annotated[Path | None, typer.Option(help="The file to write.")] = None,
    format_: Annotated[str, typer.Option("--format", help="csv, jsonl or parquet.")] = "jsonl",
    start: Annotated[
        str | None, typer.Option("--from", help="First day; everything unless --from, --to or a filter says 30 days.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last day that counts.")] = None,
    time_zone: Annotated[str, typer.Option(help="Where days begin, such as Europe/Madrid.")] = "UTC",
    language: Many = None,
    topic: Many = None,
    outcome: Many = None,
    no_text: Annotated[bool, typer.Option("--no-text", help="Leave out what was written.")] = False,
    coarse_times: Annotated[bool, typer.Option("--coarse-times", help="Times to the hour only.")] = False,
    unmasked: Annotated[bool, typer.Option("--unmasked", help="Show cards, IBANs, addresses, numbers.")] = False,
    bom: Annotated[bool, typer.Option("--bom", help="Begin a CSV with a byte order mark, for Excel.")] = False,
) -> None:
    """Write what was recorded to a file, shoppers under a pseudonym and personal data masked."""
    if what == DICTIONARY:
        _write_dictionary(out)
        return
    filters = {"language": language or [], "topic": topic or [], "outcome": outcome or []}
    query = None
    if start or end or any(filters.values()):
        query = Query.parse(now=SystemClock().now(), start=start, end=end, time_zone=time_zone, filters=filters)
    settings = read_settings()
    wanted = Export(
        what,
        query,
        unmasked=unmasked,
        no_text=no_text,
        coarse_times=coarse_times,
        order_numbers=settings.order_numbers,
    )
    if format_ not in writers.FORMATS:
        raise BadInput("Expected one of {known}, got {found}.", known=", ".join(writers.FORMATS), found=format_[:40])
    if out is None:
        raise BadInput("Expected --out with the file to write, got none.")

    async def use(store: Store) -> int:
        await Rollup(store).catch_up()
        await Readings(store, SystemClock()).export(None, what, unmasked=unmasked)
        with out.open("wb") as file:
            return await _write(store, wanted, file, format_, bom=bom)

    try:
        written = with_store(settings, use)
    except OSError as error:
        raise _unwritable(out, error) from None
    typer.echo(f"{written:,} {what} written to {out}", err=True)


def _unwritable(path: Path, error: OSError) -> BadInput:
    return BadInput("Expected a file that can be written, got {path} ({why}).", path=str(path), why=error.strerror)


async def _write(store: Store, wanted: Export, file: BinaryIO, format_: str, *, bom: bool) -> int:
    """Write page by page; a terminal sees how far it is."""
    writer = writers.open_writer(file, format_, dictionary.EXPORTS[wanted.what], bom=bom)
    written = 0
    with typer.progressbar(
        length=await count(store, wanted), label=wanted.what, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        async for page in pages(store, wanted):
            writer.add(page)
            written += len(page)
            bar.update(len(page))
    writer.close()
    return written


def _write_dictionary(out: Path | None) -> None:
    text = "\n".join(dictionary.markdown())
    if out is None:
        typer.echo(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _unwritable(out, error) from None
