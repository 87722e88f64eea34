"""`parley doctor`, and every kind of wrong configuration: one line each, exit code 78, secrets never shown."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from bot.server import versions
from tests.cli.conftest import Run
from tests.mail_server import MailServer
from tests.servers import RedisServer, free_port

SECRET = "hunter2"
WRONG: list[tuple[dict[str, str], str]] = [
    *(({name: "x"}, f"PARLEY_{name.upper()}: unknown setting") for name in ("kbs", "database", "port", "debug", "x")),
    *(
        ({"database_url": value}, "PARLEY_DATABASE_URL: expected sqlite:///FILE")
        for value in ("parley.db", "mysql://a@b/c", "postgres://a@b/c", f"oracle://u:{SECRET}@h/d", "sqlite")
    ),
    *(
        ({"redis_url": value}, "PARLEY_REDIS_URL: expected redis://")
        for value in ("localhost", "http://x", "6379", f"amqp://u:{SECRET}@h")
    ),
    *(
        ({"public_url": value}, "PARLEY_PUBLIC_URL: expected an origin")
        for value in (
            "chat.example",
            "ftp://chat.example",
            "https://",
            "https://chat.example/path",
            "https://u:p@chat.example",
            "https://chat.example?x=1",
            "https://chat.example#x",
            "https://chat.example:port",
            "//chat.example",
        )
    ),
    *(
        ({"public_url": value}, "PARLEY_PUBLIC_URL: expected https:// (http:// only for this machine)")
        for value in (
            "http://chat.example",
            "http://127.0.0.2",
            "http://localhost.evil.example",
            "http://10.0.0.1:8080",
        )
    ),
    *(
        ({"shop_origins": value}, "PARLEY_SHOP_ORIGINS: expected an origin")
        for value in ("*", "shop.example", "https://shop.example/shop", "https://shop.example,*", "null")
    ),
    *(
        ({"proxies": value}, "PARLEY_PROXIES: expected IP addresses or networks")
        for value in ("*", "proxy.example", "10.0.0.0/33", "10.0.0.7/8", "10.0.0.7:80", "all")
    ),
    *(
        ({"mail_url": value, "mail_from": "Shop <a@shop.example>"}, "PARLEY_MAIL_URL: expected smtp://")
        for value in ("mail.example", "http://mail.example", "smtp://", f"smtp://u:{SECRET}@h:port", "smtp://h/path")
    ),
    ({"mail_url": "smtp://mail.example"}, "PARLEY_MAIL_URL: expected PARLEY_MAIL_FROM beside it"),
    *(
        ({"mail_from": value}, "PARLEY_MAIL_FROM: expected one address")
        for value in (
            "shop",
            "a@shop.example, b@shop.example",
            "Shop",
            "a@localhost",
            "a@shop.example\r\nBcc: b@x.example",
        )
    ),
    *(
        ({"orders_url": value}, "PARLEY_ORDERS_URL: expected https://")
        for value in (
            "http://orders.example",
            "orders.example",
            "https://u:p@orders.example",
            "https://o.example?x=1",
            "https://o:x",
        )
    ),
    *(
        ({"metrics_token": value}, "PARLEY_METRICS_TOKEN: expected at least 16 characters")
        for value in (SECRET, "a" * 40)
    ),
    *(
        ({name: value}, f"PARLEY_{name.upper()}: expected {wanted}")
        for name, value, wanted in (
            ("default_language", "de", "one of en, es, fr"),
            ("default_language", "EN", "one of en, es, fr"),
            ("handoff", "never", "one of offer, at_once"),
            ("routing", "random", "one of offer, pick"),
            ("offer_seconds", "0", "a whole number"),
            ("offer_seconds", "soon", "a whole number"),
            ("agent_lost_seconds", "4", "a whole number"),
            ("handoff_minutes", "-1", "a whole number"),
            ("idle_minutes", "1.5", "a whole number"),
            ("message_length", "99999", "a whole number"),
            ("messages_per_minute", "0", "a whole number"),
            ("connections", "0", "a whole number"),
            ("connections_per_address", "many", "a whole number"),
            ("wrong_answer_cost", "nan", "a number"),
            ("wrong_answer_cost", "1", "a number"),
            ("log_level", "loud", "one of debug"),
        )
    ),
    *(
        ({"oidc_issuer": value, "oidc_client_id": "parley"}, "PARLEY_OIDC_ISSUER: expected https://")
        for value in ("id.example", "http://id.example", "https://u:p@id.example", "https://id.example?x=1")
    ),
    ({"oidc_issuer": "https://id.example"}, "PARLEY_OIDC_ISSUER: expected PARLEY_OIDC_CLIENT_ID beside it"),
    ({"oidc_client_id": "parley"}, "PARLEY_OIDC_CLIENT_ID: expected PARLEY_OIDC_ISSUER beside it"),
    ({"oidc_client_secret": SECRET}, "PARLEY_OIDC_CLIENT_SECRET: expected PARLEY_OIDC_CLIENT_ID beside it"),
    ({"orders_key_file": "nowhere"}, "PARLEY_ORDERS_KEY_FILE: expected a readable file"),
]


@pytest.mark.parametrize(("settings", "line"), WRONG, ids=lambda value: repr(value)[:60])
def test_wrong_configuration_is_one_line_and_78(parley: Run, settings: dict[str, str], line: str):
    result = parley("doctor", **settings)
    assert (result.code, result.out) == (78, "")
    heading, *faults = result.err.strip().splitlines()
    assert heading == "Wrong configuration:"
    assert len(faults) == 1
    assert line in faults[0]
    assert SECRET not in result.err


def test_there_are_enough_kinds_of_wrong():
    assert len(WRONG) >= 60


def test_all_faults_are_listed_as_json_too(parley: Run):
    result = parley("doctor", "--json", handoff="never", routing="random", public_url="http://chat.example")
    assert result.code == 78
    findings = json.loads(result.out)["findings"]
    assert [(f["check"], f["state"]) for f in findings] == [("settings", "fault")] * 3
    assert [f["found"].split(":")[0] for f in findings] == ["PARLEY_HANDOFF", "PARLEY_PUBLIC_URL", "PARLEY_ROUTING"]


@pytest.mark.parametrize(("settings", "line"), [WRONG[0], WRONG[5], WRONG[18]], ids=["name", "database", "public"])
def test_server_of_its_own_process_refuses_too(tmp_path: Path, settings: dict[str, str], line: str):
    environment = {f"PARLEY_{name.upper()}": value for name, value in settings.items()}
    environment |= {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [sys.executable, "-m", "bot", "serve", "--port", "0"]
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout) == (78, "")
    assert line in ended.stderr
    assert "Traceback" not in ended.stderr


def findings_of(parley: Run, code: int, **settings: Any) -> dict[str, dict[str, str]]:
    """Examine a deployment, and return what was found by check."""
    result = parley("doctor", "--json", **settings)
    assert result.code == code, result.out
    return {finding["check"]: finding for finding in json.loads(result.out)["findings"]}


def test_deployment_that_is_well(parley: Run, mail_server: MailServer, redis: RedisServer, premises):
    assert parley("db", "upgrade").code == 0
    found = findings_of(
        parley,
        0,
        kb=premises.kb,
        redis_url=redis.url,
        mail_url=mail_server.url,
        mail_from="shop@shop.example",
        public_url="http://127.0.0.1:8080",
        shop_origins="https://shop.example",
        connections="50",
        metrics_token="Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA",
    )
    states = {check: finding["state"] for check, finding in found.items()}
    assert states == {**dict.fromkeys(found, "ok"), "proxy": "skipped", "orders": "skipped", "sign_in": "skipped"}
    assert len(found) == 15


def test_deployment_in_which_nothing_answers(parley: Run, premises, tmp_path: Path):
    nobody = free_port()
    found = findings_of(
        parley,
        1,
        kb=tmp_path / "nowhere",
        redis_url=f"redis://127.0.0.1:{nobody}",
        mail_from="shop@shop.example",
        mail_url=f"smtp://u:{SECRET}@127.0.0.1:{nobody}",
        orders_url=f"http://127.0.0.1:{nobody}",
        orders_key="short",
        public_url="https://nowhere.invalid",
        shop_origins="http://shop.example",
        connections="100000",
    )
    faulty = {check for check, finding in found.items() if finding["state"] == "fault"}
    wanted = {"proxy", "secrets", "origins", "database", "redis", "mail", "orders", "help_center"}
    assert wanted <= faulty
    assert all(found[check]["advice"] for check in faulty)
    assert SECRET not in repr(found)


def test_database_behind_the_newest_revision_is_named(parley: Run, premises):
    Path("parley.db").touch()
    found = findings_of(parley, 1, kb=premises.kb)["database"]
    assert found["state"] == "fault"
    assert "no tables" in found["found"]
    assert "parley db upgrade" in found["found"] + found["advice"]


def test_connections_that_postgresql_allows_are_counted(parley: Run, small_role_url: str, redis_url: str, premises):
    well = {"kb": premises.kb, "database_url": small_role_url}
    assert parley("db", "upgrade", **well).code == 0
    one = findings_of(parley, 0, **well)["database"]
    assert one["state"] == "ok"
    assert one["found"].endswith("up to date; 20 connections, 17 a process: room for 1")
    two = findings_of(parley, 1, redis_url=redis_url, **well)["database"]
    assert two["state"] == "fault"
    assert "max_connections" in two["advice"]


def test_people_read_the_same(parley: Run, premises):
    result = parley("doctor", kb=premises.kb)
    assert result.code == 1
    assert "FAULT  database" in result.out
    assert "parley db upgrade" in result.out


@pytest.mark.parametrize(
    ("package", "found"),
    [
        ("aiohttp", "3.14.0"),
        ("aiohttp", "3.14.1rc1"),
        ("aiohttp", "3.9.99"),
        ("python-socketio", "5.16.1"),
        ("python-engineio", "4.13.2"),
    ],
)
def test_dangerous_version_refuses_to_serve(parley: Run, monkeypatch: pytest.MonkeyPatch, package: str, found: str):
    """The installed files are what they are: only what is read of them is changed here."""
    monkeypatch.setattr(versions, "version", lambda name: found if name == package else metadata.version(name))
    result = parley("serve", "--port", "0")
    assert result.code == 78
    (fault,) = result.err.strip().splitlines()[1:]
    assert fault.strip().startswith(f"{package}: expected ")
    assert f"found {found}; run: pip install --upgrade {package}" in fault


def test_serving_without_the_strict_parser_is_refused(parley: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(versions, "PARSER", "aiohttp._not_built")
    result = parley("serve", "--port", "0")
    assert result.code == 78
    assert "aiohttp: expected its C extensions, found none" in result.err


def test_newer_versions_are_fine():
    assert versions.numbers_of("3.14.1") < versions.numbers_of("3.15.0b1") < versions.numbers_of("4.0")
