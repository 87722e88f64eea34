"""Texts that are nearly the same in two entries."""

from __future__ import annotations

from hashlib import sha256

from bot.knowledge.entries import Entry, KnowledgeBase
from bot.retrieval import near_duplicates


def kb(**texts: tuple[str, ...]) -> KnowledgeBase:
    return KnowledgeBase({id_: {"en": Entry(id_, "en", title, tuple(rest))} for id_, (title, *rest) in texts.items()})


def pairs(base: KnowledgeBase) -> list[tuple[str, str]]:
    return [(pair.first.text, pair.second.text) for pair in near_duplicates.find(base, "en")]


def test_a_letter_or_an_order_of_words_makes_no_difference():
    base = kb(
        a=("where is my parcel today", "reset the password", "cancel my order"),
        b=("today where is my parcels", "I like oranges", "cancel my older"),
    )
    assert pairs(base) == [
        ("where is my parcel today", "today where is my parcels"),
        ("cancel my order", "cancel my older"),
    ]


def test_texts_of_one_entry_and_equal_texts_are_left_out():
    assert pairs(kb(a=("where is my parcel", "where is my parcels"), b=("something else", "x"))) == []
    assert pairs(kb(a=("where is my parcel",), b=("Where is my parcel?",))) == []


def test_a_pair_says_where_it_stands():
    (pair,) = near_duplicates.find(kb(a=("other", "account blocked"), b=("account locked",)), "en")
    assert (pair.first.entry, pair.first.number, pair.second.entry, pair.second.number) == ("a", 1, "b", 0)
    assert 90 <= pair.similarity < 100


def test_more_texts_than_are_compared_at_a_time():
    many = {f"e{n}": (sha256(str(n).encode()).hexdigest(),) for n in range(1200)}
    many["first"] = ("the quick brown fox",)
    many["zlast"] = ("the quick brown foxy",)
    assert pairs(kb(**many)) == [("the quick brown fox", "the quick brown foxy")]


def test_a_language_without_entries_has_none():
    assert near_duplicates.find(kb(a=("x",)), "fr") == []
