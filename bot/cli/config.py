"""`parley config`: what supervisors set up, as a YAML file that people can read, keep and apply again."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.error import YAMLError

from bot.cli.database import with_store
from bot.cli.kb import Folder, kb_folder
from bot.domain.configuration import Configuration
from bot.domain.hours import document_of
from bot.errors import BadInput, ConfigurationError
from bot.knowledge.loader import load
from bot.services.configuration import Configuring, changed_sections, speech_of
from bot.services.configuration_reading import Speech
from bot.settings import read_settings
from bot.store.transaction import Store

app = typer.Typer(
    name="config", help="Hours, teams, canned replies, skills, mailed reports as a file.", no_args_is_help=True
)

FOUND_FAULTS = 1
STANDARD = Path("-")
WIDE = 100_000  # characters: a reply stays on its line
MOST_BYTES = 4 * 1024 * 1024
MOST_BRACKETS = 64  # open at one time; a YAML reader takes seconds over 20,000 of them
HEADER = "# Hours, teams, canned replies, people's skills and reports by mail. Apply with: parley config import FILE\n"


@app.command("export")
def export_configuration(file: Annotated[Path, typer.Argument(help="The file to write; - for the terminal.")]) -> None:
    """Write what is set up; importing it changes nothing."""
    configuration = with_store(read_settings(), lambda store: Configuring(store, _no_speech).current())
    text = HEADER + _yaml(document_with_names(configuration))
    if file == STANDARD:
        typer.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(
            "Expected a file that can be written, got {path} ({why}).", path=str(file), why=error.strerror
        ) from None


@app.command("import")
def import_configuration(
    file: Annotated[Path, typer.Argument(help="The file to read; - for standard input.")],
    kb: Folder = None,
    *,
    check: Annotated[bool, typer.Option("--check", help="Say what would change; change nothing.")] = False,
) -> None:
    """Put the file's sections in place of those that are there; people are found by their e-mail addresses.

    Exit code 2 when something in the file cannot be used (1 with --check): every fault is listed, nothing is changed.
    """
    document = _read(file)
    settings = read_settings()
    speech = speech_of(load(kb_folder(kb)))

    async def use(store: Store) -> tuple[Configuration, Configuration]:
        return await Configuring(store, lambda: speech).change(document, version=None, actor=None, check=check)

    try:
        before, after = with_store(settings, use)
    except BadInput as error:
        if not error.faults:
            raise
        found = ConfigurationError([str(fault) for fault in error.faults])
        if check:
            typer.echo(str(found), err=True)
            raise typer.Exit(FOUND_FAULTS) from None
        raise found from None
    changed = ", ".join(changed_sections(before, after))
    verb = "Would change" if check else "Changed"
    typer.echo(f"{verb}: {changed}." if changed else "Nothing to change.")


def _no_speech() -> Speech:
    """Return what is enough for looking: only a change has to name topics and languages."""
    return Speech(frozenset(), ())


def _read(file: Path) -> Any:
    """Return what the YAML says. Raises ConfigurationError."""
    try:
        data = sys.stdin.buffer.read(MOST_BYTES + 1) if file == STANDARD else file.read_bytes()
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8"
        raise ConfigurationError([f"{file}: expected a readable file ({why})"]) from None
    if len(data) > MOST_BYTES or _brackets(text) > MOST_BRACKETS:
        raise ConfigurationError([f"{file}: expected a configuration, found something much larger or deeper"])
    try:
        document = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}:{mark.line + 1}" if mark else str(file)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ConfigurationError([f"{where}: bad YAML: {what}"]) from None
    return {} if document is None else document


def _brackets(text: str) -> int:
    """Return how many brackets are open at one time, at most."""
    deepest = depth = 0
    for character in text:
        depth += (character in "[{") - (character in "]}" and depth > 0)
        deepest = max(deepest, depth)
    return deepest


def document_with_names(configuration: Configuration) -> dict[str, Any]:
    """Return the configuration as people write it: teams by name, people by e-mail, no ids."""
    names = {team.id: team.name for team in configuration.teams}
    return {
        "hours": document_of(configuration.hours) if configuration.hours else None,
        "teams": [
            {
                "name": team.name,
                "topics": list(team.topics),
                "hours": document_of(team.hours) if team.hours else None,
            }
            for team in configuration.teams
        ],
        "canned_replies": [
            {"shortcut": reply.shortcut, "language": reply.language, "text": reply.text}
            for reply in configuration.canned_replies
        ],
        "people": [
            {
                "email": agent.email,
                "languages": list(agent.languages),
                "capacity": agent.capacity,
                "teams": sorted(names[team] for team in agent.teams),
                "disabled": agent.disabled,
                "rights": sorted(right.value for right in agent.granted),
            }
            for agent in configuration.people
        ],
        "reports": [
            {
                "every": schedule.every.value,
                "recipients": list(schedule.recipients),
                "language": schedule.language,
                "time_zone": schedule.time_zone,
            }
            for schedule in configuration.reports
        ],
    }


def _yaml(document: dict[str, Any]) -> str:
    yaml = YAML()
    yaml.width = WIDE
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = io.StringIO()
    yaml.dump(_on_lines(document), written)
    return written.getvalue()


def _on_lines(value: Any) -> Any:
    """Return the same with lists of plain values on one line each."""
    if isinstance(value, dict):
        return {key: _on_lines(item) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    items = CommentedSeq(_on_lines(item) for item in value)
    if not any(isinstance(item, dict) for item in value):
        items.fa.set_flow_style()
    return items
