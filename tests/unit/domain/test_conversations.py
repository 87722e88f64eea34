"""The status of a conversation: what is in the table happens, everything else is refused."""

from __future__ import annotations

import pytest

from bot.domain.conversations import TRANSITIONS, Change, Status, next_status
from bot.errors import Conflict

# As the contract says it, a line for each arrow: from, what happens, to.
CONTRACT = """
bot      handoff_requested      waiting
bot      taken                  agent
bot      ticket_opened          bot
waiting  taken                  agent
waiting  accepted               agent
waiting  cancelled              bot
waiting  expired                bot
waiting  ticket_opened          bot
agent    transferred_to_person  agent
agent    transferred_to_team    waiting
agent    agent_lost             waiting
agent    returned               bot
bot      ended_by_shopper       resolved
waiting  ended_by_shopper       resolved
agent    ended_by_shopper       resolved
bot      resolved_by_agent      resolved
waiting  resolved_by_agent      resolved
agent    resolved_by_agent      resolved
bot      idle                   closed
waiting  idle                   closed
agent    idle                   closed
resolved shopper_wrote_again    bot
closed   shopper_wrote_again    bot
"""
ARROWS = {
    (Status(before), Change(change)): Status(after)
    for before, change, after in (line.split() for line in CONTRACT.strip().splitlines())
}


@pytest.mark.parametrize("change", Change)
@pytest.mark.parametrize("status", Status)
def test_transition_is_the_contracts_or_is_refused(status: Status, change: Change):
    expected = ARROWS.get((status, change))
    if expected is None:
        with pytest.raises(Conflict) as caught:
            next_status(status, change)
        assert caught.value.params == {"status": status.value, "change": change.value.replace("_", " ")}
    else:
        assert next_status(status, change) is expected


def test_every_change_can_happen_somewhere():
    assert {change for _, change in TRANSITIONS} == set(Change)


def test_every_status_can_be_reached_and_left():
    assert set(TRANSITIONS.values()) == set(Status)
    assert {status for status, _ in TRANSITIONS} == set(Status)


def test_the_bot_is_silent_while_a_person_is_asked_for_or_there():
    assert {status for status in Status if status.bot_is_silent} == {Status.WAITING, Status.AGENT}


def test_ended_conversations_are_not_open():
    assert {status for status in Status if status.is_open} == {Status.BOT, Status.WAITING, Status.AGENT}
