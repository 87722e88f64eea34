"""The command `parley`: one line for each fault, exit codes that scripts can rely on, never a traceback."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from bot.errors import FaultsError, ParleyError, Unavailable
from bot.settings import read_settings

USAGE = 2
CONFIGURATION = 78
HELP = frozenset({"-h", "--help"})

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


def _mount() -> None:
    from bot.cli import (  # noqa: PLC0415  # each brings imports that another does not need
        ask,
        audit,
        config,
        data,
        database,
        doctor,
        evaluate,
        export,
        kb,
        painpoints,
        privacy,
        serve,
        simulate,
        users,
    )

    app.command("serve")(serve.serve)
    app.command("doctor")(doctor.doctor)
    app.command("ask")(ask.ask)
    app.command("evaluate")(evaluate.evaluate)
    app.add_typer(kb.app, name="kb")
    app.command("report")(data.report)
    app.command("painpoints")(painpoints.painpoints)
    app.command("export")(export.export)
    app.command("simulate")(simulate.simulate)
    app.add_typer(audit.app, name="audit")
    app.add_typer(users.app, name="users")
    app.add_typer(config.app, name="config")
    app.add_typer(privacy.app, name="privacy")
    app.add_typer(database.app, name="db")


def main() -> None:
    """Run the command and turn every expected error into a sentence and an exit code."""
    try:
        if sys.argv[1:2] == ["serve"] and not HELP.intersection(sys.argv):
            read_settings()  # at once, before the seconds in which everything is imported
        _mount()
        app()
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
