"""Order numbers, tracking numbers, e-mail addresses and links in a message."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Each quantifier is bounded and no two neighbours can match the same character: linear, whatever is sent.
_DIGIT = re.compile(r"\d")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,2000}", re.IGNORECASE)
# A parcel's number as the postal union and the large carriers write it: two letters, nine digits, two letters; 1Z...
_TRACKING = re.compile(r"(?<![\w-])(?:[A-Z]{2}\d{9}[A-Z]{2}|1Z[0-9A-Z]{16})(?![\w-])", re.IGNORECASE)
# An order's: digits in groups, perhaps with a short prefix or suffix in letters; at least six digits in all.
_ORDER = re.compile(
    r"(?<![\w.,-])(?:[A-Z]{1,4}-)?\d{1,24}(?:-\d{1,24}){0,5}(?:-[A-Z]{1,3})?(?![\w-]|[.,]\d)", re.IGNORECASE
)
FEWEST_ORDER_DIGITS = 6
MOST_ORDER_DIGITS = 24
_DATE = re.compile(r"\d{1,2}-\d{1,2}-(?:19|20)?\d{2}|(?:19|20)\d{2}-\d{1,2}-\d{1,2}")


@dataclass(frozen=True, slots=True)
class Entities:
    """What stands in a message beside words; `rest` is the message without it."""

    order_numbers: tuple[str, ...] = ()
    tracking_numbers: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    rest: str = ""


def find(text: str) -> Entities:
    """Return the entities of a cleaned text, each kind in order of appearance."""
    urls = tuple(_URL.findall(text)) if "www." in text.lower() or "://" in text else ()
    rest = _URL.sub(" ", text) if urls else text
    emails = tuple(_EMAIL.findall(rest)) if "@" in rest else ()
    rest = _EMAIL.sub(" ", rest) if emails else rest
    if not _DIGIT.search(rest):
        return Entities(emails=emails, urls=urls, rest=rest)
    tracking = tuple(match.upper() for match in _TRACKING.findall(rest))
    rest = _TRACKING.sub(" ", rest)
    orders = tuple(found for found in _ORDER.findall(rest) if _is_order_number(found))
    rest = _ORDER.sub(lambda match: " " if _is_order_number(match[0]) else match[0], rest)
    return Entities(orders, tracking, emails, urls, rest)


def _is_order_number(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return FEWEST_ORDER_DIGITS <= digits <= MOST_ORDER_DIGITS and not _DATE.fullmatch(text)
