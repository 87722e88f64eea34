"""A ticket's status moves by the table, and by nothing else."""

from __future__ import annotations

from itertools import product

import pytest

from bot.domain.tickets import TRANSITIONS, TicketChange, TicketStatus, next_ticket_status
from bot.errors import Conflict

EXPECTED = {
    ("open", "answered"): "answered",
    ("answered", "answered"): "answered",
    ("open", "closed"): "closed",
    ("answered", "closed"): "closed",
    ("closed", "reopened"): "open",
}


@pytest.mark.parametrize(("status", "change"), list(product(TicketStatus, TicketChange)))
def test_every_pair_is_allowed_or_refused(status: TicketStatus, change: TicketChange):
    after = EXPECTED.get((status.value, change.value))
    if after is None:
        with pytest.raises(Conflict):
            next_ticket_status(status, change)
    else:
        assert next_ticket_status(status, change) is TicketStatus(after)
    assert ((status, change) in TRANSITIONS) == (after is not None)
