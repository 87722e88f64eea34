"""Hand-offs: a claim is one conditional UPDATE, so exactly one of many agents wins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.domain.handoffs import Handoff, HandoffStatus
from bot.errors import NotFound
from bot.store.rows import handoff_of
from bot.store.tables import handoffs

_QUEUED = (HandoffStatus.WAITING.value, HandoffStatus.OFFERED.value)


class Handoffs:
    """Rows of hand-offs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, handoff: Handoff) -> None:
        row = {column.name: getattr(handoff, column.name) for column in handoffs.c}
        row["status"], row["reason"] = handoff.status.value, handoff.reason.value
        self._connection.execute(insert(handoffs), row)

    def get(self, handoff_id: str) -> Handoff:
        """Return the hand-off. Raises NotFound."""
        row = self._connection.execute(select(handoffs).where(handoffs.c.id == handoff_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such hand-off.")
        return handoff_of(row)

    def claim(self, handoff_id: str, agent_id: str, at: datetime) -> bool:
        """Give the hand-off to the agent if it is still queued; False when somebody else was faster."""
        claimed = (
            update(handoffs)
            .where(handoffs.c.id == handoff_id, handoffs.c.status.in_(_QUEUED))
            .values(status=HandoffStatus.ACCEPTED.value, accepted_by=agent_id, accepted_at=at)
        )
        return self._connection.execute(claimed).rowcount == 1

    def end(self, handoff_id: str, before: HandoffStatus, after: HandoffStatus, at: datetime) -> bool:
        """Move a hand-off to its end if it still is what the caller saw."""
        ended = (
            update(handoffs)
            .where(handoffs.c.id == handoff_id, handoffs.c.status == before.value)
            .values(status=after.value, ended_at=at)
        )
        return self._connection.execute(ended).rowcount == 1

    def queued(self) -> list[Handoff]:
        """Return all that wait, longest first: the queue."""
        query = select(handoffs).where(handoffs.c.status.in_(_QUEUED)).order_by(handoffs.c.requested_at, handoffs.c.id)
        return [handoff_of(row) for row in self._connection.execute(query)]

    def due(self, now: datetime, *, limit: int) -> list[Handoff]:
        """Return those whose time in the queue is over."""
        query = (
            select(handoffs)
            .where(handoffs.c.status.in_(_QUEUED), handoffs.c.expires_at <= now)
            .order_by(handoffs.c.expires_at)
            .limit(limit)
        )
        return [handoff_of(row) for row in self._connection.execute(query)]

    def recent_waits(self, limit: int) -> list[float]:
        """Return the seconds that the last accepted ones waited, newest first."""
        query = (
            select(handoffs.c.requested_at, handoffs.c.accepted_at)
            .where(handoffs.c.accepted_at.is_not(None))
            .order_by(handoffs.c.accepted_at.desc())
            .limit(limit)
        )
        return [(row.accepted_at - row.requested_at).total_seconds() for row in self._connection.execute(query)]

    def of_episode(self, conversation_id: str, episode: int) -> list[Handoff]:
        query = (
            select(handoffs)
            .where(handoffs.c.conversation_id == conversation_id, handoffs.c.episode == episode)
            .order_by(handoffs.c.requested_at)
        )
        return [handoff_of(row) for row in self._connection.execute(query)]
