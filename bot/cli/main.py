"""The command `parley`: one line for each fault, exit codes that scripts can rely on, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Annotated

import typer

from bot.errors import FaultsError, ParleyError, Unavailable
from bot.settings import read_settings

USAGE = 2
CONFIGURATION = 78
HELP = frozenset({"-h", "--help"})
COMMANDS = {
    "serve": "serve",
    "doctor": "doctor",
    "ask": "ask",
    "evaluate": "evaluate",
    "report": "data",
    "painpoints": "painpoints",
    "export": "export",
    "simulate": "simulate",
    "kb": "kb",
    "audit": "audit",
    "users": "users",
    "config": "config",
    "privacy": "privacy",
    "db": "database",
}
"""Command -> the module beside this one that has it: an `app` with commands of its own, or a function of that name."""

app = typer.Typer(
    name="parley",
    help="Self-hosted live chat for shops: answers from the help center, hands over to people, counts honestly.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
    context_settings={"help_option_names": sorted(HELP)},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"parley {version('parley')}")
        raise typer.Exit


@app.callback()
def parley(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Self-hosted live chat for shops."""


def _mount(arguments: Sequence[str]) -> None:
    """Make the command known that is asked for, so that it waits for no import of another; else every one."""
    asked = next((argument for argument in arguments if not argument.startswith("-")), None)
    if asked is None and "--version" in arguments:
        return
    for name in [asked] if asked in COMMANDS else COMMANDS:
        module = import_module(f"bot.cli.{COMMANDS[name]}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, name))


def main() -> None:
    """Run the command and turn every expected error into a sentence and an exit code."""
    try:
        if sys.argv[1:2] == ["serve"] and not HELP.intersection(sys.argv):
            read_settings()  # at once, before the seconds in which everything is imported
        _mount(sys.argv[1:])
        app(prog_name="parley")
    except FaultsError as error:
        _stop(str(error), error.exit_code)
    except Unavailable as error:
        _stop(str(error), CONFIGURATION)
    except ParleyError as error:
        _stop(str(error), USAGE)
    except KeyboardInterrupt:
        _stop("Stopped.", 130)
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(1) from None


def _stop(sentence: str, code: int) -> None:
    typer.echo(sentence, err=True)
    raise SystemExit(code)
