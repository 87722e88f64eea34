"""What each role may do."""

from __future__ import annotations

import pytest

from bot.domain.agents import Agent, Presence
from bot.domain.rights import MEANINGS, RIGHTS, Right, Role
from tests.fakes import NOON

STAFF = {
    Right.CHAT,
    Right.SUPERVISE,
    Right.REPORTS,
    Right.SETTINGS,
    Right.PEOPLE,
    Right.PERSONAL_DATA,
    Right.ERASE,
    Right.AUDIT,
}
MAY = {
    Role.AGENT: {Right.CHAT},
    Role.SUPERVISOR: {Right.CHAT, Right.SUPERVISE, Right.REPORTS, Right.SETTINGS},
    Role.ANALYST: {Right.REPORTS},
    Role.ADMIN: STAFF,
}


def somebody(role: Role) -> Agent:
    return Agent(
        id="a",
        name="Amir",
        email="amir@shop.example",
        role=role,
        languages=("en",),
        capacity=3,
        presence=Presence.ONLINE,
        created_at=NOON,
    )


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("role", Role)
def test_role_has_its_rights_and_no_other(role: Role, right: Right):
    assert somebody(role).may(right) is (right in MAY[role])


def test_every_role_is_in_the_table():
    assert set(RIGHTS) == set(Role)


def test_every_right_says_what_it_is_for():
    assert set(MEANINGS) == set(Right)
