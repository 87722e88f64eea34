"""Cards, IBANs, addresses and phone numbers are masked; order numbers, prices and dates are not."""

from __future__ import annotations

import random
import time

import pytest

from bot.text.redact import is_card, is_iban, mask


def card(chance: random.Random) -> str:
    """Return a made-up card number, with blanks as people type them."""
    digits = chance.choice(["4", "51", "34", "6011", "2221"])
    digits += "".join(str(chance.randrange(10)) for _ in range((14 if digits == "34" else 15) - len(digits)))
    digits = next(digits + str(last) for last in range(10) if is_card(digits + str(last)))
    gap = chance.choice(["", " ", "-"])
    return gap.join(digits[place : place + 4] for place in range(0, len(digits), 4))


def test_every_card_is_masked_and_hardly_any_order_number():
    chance = random.Random(1)
    missed = [
        text for text in (card(chance) for _ in range(1000)) if mask(f"my card {text}, ok?") != "my card [card], ok?"
    ]
    assert missed == []
    orders = [f"CV-{chance.randrange(10**6):06}" for _ in range(400)]
    orders += [str(chance.randrange(10**5, 10**9)) for _ in range(600)]
    kept = sum(mask(f"order {text} please") == f"order {text} please" for text in orders)
    assert kept >= 995


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to carol.smith+shop@mail.example.com", "write to [email]"),
        ("ES91 2100 0418 4502 0005 1332 es mi cuenta", "[iban] es mi cuenta"),
        ("IBAN FR1420041010050500013M02606.", "IBAN [iban]."),
        ("llámame al 612 345 678", "llámame al [phone]"),
        ("mi móvil es 612345678", "mi móvil es [phone]"),
        ("appelez-moi au 06 12 34 56 78", "appelez-moi au [phone]"),
        ("+44 20 7946 0958 is my number", "[phone] is my number"),
        ("call me (555) 123-4567", "call me [phone]"),
        ("order 100200300 from 2026-11-02 for 49.90", "order 100200300 from 2026-11-02 for 49.90"),
        ("000000000000000", "000000000000000"),
        ("1Z999AA10123456784", "1Z999AA10123456784"),
        ("مرحبا 4111111111111111 👋", "مرحبا [card] 👋"),
    ],
)
def test_masking(text: str, masked: str):
    assert mask(text) == masked


def test_hostile_text_costs_little():
    started = time.perf_counter()
    for text in ("1 " * 2000, "a@" * 2000, "+1-" * 1500, "AB12 " * 800, "tel " * 1000, "0" * 4000):
        mask(text)
    assert time.perf_counter() - started < 2.5


def test_iban_is_checked():
    assert is_iban("DE89370400440532013000")
    assert not is_iban("DE89370400440532013001")
