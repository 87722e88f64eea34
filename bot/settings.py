"""All settings: one frozen object, read once from the environment, the only reader of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from email.headerregistry import Address, HeaderRegistry
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from bot.errors import SettingsError

PREFIX = "PARLEY_"
FILE_SUFFIX = "_FILE"
_DRIVERS = ("sqlite", "postgresql+asyncpg", "postgresql")


def _text(value: str) -> str:
    return value


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        number = int(value) if value.strip().lstrip("-").isdecimal() else None
        if number is None or not low <= number <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return number

    return read


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(value: str) -> float:
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not low <= number <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return number

    return read


def _one_of(*names: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in names:
            raise ValueError("one of " + ", ".join(names))
        return value

    return read


def _yes_or_no(value: str) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if value.lower() not in words:
        raise ValueError("yes or no")
    return words[value.lower()]


def _path(value: str) -> Path:
    return Path(value).expanduser()


def _origin(value: str) -> str:
    parts = urlsplit(value)
    plain = parts.path in ("", "/") and not parts.query and not parts.fragment and not parts.username
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise ValueError("an origin such as https://chat.example")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _origins(value: str) -> tuple[str, ...]:
    return tuple(_origin(part.strip()) for part in value.split(",") if part.strip())


def database_address(value: str) -> str:
    """Return the URL with its driver's name. Raises ValueError."""
    scheme = value.split(":", 1)[0]
    if scheme not in _DRIVERS or "://" not in value:
        raise ValueError("sqlite:///FILE or postgresql+asyncpg://USER@HOST/DATABASE")
    return value.replace("postgresql://", "postgresql+asyncpg://", 1)


def _redis(value: str) -> str:
    if urlsplit(value).scheme not in ("redis", "rediss", "unix"):
        raise ValueError("redis://HOST:PORT/NUMBER")
    return value


def mailbox(value: str) -> Address:
    """Return the one mailbox that the text names, such as `The shop <help@shop.example>`. Raises ValueError."""
    header: Any = None
    if value.isprintable():
        header = HeaderRegistry()("from", value)
    if header is None or header.defects or [group.display_name for group in header.groups] != [None]:
        raise ValueError("one address such as Shop <help@shop.example>")
    address: Address = header.addresses[0]  # a group without a name holds exactly one
    if not address.username or "." not in address.domain.strip("."):
        raise ValueError("one address such as Shop <help@shop.example>")
    return address


def _mailbox(value: str) -> str:
    return str(mailbox(value))


def _mail_server(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/") or _port(parts) == 0:
        raise ValueError("smtp://USER:PASSWORD@HOST:PORT or smtps://...")
    return value


def _service(value: str) -> str:
    parts = urlsplit(value)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))
    if not secure or not parts.hostname or parts.query or parts.fragment or parts.username or _port(parts) == 0:
        raise ValueError("https://HOST/PATH (http:// only for this machine)")
    return value.rstrip("/")


def _shapes(value: str) -> tuple[str, ...]:
    shapes = tuple(part.strip() for part in value.split(",") if part.strip())
    if not all("#" in shape and len(shape) <= 40 and shape.isprintable() for shape in shapes):  # noqa: PLR2004  # as long as any order's number
        raise ValueError("shapes such as CV-######,8###############, where # is a digit and @ a letter")
    return shapes


def _kinds(*known: str) -> Callable[[str], tuple[str, ...]]:
    def read(value: str) -> tuple[str, ...]:
        chosen = tuple(part.strip() for part in value.split(",") if part.strip())
        if not set(chosen) <= set(known):
            raise ValueError(f"some of {', '.join(known)}, separated by commas")
        return chosen

    return read


def _port(parts: SplitResult) -> int | None:
    """Return the port, 0 when it is none."""
    try:
        return parts.port
    except ValueError:
        return 0


def _setting(read: Callable[[str], Any], default: Any, what: str, *, secret: bool = False) -> Any:
    """Declare one setting: how it is read, what it is without a value, what it is for."""
    return field(default=default, metadata={"read": read, "what": what, "secret": secret}, repr=not secret)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Every setting of Parley; README.md prints this table."""

    kb: Path | None = _setting(_path, None, "The help center's folder; ./kb when there, else the packaged demo")
    database_url: str = _setting(
        database_address, "sqlite:///parley.db", "Where everything is kept: SQLite file or PostgreSQL", secret=True
    )
    redis_url: str | None = _setting(_redis, None, "Redis, needed only for more than one process", secret=True)
    public_url: str | None = _setting(
        _origin, None, "The address under which browsers reach Parley, such as https://chat.example"
    )
    shop_origins: tuple[str, ...] = _setting(
        _origins, (), "Origins of the shop's pages that may open the chat, separated by commas"
    )
    cache: Path | None = _setting(_path, None, "Folder for the built search index; .cache/parley beside the database")
    default_language: str = _setting(
        _one_of("en", "es", "fr"), "en", "The shop's language: used where an entry lacks the shopper's"
    )
    handoff: str = _setting(
        _one_of("offer", "at_once"),
        "offer",
        "When the bot gives up: offer a person, or put the shopper in the queue at once",
    )
    routing: str = _setting(
        _one_of("offer", "pick"),
        "offer",
        "How waiting conversations find an agent: offered to one at a time, or picked from the queue by anybody",
    )
    offer_seconds: int = _setting(_whole(5, 600), 30, "Seconds until an offer that nobody accepts moves on")
    agent_lost_seconds: int = _setting(
        _whole(5, 3600), 60, "Seconds without contact until an agent's conversations go back to the queue"
    )
    handoff_minutes: int = _setting(_whole(1, 1440), 15, "Minutes in the queue before a hand-off expires")
    idle_minutes: int = _setting(_whole(1, 10080), 60, "Minutes without a message before a conversation closes")
    message_length: int = _setting(_whole(100, 4000), 4000, "Longest message, in characters")
    messages_per_minute: int = _setting(
        _whole(1, 60_000),
        60,
        "Messages a shopper may send in a minute (bursts of 10); from one network address twenty times as many",
    )
    connections_per_address: int = _setting(_whole(1, 100000), 200, "Open sockets from one network address")
    connections: int = _setting(_whole(1, 100000), 10000, "Open sockets in all, for one process")
    wrong_answer_cost: float = _setting(
        _number(4.5, 100), 10.0, "Cost of a wrong answer, where a question back costs 4: higher asks back more often"
    )
    mail_url: str | None = _setting(
        _mail_server,
        None,
        "The server that mail is sent through: smtp://USER:PASSWORD@HOST:PORT or smtps://",
        secret=True,
    )
    mail_from: str | None = _setting(_mailbox, None, "Whom mail is from: Shop <no-reply@shop.example>")
    mail_reply_to: str | None = _setting(
        _mailbox, None, "The shop's own mailbox, where answers to mail go; else PARLEY_MAIL_FROM"
    )
    orders_url: str | None = _setting(
        _service, None, "The shop's order service, asked for GET /orders/NUMBER (bot/README.md)"
    )
    order_numbers: tuple[str, ...] = _setting(
        _shapes,
        (),
        "Shapes of the shop's order numbers, which are no cards: CV-######,8############### (# a digit, @ a letter)",
    )
    orders_key: str | None = _setting(_text, None, "Bearer token for the order service", secret=True)
    redact: tuple[str, ...] = _setting(
        _kinds("iban", "email", "phone"),
        (),
        "What is taken out of transcripts before they are stored, beside card numbers: iban,email,phone",
    )
    log_level: str = _setting(_one_of("debug", "info", "warning", "error"), "info", "What is logged, as JSON lines")
    metrics_token: str | None = _setting(
        _text, None, "Bearer token for /metrics; without one only this machine may read it", secret=True
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
        try:
            values[setting.name] = setting.metadata["read"](text)
        except ValueError as error:
            found = "***" if setting.metadata["secret"] else repr(text)
            faults.append(f"{name}: expected {error}, got {found}")
    if "mail_url" in values and "mail_from" not in values:
        faults.append("PARLEY_MAIL_URL: expected PARLEY_MAIL_FROM beside it, found none")
    if faults:
        raise SettingsError(faults)
    return Settings(**{**values, **{name: value for name, value in overrides.items() if value is not None}})


def _nearest(name: str, known: Mapping[str, object]) -> str:
    import difflib  # noqa: PLC0415  # only for a refusal

    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
