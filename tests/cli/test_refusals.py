"""What cannot be done says in one sentence which thing, what was expected and what was found; exit codes 2 and 78."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.main import COMMANDS
from tests.builders import write_entry
from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("arguments", "about"),
    [
        (["--nonsense"], "--nonsense"),
        (["nonsense"], "nonsense"),
        (["serve", "--nonsense"], "--nonsense"),
        (["serve", "--port", "many"], "--port"),
        (["serve", "--port", "70000"], "65535"),
        (["ask", "hello", "--language", "de"], "de"),
        (["report", "--by", "mood"], "mood"),
        (["report", "--from", "yesterday"], "yesterday"),
        (["report", "--to", "9999-12-31"], "9999-12-31"),
        (["report", "--time-zone", "Mars"], "Mars"),
        (["export", "secrets", "--out", "x"], "secrets"),
        (["export", "messages", "--format", "xml", "--out", "x"], "xml"),
        (["export", "messages"], "--out"),
        (["db", "shrink"], "shrink"),
        (["kb", "check", "--kb", "nowhere"], "nowhere"),
        (["ask", "hello", "--kb", "nowhere"], "nowhere"),
        (["ask", "--batch", "nowhere.jsonl"], "nowhere.jsonl"),
    ],
    ids=" ".join,
)
def test_wrong_usage_names_the_thing_and_ends_with_2(parley: Run, arguments: list[str], about: str):
    result = parley(*arguments)
    assert result.code == 2
    assert about in result.err
    assert result.out == ""
    assert len(result.err.strip().splitlines()) <= 6


@pytest.mark.parametrize(
    "command",
    [
        "",
        *COMMANDS,
        "kb check",
        "kb stats",
        "kb import",
        "kb export",
        "kb publish",
        "db upgrade",
        "config export",
        "config import",
    ],
)
def test_every_command_has_help(parley: Run, command: str):
    result = parley(*command.split(), "--help")
    assert result.code == 0
    assert result.out.startswith("Usage: parley")
    described = result.out.split("\n\n")[1].strip()
    assert described.endswith((".", ")")), described


def test_all_commands_are_listed(parley: Run):
    listed = parley("--help").out.split("Commands:\n")[1].splitlines()
    assert [line.split()[0] for line in listed if line.startswith("  ") and line[2] != " "] == list(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "others"),
    [(["--version"], ("sqlalchemy", "numpy", "aiohttp")), (["kb", "--help"], ("numpy", "socketio", "bot.server.app"))],
    ids=["--version", "kb"],
)
def test_a_command_imports_nothing_of_the_others(tmp_path: Path, arguments: list[str], others: tuple[str, ...]):
    command = [sys.executable, "-X", "importtime", "-m", "bot", *arguments]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=True)
    assert done.stdout
    assert [name for name in others if f" {name}\n" in done.stderr] == []


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        ({"handof": "offer"}, ["PARLEY_HANDOF: unknown setting; did you mean PARLEY_HANDOFF?"]),
        ({"handoff_minutes": "soon"}, ["PARLEY_HANDOFF_MINUTES: expected a whole number from 1 to 1440, got 'soon'"]),
        (
            {"idle_minutes": "0", "public_url": "chat", "zzz": "1"},
            ["PARLEY_IDLE_MINUTES: expected", "PARLEY_PUBLIC_URL: expected an origin", "PARLEY_ZZZ: unknown setting"],
        ),
        ({"database_url": "mysql://secret-word@x"}, ["PARLEY_DATABASE_URL: expected sqlite:///FILE"]),
        ({"metrics_token_file": "nowhere"}, ["PARLEY_METRICS_TOKEN_FILE: expected a readable file, got nowhere"]),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else None,
)
@pytest.mark.parametrize("command", [["report"], ["db", "upgrade"], ["serve"], ["ask", "hello"]], ids=" ".join)
def test_wrong_settings_are_all_listed_and_end_with_78(
    parley: Run, command: list[str], settings: dict[str, str], lines: list[str]
):
    result = parley(*command, **settings)
    assert (result.code, result.out) == (78, "")
    heading, *found = result.err.strip().splitlines()
    assert heading == "Wrong configuration:"
    assert len(found) == len(lines)
    for line, expected in zip(found, lines, strict=True):
        assert expected in line
    assert "secret-word" not in result.err


def test_a_server_that_is_wrongly_set_up_says_so_before_it_reads_its_own_code(tmp_path: Path):
    command = [sys.executable, "-X", "importtime", "-m", "bot", "serve"]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PARLEY_HANDOFF": "never"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 78
    assert "PARLEY_HANDOFF: expected" in done.stderr
    assert not [name for name in ("sklearn", "sqlalchemy", "socketio") if f" {name}\n" in done.stderr]


def test_missing_help_center_is_named(parley: Run, tmp_path: Path):
    result = parley("ask", "hello", kb=tmp_path / "nowhere")
    assert result.code == 2
    assert "nowhere: expected a folder with the help center, found none" in result.err


@pytest.mark.parametrize(
    "command", [["ask", "hello"], ["kb", "check"], ["kb", "stats"], ["kb", "publish"]], ids=" ".join
)
def test_broken_help_center_lists_every_fault(parley: Run, tmp_path: Path, command: list[str]):
    folder = tmp_path / "kb"
    write_entry(folder, "a/good", "en", "Good?", answer="Good.")
    write_entry(folder, "a/language", "xx", "Good?", answer="Good.")
    path = write_entry(folder, "a/yaml", "en", "Good?", "v", answer="Good.")
    path.write_text(path.read_text().replace("variants:", "variants: ["))
    path = write_entry(folder, "a/twice", "en", "Good?", "v", answer="Good.")
    path.write_text(path.read_text().replace("variants:", 'title: "Again"\nvariants:'))
    result = parley(*command, "--kb", folder)
    assert (result.code, result.out) == (2, "")
    heading, *faults = result.err.strip().splitlines()
    assert heading == "Broken help center:"
    assert [fault.split(":")[0].rpartition("/")[2] for fault in faults] == [
        "language.xx.md",
        "twice.en.md",
        "yaml.en.md",
    ]
    assert all(fault.split(":")[1].isdecimal() for fault in faults)


@pytest.mark.parametrize("path", ["/dev/null/x.db", "."])
@pytest.mark.parametrize("command", [["db", "upgrade"]], ids=" ".join)
def test_database_that_cannot_be_written_is_named(parley: Run, command: list[str], path: str):
    result = parley(*command, database_url=f"sqlite:///{path}")
    assert result.code == 78
    assert "PARLEY_DATABASE_URL: expected a database file that can be written, got " in result.err
    assert len(result.err.strip().splitlines()) == 2


@pytest.mark.parametrize("command", [["report"], ["export", "messages", "--out", "x"]], ids=" ".join)
def test_database_that_is_not_there_is_named_and_not_made(parley: Run, command: list[str], tmp_path: Path):
    result = parley(*command)
    assert result.code == 78
    assert "PARLEY_DATABASE_URL: expected a database, found no file" in result.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [["report"], ["db", "upgrade"]], ids=" ".join)
def test_file_that_is_no_database_is_named_and_kept(parley: Run, command: list[str], tmp_path: Path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear Carol, " * 500)
    result = parley(*command, database_url=f"sqlite:///{path}")
    assert result.code == 78
    assert "PARLEY_DATABASE_URL" in result.err
    assert path.read_text() == "Dear Carol, " * 500


def test_away_server_is_named_without_the_password(parley: Run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    result = parley("report", database_url=f"postgresql://parley:secret-word@127.0.0.1:{port}/parley")
    assert result.code == 78
    assert "expected a database that answers" in result.err
    assert "secret-word" not in result.err


@pytest.mark.parametrize("out", ["nowhere/x.csv", "."])
def test_file_that_cannot_be_written_is_named(parley: Run, out: str):
    assert parley("db", "upgrade").code == 0
    result = parley("export", "messages", "--out", out)
    assert result.code == 2
    assert out in result.err


def serve(folder: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """Start the real command."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PARLEY_")}  # noqa: TID251
    environment |= {f"PARLEY_{name.upper()}": value for name, value in settings.items()}
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "serve", *arguments],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_serve_tells_where_everything_is_and_stops_on_sigterm(premises, tmp_path: Path):
    process = serve(tmp_path, "--port", "0", kb=str(premises.kb), cache=str(premises.cache))
    told = ""
    while "plain http" not in told.lower():
        line = process.stdout.readline()
        assert line, process.stderr.read()
        told += line
    process.send_signal(signal.SIGTERM)
    rest, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in told + rest + errors
    for part in ("chat page", "/agent", "/dashboard", str(premises.kb), "parley.db", "/setup#"):
        assert part in told, part


def test_port_in_use_is_named(premises, tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = serve(tmp_path, "--port", str(port), kb=str(premises.kb), cache=str(premises.cache))
        out, errors = process.communicate(timeout=30)
    assert (process.returncode, out) == (78, "")
    assert f"--port: expected a free port, but {port} is in use; choose another" in errors
    assert "Traceback" not in errors


def test_demo_and_shop_do_not_share_a_database(parley: Run, premises, tmp_path: Path):
    url = f"sqlite:///{premises.copy_database(tmp_path).removeprefix('sqlite:///')}"
    result = parley("serve", "--demo", "--port", "0", kb=premises.kb, database_url=url)
    assert result.code == 78
    assert "--demo: expected a demo's database or an empty one, got a shop's own" in result.err


def test_more_processes_need_what_several_can_share(parley: Run):
    result = parley("serve", "--workers", "2", "--demo")
    assert result.code == 78
    assert "--workers: expected 1 with --demo" in result.err
    assert "expected PostgreSQL in PARLEY_DATABASE_URL for 2 processes, found a SQLite file" in result.err
    assert "expected PARLEY_REDIS_URL" in result.err


def test_more_processes_need_connections_for_all(parley: Run, small_role_url: str, redis_url: str, premises):
    settings = {"kb": premises.kb, "database_url": small_role_url, "redis_url": redis_url}
    result = parley("serve", "--workers", "2", **settings)
    assert result.code == 78
    assert "--workers: expected room for 34 connections (17 for each of 2 processes), found 20" in result.err
    assert "max_connections" in result.err


@pytest.mark.parametrize("host", ["300.1.1.1", "192.0.2.1", "no-such-host.invalid", "a" * 70])
def test_host_of_another_machine_is_named(parley: Run, host: str):
    result = parley("serve", "--host", host, "--port", "0")
    assert result.code == 78
    assert f"--host: expected an address of this machine, got {host}" in result.err


def test_passwords_do_not_travel_in_the_clear(parley: Run):
    result = parley("serve", public_url="http://chat.example")
    assert result.code == 78
    assert "PARLEY_PUBLIC_URL: expected https://" in result.err
