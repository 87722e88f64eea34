"""Hand-offs: offers and claims are conditional UPDATEs, so exactly one of many wins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.sql.dml import Update

from bot.domain.handoffs import Handoff, HandoffStatus, Priority, Reason
from bot.errors import NotFound
from bot.store.rows import handoff_of, row_of_handoff
from bot.store.tables import handoffs

_QUEUED = (HandoffStatus.WAITING.value, HandoffStatus.OFFERED.value)
_NO_OFFER: dict[str, Any] = {"offered_to": None, "offer_expires_at": None}


class Handoffs:
    """Rows of hand-offs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, handoff: Handoff) -> None:
        self._connection.execute(insert(handoffs), row_of_handoff(handoff))

    def get(self, handoff_id: str) -> Handoff:
        """Return the hand-off. Raises NotFound."""
        row = self._connection.execute(select(handoffs).where(handoffs.c.id == handoff_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such hand-off.")
        return handoff_of(row)

    def offer(
        self, handoff_id: str, agent_id: str, *, at: datetime, until: datetime, declined_by: Sequence[str]
    ) -> bool:
        """Show the hand-off to one agent if it still waits; False when another process was faster."""
        offered = _if_still(handoff_id, HandoffStatus.WAITING).values(
            status=HandoffStatus.OFFERED.value,
            offered_to=agent_id,
            offered_at=at,
            offer_expires_at=until,
            declined_by=list(declined_by),
        )
        return self._won(offered)

    def end_offer(self, handoff_id: str, agent_id: str, *, declined_by: Sequence[str]) -> bool:
        """Take the offer back if it still is this agent's; False when it was accepted or is over."""
        ended = _if_still(handoff_id, HandoffStatus.OFFERED).where(handoffs.c.offered_to == agent_id)
        return self._won(ended.values(status=HandoffStatus.WAITING.value, declined_by=list(declined_by), **_NO_OFFER))

    def claim(self, handoff_id: str, agent_id: str, at: datetime) -> bool:
        """Give the hand-off to the agent if it is still queued; False when somebody else was faster."""
        claimed = update(handoffs).where(handoffs.c.id == handoff_id, handoffs.c.status.in_(_QUEUED))
        return self._won(
            claimed.values(status=HandoffStatus.ACCEPTED.value, accepted_by=agent_id, accepted_at=at, **_NO_OFFER)
        )

    def requeue(
        self,
        handoff_id: str,
        *,
        priority: Priority,
        team_id: str | None,
        declined_by: Sequence[str],
        at: datetime,
        expires_at: datetime,
    ) -> bool:
        """Put an accepted hand-off back into the queue: the agent was lost, or passed it to a team."""
        back = _if_still(handoff_id, HandoffStatus.ACCEPTED).values(
            status=HandoffStatus.WAITING.value,
            priority=int(priority),
            team_id=team_id,
            declined_by=list(declined_by),
            waiting_since=at,
            expires_at=expires_at,
            accepted_by=None,
            accepted_at=None,
            offered_at=None,
            shopper_seen_at=at,
            **_NO_OFFER,
        )
        return self._won(back)

    def pass_on(self, handoff_id: str, agent_id: str) -> None:
        """Note which colleague has it now."""
        self._connection.execute(update(handoffs).where(handoffs.c.id == handoff_id).values(accepted_by=agent_id))

    def end(self, handoff_id: str, before: HandoffStatus, after: HandoffStatus, at: datetime) -> bool:
        """Move a hand-off to its end if it still is what the caller saw."""
        return self._won(_if_still(handoff_id, before).values(status=after.value, ended_at=at, **_NO_OFFER))

    def queued(self) -> list[Handoff]:
        """Return all that wait, in the order in which they are served: the queue."""
        query = (
            select(handoffs)
            .where(handoffs.c.status.in_(_QUEUED))
            .order_by(handoffs.c.priority, handoffs.c.requested_at, handoffs.c.id)
        )
        return [handoff_of(row) for row in self._connection.execute(query)]

    def offered(self) -> list[Handoff]:
        """Return all that somebody is asked about now."""
        query = select(handoffs).where(handoffs.c.status == HandoffStatus.OFFERED.value)
        return [handoff_of(row) for row in self._connection.execute(query)]

    def offered_to(self, agent_id: str) -> list[Handoff]:
        """Return what the agent is asked about now."""
        query = select(handoffs).where(
            handoffs.c.status == HandoffStatus.OFFERED.value, handoffs.c.offered_to == agent_id
        )
        return [handoff_of(row) for row in self._connection.execute(query)]

    def languages(self) -> dict[str, str]:
        """Return the language of every hand-off, by id; for a database that is small."""
        rows = self._connection.execute(select(handoffs.c.id, handoffs.c.language))
        return {row.id: row.language for row in rows}

    def due(self, now: datetime, *, limit: int) -> list[Handoff]:
        """Return those whose time in the queue is over."""
        query = (
            select(handoffs)
            .where(handoffs.c.status.in_(_QUEUED), handoffs.c.expires_at <= now)
            .order_by(handoffs.c.expires_at)
            .limit(limit)
        )
        return [handoff_of(row) for row in self._connection.execute(query)]

    def left(self, seen_before: datetime, *, limit: int) -> list[Handoff]:
        """Return those in the queue whose shopper was not seen since."""
        query = (
            select(handoffs)
            .where(handoffs.c.status.in_(_QUEUED), handoffs.c.shopper_seen_at <= seen_before)
            .order_by(handoffs.c.shopper_seen_at)
            .limit(limit)
        )
        return [handoff_of(row) for row in self._connection.execute(query)]

    def see_shoppers(self, handoff_ids: Sequence[str], at: datetime) -> None:
        """Note that the shoppers of these are there."""
        seen = update(handoffs).where(handoffs.c.id.in_(handoff_ids), handoffs.c.status.in_(_QUEUED))
        self._connection.execute(seen.values(shopper_seen_at=at))

    def recently_accepted(self, since: datetime, *, limit: int) -> list[Handoff]:
        """Return the last that were accepted after waiting, newest first."""
        query = (
            select(handoffs)
            .where(handoffs.c.accepted_at >= since, handoffs.c.reason != Reason.AGENT_INITIATED.value)
            .order_by(handoffs.c.accepted_at.desc())
            .limit(limit)
        )
        return [handoff_of(row) for row in self._connection.execute(query)]

    def _won(self, statement: Update) -> bool:
        return self._connection.execute(statement).rowcount == 1


def _if_still(handoff_id: str, status: HandoffStatus) -> Update:
    return update(handoffs).where(handoffs.c.id == handoff_id, handoffs.c.status == status.value)
