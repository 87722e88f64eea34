"""A topic goes to the team that names the nearest folder around it."""

from __future__ import annotations

import pytest

from bot.domain.teams import Team, team_for

TEAMS = [Team("1", "Payments", ("payments", "orders/invoices"), None, ()), Team("2", "Orders", ("orders",), None, ())]


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("payments", "Payments"),
        ("payments/cards/declined", "Payments"),
        ("orders/invoices", "Payments"),
        ("orders/returns", "Orders"),
        ("order", None),
        ("orders-old", None),
        ("", None),
        (None, None),
    ],
)
def test_topic_finds_its_team(topic: str | None, name: str | None):
    team = team_for(TEAMS, topic)
    assert (team.name if team else None) == name
