"""Every sentence that Parley says is translated, with the same places to fill."""

from __future__ import annotations

import string
from functools import cache

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.locale.negotiate import LANGUAGES
from tests.house.sentences import literals, sentences
from tests.house.tree import ROOT, name

FOLDER = ROOT / "bot" / "locale" / "translations"
TRANSLATED = [language for language in LANGUAGES if language != "en"]

pytestmark = pytest.mark.parametrize("language", TRANSLATED)


@cache
def catalog_of(language: str) -> Catalog:
    """Return the catalog, empty where there is no file."""
    path = FOLDER / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def places(sentence: str) -> list[str]:
    """Return the names of the `{places}` in a sentence, sorted."""
    return sorted({field for _, field, _, _ in string.Formatter().parse(sentence) if field is not None})


def test_every_sentence_is_translated(language: str):
    catalog = catalog_of(language)
    translated = {message.id for message in catalog if message.id and message.string and not message.fuzzy}
    missing = [f"{name(path)}: {text}" for text, path in sentences().items() if text not in translated]
    assert missing == [], f"{language}.po lacks {len(missing)} of {len(sentences())} sentences"


def test_translations_have_the_same_places_to_fill(language: str):
    pairs = [(str(message.id), str(message.string)) for message in catalog_of(language) if message.id]
    assert [pair for pair in pairs if places(pair[0]) != places(pair[1])] == []


def test_catalog_holds_nothing_that_nobody_says(language: str):
    known = literals()
    assert [message.id for message in catalog_of(language) if message.id and message.id not in known] == []
