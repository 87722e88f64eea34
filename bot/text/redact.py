"""Takes out of a text what names or charges a person: cards, IBANs, e-mail addresses, phone numbers.

Every pattern is bounded and no two neighbours match the same character: linear, whatever is sent.
"""

from __future__ import annotations

import re

CARD, IBAN, EMAIL, PHONE = "[card]", "[iban]", "[email]", "[phone]"

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])")
_DIGITS = re.compile(r"(?<![\w+])\d(?:[ .-]?\d){12,18}(?!\d)")
_INTERNATIONAL = re.compile(r"(?<![\w+])(?:\+|00)[1-9](?:[ .()/-]{0,2}\d){7,14}(?!\d)")
_GROUPED = re.compile(
    r"(?<![\w.,-])(?:"
    r"0[1-9](?:[ .-]\d{2}){4}|0[1-9]\d{8}"  # French
    r"|[6789]\d{2}(?:[ .-]\d{3}){2}|[6789]\d{2}(?:[ .-]\d{2}){3}"  # Spanish
    r"|\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}[.-]\d{3}[.-]\d{4}"  # North American
    r")(?![\w-]|[.,]\d)"
)
_AFTER_A_WORD = re.compile(
    r"((?:phone|mobile|call me|cell|whatsapp|tel[eé]fono|m[oó]vil|celular|ll[aá]m[ae]\w{0,4}|t[eé]l[eé]phone|portable"
    r"|appel\w{0,6}|tel|t[eé]l|num[eé]ro)\b[^\d\n]{0,25})(\d(?:[ .-]?\d){6,13})(?!\d)",
    re.IGNORECASE,
)
_SHORTEST_IBAN = 15
_SHORTEST_CARD = 13


def mask(text: str) -> str:
    """Return the text with a word in brackets in place of each."""
    if "@" in text:
        text = _EMAIL.sub(EMAIL, text)
    if not any(character.isdigit() for character in text):
        return text
    text = _IBAN.sub(_masked_iban, text)
    text = _DIGITS.sub(_masked_card, text)
    text = _INTERNATIONAL.sub(PHONE, text)
    text = _GROUPED.sub(PHONE, text)
    return _AFTER_A_WORD.sub(lambda match: match[1] + PHONE, text)


def _masked_card(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    return CARD if is_card(digits) else match[0]


def is_card(digits: str) -> bool:
    """Whether digits are a card's number: its first digit, its length, and Luhn's sum."""
    if len(digits) < _SHORTEST_CARD or digits[0] not in "23456" or len(set(digits)) == 1:
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0  # noqa: PLR2004  # digits of a product summed


def _masked_iban(match: re.Match[str]) -> str:
    """Mask the longest beginning that is an IBAN: the words behind it may look like more of it."""
    found = match[0]
    ends = [place + 1 for place, character in enumerate(found) if character.isalnum()]
    for end in reversed(ends):
        plain = re.sub(r"[ -]", "", found[:end])
        if len(plain) < _SHORTEST_IBAN:
            break
        if is_iban(plain):
            return IBAN + found[end:]
    return found


def is_iban(plain: str) -> bool:
    """Whether letters and digits without blanks are an IBAN: the remainder by 97 is 1 (ISO 13616)."""
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1
