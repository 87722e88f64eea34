"""Versions of what is exposed to the network below which Parley does not start: each had a hole that was closed."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from bot.errors import SettingsError

LEAST = {
    "aiohttp": (3, 14, 1),
    "python-socketio": (5, 16, 2),
    "python-engineio": (4, 13, 3),
}
PARSER = "aiohttp._http_parser"
"""The C parser: the one in Python is slower and laxer about what is a request."""


def check_versions() -> None:
    """Refuse to serve with a dangerous version, or without the strict parser. Raises SettingsError."""
    if faults := version_faults():
        raise SettingsError(faults)


def version_faults() -> list[str]:
    """Return a line for each package that is too old or built without what it needs."""
    faults = []
    for package, least in LEAST.items():
        found = installed(package)
        if found is None or numbers_of(found) < least:
            wanted = ".".join(map(str, least))
            faults.append(
                f"{package}: expected {wanted} or newer, found {found or 'none'}; run: pip install --upgrade {package}"
            )
    if find_spec(PARSER) is None:
        faults.append(
            "aiohttp: expected its C extensions, found none; install a wheel: pip install --only-binary :all: aiohttp"
        )
    return faults


def installed(package: str) -> str | None:
    """Return the installed version."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def numbers_of(text: str) -> tuple[int, ...]:
    """Return what a version is compared by: `3.14.1` is (3, 14, 1), and `3.14.1rc1` comes before it."""
    found = re.match(r"(\d+(?:\.\d+)*)(.*)", text)
    if found is None:
        return ()
    numbers = tuple(map(int, found[1].split(".")))
    early = re.match(r"\.?(a|b|rc|dev)", found[2]) is not None
    return (*numbers[:-1], numbers[-1] - 1, 999) if early else numbers
