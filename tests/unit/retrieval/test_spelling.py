"""Spelling: what is nearly known is put right, and what is something else stays."""

from __future__ import annotations

import pytest

from bot.retrieval.spelling import Speller

COUNTS = {"parcel": 9, "refund": 7, "delivery": 5, "address": 4, "card": 3, "cart": 1, "return": 2, "xmail": 1}


@pytest.fixture
def speller() -> Speller:
    return Speller(COUNTS, lambda word: word.removesuffix("s"), known={"would", "coat"})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("parcl", "parcel"),
        ("pracel", "parcel"),
        ("delivrey", "delivery"),
        ("refnud", "refund"),
        ("adress", "address"),
        ("parcels", "parcel"),
        ("cardd", "card"),
        ("wardrobe", "wardrobe"),
        ("would", "would"),
        ("coat", "coat"),
        ("bard", "bard"),
        ("xmial", "xmial"),
        ("car", "car"),
        ("12345", "12345"),
    ],
)
def test_repairs(speller, written, meant):
    assert speller.repair([written]) == (meant,)


def test_a_long_message_is_not_repaired_without_end(speller):
    assert speller.repair(["parcl" + "abcdefghij"[n % 10] for n in range(100)] + ["refnud"])[-1] == "refnud"
