"""The judge itself: each kind of fault is named, and a clean run is clean."""

from __future__ import annotations

from dataclasses import replace

from tests.faults.verdict import Acknowledged, Row, Seen, judge

ROWS = [
    Row("c", 1, "a", "x-1", "shopper", "hello 1"),
    Row("c", 2, "b", None, "bot", "yes"),
    Row("c", 3, "d", "x-2", "shopper", "hello 2"),
    Row("c", 4, "e", None, "bot", "no"),
]
SENT = [Acknowledged("c", "x-1", "hello 1", (("a", 1), ("a", 1))), Acknowledged("c", "x-2", "hello 2", (("d", 3),))]
SEEN = [Seen("a tab", "c", ((1, "a"), (2, "b"), (3, "d"), (4, "e")))]


def test_a_clean_run_is_clean() -> None:
    assert judge(ROWS, SENT, SEEN).faults == {}


def test_what_is_not_on_disk_is_lost() -> None:
    assert "lost" in judge(ROWS[:2], SENT, []).faults
    assert "lost" in judge([*ROWS[:2], replace(ROWS[2], id="other"), ROWS[3]], SENT, []).faults


def test_two_answers_to_one_message_must_be_equal() -> None:
    assert "unequal" in judge(ROWS, [replace(SENT[0], answers=(("a", 1), ("d", 3)))], []).faults


def test_a_message_that_is_there_twice_is_a_duplicate() -> None:
    assert "duplicates" in judge([*ROWS, replace(ROWS[2], seq=5, id="f")], SENT, []).faults


def test_a_number_that_is_missing_is_a_gap() -> None:
    assert "gaps" in judge([*ROWS[:3], replace(ROWS[3], seq=5)], SENT, []).faults


def test_viewers_must_show_what_is_on_disk_in_its_order() -> None:
    turned = replace(SEEN[0], shown=((1, "b"), (2, "a"), (3, "d"), (4, "e")))
    short = replace(SEEN[0], shown=SEEN[0].shown[:3])
    assert "disorder" in judge(ROWS, SENT, [turned]).faults
    assert "disorder" in judge(ROWS, SENT, [short]).faults
    assert "untold" in judge(ROWS, SENT, [replace(SEEN[0], holes=1)]).faults


def test_every_message_of_a_shopper_has_a_reply() -> None:
    assert "unanswered" in judge(ROWS[:3], [], []).faults
