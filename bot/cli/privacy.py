"""`parley privacy`: one person's data written out or erased, what is over age deleted, and the erase list."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.analytics.rollup import Rollup
from bot.cli.database import with_store
from bot.clock import SystemClock
from bot.domain.privacy import Person
from bot.errors import BadInput
from bot.services.privacy import Privacy
from bot.services.retention import Report, Retention
from bot.settings import read_settings
from bot.store.transaction import Store

app = typer.Typer(help="Personal data: one person's, and what is over age.", no_args_is_help=True)
Visitor = Annotated[str | None, typer.Option(help="A visitor's id.")]
Email = Annotated[str | None, typer.Option(help="An address of a ticket or mail of theirs, or that they wrote.")]
Conversation = Annotated[str | None, typer.Option(help="Any conversation of theirs.")]
Machine = Annotated[bool, typer.Option("--json", help="For machines.")]
LookOnly = Annotated[bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")]


def privacy_of(store: Store) -> Privacy:
    """Return the use-cases on this store; what ended is counted before it goes."""
    return Privacy(store, Rollup(store).catch_up)


@app.command("export")
def export(
    *,
    out: Annotated[Path, typer.Option(help="The file to write; only its owner may read it.")],
    visitor: Visitor = None,
    email: Email = None,
    conversation: Conversation = None,
) -> None:
    """Write every row about one person to a file, as JSON."""
    person = Person(visitor, email, conversation)
    told = with_store(read_settings(), lambda store: privacy_of(store).export(person))
    _write(out, json.dumps(told, ensure_ascii=False, indent=1))
    typer.echo(f"{len(told['visitors'])} visitors, {sum(told['rows'].values()):,} rows written to {out}", err=True)


@app.command("erase")
def erase(
    *,
    visitor: Visitor = None,
    email: Email = None,
    conversation: Conversation = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: LookOnly = False,
    as_json: Machine = False,
) -> None:
    """Delete every row about one person; the statistics stay, without them. Prints a receipt that names nobody."""
    person = Person(visitor, email, conversation)
    settings = read_settings()
    found = with_store(settings, lambda store: privacy_of(store).found(person))
    size = f"{len(found.visitors)} visitors with {len(found.conversations)} conversations"
    if dry_run:
        told = {"visitors": list(found.visitors), "conversations": list(found.conversations)}
        typer.echo(json.dumps(told) if as_json else f"Would erase {size}: {', '.join(found.conversations)}")
        return
    if not yes and found.visitors:
        typer.confirm(f"Erase {size}? This cannot be undone.", abort=True, err=True)
    receipt = with_store(settings, lambda store: privacy_of(store).erase(person))
    if as_json:
        typer.echo(json.dumps({**asdict(receipt), "at": receipt.at.isoformat()}))
        return
    rows = ", ".join(f"{count:,} {table}" for table, count in receipt.rows.items()) or "nothing was there"
    again = " (erased before)" if receipt.before else ""
    typer.echo(f"Receipt {receipt.id} of {receipt.at:%Y-%m-%d %H:%M} UTC{again}")
    typer.echo(f"Erased by {receipt.named_by}: {receipt.visitors} visitors; {rows}.")


@app.command("retention")
def retention(*, dry_run: LookOnly = False, as_json: Machine = False) -> None:
    """Delete what is over age now, as the server does every hour; and report."""
    settings = read_settings()

    async def use(store: Store) -> Report:
        due = Retention(store, SystemClock(), settings, Rollup(store).catch_up)
        return await (due.preview() if dry_run else due.run())

    report = with_store(settings, use)
    if as_json:
        times = {"before": report.before.isoformat(), "unanswered_before": report.unanswered_before.isoformat()}
        typer.echo(json.dumps({**asdict(report), **times, "dry_run": dry_run}))
        return
    said = "Would delete" if dry_run else "Deleted"
    typer.echo(f"{said} {report.conversations:,} conversations and {report.visitors:,} visitors without one.")
    typer.echo(f"  last message before {report.before:%Y-%m-%d}; never answered: {report.unanswered_before:%Y-%m-%d}")
    for table, count in report.rows.items():
        typer.echo(f"  {table:<24}{count:>12,}")


@app.command("erasures")
def erasures(*, out: Annotated[Path, typer.Option(help="The file to write.")]) -> None:
    """Write the erase list: keep it beside the backups, and replay it after one is restored."""
    listed = with_store(read_settings(), lambda store: privacy_of(store).erasures())
    _write(out, json.dumps({hashed: at.isoformat() for hashed, at in listed.items()}, indent=1))
    typer.echo(f"{len(listed):,} erasures written to {out}", err=True)


@app.command("replay")
def replay(
    file: Annotated[Path, typer.Argument(help="What `parley privacy erasures` wrote, or of another database.")],
) -> None:
    """Erase again whom a restored database brought back."""
    listed = read_erasures(file)
    count = with_store(read_settings(), lambda store: privacy_of(store).replay(listed))
    typer.echo(f"Erased again: {count} visitors, of {len(listed):,} on the list.")


def read_erasures(file: Path) -> dict[str, datetime]:
    """Return the erase list in a file. Raises BadInput."""
    with suppress(OSError, ValueError, AttributeError):
        told: Any = json.loads(file.read_text(encoding="utf-8"))
        return {str(hashed)[:64]: datetime.fromisoformat(at) for hashed, at in told.items()}
    raise BadInput("Expected an erase list of parley privacy erasures, got {path}.", path=str(file))


def _write(path: Path, text: str) -> None:
    """Write a file that only its owner may read. Raises BadInput."""
    opener: Callable[[str, int], int] = lambda name, flags: os.open(name, flags, 0o600)  # noqa: E731
    try:
        with open(path, "w", encoding="utf-8", opener=opener) as file:  # Path.open has no opener
            file.write(text)
        path.chmod(0o600)
    except OSError as error:
        raise BadInput(
            "Expected a file that can be written, got {path} ({why}).", path=str(path), why=error.strerror
        ) from None
