"""Where everybody stands who waits for a person, with what can honestly be said about the wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from bot.domain.handoffs import Handoff
from bot.services.duty import roster
from bot.services.routing import FEWEST_WAITS, Away, estimate
from bot.store.transaction import Transaction

RECENT_WAITS = 20  # accepted hand-offs that an estimate looks at
RECENT = timedelta(hours=2)  # what was before says nothing about now


@dataclass(frozen=True, slots=True)
class Place:
    """Where a waiting shopper stands."""

    conversation_id: str
    handoff: Handoff
    position: int
    wait_seconds: int | None
    """About how long it takes from now; None when there is no ground for a word."""
    away: Away | None


def places(tx: Transaction) -> list[Place]:
    """Return the place of every waiting shopper, in order."""
    there = roster(tx)
    recent = tx.handoffs.recently_accepted(tx.now - RECENT, limit=RECENT_WAITS)
    found = []
    for position, handoff in enumerate(tx.handoffs.queued(), start=1):
        away = there.away(handoff.language, team_id=handoff.team_id)
        waited = (tx.now - handoff.waiting_since).total_seconds()
        about = None if away else estimate(position, waited, *_recent_waits(recent, handoff.language))
        found.append(Place(handoff.conversation_id, handoff, position, about, away))
    return found


def _recent_waits(recent: Sequence[Handoff], language: str) -> tuple[list[float], list[float]]:
    """Return the seconds that others of this language waited (of any, while those are few), and between acceptances."""
    alike = [handoff for handoff in recent if handoff.language == language]
    waits = [
        (handoff.accepted_at - handoff.waiting_since).total_seconds()
        for handoff in (alike if len(alike) >= FEWEST_WAITS else recent)
        if handoff.accepted_at
    ]
    times = [handoff.accepted_at for handoff in recent if handoff.accepted_at]
    return waits, [(later - earlier).total_seconds() for later, earlier in pairwise(times)]
