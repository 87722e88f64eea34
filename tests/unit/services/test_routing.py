"""Who is asked, who waits, and what is said about the wait: each rule with its cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.agents import RELEASE_SECONDS, Presence
from bot.domain.handoffs import Handoff, HandoffStatus, Priority, Reason, priority_of
from bot.domain.rights import Role
from bot.services.routing import (
    ASK_AGAIN_SECONDS,
    Offer,
    Person,
    choose,
    keeps_offer,
    people_of,
    place,
    plan,
    team_of,
)
from tests.fakes import NOON
from tests.unit.services.desk import ALL_DAY, LEASED, MORNINGS, agent, ago, handoff, person, team


def asked(offer: Offer | None) -> str | None:
    return offer.agent_id if offer else None


WHOM: list[tuple[str, Sequence[Person], str | None]] = [
    ("nobody is there", [], None),
    ("somebody is", [person("a")], "a"),
    ("away is not asked", [person("a", presence=Presence.AWAY)], None),
    ("offline is not asked", [person("a", presence=Presence.OFFLINE)], None),
    ("a lease that ended", [person("a", lease_until=NOON)], None),
    ("a lease that was let go", [person("a", lease_until=NOON + timedelta(seconds=RELEASE_SECONDS))], None),
    ("never connected", [person("a", lease_until=None)], None),
    ("switched off", [person("a", disabled=True)], None),
    ("an analyst does not chat", [person("a", role=Role.ANALYST)], None),
    ("another language", [person("a", languages=("es", "fr"))], None),
    ("the language among others", [person("a", languages=("fr", "en"))], "a"),
    ("full", [person("a", open=2)], None),
    ("over full, because capacity was lowered", [person("a", open=3)], None),
    ("no capacity at all", [person("a", capacity=0)], None),
    ("looks at another offer", [person("a", looking=True)], None),
    ("least loaded", [person("a", open=1), person("b")], "b"),
    ("least loaded by share", [person("a", open=1, capacity=2), person("b", open=2, capacity=6)], "b"),
    ("longest idle", [person("a", last_assigned_at=ago(10)), person("b", last_assigned_at=ago(99))], "b"),
    ("idle since ever", [person("a", last_assigned_at=ago(9999)), person("b")], "b"),
    ("load before idleness", [person("a", open=1, last_assigned_at=ago(9)), person("b", last_assigned_at=NOON)], "b"),
    ("the first by id when all is equal", [person("b"), person("a")], "a"),
]


@pytest.mark.parametrize(("case", "people", "expected"), WHOM, ids=[case for case, _, _ in WHOM])
def test_whom_to_ask(case: str, people: Sequence[Person], expected: str | None):
    assert asked(choose(handoff(), people, None, NOON)) == expected


SOON, LATER = ago(ASK_AGAIN_SECONDS - 1), ago(ASK_AGAIN_SECONDS)
AGAIN: list[tuple[str, Sequence[Person], tuple[str, ...], datetime, tuple[str, tuple[str, ...]] | None]] = [
    ("who declined is passed over", [person("a"), person("b", open=1)], ("a",), SOON, ("b", ("a",))),
    ("alone, left alone for a while", [person("a")], ("a",), SOON, None),
    ("alone, asked again after it", [person("a")], ("a",), LATER, ("a", ())),
    ("all declined: asked anew from the start", [person("a", open=1), person("b")], ("b", "a"), LATER, ("b", ())),
    ("the other one is full: after a while", [person("a"), person("b", open=2)], ("a",), LATER, ("a", ())),
    ("the other one is full: not yet", [person("a"), person("b", open=2)], ("a",), SOON, None),
    ("who came new goes first even then", [person("a"), person("c", open=1)], ("a",), LATER, ("c", ("a",))),
]


@pytest.mark.parametrize(("case", "people", "declined", "offered_at", "expected"), AGAIN, ids=[c[0] for c in AGAIN])
def test_whom_to_ask_again(
    case: str,
    people: Sequence[Person],
    declined: tuple[str, ...],
    offered_at: datetime,
    expected: tuple[str, tuple[str, ...]] | None,
):
    offer = choose(handoff(declined_by=declined, offered_at=offered_at), people, None, NOON)
    assert (offer and (offer.agent_id, offer.declined_by)) == expected


TEAMS: list[tuple[str, Sequence[Person], tuple[str, ...], str | None]] = [
    ("the team first, however busy", [person("a"), person("t", open=1)], (), "t"),
    ("full: it waits for the team", [person("a"), person("t", open=2)], (), None),
    ("nobody of the team: everybody", [person("a"), person("t", presence=Presence.OFFLINE)], (), "a"),
    ("nobody of the team speaks it: everybody", [person("a"), person("t", languages=("fr",))], (), "a"),
    ("the whole team declined: everybody else", [person("a"), person("t")], ("t",), "a"),
    ("one of the team is left", [person("a"), person("t"), person("u", open=1)], ("t",), "u"),
]


@pytest.mark.parametrize(("case", "people", "declined", "expected"), TEAMS, ids=[c[0] for c in TEAMS])
def test_whom_to_ask_for_a_team(case: str, people: Sequence[Person], declined: tuple[str, ...], expected: str | None):
    wanted = handoff(team_id="t", declined_by=declined, offered_at=SOON)
    assert asked(choose(wanted, people, team("t", "u"), NOON)) == expected


@pytest.mark.parametrize(
    ("team_id", "team_hours", "shop_hours", "found"),
    [
        ("t", None, None, True),
        (None, None, None, False),
        ("gone", None, None, False),
        ("t", ALL_DAY, MORNINGS, True),
        ("t", MORNINGS, ALL_DAY, False),
        ("t", None, MORNINGS, False),
        ("t", None, ALL_DAY, True),
    ],
)
def test_outside_its_hours_a_team_is_nobody(team_id, team_hours, shop_hours, found):
    expected = team("a", hours=team_hours)
    assert team_of(handoff(team_id=team_id), [expected], shop_hours, NOON) == (expected if found else None)


ORDER: list[tuple[str, Handoff, Handoff]] = [
    ("who waits longer", handoff(requested_at=ago(61)), handoff(requested_at=ago(60))),
    ("the lost one, whenever it came", handoff(priority=Priority.LOST, requested_at=NOON), handoff()),
    ("the transferred one", handoff(priority=Priority.TRANSFERRED, requested_at=NOON), handoff()),
    ("lost before transferred", handoff(priority=Priority.LOST), handoff(priority=Priority.TRANSFERRED)),
    ("who asked before who was not understood", handoff(), handoff(priority=Priority.UNSURE, requested_at=ago(999))),
    ("by id in the same moment", handoff("a"), handoff("b")),
]


@pytest.mark.parametrize(("case", "first", "second"), ORDER, ids=[case for case, _, _ in ORDER])
def test_who_goes_first(case: str, first: Handoff, second: Handoff):
    assert sorted([second, first], key=place) == [first, second]


@pytest.mark.parametrize("reason", Reason)
def test_reasons_have_a_priority_and_no_request_goes_before_who_was_promised(reason: Reason):
    unsure = reason in (Reason.LOW_CONFIDENCE, Reason.OUT_OF_SCOPE)
    assert priority_of(reason) is (Priority.UNSURE if unsure else Priority.ASKED)


def planned(queue: Sequence[Handoff], people: Sequence[Person]) -> list[tuple[str, str]]:
    return [(o.handoff_id, o.agent_id) for o in plan(queue, people, [], None, NOON)]


def test_each_agent_is_asked_about_one_and_the_head_of_the_queue_chooses_first():
    queue = [
        handoff("late", requested_at=ago(1)),
        handoff("lost", requested_at=NOON, priority=Priority.LOST),
        handoff("early"),
    ]
    assert planned(queue, [person("a", open=1), person("b")]) == [("lost", "b"), ("early", "a")]


def test_who_nobody_understands_holds_nobody_up():
    queue = [handoff("french", language="fr"), handoff("english", requested_at=NOON)]
    assert planned(queue, [person("a")]) == [("english", "a")]


def test_what_is_offered_already_is_left_where_it_is():
    queue = [handoff("offered", status=HandoffStatus.OFFERED, offered_to="a"), handoff("next", requested_at=NOON)]
    people = people_of([agent("a"), agent("b")], queue)
    assert [p.looking for p in people] == [True, False]
    assert planned(queue, people) == [("next", "b")]


@pytest.mark.parametrize(
    ("fields", "keeps"),
    [
        ({}, True),
        ({"lease_until": NOON + timedelta(seconds=RELEASE_SECONDS)}, True),  # reloads the page
        ({"lease_until": NOON}, False),
        ({"presence": Presence.AWAY}, False),
        ({"disabled": True}, False),
        ({"open": 2}, False),
        ({"open": 1, "capacity": 1}, False),
    ],
)
def test_offer_is_kept_while_it_makes_sense(fields: dict[str, Any], keeps: object):
    assert keeps_offer(agent("a", **fields), NOON) is keeps


names = st.sampled_from("abcdef")
somebody = st.builds(
    person,
    names,
    looking=st.booleans(),
    open=st.integers(0, 3),
    capacity=st.integers(0, 3),
    presence=st.sampled_from(Presence),
    languages=st.sampled_from([("en",), ("es", "fr"), ("en", "fr")]),
    lease_until=st.sampled_from([None, NOON, LEASED]),
    disabled=st.booleans(),
)
waiting = st.builds(
    handoff,
    st.sampled_from("uvwxyz"),
    language=st.sampled_from(["en", "es", "fr"]),
    declined_by=st.lists(names, max_size=3).map(tuple),
    offered_at=st.sampled_from([None, SOON, LATER]),
    priority=st.sampled_from(Priority),
)


@given(
    st.lists(waiting, max_size=6, unique_by=lambda h: h.id),
    st.lists(somebody, max_size=6, unique_by=lambda p: p.agent.id),
)
def test_no_offer_breaks_a_rule(queue: list[Handoff], people: list[Person]):
    known = {p.agent.id: p for p in people}
    languages = {h.id: h.language for h in queue}
    offers = planned(queue, people)
    assert len({to for _, to in offers}) == len(offers) == len({what for what, _ in offers})
    for what, to in offers:
        asked_one = known[to]
        assert asked_one.agent.may_be_asked(NOON)
        assert asked_one.agent.open < asked_one.agent.capacity
        assert not asked_one.looking
        assert languages[what] in asked_one.agent.languages
