"""Payment card numbers in a text: found by issuer, length, Luhn's sum and the way in which people group them.

Everything here is linear in the length of the text, whatever somebody sends: a run of digits is looked at in a few
windows that begin and end where its groups do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

SHOWN_DIGITS = 4
SHORTEST, LONGEST = 13, 19
_MOST_IN_A_RUN = 400  # digits; what is longer is cut, so that no run costs more than a few milliseconds

# Between two digits of a number: up to three blanks, dots, dashes, slashes, or signs that nobody sees.
_BETWEEN = (
    r"[\s.,_*/\u00b7\u2022\-\u2010-\u2015\u2212\uff0d\u200b-\u200f\u2060\ufe0e\ufe0f\u20e3\ufeff\u00ad\u061c]{0,3}"
)
_RUN = re.compile(rf"\d(?:{_BETWEEN}\d){{{SHORTEST - 1},{_MOST_IN_A_RUN - 1}}}")
_GROUP = re.compile(r"\d+")
_LETTERS_BEFORE = re.compile(r"[^\W\d_]{1,20}$")
_CARD_WORDS = frozenset(
    ["visa", "mc", "mastercard", "maestro", "amex", "card", "cb", "carte", "tarjeta", "carta", "num", "no", "nr"]
)
_A_WORD = 5  # letters glued to a number that are a word; fewer are a code, as parcels have
_PREFIX = re.compile(r"(?<![^\W_])([A-Za-z]{1,4})-$")
_SUFFIX = re.compile(r"-[A-Za-z]{1,3}(?![^\W_])")
_ORDER_BEFORE = re.compile(
    r"\b(?:order|pedido|orden|compra|commande|reference|referencia|r[eé]f[eé]rence)\b"
    r"[ :]{0,3}(?:(?:number|num|no|id|n[uú]mero|num[eé]ro|nro|n[ºo°])[ .:]{0,3})?(?:is|es|est)?[ :#]{0,3}$",
    re.IGNORECASE,
)
_LONGEST_PHONE = 15  # digits behind a plus sign (E.164)
# First digits from .. to, and the lengths that the issuer gives: ISO/IEC 7812, as card schemes publish them.
_ISSUERS: tuple[tuple[int, int, frozenset[int]], ...] = (
    (4, 4, frozenset({13, 16, 19})),  # Visa
    (51, 55, frozenset({16})),  # Mastercard
    (2221, 2720, frozenset({16})),
    (34, 34, frozenset({15})),  # American Express
    (37, 37, frozenset({15})),
    (300, 305, frozenset({14, 16, 19})),  # Diners Club
    (3095, 3095, frozenset({14, 16, 19})),
    (36, 36, frozenset({14, 16, 19})),
    (38, 39, frozenset({14, 16, 19})),
    (3528, 3589, frozenset({16, 19})),  # JCB
    (6011, 6011, frozenset({16, 19})),  # Discover
    (644, 649, frozenset({16, 19})),
    (65, 65, frozenset({16, 19})),
    (62, 62, frozenset({16, 17, 18, 19})),  # UnionPay
    (81, 81, frozenset({16, 17, 18, 19})),
    (5018, 5018, frozenset(range(13, 20))),  # Maestro
    (5020, 5020, frozenset(range(13, 20))),
    (5038, 5038, frozenset(range(13, 20))),
    (5893, 5893, frozenset(range(13, 20))),
    (6304, 6304, frozenset(range(13, 20))),
    (6759, 6759, frozenset(range(13, 20))),
    (6761, 6763, frozenset(range(13, 20))),
    (2200, 2204, frozenset({16, 17, 18, 19})),  # Mir
    (5019, 5019, frozenset({16})),  # Dankort
    (636, 636, frozenset({16, 17, 18, 19})),  # InterPayment
    (637, 639, frozenset({16})),  # InstaPayment
    (60, 60, frozenset({16})),  # RuPay
    (508, 508, frozenset({16})),
)
_LENGTHS = (19, 18, 17, 16, 15, 14, 13)
_ODD_SHAPES = frozenset({(4, 6, 5), (4, 6, 4), (6, 10), (6, 13), (4, 6, 6), (5, 5, 6), (5, 5, 5), (6, 6, 4), (4, 10)})


def hide_cards(text: str, order_numbers: tuple[str, ...] = ()) -> str:
    """Return the text with `[card …1234]` in place of each card's number.

    `order_numbers` are the shop's own shapes (`order_shape`): what has one of them is an order's number.
    """
    if sum(map(str.isdecimal, text)) < SHORTEST:
        return text
    pieces, at = [], 0
    for start, end, digits in _cards(text, order_numbers):
        pieces += [text[at:start], shown(digits)]
        at = end
    return "".join([*pieces, text[at:]])


def shown(digits: str) -> str:
    """Return what stands in a card number's place: enough for its owner to know which it was."""
    return f"[card …{digits[-SHOWN_DIGITS:]}]"


def hides_card(text: str) -> bool:
    """Whether a card's number was taken out of the text."""
    return "[card …" in text


def is_card(digits: str) -> bool:
    """Whether ASCII digits are a card's number: an issuer's first digits, a length of that issuer, and Luhn's sum."""
    return SHORTEST <= len(digits) <= LONGEST and _is_issued(digits) and _luhn(digits)


def _is_issued(digits: str) -> bool:
    length = len(digits)
    return any(length in lengths and low <= int(digits[: len(str(low))]) <= high for low, high, lengths in _ISSUERS)


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0 and len(set(digits)) > 1  # noqa: PLR2004  # digits of a product summed


def _cards(text: str, order_numbers: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Yield where each number stands, and its digits."""
    for run in _RUN.finditer(text):
        groups = [(m.start(), m.end()) for m in _GROUP.finditer(text, run.start(), run.end())]
        digits = "".join(str(unicodedata.decimal(c)) for c in run[0] if c.isdecimal())
        if _is_code(text, run.start(), len(digits)):
            groups, digits = groups[1:], digits[groups[0][1] - groups[0][0] :]
        for first, last, found in _windows(groups, digits):
            start, end = groups[first][0], groups[last][1]
            if not _is_order_number(text, start, end, order_numbers, split=last > first):
                yield start, end, found


def _windows(groups: list[tuple[int, int]], digits: str) -> Iterator[tuple[int, int, str]]:
    """Yield the first and last group of each card number in a run, without overlaps."""
    sizes = [end - start for start, end in groups]
    begins = [0]
    for size in sizes:
        begins.append(begins[-1] + size)
    ends = {place: number for number, place in enumerate(begins)}
    first = 0
    while first < len(sizes):
        alone = first == 0 or sizes[first - 1] != sizes[first]
        for length in _LENGTHS:
            after = ends.get(begins[first] + length)
            if after is None:
                continue
            whole = alone and (after == len(sizes) or sizes[after] != sizes[first])
            if not _is_grouped(tuple(sizes[first:after]), whole=whole):
                continue
            found = digits[begins[first] : begins[after]]
            if is_card(found):
                yield first, after - 1, found
                first = after - 1
                break
        first += 1


def _is_grouped(sizes: tuple[int, ...], *, whole: bool) -> bool:
    """Whether people write card numbers in such groups; in ones, twos and threes only when nothing stands beside."""
    *before, last = sizes
    if not before or sizes in _ODD_SHAPES:
        return True
    if all(size % SHOWN_DIGITS == 0 for size in before):
        return True
    return whole and len(set(before)) == 1 and before[0] in (1, 2, 3, 5) and last <= before[0]


def _is_code(text: str, start: int, length: int) -> bool:
    """Whether the run belongs to something before it: a parcel's letters, a plus sign of a phone number."""
    if start and text[start - 1] == "+":
        return length <= _LONGEST_PHONE
    letters = _LETTERS_BEFORE.search(text, max(0, start - 20), start)
    return letters is not None and len(letters[0]) < _A_WORD and letters[0].lower() not in _CARD_WORDS


def _is_order_number(text: str, start: int, end: int, shapes: tuple[str, ...], *, split: bool) -> bool:
    """Whether what could be a card's number is an order's: of the shop's own shape, with letters, or called so."""
    prefix = _PREFIX.search(text, max(0, start - 6), start)
    if prefix is not None and prefix[1].lower() not in _CARD_WORDS and (prefix[1].isupper() or not split):
        return True
    suffix = _SUFFIX.match(text, end)
    if suffix is not None and not split:
        return True
    begin, after = prefix.start() if prefix else start, suffix.end() if suffix else end
    if any(matches(text, begin, after) for matches in map(_shape, shapes)):
        return True
    return not split and _ORDER_BEFORE.search(text, max(0, start - 60), start) is not None


@lru_cache(maxsize=64)
def _shape(shape: str) -> Callable[[str, int, int], bool]:
    pattern = re.compile(order_shape(shape), re.IGNORECASE)
    return lambda text, start, end: pattern.fullmatch(text[start:end]) is not None


def order_shape(shape: str) -> str:
    """Return the pattern of a shape such as `CV-######`: `#` is a digit, `@` a letter, the rest itself.

    Raises ValueError for one without digits or longer than 40.
    """
    if "#" not in shape or len(shape) > 40 or not shape.isprintable():  # noqa: PLR2004  # as long as any order's number
        raise ValueError("shapes such as CV-######, where # is a digit and @ a letter")
    return "".join({"#": r"\d", "@": r"[A-Za-z]"}.get(character, re.escape(character)) for character in shape)
