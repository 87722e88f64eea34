"""Context moves what is unclear, and nothing else."""

from __future__ import annotations

from bot.retrieval.ranking import Candidate, Ranking


def ranking(*pairs: tuple[str, float], **others: float) -> Ranking:
    return Ranking(tuple(Candidate(entry, confidence) for entry, confidence in pairs), **others)


def test_an_elliptical_question_goes_to_the_entry_before():
    found = ranking(("a", 0.1), ("b", 0.05)).following("plan")
    assert found.top.entry == "plan"
    assert found.confidence > 0.6


def test_a_clear_question_is_not_pushed_aside():
    found = ranking(("a", 0.8), ("b", 0.05)).following("plan")
    assert found.top == Candidate("a", 0.8)
    assert found.candidates[1].confidence < 0.3


def test_a_request_for_a_person_is_no_follow_up():
    assert ranking(("a", 0.05), human=0.9).following("plan").confidence < 0.2


def test_probabilities_still_fit_together():
    found = ranking(("a", 0.3), out_of_scope=0.6).following("plan")
    assert found.confidence + found.out_of_scope <= 1
    assert found.candidates[1].confidence <= found.confidence


def test_an_offered_entry_becomes_likelier_and_others_do_not():
    assert ranking(("a", 0.5)).choosing(["a"]).confidence > 0.6
    assert ranking(("a", 0.5)).choosing(["b"]).confidence == 0.5
    assert ranking().choosing(["b"]).confidence == 0
