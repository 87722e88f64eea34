"""The status of a hand-off: what is in the table happens, everything else is refused."""

from __future__ import annotations

from itertools import product

import pytest

from bot.domain.handoffs import QUEUED_AT_ONCE, TRANSITIONS, Disposition, HandoffStatus, Reason, check_transition
from bot.errors import Conflict

CONTRACT = {
    "waiting": {"offered", "accepted", "expired", "cancelled"},
    "offered": {"accepted", "waiting", "expired", "cancelled"},
    "accepted": {"resolved", "returned", "waiting"},
}


@pytest.mark.parametrize(("before", "after"), list(product(HandoffStatus, HandoffStatus)))
def test_transition_is_the_contracts_or_is_refused(before: HandoffStatus, after: HandoffStatus):
    if after.value in CONTRACT.get(before.value, set()):
        check_transition(before, after)
        return
    with pytest.raises(Conflict) as caught:
        check_transition(before, after)
    assert caught.value.params == {"before": before.value, "after": after.value}


def test_what_has_ended_stays_ended():
    ended = set(HandoffStatus) - {before for before, _ in TRANSITIONS}
    assert {status.value for status in ended} == {"resolved", "returned", "expired", "cancelled"}


def test_waiting_and_offered_are_in_the_queue():
    assert {status.value for status in HandoffStatus if status.is_queued} == {"waiting", "offered"}


def test_reasons_are_the_closed_list():
    assert [reason.value for reason in Reason] == [
        "asked_for_human",
        "low_confidence",
        "out_of_scope",
        "repeated_failure",
        "negative_feedback",
        "entry_action",
        "agent_initiated",
    ]


def test_only_who_asked_or_was_failed_twice_is_queued_at_once():
    assert {reason.value for reason in QUEUED_AT_ONCE} == {"asked_for_human", "repeated_failure", "entry_action"}


def test_dispositions_are_the_closed_list():
    assert [disposition.value for disposition in Disposition] == ["solved", "not_solved", "spam"]
