"""What is over age goes, in every table and from the disk; what is not stays, and so do the statistics."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, update

from bot.domain.audits import AuditAction
from bot.services.retention import Retention
from bot.settings import Settings
from bot.store import ages
from bot.store.columns import metadata
from bot.store.correspondence import mails
from bot.store.counted import episodes
from bot.store.persons import OWN
from bot.store.tables import conversations, messages, visitors
from bot.store.transaction import Store, Transaction
from tests.canaries import bytes_of
from tests.fakes import FrozenClock
from tests.store.canary_person import CanaryPerson, places
from tests.store.conftest import a_conversation

WORD, OTHER = "cnryX7", "othrQ9"
SETTINGS = Settings()


async def nothing_to_count() -> int:
    return 0


@pytest.fixture
def retention(store: Store, clock: FrozenClock) -> Retention:
    return Retention(store, clock, SETTINGS, nothing_to_count)


def answered(tx: Transaction, conversation_id: str) -> None:
    tx.connection.execute(update(messages).where(messages.c.conversation_id == conversation_id).values(author="bot"))


def a_visit(tx: Transaction) -> str:
    """Add a conversation in which nobody wrote, and return its id."""
    return a_conversation(tx, episode=0, episode_open=False).id


async def count(store: Store, table: object) -> int:
    return await store.read(lambda tx: tx.connection.scalar(select(func.count()).select_from(table)))


async def test_what_is_over_age_is_gone_from_everywhere(retention: Retention, store: Store, clock: FrozenClock):
    old = CanaryPerson(WORD, clock.now())
    await store.write(old.add)
    clock.advance(days=150)
    young = CanaryPerson(OTHER, clock.now())
    await store.write(young.add)
    for person in (old, young):
        await store.write(lambda tx, p=person: answered(tx, p.ids["conversations"]))
    kept = await store.read(lambda tx: list(places(tx, OTHER)))
    assert (await retention.run()).conversations == 0
    clock.advance(days=31)
    preview = await retention.preview()
    assert (preview.conversations, preview.rows["messages"]) == (1, 150)
    assert await count(store, messages) == 300
    report = await retention.run()
    assert (report.conversations, report.rows["messages"], report.rows["notes"]) == (1, 150, 3)
    left = await store.read(lambda tx: list(places(tx, WORD)))
    assert left == [("episodes", "page")]  # the page of a statistic, which names nobody
    assert await store.read(lambda tx: list(places(tx, OTHER))) == kept
    assert await count(store, episodes) == 2
    for name in OWN:
        assert await count(store, metadata.tables[name]) > 0, name
    (noted,) = await store.read(lambda tx: tx.audit.listed(limit=1))
    assert (noted.action, noted.data["conversations"]) == (AuditAction.RETENTION_RUN, 1)
    if store.url.get_backend_name() == "sqlite":
        await store.write(lambda tx: tx.connection.execute(update(episodes).values(page=None)))
        await store.database.scrub()
        assert bytes_of(Path(str(store.url.database))).count(WORD.encode()) == 0


async def test_who_was_never_answered_goes_earlier(retention: Retention, store: Store, clock: FrozenClock):
    def unit(tx: Transaction) -> list[str]:
        made = [a_visit(tx) for _ in range(3)]
        tx.visitors.add("without", "w" * 64, tx.now)
        return made

    silent, spoken, ticketed = await store.write(unit)
    late = CanaryPerson(OTHER, clock.now())
    await store.write(late.add)
    message, mail = late.ids["messages"], late.ids["mails"]
    clock.advance(days=31)

    def talk(tx: Transaction) -> None:
        """Give one conversation an answer, and another a mail of today."""
        row = tx.connection.execute(select(messages).where(messages.c.id == message)).one()
        tx.connection.execute(
            insert(messages), {**row._mapping, "id": "m" * 36, "conversation_id": spoken, "author": "agent"}
        )
        sent = tx.connection.execute(select(mails).where(mails.c.id == mail)).one()
        fresh = {"id": "x" * 36, "conversation_id": ticketed, "ticket_id": None, "message_id": "new", "at": tx.now}
        tx.connection.execute(insert(mails), {**sent._mapping, **fresh})
        tx.connection.execute(delete(mails).where(mails.c.id == mail))

    await store.write(talk)
    report = await retention.run()
    left = await store.read(lambda tx: set(tx.connection.scalars(select(conversations.c.id))))
    assert left == {spoken, ticketed}
    assert silent not in left
    assert report.visitors >= 2  # the one without a conversation, and those whose only one went
    assert await count(store, visitors) == 2


async def test_who_comes_back_after_the_look_stays(store: Store, clock: FrozenClock):
    def unit(tx: Transaction) -> tuple[str, str]:
        return a_visit(tx), a_visit(tx)

    gone, back = await store.write(unit)
    clock.advance(days=31)
    ages_of = {"before": clock.now() - timedelta(days=180), "unanswered_before": clock.now() - timedelta(days=30)}
    listed = await store.read(lambda tx: ages.due(tx.connection, **ages_of, limit=10))
    assert set(listed.conversations) == {gone, back}
    revived = update(conversations).where(conversations.c.id == back).values(updated_at=clock.now())
    await store.write(lambda tx: tx.connection.execute(revived))
    still = await store.read(lambda tx: ages.still_due(tx.connection, listed, **ages_of))
    assert still.conversations == (gone,)


async def test_an_episode_that_nobody_ended_waits(retention: Retention, store: Store, clock: FrozenClock):
    await store.write(lambda tx: a_conversation(tx, episode_open=True, episode=1))
    clock.advance(days=400)
    assert (await retention.run()).conversations == 0


async def test_many_go_a_few_at_a_time(retention: Retention, store: Store, clock: FrozenClock):
    await store.write(lambda tx: [a_visit(tx) for _ in range(130)])
    clock.advance(days=31)
    commits = store.database.commits
    report = await retention.run()
    assert (report.conversations, await count(store, conversations), await count(store, visitors)) == (130, 0, 0)
    assert store.database.commits - commits >= 130 / 20


async def test_it_runs_every_hour_and_says_when_it_is_late(retention: Retention, store: Store, clock: FrozenClock):
    await store.write(a_visit)
    clock.advance(days=31)
    assert await retention.sweep() == 1
    await store.write(a_visit)
    clock.advance(days=31)
    assert retention.late_seconds() == pytest.approx(timedelta(days=31, hours=-1).total_seconds())
    beside = Retention(store, clock, SETTINGS, nothing_to_count)
    assert await beside.sweep() == 1
    assert await retention.sweep() == 0  # another process did it
    assert retention.late_seconds() == 0


async def test_two_processes_delete_at_once(store: Store, clock: FrozenClock):
    await store.write(lambda tx: [a_visit(tx) for _ in range(60)])
    clock.advance(days=31)
    runs = [Retention(store, clock, SETTINGS, nothing_to_count).run() for _ in range(3)]
    reports = await asyncio.gather(*runs)
    assert sum(report.rows.get("conversations", 0) for report in reports) == 60
