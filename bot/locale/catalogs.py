"""Gettext catalogs: every sentence that Parley itself says, in each language.

The English sentence is the key. Catalogs are `.po` files in `translations/`, compiled in memory when they are loaded
(a few milliseconds), so that no built file can be out of step with its source.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.locale.negotiate import LANGUAGES, language_of


class Catalogs:
    """Says a sentence in a language."""

    def __init__(self, translations: Mapping[str, NullTranslations]) -> None:
        self._translations = translations

    def say(self, language: str, sentence: str, /, **params: object) -> str:
        """Return the sentence in the language, its `{name}` places filled from `params`."""
        translations = self._translations.get(language_of(language))
        translated = str(translations.gettext(sentence)) if translations else sentence
        return translated.format(**params) if params else translated


def load_catalogs() -> Catalogs:
    """Read and compile every catalog; English needs none."""
    translations: dict[str, NullTranslations] = {}
    for language in LANGUAGES:
        if language == "en":
            continue
        source = files("bot.locale") / "translations" / f"{language}.po"
        with source.open("rb") as file:
            catalog = read_po(file, locale=language)
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        translations[language] = GNUTranslations(compiled)
    return Catalogs(translations)


def language_name(language: str, reader: str) -> str:
    """Return what the language is called in the reader's: `Spanish`, `espagnol`."""
    return str(Locale.parse(language_of(reader)).languages.get(language_of(language), language))
