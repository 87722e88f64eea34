"""Takes out of a text what names or charges a person: cards, IBANs, e-mail addresses, phone numbers.

Cards are taken out of whatever is stored; the others by setting there, and always from logs and exports.

Every pattern is bounded and no two neighbours match the same character: linear, whatever is sent.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bot.text.cards import hide_cards

IBAN, EMAIL, PHONE = "[iban]", "[email]", "[phone]"
KINDS = ("iban", "email", "phone")

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])")
_INTERNATIONAL = re.compile(r"(?<![\w+])(?:\+|00)[1-9](?:[ .()/-]{0,2}\d){7,14}(?!\d)")
_GROUPED = re.compile(
    r"(?<![\w.,-])(?:"
    r"0[1-9](?:[ .-]\d{2}){4}|0[1-9]\d{8}"  # French
    r"|[6789]\d{2}(?:[ .-]\d{3}){2}|[6789]\d{2}(?:[ .-]\d{2}){3}"  # Spanish
    r"|\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}[.-]\d{3}[.-]\d{4}"  # North American
    r")(?![\w-]|[.,]\d)"
)
# The word in brackets is ours: what stands behind it was looked at the first time.
_AFTER_A_WORD = re.compile(
    r"((?<!\[)(?:phone|mobile|call me|cell|whatsapp|tel[eé]fono|m[oó]vil|celular|ll[aá]m[ae]\w{0,4}|t[eé]l[eé]phone"
    r"|portable|appel\w{0,6}|tel|t[eé]l|num[eé]ro)\b[^\d\n]{0,25})(\d(?:[ .-]?\d){6,13})(?!\d)",
    re.IGNORECASE,
)
_SHORTEST_IBAN = 15
_ROUNDS = 4  # what was glued to a number stands by itself once that is hidden


def mask(text: str, order_numbers: tuple[str, ...] = ()) -> str:
    """Return the text with a word in brackets in place of each; `order_numbers` as for `storable`."""
    return storable(text, KINDS, order_numbers)


def storable(text: str, kinds: Collection[str], order_numbers: tuple[str, ...] = ()) -> str:
    """Return the text without card numbers, and without what `kinds` names.

    `order_numbers` are the shapes of the shop's own (`CV-######`), which stay whatever they look like.
    """
    for _ in range(_ROUNDS):
        hidden = _hidden(text, kinds, order_numbers)
        if hidden == text:
            break
        text = hidden
    return text


def _hidden(text: str, kinds: Collection[str], order_numbers: tuple[str, ...]) -> str:
    if "email" in kinds and "@" in text:
        text = _EMAIL.sub(EMAIL, text)
    if not any(character.isdecimal() for character in text):
        return text
    text = "".join(
        (IBAN if "iban" in kinds else piece) if is_account else hide_cards(piece, order_numbers)
        for piece, is_account in _parted(text)
    )
    if "phone" in kinds:
        text = _INTERNATIONAL.sub(PHONE, text)
        text = _GROUPED.sub(PHONE, text)
        text = _AFTER_A_WORD.sub(lambda match: match[1] + PHONE, text)
    return text


def _parted(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the text in pieces, and whether each is an account's number: its digits are no card's."""
    at = 0
    for match in _IBAN.finditer(text):
        if end := _end_of_iban(match[0]):
            yield text[at : match.start()], False
            yield match[0][:end], True
            at = match.start() + end
    yield text[at:], False


def _end_of_iban(found: str) -> int:
    """Return where the longest beginning that is an IBAN ends, 0 for none: the words behind it may look like more."""
    ends = [place + 1 for place, character in enumerate(found) if character.isalnum()]
    for end in reversed(ends):
        plain = re.sub(r"[ -]", "", found[:end])
        if len(plain) < _SHORTEST_IBAN:
            break
        if is_iban(plain):
            return end
    return 0


def is_iban(plain: str) -> bool:
    """Whether letters and digits without blanks are an IBAN: the remainder by 97 is 1 (ISO 13616)."""
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1
