"""The audit log: numbered and chained by the database, told apart when changed, pruned without losing the thread."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, text, update

from bot.domain.audits import KEPT_DAYS, AuditAction, Audited, Chain, Wanted
from bot.services.auditing import AuditLog
from bot.store.safekeeping import audit
from bot.store.transaction import Store
from tests.fakes import FrozenClock

SOME = (AuditAction.SIGNED_IN, AuditAction.TRANSCRIPT_READ, AuditAction.EXPORTED)


async def add(store: Store, count: int) -> None:
    for number in range(count):
        await store.write(lambda tx, n=number: tx.audit.record(SOME[n % 3], agent_id="a" * 36, about=f"c{n}", rows=n))


async def verdict(store: Store) -> Chain:
    return await AuditLog(store).check()


async def listed(store: Store) -> list[Audited]:
    return await store.read(lambda tx: tx.audit.listed(limit=100))


async def test_an_untouched_log_is_whole(store: Store):
    assert await verdict(store) == Chain()
    await add(store, 7)
    rows = await listed(store)
    assert [row.number for row in rows] == [7, 6, 5, 4, 3, 2, 1]
    assert (rows[0].about, rows[0].data, rows[0].action) == ("c6", {"rows": 6}, AuditAction.SIGNED_IN)
    assert await verdict(store) == Chain(7, 7, rows[0].hash)


@pytest.mark.parametrize(
    "values",
    [
        {"about": "c9"},
        {"agent_id": "b" * 36},
        {"action": "erased"},
        {"action": "nothing"},
        {"data": {"rows": 9}},
        {"hash": "f" * 64},
    ],
    ids=str,
)
async def test_a_changed_row_is_named(store: Store, values: dict[str, object]):
    await add(store, 6)
    await store.write(lambda tx: tx.connection.execute(update(audit).where(audit.c.number == 4).values(values)))
    assert (await verdict(store)).broken == 4


@pytest.mark.parametrize("junk", ["no JSON", "[]", "5", "{}", ""])
async def test_a_row_that_was_made_unreadable_is_listed_and_named(store: Store, junk: str):
    await add(store, 3)
    if store.database.url.get_backend_name() == "postgresql":
        pytest.skip("PostgreSQL refuses what is no JSON")
    junked = text("UPDATE audit SET data = :junk WHERE number = 2").bindparams(junk=junk)
    await store.write(lambda tx: tx.connection.execute(junked))
    assert [row.number for row in await listed(store)] == [3, 2, 1]
    assert (await verdict(store)).broken == 2


async def test_rows_are_found_by_person_action_and_time(store: Store, clock: FrozenClock):
    for person, about, action in (("a", "x", SOME[0]), ("b", "a", SOME[1]), (None, "y", SOME[0]), ("b", "y", SOME[0])):
        await store.write(lambda tx, p=person, w=about, c=action: tx.audit.record(c, agent_id=p, about=w))
        clock.advance(hours=1)
    start = clock.now() - timedelta(hours=4)

    async def found(**wanted: object) -> list[int]:
        rows = await store.read(lambda tx: tx.audit.listed(limit=9, wanted=Wanted(**wanted)))
        return [row.number for row in rows]

    assert await found() == [4, 3, 2, 1]
    assert await found(person="a") == [2, 1]
    assert await found(person="b", action=SOME[0]) == [4]
    assert await found(start=start + timedelta(hours=1), end=start + timedelta(hours=3)) == [3, 2]
    assert await found(person="nobody") == []


async def test_a_long_chain_is_looked_through_in_pages(store: Store):
    def unit(tx) -> None:
        for _ in range(2500):
            tx.audit.record(AuditAction.SIGNED_IN)

    await store.write(unit)
    chain, more = await store.read(lambda tx: tx.audit.verify_on(Chain()))
    assert (chain.rows, chain.broken, more) == (1000, None, True)
    assert (await AuditLog(store).check()).rows == 2500
    await store.write(lambda tx: tx.connection.execute(delete(audit).where(audit.c.number == 2001)))
    assert (await AuditLog(store).check()).broken == 2002


async def test_a_missing_row_is_named_by_the_one_behind_it(store: Store):
    await add(store, 6)
    await store.write(lambda tx: tx.connection.execute(delete(audit).where(audit.c.number == 3)))
    assert (await verdict(store)).broken == 4
    await store.write(lambda tx: tx.connection.execute(delete(audit).where(audit.c.number < 3)))
    assert (await verdict(store)).broken == 4  # cut off at the front, and no row says so


async def test_many_at_once_make_one_chain(store: Store):
    def unit(tx) -> int:
        return int(tx.audit.record(AuditAction.SIGNED_IN, about="x").number)

    numbers = await asyncio.gather(*(store.write(unit) for _ in range(40)))
    assert sorted(numbers) == list(range(1, 41))
    assert (await verdict(store)).rows == 40
    assert (await verdict(store)).broken is None


async def test_pruning_keeps_the_thread(store: Store, clock: FrozenClock):
    await add(store, 5)
    clock.advance(days=200)
    await add(store, 4)
    for expected in (5, 4, 1):
        clock.advance(days=KEPT_DAYS - 100)
        older = clock.now() - timedelta(days=KEPT_DAYS)
        assert await store.write(lambda tx, o=older: tx.audit.prune(o)) == expected
        assert (await verdict(store)).broken is None
        clock.advance(days=-50)
    left = await listed(store)
    assert [row.action for row in left] == [AuditAction.AUDIT_PRUNED] * 2
    first = left[-1].number
    await store.write(lambda tx: tx.connection.execute(_forged(first)))
    assert (await verdict(store)).broken == first


def _forged(number: int):
    return update(audit).where(audit.c.number == number).values(data={"number": 3, "hash": "0" * 64, "rows": 3})


async def test_a_log_of_old_rows_only_is_pruned_to_its_anchor(store: Store, clock: FrozenClock):
    await add(store, 3)
    clock.advance(days=KEPT_DAYS + 1)
    assert await store.write(lambda tx: tx.audit.prune(clock.now() - timedelta(days=KEPT_DAYS))) == 3
    assert [row.number for row in await listed(store)] == [4]
    await add(store, 2)
    assert (await verdict(store)).broken is None
