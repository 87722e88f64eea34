"""The audit log as whoever may read it looks at it: page by page, filtered, checked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from bot.domain.audits import AuditAction, Audited, Chain, Wanted
from bot.store.transaction import Store

PAGE = 100
EXPORT_PAGE = 1000


class AuditLog:
    """Use-cases of who reads the audit log."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def names(self) -> Mapping[str, str]:
        """Return what everybody who has or had an account is called, by id."""
        return await self._store.read(lambda tx: {agent.id: agent.name for agent in tx.agents.all()})

    async def listed(self, wanted: Wanted, before: int | None) -> tuple[list[Audited], int | None]:
        """Return a page, newest first, and before which number the next one begins, if there is one."""
        rows = await self._store.read(lambda tx: tx.audit.listed(limit=PAGE + 1, before=before, wanted=wanted))
        return rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else None

    async def taken(self, wanted: Wanted, *, agent_id: str) -> AsyncIterator[list[Audited]]:
        """Note that somebody takes the rows away, and return them page by page, newest first."""
        note = await self._store.write(
            lambda tx: tx.audit.record(AuditAction.EXPORTED, agent_id=agent_id, what="audit")
        )
        return self._pages(wanted, note.number)

    async def _pages(self, wanted: Wanted, last: int) -> AsyncIterator[list[Audited]]:
        before = last + 1
        while True:
            rows = await self._store.read(
                lambda tx, b=before: tx.audit.listed(limit=EXPORT_PAGE, before=b, wanted=wanted)  # type: ignore[misc]
            )
            if rows:
                yield rows
            if len(rows) < EXPORT_PAGE:
                return
            before = rows[-1].number

    async def check(self) -> Chain:
        """Look through the whole chain."""
        chain = await self._looked_through()
        # What was pruned between two pages leaves a gap that is none: that does not happen twice in a row.
        return chain if chain.broken is None else await self._looked_through()

    async def _looked_through(self) -> Chain:
        """Each page in a transaction of its own: hashing a long log must hold up nobody's chat."""
        chain, more = Chain(), True
        while more:
            chain, more = await self._store.read(lambda tx, c=chain: tx.audit.verify_on(c))  # type: ignore[misc]
        return chain
