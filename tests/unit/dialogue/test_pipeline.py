"""Whole turns on a small help center."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.dialogue.decisions import Clarify, Handoff, SmallTalk
from bot.dialogue.pipeline import Pipeline, about_the_thing, going_on
from bot.dialogue.rehearsal import Line, play
from bot.domain.conversations import Memory
from bot.retrieval.ranking import Candidate, Ranking
from bot.retrieval.retriever import Retriever
from tests.small_kb import small_kb


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    kb = small_kb()
    return Pipeline(kb, Retriever.fit(kb))


@pytest.mark.parametrize(
    ("language", "script"),
    [
        ("en", "hello -> smalltalk | I forgot my password -> answer:account/password | thank you so much -> smalltalk"),
        ("en", "it's not working -> clarify | no none of that -> handoff"),
        ("en", "I want a person please -> handoff | ok thanks -> smalltalk"),
        ("en", "look up my order -> ask-order-number | 4418-2291-160 -> handoff | I'll wait -> smalltalk"),
        ("en", "83-447-1902 -> clarify | where is my parcel -> answer:shipping/track"),
        ("en", "where is my parcel -> answer:shipping/track | that doesn't help -> clarify | no, wrong -> handoff"),
        ("en", "where is my parcel -> answer:shipping/track | olvidé mi contraseña -> answer:account/password"),
        ("es", "hola -> smalltalk | dónde está mi paquete -> answer:shipping/track | ok -> smalltalk"),
    ],
)
def test_conversations(pipeline, language, script):
    lines = [Line(*(part.strip() for part in step.split("->"))) for step in script.split("|")]
    assert [(one.line.say, one.did) for one in play(pipeline, language, lines)] == [
        (one.say, one.expect) for one in lines
    ]


def test_what_its_likeliest_language_leaves_unclear_is_read_in_the_next(pipeline):
    assert pipeline.identifier.identify("canselar").language == "en"  # "cancel" in nearly English letters
    turn = pipeline.turn(Memory(""), "canselar")
    assert (turn.language, turn.decision.entry) == ("es", "orders/cancel")
    assert pipeline.turn(Memory(""), "cancel").language == "en"


@pytest.mark.parametrize("text", ["???", "\N{POUTING FACE}\N{POUTING FACE}", "zzkjhx qwpfv"])
def test_what_holds_no_known_word_is_asked_about_once(pipeline, text):
    first = pipeline.turn(Memory("en"), text)
    assert isinstance(first.decision, Clarify)
    assert pipeline.turn(first.memory, text).decision == Handoff("repeated_failure")


@pytest.mark.parametrize("text", ["\N{THUMBS UP SIGN}", "\N{PERSON WITH FOLDED HANDS}"])
def test_a_friendly_sign_is_a_courtesy(pipeline, text):
    assert isinstance(pipeline.turn(Memory("en"), text).decision, SmallTalk)


def test_a_given_language_is_taken(pipeline):
    assert pipeline.turn(Memory("en"), "PayPal", given_language="es").language == "es"
    assert pipeline.turn(Memory("en"), "PayPal", given_language="xx").language == "en"


def test_it_can_be_asked_from_many_threads(pipeline):
    texts = ["where is my parcel", "olvidé mi contraseña", "refund tyme", "hola"] * 25
    alone = [pipeline.turn(Memory(""), text).decision for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: pipeline.turn(Memory(""), text).decision, texts)) == alone


@pytest.mark.parametrize("text", ["", " ", "\0", "\ud800", "😡" * 2000, "a" * 4000, "\n" * 100])
def test_any_text_gets_a_decision(pipeline, text):
    assert pipeline.turn(Memory("en"), text).decision is not None


def ranked(**confidences: float) -> Ranking:
    return Ranking(tuple(Candidate(entry, confidence) for entry, confidence in confidences.items()), out_of_scope=0.2)


def test_a_pronoun_stays_on_the_entry_before():
    after = about_the_thing(ranked(elsewhere=0.8, before=0.01), "before")
    assert after.top is not None
    assert after.top.entry == "before"
    assert sum(one.confidence for one in after.candidates) <= 1.0


def test_a_question_that_goes_on_prefers_the_neighbours():
    alone = ranked(elsewhere=0.4, beside=0.3)
    assert going_on(alone, Ranking(), "before", {"beside"}).top == Candidate("beside", pytest.approx(0.68, abs=0.01))


def test_what_speaks_for_an_entry_elsewhere_is_meant_for_the_neighbour_that_the_title_brings_up():
    alone = ranked(elsewhere=0.6, beside=0.03)
    assert going_on(alone, ranked(before=0.9, beside=0.01), "before", {"beside"}).candidates[0].entry == "beside"
    assert going_on(alone, ranked(before=0.9, other=0.01), "before", {"beside"}).candidates[0].entry == "elsewhere"


def test_a_clear_message_is_searched_once(pipeline, monkeypatch):
    asked = []
    search = Retriever.search
    monkeypatch.setattr(Retriever, "search", lambda *args, **more: asked.append(args[1]) or search(*args, **more))
    pipeline.turn(Memory("en", last_entry="account/password"), "where is my parcel")
    pipeline.turn(Memory("en"), "and what does that cost?")
    assert len(asked) == 2
    pipeline.turn(Memory("en", last_entry="account/password"), "and what does that cost?")
    assert len(asked) <= 4
