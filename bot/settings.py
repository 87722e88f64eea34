"""All settings: one frozen object, read once from the environment, the only reader of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from bot.errors import SettingsError
from bot.setting_values import (
    any_text,
    database_address,
    kinds,
    long_secret,
    mail_server,
    mailbox_text,
    networks,
    number,
    one_of,
    origins,
    page_address,
    path,
    public_keys,
    public_origin,
    redis,
    service,
    shapes,
    whole,
)

PREFIX = "PARLEY_"
SHORTEST_KEY = 32  # bytes of a key for HS256: as many as its hash has
FILE_SUFFIX = "_FILE"


def _setting(read: Callable[[str], Any], default: Any, what: str, *, secret: bool = False) -> Any:
    """Declare one setting: how it is read, what it is without a value, what it is for."""
    return field(default=default, metadata={"read": read, "what": what, "secret": secret}, repr=not secret)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Every setting of Parley; README.md prints this table."""

    kb: Path | None = _setting(path, None, "The help center's folder; ./kb when there, else the packaged demo")
    database_url: str = _setting(
        database_address, "sqlite:///parley.db", "Where everything is kept: SQLite file or PostgreSQL", secret=True
    )
    redis_url: str | None = _setting(redis, None, "Redis, needed only for more than one process", secret=True)
    public_url: str | None = _setting(
        public_origin, None, "The address under which browsers reach Parley, such as https://chat.example"
    )
    proxies: tuple[str, ...] = _setting(
        networks,
        (),
        "Addresses or networks of the proxies whose X-Forwarded-For counts; without any, one on this machine"
        " if the public address is https",
    )
    shop_origins: tuple[str, ...] = _setting(
        origins, (), "Origins of the shop's pages that may open the chat, separated by commas"
    )
    cache: Path | None = _setting(path, None, "Folder for the built search index; .cache/parley beside the database")
    default_language: str = _setting(
        one_of("en", "es", "fr"), "en", "The shop's language: used where an entry lacks the shopper's"
    )
    handoff: str = _setting(
        one_of("offer", "at_once"),
        "offer",
        "When the bot gives up: offer a person, or put the shopper in the queue at once",
    )
    routing: str = _setting(
        one_of("offer", "pick"),
        "offer",
        "How waiting conversations find an agent: offered to one at a time, or picked from the queue by anybody",
    )
    offer_seconds: int = _setting(whole(5, 600), 30, "Seconds until an offer that nobody accepts moves on")
    agent_lost_seconds: int = _setting(
        whole(5, 3600), 60, "Seconds without contact until an agent's conversations go back to the queue"
    )
    handoff_minutes: int = _setting(whole(1, 1440), 15, "Minutes in the queue before a hand-off expires")
    idle_minutes: int = _setting(whole(1, 10080), 60, "Minutes without a message before a conversation closes")
    message_length: int = _setting(whole(100, 4000), 4000, "Longest message, in characters")
    messages_per_minute: int = _setting(
        whole(1, 60_000),
        60,
        "Messages a shopper may send in a minute (bursts of 10); from one network address twenty times as many",
    )
    connections_per_address: int = _setting(
        whole(1, 100000), 200, "Open sockets from one network address, for one process"
    )
    connections: int = _setting(whole(1, 100000), 10000, "Open sockets in all, for one process")
    wrong_answer_cost: float = _setting(
        number(4.5, 100), 10.0, "Cost of a wrong answer, where a question back costs 4: higher asks back more often"
    )
    mail_url: str | None = _setting(
        mail_server,
        None,
        "The server that mail is sent through: smtp://USER:PASSWORD@HOST:PORT or smtps://",
        secret=True,
    )
    mail_from: str | None = _setting(mailbox_text, None, "Whom mail is from: Shop <no-reply@shop.example>")
    mail_reply_to: str | None = _setting(
        mailbox_text, None, "The shop's own mailbox, where answers to mail go; else PARLEY_MAIL_FROM"
    )
    orders_url: str | None = _setting(
        service, None, "The shop's order service, asked for GET /orders/NUMBER (bot/README.md)"
    )
    order_numbers: tuple[str, ...] = _setting(
        shapes,
        (),
        "Shapes of the shop's order numbers, which are no cards: CV-######,8############### (# a digit, @ a letter)",
    )
    orders_key: str | None = _setting(any_text, None, "Bearer token for the order service", secret=True)
    redact: tuple[str, ...] = _setting(
        kinds("iban", "email", "phone"),
        (),
        "What is taken out of transcripts before they are stored, beside card numbers: iban,email,phone",
    )
    identity_key: str | None = _setting(
        long_secret(SHORTEST_KEY),
        None,
        "Key of 32 bytes or more with which the shop's server signs who a shopper is",
        secret=True,
    )
    identity_key_before: str | None = _setting(
        long_secret(SHORTEST_KEY), None, "The key before it, good until it is taken away", secret=True
    )
    identity_public_keys: tuple[str, ...] = _setting(
        public_keys, (), "Ed25519 public keys (base64url) instead, so that the shop keeps the secret to itself"
    )
    identity_audience: str = _setting(any_text, "parley", "What the shop's signatures must name as their audience")
    oidc_issuer: str | None = _setting(
        service, None, "The OpenID Connect service with which the staff may sign in, such as https://id.shop.example"
    )
    oidc_client_id: str | None = _setting(
        any_text, None, "How that service knows Parley; /sign-in/return is its way back"
    )
    oidc_client_secret: str | None = _setting(
        any_text, None, "Parley's secret with that service, unless it asks for none", secret=True
    )
    oidc_name: str = _setting(any_text, "single sign-on", "What the button on the sign-in page calls that service")
    session_idle_minutes: int = _setting(
        whole(30, 480), 120, "Minutes without use before somebody of the staff has to sign in again; 12 hours at most"
    )
    second_factor: str = _setting(
        one_of("nobody", "admins", "everybody"), "nobody", "Who must give a code of their phone when they sign in"
    )
    shop_name: str | None = _setting(any_text, None, "What the shop is called in the notice before the first message")
    privacy_url: str | None = _setting(
        page_address, None, "The shop's privacy page, linked in the notice before the first message"
    )
    retention_days: int = _setting(whole(1, 3650), 180, "Days until a conversation is deleted after its last message")
    retention_unanswered_days: int = _setting(
        whole(1, 3650), 30, "The same for visitors who never wrote or were never answered"
    )
    log_level: str = _setting(one_of("debug", "info", "warning", "error"), "info", "What is logged, as JSON lines")
    metrics_token: str | None = _setting(
        long_secret(16), None, "Bearer token for /metrics; without one only this machine may read it", secret=True
    )

    def __str__(self) -> str:
        return "\n".join(f"{name}={value}" for name, value in self.shown().items())

    def shown(self) -> dict[str, str]:
        """Return every setting as text, secrets masked."""
        return {
            f"{PREFIX}{f.name.upper()}": "***"
            if f.metadata["secret"] and getattr(self, f.name)
            else _shown(getattr(self, f.name))
            for f in fields(self)
        }


def _shown(value: object) -> str:
    if value is None:
        return ""
    return ",".join(value) if isinstance(value, tuple) else str(value)


def read_settings(environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Read the settings; an unknown name or a bad value refuses, and every fault is listed.

    `overrides` are values that a command's options set already, by field name.
    Raises SettingsError.
    """
    environment = os.environ if environment is None else environment  # noqa: TID251  # the one home of this
    known = {f"{PREFIX}{f.name.upper()}": f for f in fields(Settings)}
    values: dict[str, Any] = {}
    faults: list[str] = []
    given: set[str] = set()
    for name, raw in sorted(environment.items()):
        if not name.startswith(PREFIX):
            continue
        plain = name.removesuffix(FILE_SUFFIX) if name not in known else name
        if plain not in known:
            faults.append(f"{name}: unknown setting{_nearest(name, known)}")
            continue
        setting = known[plain]
        text = raw
        if plain != name:
            try:
                text = Path(raw).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = getattr(error, "strerror", None) or "not UTF-8"
                faults.append(f"{name}: expected a readable file, got {raw} ({reason})")
                continue
        if text == "":
            continue
        given.add(setting.name)
        try:
            values[setting.name] = setting.metadata["read"](text)
        except ValueError as error:
            found = "***" if setting.metadata["secret"] else repr(text)
            faults.append(f"{name}: expected {error}, got {found}")
    faults += _lacking(values, given, "mail_url", "mail_from")
    faults += _lacking(values, given, "oidc_issuer", "oidc_client_id")
    faults += _lacking(values, given, "oidc_client_id", "oidc_issuer")
    faults += _lacking(values, given, "oidc_client_secret", "oidc_client_id")
    if faults:
        raise SettingsError(faults)
    return Settings(**{**values, **{name: value for name, value in overrides.items() if value is not None}})


def _lacking(good: Collection[str], given: Collection[str], name: str, needed: str) -> list[str]:
    """Return the fault of a good setting that is nothing without another, which nobody gave."""
    lacks = name in good and needed not in given
    return [f"{PREFIX}{name.upper()}: expected {PREFIX}{needed.upper()} beside it, found none"] if lacks else []


def _nearest(name: str, known: Mapping[str, object]) -> str:
    import difflib  # noqa: PLC0415  # only for a refusal

    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
