"""The figures in a text, read as its language writes them: so that answers can be compared across languages.

`3.90` and `3,90`, `10%` and `10 %`; `8 am to 10 pm`, `de 8:00 a 22:00` and `de 8 h à 22 h` are the same.
Digits only: "twice" and "deux fois" are a reader's job.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_HALF_DAY = 12
_FIGURE = re.compile(
    r"""
    (?P<code>  \b[^\W\d_]+ (?:-[^\W_]*){0,4} \d [\w-]* )  # CV-7K3QX9: a name, kept whole
  | (?P<hour>  \d{1,2} ) (?: : (?P<minute> \d{2} ) )? \s? (?P<half> [ap]\.?\s?m\b\.? )
  | (?P<clock> \d{1,2} ) (?: : | \s? h \s? ) (?P<past> \d{2} ) \b
  | (?P<number> \d{1,3} (?: [ ]\d{3}\b )+ (?: [.,]\d+ )? | \d+ (?: [.,]\d+ )* )
    (?P<percent> \s? (?: % | por\s?ciento | pour\s?cent | percent\b ) )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DECIMAL_SIGN = {"en": "."}


def figures(text: str, language: str) -> frozenset[str]:
    """Return the figures of `text` in one form for all languages: `3.9`, `10%`, `22`, `8:30`, `CV-7K3QX9`.

    A time on the hour is the plain number of the hour (24 h): "8 h" may be a time and may be eight hours.
    """
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text))
    return frozenset(_canonical(match, language) for match in _FIGURE.finditer(plain))


def _canonical(match: re.Match[str], language: str) -> str:
    if match["code"]:
        return match["code"].upper()
    if match["half"]:
        after_noon = match["half"][0].lower() == "p"
        hour = int(match["hour"]) % _HALF_DAY + (_HALF_DAY if after_noon else 0)
        return _time(hour, match["minute"])
    if match["clock"]:
        return _time(int(match["clock"]), match["past"])
    return _number(match["number"], language) + ("%" if match["percent"] else "")


def _time(hour: int, minute: str | None) -> str:
    return str(hour) if minute in (None, "00") else f"{hour}:{minute}"


def _number(written: str, language: str) -> str:
    """Return the number without thousands' signs, its decimals behind a dot and without zeros at the end.

    A sign that is not the language's decimal sign separates thousands when three digits follow it, else
    decimals: prices with a dot are understood in Spanish and French too.
    """
    decimal = _DECIMAL_SIGN.get(language, ",")
    written = written.replace(" ", "")
    other = "," if decimal == "." else "."
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(other)}\d{{3}})+(?:{re.escape(decimal)}\d+)?", written):
        written = written.replace(other, "")
    parts = re.split(r"[.,]", written)
    whole, fraction = parts[0], "".join(parts[1:])
    if len(parts) > 2:  # noqa: PLR2004  # a version or a date: no number, kept as it is written
        return ".".join(parts)
    return f"{Decimal(f'{whole}.{fraction or 0}').normalize():f}"
