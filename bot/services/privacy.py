"""One person's data: written out, erased with a receipt, and the list that lets a restored database forget again."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.audits import AuditAction
from bot.domain.identifiers import new_id
from bot.domain.privacy import Person, Receipt, erasure_hash
from bot.services.shoppers import Shopper
from bot.store import persons
from bot.store.transaction import Store, Transaction

KeepUp = Callable[[], Awaitable[int]]
"""Counts what is not counted yet: statistics stay when what they were made of goes."""


class Privacy:
    """Use-cases of whoever answers for the shop's data."""

    def __init__(self, store: Store, keep_up: KeepUp) -> None:
        self._store = store
        self._keep_up = keep_up

    async def found(self, person: Person) -> persons.Found:
        """Return whose rows are meant, to be looked at before something is done to them."""
        return await self._store.read(lambda tx: persons.find(tx.connection, person))

    async def export(self, person: Person, *, agent_id: str | None = None) -> dict[str, Any]:
        """Return every row about the person, by table, as JSON; without what opens something."""
        await self._keep_up()

        def unit(tx: Transaction) -> dict[str, Any]:
            found = persons.find(tx.connection, person)
            rows = persons.rows_of(tx.connection, found)
            counts = {name: len(some) for name, some in rows.items()}
            for visitor_id in found.visitors:
                tx.audit.record(
                    AuditAction.EXPORTED, agent_id=agent_id, about=visitor_id, what="person", rows=sum(counts.values())
                )
            tables = {name: [_written(row) for row in some] for name, some in rows.items()}
            return {"at": tx.now.isoformat(), "visitors": list(found.visitors), "rows": counts, "tables": tables}

        return await self._store.write(unit)

    async def erase(self, person: Person, *, agent_id: str | None = None) -> Receipt:
        """Delete every row about the person; done twice it changes nothing. Statistics stay, without the person."""
        await self._keep_up()

        def unit(tx: Transaction) -> Receipt:
            found = persons.find(tx.connection, person)
            return erase_found(tx, found, named_by=person.named_by, agent_id=agent_id, visitor=person.visitor)

        receipt = await self._store.write(unit)
        if receipt.rows:
            await self._store.database.scrub()
        return receipt

    async def erase_own(self, shopper: Shopper) -> None:
        """Delete the shopper with every word of theirs, as they ask. Raises NotFound."""
        await self._keep_up()

        def unit(tx: Transaction) -> None:
            found = persons.of_visitors(tx.connection, [shopper.read(tx).visitor_id])
            erase_found(tx, found, named_by="shopper", agent_id=None)

        await self._store.write(unit)
        await self._store.database.scrub()

    async def erasures(self) -> dict[str, datetime]:
        """Return the erase list: hashes of visitors' ids."""
        return await self._store.read(lambda tx: persons.erasures_of(tx.connection))

    async def replay(self, listed: Mapping[str, datetime]) -> int:
        """Erase again whom a restored database brought back; return how many."""
        await self._keep_up()

        def unit(tx: Transaction) -> int:
            count = persons.replay_erasures(tx.connection, listed)
            if count:
                tx.audit.record(AuditAction.ERASED, what="replay", visitors=count)
            return count

        count = await self._store.write(unit)
        if count:
            await self._store.database.scrub()
        return count


def erase_found(
    tx: Transaction, found: persons.Found, *, named_by: str, agent_id: str | None, visitor: str | None = None
) -> Receipt:
    """Erase these people within a transaction, note it, and return the receipt."""
    listed = persons.erasures_of(tx.connection) if visitor and not found.visitors else {}
    rows = persons.erase(tx.connection, found)
    persons.note_erased(tx.connection, found.visitors, tx.now)
    receipt = Receipt(
        id=new_id(),
        at=tx.now,
        named_by=named_by,
        visitors=len(found.visitors),
        rows=rows,
        before=visitor is not None and erasure_hash(visitor) in listed,
    )
    tx.audit.record(
        AuditAction.ERASED,
        agent_id=agent_id,
        about=receipt.id,
        what=named_by,
        visitors=receipt.visitors,
        rows=sum(rows.values()),
    )
    return receipt


def _written(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
