"""One cleaning for every text that comes in, and one folding for every text that is compared.

Everything here is linear in the length of the text, whatever somebody sends.
"""

from __future__ import annotations

import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_KEPT_CONTROLS = "\n"
_TYPOGRAPHIC = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u00b4": "'", "`": "'", "\u02bc": "'", "œ": "oe", "æ": "ae", "ß": "ss"}
)


def clean(text: str) -> str:
    """Return `text` as it may be stored: NFC, without control characters (line breaks stay).

    NUL and lone surrogates, which no database or JSON reader takes, become U+FFFD; CR LF and CR become LF, a tab
    becomes a space.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(map(_replacement, text))
    return unicodedata.normalize("NFC", kept)


def _replacement(character: str) -> str:
    category = unicodedata.category(character)
    if character == "\0" or category == "Cs":
        return REPLACEMENT
    if category == "Cc" and character not in _KEPT_CONTROLS:
        return ""
    return character


def fold(text: str) -> str:
    """Return `text` for comparing: case and accents off, typographic apostrophes and ligatures made plain."""
    if text.isascii():
        return text.lower().replace("`", "'")
    bare = _without_marks(text).casefold().translate(_TYPOGRAPHIC)
    return _without_marks(bare).casefold()  # taking a mark off may bring out a capital


class _Marks(dict[int, int | None]):
    """A table for `str.translate` that takes combining marks off; fills itself with the characters that it meets."""

    def __missing__(self, code: int) -> int | None:
        self[code] = kept = None if unicodedata.combining(chr(code)) else code
        return kept


_MARKS = _Marks()


def _without_marks(text: str) -> str:
    return unicodedata.normalize("NFKD", text).translate(_MARKS)
