"""`parley doctor`: looks a deployment over, and says what to do."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer

from bot.cli.examination import Finding, examine
from bot.errors import SettingsError
from bot.settings import read_settings

FOUND_FAULTS = 1
_MARKS = {"ok": "ok     ", "fault": "FAULT  ", "skipped": "-      "}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON, for programs.")] = False,
) -> None:
    """Look at settings, database, Redis, mail, orders, help center and machine; say what is wrong and what to do.

    Exit code 0 when all is well, 1 when a check found a fault, 78 when the settings cannot be used at all.
    """
    try:
        settings = read_settings()
    except SettingsError as error:
        if not as_json:
            raise
        _tell([Finding("settings", "fault", one, "Correct the setting.") for one in error.faults], as_json=True)
        raise typer.Exit(error.exit_code) from None
    findings = [Finding("settings", "ok", "can be read"), *asyncio.run(examine(settings))]
    _tell(findings, as_json=as_json)
    if any(finding.state == "fault" for finding in findings):
        raise typer.Exit(FOUND_FAULTS)


def _tell(findings: list[Finding], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"findings": [asdict(finding) for finding in findings]}, indent=2, ensure_ascii=False))
        return
    for finding in findings:
        typer.echo(f"{_MARKS[finding.state]}{finding.check.replace('_', ' '):12} {finding.found}")
        if finding.advice:
            typer.echo(f"{'':20}{finding.advice}")
