"""Settings: read once, typed, and every fault told at once."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import PREFIX, Settings, read_settings

NAMES = [f"{PREFIX}{setting.name.upper()}" for setting in fields(Settings)]

GOOD = [
    ("KB", "~/kb", "kb", Path("~/kb").expanduser()),
    ("DATABASE_URL", "sqlite:///data/parley.db", "database_url", "sqlite:///data/parley.db"),
    ("DATABASE_URL", "postgresql://a@b/c", "database_url", "postgresql+asyncpg://a@b/c"),
    ("DATABASE_URL", "postgresql+asyncpg://a@b/c", "database_url", "postgresql+asyncpg://a@b/c"),
    ("REDIS_URL", "redis://127.0.0.1:6379/0", "redis_url", "redis://127.0.0.1:6379/0"),
    ("PUBLIC_URL", "https://Chat.Example/", "public_url", "https://chat.example"),
    (
        "SHOP_ORIGINS",
        "https://a.example, http://b.example:8080,",
        "shop_origins",
        ("https://a.example", "http://b.example:8080"),
    ),
    ("DEFAULT_LANGUAGE", "fr", "default_language", "fr"),
    ("HANDOFF", "at_once", "handoff", "at_once"),
    ("HANDOFF_MINUTES", "1440", "handoff_minutes", 1440),
    ("MESSAGE_LENGTH", " 100 ", "message_length", 100),
    ("WRONG_ANSWER_COST", "12.5", "wrong_answer_cost", 12.5),
    ("MAIL_FROM", "The shop <help@shop.example>", "mail_from", "The shop <help@shop.example>"),
    ("MAIL_REPLY_TO", "help@shop.example", "mail_reply_to", "help@shop.example"),
    ("ORDERS_URL", "https://shop.example/api/", "orders_url", "https://shop.example/api"),
    ("ORDERS_URL", "http://127.0.0.1:8080/demo", "orders_url", "http://127.0.0.1:8080/demo"),
    ("ORDER_NUMBERS", "CV-######, 8##-@@", "order_numbers", ("CV-######", "8##-@@")),
    ("REDACT", "iban, phone", "redact", ("iban", "phone")),
    ("PRIVACY_URL", "https://shop.example/privacy?a=1", "privacy_url", "https://shop.example/privacy?a=1"),
    ("RETENTION_DAYS", "365", "retention_days", 365),
    ("LOG_LEVEL", "debug", "log_level", "debug"),
    ("METRICS_TOKEN", "a-long-s3cret-token", "metrics_token", "a-long-s3cret-token"),
]

BAD = [
    ("DATABASE_URL", "mysql://a@b/c"),
    ("DATABASE_URL", "sqlite"),
    ("REDIS_URL", "http://127.0.0.1"),
    ("PUBLIC_URL", "chat.example"),
    ("PUBLIC_URL", "https://chat.example/path"),
    ("PUBLIC_URL", "https://user@chat.example"),
    ("SHOP_ORIGINS", "https://a.example,*"),
    ("SHOP_ORIGINS", "javascript:alert(1)"),
    ("DEFAULT_LANGUAGE", "de"),
    ("ORDER_NUMBERS", "CV-######,any"),
    ("REDACT", "iban,name"),
    ("PRIVACY_URL", "javascript:alert(1)"),
    ("PRIVACY_URL", "/privacy"),
    ("RETENTION_DAYS", "0"),
    ("HANDOFF", "never"),
    ("HANDOFF_MINUTES", "0"),
    ("HANDOFF_MINUTES", "1441"),
    ("IDLE_MINUTES", "an hour"),
    ("MESSAGE_LENGTH", "99"),
    ("MESSAGES_PER_MINUTE", "-1"),
    ("CONNECTIONS", "1e3"),
    ("CONNECTIONS_PER_ADDRESS", "٣٣x"),
    ("WRONG_ANSWER_COST", "0"),
    ("WRONG_ANSWER_COST", "nan"),
    ("MAIL_URL", "http://mail.example"),
    ("MAIL_URL", "smtp://"),
    ("MAIL_URL", "smtp://mail.example:99999"),
    ("MAIL_URL", "smtp://mail.example/path"),
    ("MAIL_URL", "smtp://mail.example"),  # whom it is from is not said
    ("MAIL_FROM", "shop"),
    ("MAIL_FROM", "a@shop.example, b@shop.example"),
    ("MAIL_FROM", "all: a@shop.example;"),
    ("MAIL_FROM", "a@shop.example\r\nBcc: b@shop.example"),
    ("MAIL_REPLY_TO", "<>"),
    ("ORDERS_URL", "http://shop.example/api"),  # key and addresses would travel in the clear
    ("ORDERS_URL", "https://shop.example/api?key=1"),
    ("ORDERS_URL", "https://user:secret@shop.example"),
    ("ORDERS_URL", "shop.example"),
    ("LOG_LEVEL", "LOUD"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("DATABASE_URL", "postgresql://"),
    ("DATABASE_URL", "postgresql://db:port/x"),
    ("REDIS_URL", "redis://h:99999"),
    ("REDIS_URL", "redis"),
    ("PROXIES", "10.0.0.0/33"),
    ("PROXIES", "everybody"),
    ("PROXIES", "10.0.0.1;10.0.0.2"),
    ("ROUTING", "random"),
    ("OFFER_SECONDS", "0"),
    ("OFFER_SECONDS", "1.5"),
    ("AGENT_LOST_SECONDS", "soon"),
    ("MESSAGE_LENGTH", "4_000"),
    ("CONNECTIONS_PER_ADDRESS", "0"),
    ("WRONG_ANSWER_COST", "inf"),
    ("SECOND_FACTOR", "maybe"),
    ("SESSION_IDLE_MINUTES", "721"),
    ("RETENTION_UNANSWERED_DAYS", "a month"),
    ("METRICS_TOKEN", "short"),
    ("IDENTITY_KEY", "short"),
    ("IDENTITY_KEY_BEFORE", "short"),
    ("IDENTITY_PUBLIC_KEYS", "not-a-key"),
    ("OIDC_ISSUER", "http://id.shop.example"),
    ("OIDC_ISSUER", "https://id.shop.example?x=1"),
    ("OIDC_CLIENT_ID", "x"),
    ("PUBLIC_URL", "http://chat.example"),
    ("PUBLIC_URL", "https://chat.example:99999"),
    ("SHOP_ORIGINS", "https://a.example/path"),
    ("SHOP_ORIGINS", "null"),
    ("DEFAULT_LANGUAGE", "EN"),
    ("MAIL_REPLY_TO", "a@b@c.example"),
]
FEWEST = 60
ANY_TEXT = {"KB", "CACHE", "ORDERS_KEY", "SHOP_NAME", "OIDC_NAME", "OIDC_CLIENT_SECRET", "IDENTITY_AUDIENCE"}


def test_without_an_environment_everything_has_its_default():
    assert read_settings({}) == Settings()


@pytest.mark.parametrize(("name", "text", "field", "value"), GOOD)
def test_good_value_is_read_as_its_type(name: str, text: str, field: str, value: object):
    assert getattr(read_settings({f"{PREFIX}{name}": text}), field) == value


def test_every_kind_of_wrong_configuration_is_here():
    assert len(set(BAD)) == len(BAD) >= FEWEST
    assert {f"{PREFIX}{name}" for name in ANY_TEXT | {name for name, _ in BAD}} == set(NAMES)


@pytest.mark.parametrize(("name", "text"), BAD)
def test_bad_value_is_refused_with_what_was_expected(name: str, text: str):
    with pytest.raises(SettingsError) as caught:
        read_settings({f"{PREFIX}{name}": text})
    assert len(caught.value.faults) == 1
    assert caught.value.faults[0].startswith(f"{PREFIX}{name}: expected ")


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_may_be_given_empty_or_in_a_file(name: str, tmp_path: Path):
    assert read_settings({name: ""}) == Settings()
    empty = tmp_path / "value"
    empty.write_text("\n")
    assert read_settings({f"{name}_FILE": str(empty)}) == Settings()


def test_every_fault_is_told_at_once():
    environment = {"PARLEY_HANDOFF_MINUTES": "x", "PARLEY_LOG_LEVEL": "loud", "PARLEY_NONSENSE": "1", "PATH": "/bin"}
    with pytest.raises(SettingsError) as caught:
        read_settings(environment)
    assert [fault.split(":")[0] for fault in caught.value.faults] == [
        "PARLEY_HANDOFF_MINUTES",
        "PARLEY_LOG_LEVEL",
        "PARLEY_NONSENSE",
    ]
    assert caught.value.exit_code == 78


def test_unknown_name_is_refused_with_the_nearest_known_one():
    with pytest.raises(SettingsError, match=r"PARLEY_DATABSE_URL: unknown setting; did you mean PARLEY_DATABASE_URL\?"):
        read_settings({"PARLEY_DATABSE_URL": "sqlite:///a.db"})


def test_secret_comes_from_a_file(tmp_path: Path):
    secret = tmp_path / "token"
    secret.write_text("a-long-s3cret-token\n")
    assert read_settings({"PARLEY_METRICS_TOKEN_FILE": str(secret)}).metrics_token == "a-long-s3cret-token"


def test_unreadable_file_is_a_fault_that_names_it(tmp_path: Path):
    missing = tmp_path / "missing"
    with pytest.raises(SettingsError, match=r"expected a readable file, got .*missing \(No such file"):
        read_settings({"PARLEY_METRICS_TOKEN_FILE": str(missing)})
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_settings({"PARLEY_METRICS_TOKEN_FILE": str(binary)})


def test_secrets_are_never_shown():
    url = "postgresql+asyncpg://parley:hunter2@db/parley"
    settings = read_settings({"PARLEY_DATABASE_URL": url, "PARLEY_METRICS_TOKEN": "a-long-hunter2-token"})
    assert "hunter2" not in str(settings) + repr(settings)
    assert settings.shown()["PARLEY_METRICS_TOKEN"] == "***"
    with pytest.raises(SettingsError) as caught:
        read_settings({"PARLEY_DATABASE_URL": "mysql://parley:hunter2@db/parley"})
    assert "hunter2" not in str(caught.value)


def test_shown_names_every_setting_once():
    assert list(Settings().shown()) == NAMES
    assert len(str(Settings()).splitlines()) == len(NAMES)


def test_options_of_a_command_win_over_the_environment():
    environment = {"PARLEY_LOG_LEVEL": "error"}
    assert read_settings(environment, log_level="debug").log_level == "debug"
    assert read_settings(environment, log_level=None).log_level == "error"


def test_settings_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Settings().log_level = "debug"


def test_every_setting_says_what_it_is_for():
    assert [setting.name for setting in fields(Settings) if len(setting.metadata["what"]) < 10] == []
