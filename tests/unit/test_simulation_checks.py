"""The checks of a simulated morning find what is broken, and nothing else."""

from __future__ import annotations

import pytest

from bot.demo.simulation_checks import Fact, Skills, check

SKILLS = {"a": Skills(("en",), 1), "b": Skills(("fr", "en"), 2)}


def facts(*told: str) -> list[Fact]:
    """Return facts from lines such as `3 a accepted h1 en`."""
    return [
        Fact(float(at), kind, agent, *(rest or [None, None])) for at, agent, kind, *rest in (t.split() for t in told)
    ]


GOOD = [
    (),
    ("0 a online", "1 a offered h en", "2 a accepted h en", "9 a done h en", "9 a accepted i en"),
    ("1 b accepted h fr", "1 b accepted i fr", "2 b done h fr", "2 b accepted j fr"),
    ("1 a accepted h en", "5 a gone", "60 a accepted i en"),
    ("1 a offered h en", "9 a over h en", "9 b offered h en"),
]


@pytest.mark.parametrize("told", GOOD)
def test_morning_without_a_fault(told: tuple[str, ...]):
    found = check(facts(*told), SKILLS)
    assert (found.over_capacity, found.wrong_language) == ([], [])


def test_agent_over_capacity_is_found():
    found = check(facts("1 a accepted h en", "2 b accepted i en", "3 a accepted j en"), SKILLS)
    assert found.over_capacity == ["3 s: a had 2, and may have 1"]
    assert found.busiest == 2


@pytest.mark.parametrize(
    ("before", "free"),
    [
        (["0 b online"], "b"),
        ([], "nobody"),
        (["0 b online", "1 b away"], "nobody"),
        (["0 b online", "1 b offered x en"], "nobody"),
        (["0 b online", "1 b accepted x en", "2 b accepted y en"], "nobody"),
        (["0 b online", "1 b accepted x en", "2 b accepted y en", "3 b done x en"], "b"),
    ],
)
def test_offer_in_the_wrong_language_is_found_with_who_was_free(before: list[str], free: str):
    found = check(facts(*before, "5 a offered h fr"), SKILLS)
    assert found.wrong_language == [f"5 s: a was offered fr; free: {free}"]
