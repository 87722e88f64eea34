"""Cards, IBANs, addresses and phone numbers are masked; order numbers, prices and dates are not."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.cards import hide_cards, is_card
from bot.text.redact import is_iban, mask
from tests.unit.text.numbers_people_write import card, corpus


def test_every_card_is_hidden_and_hardly_any_other_number():
    written = corpus()
    cards = [one for one in written if one.card]
    found = [one for one in cards if f"[card …{one.card[-4:]}]" in hide_cards(one.text)]
    assert len(found) >= 0.995 * len(cards) == 995
    orders = [one for one in written if one.kind == "order"]
    wrong = [one.text for one in written if not one.card and hide_cards(one.text) != one.text]
    assert len([one for one in orders if one.text in wrong]) <= 0.005 * len(orders)
    assert len(wrong) <= 0.005 * (len(written) - len(cards))


def test_nothing_of_a_card_but_its_last_digits_is_left():
    for one in corpus():
        if one.card:
            left = "".join(str(int(c)) for c in mask(one.text) if c.isdecimal())
            assert one.card[4:-4] not in left, one


def test_the_shops_own_order_numbers_stay_whatever_they_look_like():
    chance = random.Random(3)
    for number in (card(chance) for _ in range(200)):
        text, shape = f"where is {number}?", "#" * len(number)
        assert hide_cards(text) != text
        assert hide_cards(text, ("CV-######", shape)) == text
        assert mask(text, (shape,)) == text
        assert hide_cards(f"where is CV-{number}?") == f"where is CV-{number}?"
        assert hide_cards(f"visa-{number}") == f"visa-[card …{number[-4:]}]"


def test_what_was_hidden_once_is_left_alone():
    once = mask("4111 1111 1111 1111, ES91 2100 0418 4502 0005 1332, carol@mail.example, +34 612 345 678")
    assert once == "[card …1111], [iban], [email], [phone]"
    assert mask(once) == once


@pytest.mark.parametrize("glue", ["+", ".", "-", "_", "+++", ""])
def test_an_address_right_behind_another_is_hidden_too(glue: str):
    assert "carol" not in mask(f"dora@shop.example{glue}carol@mail.example")


PIECES_OF_CARDS = st.one_of(
    st.text(max_size=12), st.sampled_from(["4111 1111 1111 1111", "4", " ", "-", "+", "CV-", "a@b.es"])
)


@given(st.lists(PIECES_OF_CARDS, max_size=12).map("".join))
@example("0@0.0+@0.0")
@example("+4111 1111 1111 11114111 1111 1111 1111")
@example("600 000 000+14111 1111 1111 1111")
def test_hiding_never_fails_and_twice_is_once(text: str):
    hidden = mask(text)
    assert mask(hidden) == hidden
    assert hide_cards(f"{text} | 4111 1111 1111 1111").endswith(" | [card …1111]")


@pytest.mark.parametrize("digits", ["4111111111111112", "1111111111111111", "9111111111111111", "411111111111111"])
def test_a_card_needs_issuer_length_and_sum(digits: str):
    assert not is_card(digits)
    assert hide_cards(digits) == digits


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
        ("مرحبا 4111111111111111 👋", "مرحبا [card …1111] 👋"),
    ],
)
def test_masking(text: str, masked: str):
    assert mask(text) == masked


def test_iban_is_checked():
    assert is_iban("DE89370400440532013000")
    assert not is_iban("DE89370400440532013001")
