"""The policy as a table: what the bot knows, what it reads, what it does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.decisions import Answer, AskOrderNumber, Clarify, Handoff, SmallTalk
from bot.dialogue.policy import Costs, decide, remember
from bot.dialogue.understanding import Understanding
from bot.domain.conversations import Memory
from bot.retrieval.ranking import Candidate, Ranking
from bot.text.entities import Entities

FRESH = Memory("en")
FAILED = Memory("en", failures=1)
ANSWERED = Memory("en", last_entry="a")
COSTS = Costs()
NUMBER = Entities(order_numbers=("4410-2290",))
PLAIN = Understanding(
    text="x",
    question="x",
    language="en",
    language_probability=1.0,
    switched=False,
    entities=Entities(),
    contentless=False,
    asks_for_a_look=False,
    asks_to_act=False,
    names_a_topic=False,
    turns_down=False,
    closes=False,
    follows_up=False,
)


def reads(**changes: object) -> Understanding:
    return replace(PLAIN, **changes)


def ranks(*confidences: float, **others: float) -> Ranking:
    candidates = tuple(Candidate(entry, confidence) for entry, confidence in zip("abcdefgh", confidences, strict=False))
    return Ranking(candidates, human_entry="human", smalltalk_entry="hi", **others)


SURE, UNSURE, LOST, OUTSIDE = ranks(0.95), ranks(0.4, 0.3, 0.1), ranks(0.01), ranks(0.05, out_of_scope=0.9)


@pytest.mark.parametrize(
    ("memory", "understanding", "ranking", "decision"),
    [
        (FRESH, PLAIN, SURE, Answer("a", 0.95)),
        (FAILED, PLAIN, SURE, Answer("a", 0.95)),
        (FRESH, PLAIN, UNSURE, Clarify(("a", "b", "c"))),
        (FRESH, PLAIN, ranks(0.4, 0.001), Clarify(("a",))),
        (FAILED, PLAIN, UNSURE, Handoff("repeated_failure")),
        (FRESH, PLAIN, LOST, Handoff("low_confidence")),
        (FAILED, PLAIN, LOST, Handoff("repeated_failure")),
        (FRESH, PLAIN, OUTSIDE, Handoff("out_of_scope")),
        (FAILED, PLAIN, OUTSIDE, Handoff("out_of_scope")),
        (FRESH, PLAIN, ranks(0.1, human=0.9), Handoff("asked_for_human")),
        (FRESH, PLAIN, replace(ranks(0.01, human=0.9), human_entry=None), Handoff("low_confidence")),
        (FRESH, PLAIN, ranks(0.01, smalltalk=0.9), SmallTalk("hi")),
        (FAILED, PLAIN, ranks(0.01, smalltalk=0.9), SmallTalk("hi")),
        (FRESH, reads(closes=True), LOST, SmallTalk("hi")),
        (FRESH, reads(closes=True), SURE, Answer("a", 0.95)),
        (FRESH, reads(contentless=True), OUTSIDE, Clarify()),
        (FRESH, reads(contentless=True), SURE, Clarify()),
        (ANSWERED, reads(contentless=True, follows_up=True), SURE, Answer("a", 0.95)),
        (FAILED, reads(contentless=True), OUTSIDE, Handoff("repeated_failure")),
        (FRESH, reads(contentless=True, entities=NUMBER), ranks(0.01, smalltalk=0.9), Clarify()),
        (FRESH, reads(asks_for_a_look=True), SURE, AskOrderNumber()),
        (FRESH, reads(asks_for_a_look=True, entities=NUMBER), SURE, Handoff("entry_action")),
        (Memory("en", awaiting_order_number=True), reads(entities=NUMBER), LOST, Handoff("entry_action")),
        (Memory("en", awaiting_order_number=True), reads(asks_for_a_look=True), SURE, Handoff("entry_action")),
        (Memory("en", awaiting_order_number=True), PLAIN, SURE, Answer("a", 0.95)),
        (ANSWERED, reads(asks_to_act=True), UNSURE, Handoff("entry_action")),
        (FRESH, reads(asks_to_act=True), SURE, Answer("a", 0.95)),
        (ANSWERED, reads(turns_down=True), SURE, Clarify()),
        (Memory("en", last_entry="z"), reads(turns_down=True), SURE, Answer("a", 0.95)),
        (Memory("en", last_entry="z"), reads(turns_down=True, contentless=True), SURE, Clarify()),
        (FAILED, reads(turns_down=True), UNSURE, Handoff("repeated_failure")),
        (FRESH, reads(names_a_topic=True), SURE, Clarify(("a",))),
        (FAILED, reads(names_a_topic=True), SURE, Answer("a", 0.95)),
        (FRESH, PLAIN, Ranking(), Handoff("low_confidence")),
        (ANSWERED, reads(contentless=True, points_to_thing=True), SURE, Clarify()),
        (Memory("en", last_entry="z"), reads(contentless=True, follows_up=True), SURE, Answer("a", 0.95)),
        (Memory("en", last_entry="z"), reads(contentless=True, follows_up=True), ranks(0.7), Clarify()),
        (FRESH, reads(contentless=True, follows_up=True), SURE, Clarify()),
        (FRESH, PLAIN, ranks(0.01, smalltalk=0.9, known=False), Clarify()),
        (FRESH, PLAIN, ranks(0.01, out_of_scope=0.9, known=False), Clarify()),
        (FAILED, reads(contentless=True), ranks(0.01, smalltalk=0.9, known=False), Handoff("repeated_failure")),
        (FRESH, reads(complains_vaguely=True), OUTSIDE, Clarify()),
        (FAILED, reads(complains_vaguely=True), UNSURE, Handoff("repeated_failure")),
        (FRESH, PLAIN, ranks(0.3, 0.1, out_of_scope=0.5), Clarify(("a", "b"))),
        (ANSWERED, PLAIN, ranks(0.3, 0.1, out_of_scope=0.5), Handoff("out_of_scope")),
        (ANSWERED, PLAIN, ranks(0.4, 0.2, out_of_scope=0.3), Clarify(("a", "b"))),
    ],
)
def test_decisions(memory, understanding, ranking, decision):
    assert decide(memory, understanding, ranking, COSTS) == decision


def test_a_dearer_mistake_asks_back_more_often():
    assert isinstance(decide(FRESH, PLAIN, ranks(0.7), COSTS), Answer)
    assert isinstance(decide(FRESH, PLAIN, ranks(0.7), Costs(wrong_answer=40)), Clarify)


def test_never_more_than_three_choices():
    decision = decide(FRESH, PLAIN, ranks(*[0.2] * 5), COSTS)
    assert isinstance(decision, Clarify)
    assert len(decision.choices) == 3


@pytest.mark.parametrize(
    ("before", "decision", "after"),
    [
        (FAILED, Answer("b", 0.9), Memory("en", last_entry="b")),
        (ANSWERED, Clarify(("b",)), Memory("en", last_entry="a", offered=("b",), failures=1)),
        (ANSWERED, AskOrderNumber(), Memory("en", last_entry="a", awaiting_order_number=True)),
        (FAILED, SmallTalk("hi"), FAILED),
        (FAILED, Handoff("asked_for_human"), FRESH),
        (FRESH, Handoff("out_of_scope"), FAILED),
    ],
)
def test_what_is_remembered(before, decision, after):
    assert remember(before, PLAIN, decision) == after
