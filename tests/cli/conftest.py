"""Runs commands as a terminal does, in a folder of the test's own."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from bot.cli import main as command
from tests.mail_server import mail_server, one_mail_server  # noqa: F401  # fixtures are found by their names here
from tests.people import (  # noqa: F401  # fixtures are found by their names here
    _quiet,
    amir,
    carol,
    ground,
    open_shop,
    people,
    premises,
    shop,
)


@dataclass(frozen=True)
class Result:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, index_cache: Path) -> None:
    for name in [name for name in os.environ if name.startswith("PARLEY_")]:  # noqa: TID251  # so that none is inherited
        monkeypatch.delenv(name)
    monkeypatch.setenv("PARLEY_CACHE", str(index_cache))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def small_role_url(postgres_url: str) -> Iterator[str]:
    """Give the URL of an empty database as its owner, who may have 20 connections."""
    plain = postgres_url.replace("+asyncpg", "")
    database = plain.rsplit("/", 1)[1]

    async def run(*statements: str) -> None:
        connection = await asyncpg.connect(plain)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    own = f"ALTER DATABASE {database} OWNER TO"
    asyncio.run(run(f"CREATE ROLE {database} LOGIN CONNECTION LIMIT 20", f"{own} {database}"))
    yield postgres_url.replace("parley@", f"{database}@")
    asyncio.run(run(f"REASSIGN OWNED BY {database} TO parley", f"{own} parley", f"DROP ROLE {database}"))


def _forget_closed_streams() -> None:
    """Take away where a server that ran in this process wrote its log: that stream is gone."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if getattr(getattr(one, "stream", None), "closed", False)]:
        root.removeHandler(handler)


@pytest.fixture
def parley(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give a function that runs `parley ...`; a traceback fails the test."""
    app = sys.modules["bot.cli.main"].app
    commands, groups = list(app.registered_commands), list(app.registered_groups)

    def run(*arguments: object, **settings: object) -> Result:
        app.registered_commands[:], app.registered_groups[:] = commands, groups
        monkeypatch.setattr(sys, "argv", ["parley", *map(str, arguments)])
        with monkeypatch.context() as patched:
            for name, value in settings.items():
                patched.setenv(f"PARLEY_{name.upper()}", str(value))
            capsys.readouterr()
            _forget_closed_streams()
            with pytest.raises(SystemExit) as ended:
                command()
        said = capsys.readouterr()
        code = ended.value.code
        return Result(code if isinstance(code, int) else int(code is not None), said.out, said.err)

    yield run
    app.registered_commands[:], app.registered_groups[:] = commands, groups
