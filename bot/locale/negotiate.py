"""Which of our languages a browser's wish means: `es-MX` gets Spanish."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from babel import Locale, UnknownLocaleError
from babel.core import negotiate_locale

LANGUAGES = ("en", "es", "fr")


def language_of(locale: str) -> str:
    """Return the first subtag: `es` of `es-MX`."""
    return locale.replace("_", "-").split("-", 1)[0].lower()


def negotiate(wished: Iterable[str | None], available: Sequence[str], default: str) -> str:
    """Return the best available language for the wishes, in their order.

    Babel answers None for `es-MX` against `es` unless it is told that tags are joined by "-".
    """
    wishes = [wish.replace("_", "-").strip() for wish in wished if wish]
    return negotiate_locale(wishes, list(available), sep="-") or default


def valid_locale(tag: str | None, default: str) -> str:
    """Return the tag if Babel knows it, in the form `es-MX`; else the default."""
    if not tag:
        return default
    try:
        parsed = Locale.parse(tag.replace("_", "-")[:35], sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        return default
    return str(parsed).replace("_", "-")


def wishes_of_header(accept_language: str) -> list[str]:
    """Return the tags of an Accept-Language header, most wanted first."""
    weighted: list[tuple[float, str]] = []
    for part in accept_language.split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        if tag and tag != "*":
            weighted.append((-weight, tag))
    return [tag for _, tag in sorted(weighted, key=lambda pair: pair[0])]
