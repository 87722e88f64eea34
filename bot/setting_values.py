"""How the text of a setting becomes its value: one small reader a kind, each refusing with what it expects."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.headerregistry import Address, HeaderRegistry
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

DRIVERS = ("sqlite", "postgresql+asyncpg", "postgresql")


def any_text(value: str) -> str:
    return value


def long_secret(least: int) -> Callable[[str], str]:
    def read(value: str) -> str:
        if len(value) < least or len(set(value)) < least // 3:
            raise ValueError(f"at least {least} characters, not all alike")
        return value

    return read


def public_keys(value: str) -> tuple[str, ...]:
    keys = tuple(part.strip().rstrip("=") for part in value.split(",") if part.strip())
    if not all(re.fullmatch(r"[A-Za-z0-9_-]{43}", key) for key in keys):
        raise ValueError("raw Ed25519 public keys, 43 characters of base64url each, separated by commas")
    return keys


def whole(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        number = int(value) if value.strip().lstrip("-").isdecimal() else None
        if number is None or not low <= number <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return number

    return read


def number(low: float, high: float) -> Callable[[str], float]:
    def read(value: str) -> float:
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not low <= number <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return number

    return read


def one_of(*names: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in names:
            raise ValueError("one of " + ", ".join(names))
        return value

    return read


def yes_or_no(value: str) -> bool:
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


def path(value: str) -> Path:
    return Path(value).expanduser()


def origin(value: str) -> str:
    parts = urlsplit(value)
    plain = parts.path in ("", "/") and not parts.query and not parts.fragment and not parts.username
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain or _port(parts) == 0:
        raise ValueError("an origin such as https://chat.example")
    return f"{parts.scheme}://{parts.netloc}".lower()


def public_origin(value: str) -> str:
    """Return the origin under which passwords and cookies travel. Raises ValueError."""
    found = origin(value)
    if not _is_safe(urlsplit(found)):
        raise ValueError("https:// (http:// only for this machine)")
    return found


def _is_safe(parts: SplitResult) -> bool:
    """Whether nobody on the way can read along."""
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))


def origins(value: str) -> tuple[str, ...]:
    return tuple(origin(part.strip()) for part in value.split(",") if part.strip())


def networks(value: str) -> tuple[str, ...]:
    """Return the networks in their shortest form; one address is a network of its own. Raises ValueError."""
    try:
        return tuple(str(ip_network(part.strip())) for part in value.split(",") if part.strip())
    except ValueError:
        raise ValueError("IP addresses or networks such as 10.0.0.7,192.168.1.0/24") from None


def database_address(value: str) -> str:
    """Return the URL with its driver's name. Raises ValueError."""
    scheme, _, rest = value.partition("://")
    names_nothing = not rest.strip("/") or rest == "/:memory:"  # nothing would be kept
    if scheme not in DRIVERS or names_nothing or not _has_a_port_or_none(value):
        raise ValueError("sqlite:///FILE or postgresql+asyncpg://USER@HOST/DATABASE")
    return value.replace("postgresql://", "postgresql+asyncpg://", 1)


def redis(value: str) -> str:
    if urlsplit(value).scheme not in ("redis", "rediss", "unix") or not _has_a_port_or_none(value):
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


def mailbox_text(value: str) -> str:
    return str(mailbox(value))


def mail_server(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/") or _port(parts) == 0:
        raise ValueError("smtp://USER:PASSWORD@HOST:PORT or smtps://...")
    return value


def service(value: str) -> str:
    parts = urlsplit(value)
    if (
        not _is_safe(parts)
        or not parts.hostname
        or parts.query
        or parts.fragment
        or parts.username
        or _port(parts) == 0
    ):
        raise ValueError("https://HOST/PATH (http:// only for this machine)")
    return value.rstrip("/")


def shapes(value: str) -> tuple[str, ...]:
    shapes = tuple(part.strip() for part in value.split(",") if part.strip())
    if not all("#" in shape and len(shape) <= 40 and shape.isprintable() for shape in shapes):  # noqa: PLR2004  # as long as any order's number
        raise ValueError("shapes such as CV-######,8###############, where # is a digit and @ a letter")
    return shapes


def kinds(*known: str) -> Callable[[str], tuple[str, ...]]:
    def read(value: str) -> tuple[str, ...]:
        chosen = tuple(part.strip() for part in value.split(",") if part.strip())
        if not set(chosen) <= set(known):
            raise ValueError(f"some of {', '.join(known)}, separated by commas")
        return chosen

    return read


def page_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or not value.isprintable():
        raise ValueError("https://HOST/PATH")
    return value


def _port(parts: SplitResult) -> int | None:
    """Return the port, 0 when it is none."""
    try:
        return parts.port
    except ValueError:
        return 0


def _has_a_port_or_none(value: str) -> bool:
    """Whether what stands behind the host's colon, if anything, is a port."""
    try:
        return _port(urlsplit(value)) != 0
    except ValueError:  # brackets around no address
        return False
