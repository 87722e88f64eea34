"""Everything about one person is written out and erased, in every table; nobody else is touched, statistics stay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, String, Table, select

from bot.domain.audits import AuditAction
from bot.domain.identifiers import new_id
from bot.domain.privacy import Person, erasure_hash
from bot.errors import BadInput
from bot.services.auditing import AuditLog
from bot.services.privacy import Privacy
from bot.store.columns import metadata
from bot.store.counted import episodes
from bot.store.persons import BLANKED, CLOSED, OTHERS, OWN, QUOTING, SECRETS
from bot.store.transaction import Store
from tests.canaries import bytes_of
from tests.fakes import FrozenClock
from tests.store.canary_person import CanaryPerson, places

WORD, OTHER = "cnryX7", "othrQ9"


async def nothing_to_count() -> int:
    return 0


@pytest.fixture
def privacy(store: Store) -> Privacy:
    return Privacy(store, nothing_to_count)


@pytest.fixture
async def person(store: Store, clock: FrozenClock) -> CanaryPerson:
    """Put a person into every table, and another beside."""
    person, other = CanaryPerson(WORD, clock.now()), CanaryPerson(OTHER, clock.now())
    await store.write(person.add)
    await store.write(other.add)
    return person


def without_rule(tables: MetaData) -> list[str]:
    """Return the tables, and columns of statistics, that no rule speaks of."""
    ruled = {*OWN, *BLANKED, *QUOTING, *OTHERS}
    missing = [name for name in tables.tables if name not in ruled]
    for name, emptied in BLANKED.items():
        texts = [column.name for column in tables.tables[name].c if isinstance(column.type, String)]
        missing += [f"{name}.{text}" for text in texts if text not in {*emptied, *CLOSED[name]}]
    return missing


def test_every_table_has_a_rule():
    assert without_rule(metadata) == []
    named = [*OWN, *BLANKED, *QUOTING, *OTHERS]
    assert sorted(named) == sorted(metadata.tables), "expected one rule a table, and none for a table that is gone"


def test_a_new_table_or_column_without_a_rule_is_found():
    more = MetaData()
    for table in metadata.tables.values():
        table.to_metadata(more)
    Table("diary", more, Column("words", String(80)))
    more.tables["episodes"].append_column(Column("remark", String(80)))
    assert without_rule(more) == ["diary", "episodes.remark"]


async def test_export_holds_everything_but_what_opens_something(privacy: Privacy, person: CanaryPerson, store: Store):
    told = await privacy.export(Person(visitor=person.visitor))
    assert len(person.planted) > 70
    missing = [
        (table, column)
        for table, column in person.planted
        if not any(person.word in json.dumps(row[column]) for row in told["tables"][table])
    ]
    assert missing == []
    assert told["rows"]["messages"] == 150
    assert OTHER not in json.dumps(told)
    for table, columns in SECRETS.items():
        assert not {*columns} & {*told["tables"][table][0]}
    (noted,) = await store.read(lambda tx: tx.audit.listed(limit=5))
    assert (noted.action, noted.about, noted.data["what"]) == (AuditAction.EXPORTED, person.visitor, "person")


async def test_erasing_leaves_nothing_anywhere(privacy: Privacy, person: CanaryPerson, store: Store):
    before = await store.read(lambda tx: list(places(tx, OTHER)))
    receipt = await privacy.erase(Person(conversation=person.ids["conversations"]))
    assert await store.read(lambda tx: list(places(tx, WORD))) == []
    assert await store.read(lambda tx: list(places(tx, OTHER))) == before
    assert (receipt.visitors, receipt.rows["messages"], receipt.rows["drafts"]) == (1, 150, 1)
    assert not any(part in str(receipt) for part in (WORD, *person.ids.values()))
    if store.url.get_backend_name() == "sqlite":
        raw = bytes_of(Path(str(store.url.database)))
        assert raw.count(OTHER.encode()) >= len(before)
        assert raw.count(WORD.encode()) == 0


async def test_statistics_stay_without_the_person(privacy: Privacy, person: CanaryPerson, store: Store):
    await privacy.erase(Person(visitor=person.visitor))
    rows = await store.read(lambda tx: tx.connection.execute(select(episodes)).all())
    assert len(rows) == 2
    (mine,) = [row for row in rows if row.conversation_id == person.ids["conversations"]]
    assert (mine.page, mine.visitor_id, mine.messages_shopper) == (None, None, 1)


async def test_erasing_twice_changes_nothing(privacy: Privacy, person: CanaryPerson, store: Store):
    first = await privacy.erase(Person(visitor=person.visitor))
    again = await privacy.erase(Person(visitor=person.visitor))
    assert (first.before, first.visitors) == (False, 1)
    assert (again.before, again.visitors, again.rows) == (True, 0, {})
    unknown = await privacy.erase(Person(visitor=new_id()))
    assert (unknown.before, unknown.visitors) == (False, 0)
    assert list(await privacy.erasures()) == [erasure_hash(person.visitor)]
    assert (await AuditLog(store).check()).broken is None


async def test_a_restored_database_forgets_again(privacy: Privacy, person: CanaryPerson, store: Store):
    await privacy.erase(Person(visitor=person.visitor))
    listed = await privacy.erasures()
    await store.write(person.come_back)  # as a backup from before brings everything back
    assert await privacy.replay(listed) == 1
    assert await store.read(lambda tx: list(places(tx, WORD))) == []
    assert await privacy.replay(listed) == 0


async def test_a_person_is_found_by_what_they_left(privacy: Privacy, person: CanaryPerson, store: Store):
    def addresses(tx) -> None:
        for name in ("tickets", "mails", "mail_codes", "order_lookups", "messages"):
            table = metadata.tables[name]
            column = "text" if name == "messages" else "email"
            mine = table.c[OWN[name]] == person.ids["conversations"]
            written = f"Write to {name}@Mail.example please" if column == "text" else f"{name}@Mail.example"
            tx.connection.execute(table.update().where(mine).values({column: written}))

    await store.write(addresses)
    for name in ("tickets", "mails", "mail_codes", "order_lookups", "messages"):
        assert (await privacy.found(Person(email=f"{name.upper()}@mail.example"))).visitors == (person.visitor,)
    for none in ("nobody@mail.example", "example", "%@mail.example", "_ickets@mail.example"):
        assert (await privacy.found(Person(email=none))).visitors == ()


def test_exactly_one_name_is_expected():
    for wrong in ({}, {"visitor": "a", "email": "b"}):
        with pytest.raises(BadInput, match="exactly one"):
            Person(**wrong)
