"""What is honestly said about the wait: whether anybody can come, when people are back, about how long it takes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from bot.domain.agents import Agent, Presence
from bot.domain.hours import Hours
from bot.services.routing import Away, away, estimate
from tests.fakes import NOON
from tests.unit.services.desk import ALL_DAY, MORNINGS, NEVER_OPEN, agent, team

THERE = [agent("a")]
BACK = NOON + timedelta(hours=21)  # nine the next morning


@pytest.mark.parametrize(
    ("people", "hours", "expected"),
    [
        (THERE, None, None),
        (THERE, MORNINGS, None),  # who is there can come, whatever the timetable says
        ([agent("a", presence=Presence.AWAY)], MORNINGS, None),
        ([agent("a", open=2)], None, None),
        ([], None, Away(None)),
        ([], ALL_DAY, Away(None)),
        ([], MORNINGS, Away(BACK)),
        ([], NEVER_OPEN, Away(None)),
        ([agent("a", languages=("fr",))], MORNINGS, Away(BACK)),
        ([agent("a", lease_until=NOON)], MORNINGS, Away(BACK)),
    ],
)
def test_when_people_are_back(people: Iterable[Agent], hours: Hours | None, expected: Away | None):
    assert away(people, "en", None, hours, NOON) == expected


def test_when_a_team_is_back():
    assert away([], "en", team(hours=MORNINGS), ALL_DAY, NOON) == Away(BACK)
    assert away([], "en", team(), MORNINGS, NOON) == Away(BACK)


@pytest.mark.parametrize(
    ("position", "waited", "waits", "gaps", "about"),
    [
        (1, 0, [], [], None),
        (1, 0, [30, 30], [10], None),
        (1, 0, [20, 30, 40], [10, 10], 30),
        (1, 15, [20, 30, 40], [10, 10], 15),
        (1, 25, [20, 30, 40, 50], [10], 15),
        (1, 35, [20, 30, 40], [10, 10], None),  # nobody waited so long: who knows
        (4, 0, [20, 30, 40], [10, 30], 60),
        (4, 0, [200, 300, 400], [10, 30], 300),
        (4, 0, [20, 30, 40], [], 30),
    ],
)
def test_word_about_the_wait(position: int, waited: float, waits: list[float], gaps: list[float], about: int | None):
    assert estimate(position, waited, waits, gaps) == about
