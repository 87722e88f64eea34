"""Every name by which these tests find things on a page: the sentences of the browser side's own catalogs."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

LOCALES = Path(__file__).resolve().parent.parent.parent / "widget" / "locales"
LANGUAGES = ("en", "es", "fr")
IN_FRENCH = [*(pytest.param(language, marks=pytest.mark.full_only) for language in ("en", "es")), "fr"]
"""Every language in the full form, otherwise the one with the longest sentences."""


@cache
def _catalog(name: str, language: str) -> dict[str, str | dict[str, str]]:
    text = (LOCALES / f"{name}.{language}.json").read_text(encoding="utf-8")
    catalog: dict[str, str | dict[str, str]] = json.loads(text)
    return catalog


class Words:
    """The sentences of some catalogs in one language."""

    def __init__(self, language: str, *catalogs: str) -> None:
        self.language = language
        self._catalogs = catalogs

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence with its values put in; of a plural the form for `count`."""
        for name in self._catalogs:
            found = _catalog(name, self.language).get(key)
            if isinstance(found, dict):
                found = found["one" if values.get("count") == 1 else "other"]
            if found is not None:
                return re.sub(r"\{(\w+)\}", lambda place: str(values.get(place[1], place[0])), found)
        raise KeyError(key)


def shopper_words(language: str) -> Words:
    return Words(language, "shopper", "shopper-later")


def staff_words(language: str) -> Words:
    return Words(language, "agent", "staff", "staff-office")


def analyst_words(language: str) -> Words:
    return Words(language, "analyst", "analyst-later", "staff")


def account_words(language: str) -> Words:
    return Words(language, "staff-account", "staff")
