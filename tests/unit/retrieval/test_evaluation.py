"""Sets of judged messages: every bad line is named."""

from __future__ import annotations

import pytest

from bot.retrieval.evaluation import Case, LinesError, judge, read_cases
from bot.retrieval.ranking import Candidate, Ranking


def test_every_bad_line_is_named(tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_text('{"text": "a", "lang": "en", "id": null}\n\n{"text": 3}\n[1]\n{bad\n', "utf-8")
    with pytest.raises(LinesError) as caught:
        read_cases(path)
    assert [fault.split(": ")[0] for fault in caught.value.faults] == [f"{path}:{number}" for number in (3, 4, 5)]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(LinesError, match=r"none\.jsonl"):
        read_cases(tmp_path / "none.jsonl")


def test_another_right_entry_counts_too():
    ranking = Ranking((Candidate("a", 0.6), Candidate("b", 0.2)))
    assert judge(Case("x", "en", "b"), ranking, called_a_person=False, language="en").rank == 2
    assert judge(Case("x", "en", "b", also=("a",)), ranking, called_a_person=False, language="es").rank == 1
    assert judge(Case("x", "en", None), ranking, called_a_person=False, language="en").rank == 0
