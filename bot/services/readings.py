"""Whose conversation somebody of the staff opened that is not theirs: noted once in a while, not at every look."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.agents import Agent
from bot.domain.audits import AuditAction
from bot.domain.conversations import Status
from bot.store.transaction import Store, Transaction

AGAIN = timedelta(minutes=30)
"""How long looking at the same conversation counts as one reading."""
MOST = 10_000  # readings that are remembered; the oldest make way


class Readings:
    """Notes readings in the audit log."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._noted: dict[tuple[str, str, AuditAction], datetime] = {}

    async def transcript(self, agent: Agent, conversation_id: str) -> None:
        """Note that the agent reads a conversation, unless it is theirs. Raises NotFound."""
        if not self._is_new(agent, conversation_id, AuditAction.TRANSCRIPT_READ):
            return
        conversation = await self._store.read(lambda tx: tx.conversations.get(conversation_id))
        if conversation.status is Status.AGENT and conversation.agent_id == agent.id:
            return
        await self._note(agent, conversation_id, AuditAction.TRANSCRIPT_READ)

    async def personal_data(self, agent: Agent, conversation_id: str) -> None:
        """Note that somebody opened a transcript with personal data in plain text."""
        await self._note(agent, conversation_id, AuditAction.PERSONAL_DATA_OPENED)

    async def export(self, agent_id: str | None, what: str, *, unmasked: bool) -> None:
        """Note that rows were taken away; in plain text that is an opening of personal data."""

        def unit(tx: Transaction) -> None:
            tx.audit.record(AuditAction.EXPORTED, agent_id=agent_id, what=what, unmasked=unmasked)
            if unmasked:
                tx.audit.record(AuditAction.PERSONAL_DATA_OPENED, agent_id=agent_id, what=what)

        await self._store.write(unit)

    def _is_new(self, agent: Agent, conversation_id: str, action: AuditAction) -> bool:
        noted = self._noted.get((agent.id, conversation_id, action))
        return noted is None or not timedelta(0) <= self._clock.now() - noted < AGAIN

    async def _note(self, agent: Agent, conversation_id: str, action: AuditAction) -> None:
        await self._store.write(lambda tx: tx.audit.record(action, agent_id=agent.id, about=conversation_id))
        self._noted.pop(key := (agent.id, conversation_id, action), None)
        self._noted[key] = self._clock.now()
        if len(self._noted) > MOST:
            del self._noted[next(iter(self._noted))]
