"""`parley audit`: who did what, and whether somebody changed the log since."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from bot.cli.database import with_store
from bot.domain.audits import Audited
from bot.services.auditing import AuditLog
from bot.settings import read_settings

FAULTS = 1
MOST = 10_000

app = typer.Typer(help="The audit log: look at it, check that nobody changed it.", no_args_is_help=True)
Machine = Annotated[bool, typer.Option("--json", help="For machines.")]


@app.command("verify")
def verify(*, as_json: Machine = False) -> None:
    """Check every row against the one before; exit code 1 names the first that does not fit."""
    verdict = with_store(read_settings(), lambda store: AuditLog(store).check())
    if as_json:
        typer.echo(json.dumps({"rows": verdict.rows, "head": verdict.head, "broken": verdict.broken}))
    elif verdict.broken is None:
        typer.echo(f"The audit log is whole: {verdict.rows:,} rows, the newest has the hash {verdict.head}.")
    else:
        typer.echo(f"The audit log was changed: row {verdict.broken} does not fit the one before it.", err=True)
    if verdict.broken is not None:
        raise typer.Exit(FAULTS)


@app.command("list")
def listed(
    *,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="How many rows, newest first.")] = 100,
    as_json: Machine = False,
) -> None:
    """Show the newest rows."""
    rows = with_store(read_settings(), lambda store: store.read(lambda tx: tx.audit.listed(limit=limit)))
    for row in rows:
        typer.echo(json.dumps(row_json(row)) if as_json else _line(row))


def row_json(row: Audited) -> dict[str, Any]:
    """Return a row as it is written for machines."""
    names = ("number", "agent_id", "about", "hash")
    told = {name: getattr(row, name) for name in names}
    return {**told, "at": row.at.isoformat(), "action": str(row.action), "data": dict(row.data)}


def _line(row: Audited) -> str:
    data = " ".join(f"{name}={value}" for name, value in row.data.items())
    who, what = row.agent_id or "-", row.about or "-"
    return f"{row.number:>7}  {row.at:%Y-%m-%d %H:%M:%S}  {row.action!s:<22}  {who:<36}  {what:<36}  {data}".rstrip()
