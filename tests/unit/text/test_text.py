"""Cleaning, folding, words and entities: for every text that somebody may send."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import entities
from bot.text.normalize import clean, fold
from bot.text.parts import parts
from bot.text.tokens import Analyzer, grams, words

ANYTHING = st.text(alphabet=st.characters(codec=None), max_size=200)


@given(ANYTHING)
def test_clean_text_can_be_stored_and_stays_as_it_is(text):
    once = clean(text)
    assert clean(once) == once
    assert "\0" not in once
    once.encode("utf-8")  # no lone surrogates
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(character) == "Cc" and character != "\n" for character in once)


def test_clean_keeps_lines_and_marks_what_it_cannot_keep():
    assert clean("a\r\nb\rc\td") == "a\nb\nc d"
    assert clean("a\0b\ud800c\x07d") == "a\ufffdb\ufffdcd"
    assert clean("e\u0301") == "é"


@given(ANYTHING)
def test_folding_is_idempotent(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("¿DÓNDE?", "¿donde?"), ("Où EST-ce", "ou est-ce"), ("l\u2019œuf", "l'oeuf"), ("Straße", "strasse")],
)
def test_folding(text, folded):
    assert fold(text) == folded


@given(ANYTHING, st.sampled_from(["en", "es", "fr", "de", "xx"]))
def test_words_never_fail_and_are_folded(text, language):
    for word in Analyzer(language).words(text):
        assert word
        assert word == fold(word)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "wheres my order pls", "where is my order please"),
        ("en", "I don't know what's wrong", "i do not know what is wrong"),
        ("es", "xq no llega mi pedido?", "porque no llega mi pedido"),
        ("fr", "c'est l'adresse, pk?", "c est l adresse pourquoi"),
        ("fr", "jai pas recu", "j ai pas recu"),
        ("es", "holaaaa", "hola"),
        ("en", "order 4410-2290-118 and a@b.co", "order and xordernumber xmail"),
        ("en", "it cost 84 dollars", "it cost xnumber dollars"),
    ],
)
def test_chat_spelling_is_written_out(language, text, expected):
    assert Analyzer(language).words(text) == expected.split()


def test_known_stems_are_taken():
    assert Analyzer("en", {"parcels": "box"}).stem("parcels") == "box"
    assert Analyzer("en").stem("parcels") == "parcel"


def test_grams_mark_the_edges():
    assert list(grams("ab")) == [" a", "ab", "b ", " ab", "ab ", " ab "]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("it's 4418-2291-160", ("4418-2291-160",)),
        ("pedido 90412-336, roto", ("90412-336",)),
        ("#83920117", ("83920117",)),
        ("FR-3302-7718", ("FR-3302-7718",)),
        ("20448813-A", ("20448813-A",)),
        ("in 2026 I paid $84.50", ()),
        ("on 12-11-2026 or 2026-11-21", ()),
        ("call 12345", ()),
        ("no number", ()),
    ],
)
def test_order_numbers(text, numbers):
    assert entities.find(text).order_numbers == numbers


def test_other_entities():
    found = entities.find("RB123456789CN to ann@shop.example see https://x.example/a?b=1 now")
    assert found.tracking_numbers == ("RB123456789CN",)
    assert found.emails == ("ann@shop.example",)
    assert found.urls == ("https://x.example/a?b=1",)
    assert "now" in found.rest
    assert "ann" not in found.rest


@pytest.mark.parametrize(
    "piece", ["a", "1-", "@", "a@", "a.", "http://", "¿", "'", "é", "\ud800", "😡", "AA1", "x@y.", " - "]
)
def test_hostile_text_takes_no_time(piece):
    text = (piece * 4000)[:4000]
    started = time.perf_counter()
    clean(text), fold(text), words(text), entities.find(text), parts(text), Analyzer("fr").words(text)
    assert time.perf_counter() - started < 0.5


def test_a_message_is_parted_where_it_pauses():
    assert parts("Hi, where is my parcel? I want it back now.") == ["where is my parcel", "I want it back now"]
    assert parts("where is my parcel") == []
