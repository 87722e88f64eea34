"""Writes: durable when they return, many to a commit on SQLite, and one that fails hurts no other."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.errors import NotFound, Unavailable
from bot.store import sqlite as databases
from bot.store.database import open_database
from bot.store.transaction import Store, Transaction
from tests.shop import within
from tests.store.conftest import a_conversation


def note(tx: Transaction, name: str) -> str:
    tx.publications.set_fact(name, name)
    return name


async def names(store: Store) -> list[str]:
    """Return what was noted."""
    return await store.read(
        lambda tx: list(tx.connection.exec_driver_sql("SELECT name FROM facts ORDER BY name").scalars())
    )


async def test_fifty_units_at_once_share_commits(store: Store):
    wanted = [f"n{number:02}" for number in range(50)]
    assert await asyncio.gather(*(store.write(lambda tx, n=n: note(tx, n)) for n in wanted)) == wanted
    assert await names(store) == wanted
    assert store.database.units == 50
    if store.url.get_backend_name() == "sqlite":
        assert store.database.commits < 25


async def test_alone_nobody_waits_for_company(store: Store):
    for number in range(5):
        await store.write(lambda tx, n=number: note(tx, f"n{n}"))
    assert store.database.commits == 5


async def test_failing_unit_hurts_no_other(store: Store):
    def fails(tx: Transaction) -> None:
        note(tx, "half done")
        raise NotFound("There is no such thing.")

    def breaks(tx: Transaction) -> None:
        note(tx, "half done")
        tx.connection.exec_driver_sql("INSERT INTO facts (name, value) VALUES ('half done', 'x')")

    units = [lambda tx, n=n: note(tx, f"n{n}") for n in range(20)]
    units[7], units[13] = fails, breaks
    found = await asyncio.gather(*(store.write(unit) for unit in units), return_exceptions=True)
    assert isinstance(found[7], NotFound)
    assert isinstance(found[13], IntegrityError)
    assert await names(store) == sorted(f"n{n}" for n in range(20) if n not in (7, 13))


async def test_news_are_told_after_the_commit_in_its_order(store: Store):
    seen: list[tuple[str, bool]] = []
    path = store.url.database

    def listen(news) -> None:
        (conversation_id,) = news.conversations
        durable = True
        if store.url.get_backend_name() == "sqlite":
            with closing(sqlite3.connect(str(path))) as other:
                durable = bool(other.execute("SELECT 1 FROM conversations WHERE id = ?", [conversation_id]).fetchone())
        seen.append((conversation_id, durable))

    store.on_commit(listen)

    def begin(tx: Transaction) -> str:
        conversation = a_conversation(tx)
        tx.news.conversations[conversation.id] = conversation
        return conversation.id

    ids = await asyncio.gather(*(store.write(begin) for _ in range(10)))
    assert sorted(seen) == sorted((id_, True) for id_ in ids)
    if store.url.get_backend_name() == "sqlite":
        assert [id_ for id_, _ in seen] == ids


async def test_who_goes_away_does_not_stop_the_write(store: Store):
    told = []
    store.on_commit(told.append)

    def begin(tx: Transaction) -> None:
        conversation = a_conversation(tx)
        tx.news.conversations[conversation.id] = conversation

    task = asyncio.create_task(store.write(begin))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await within(10, lambda: told)
    assert (
        await store.read(lambda tx: tx.connection.exec_driver_sql("SELECT count(*) FROM conversations").scalar()) == 1
    )


async def test_locked_file_is_unavailable_and_heals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(databases, "LOCK_SECONDS", 0.1)
    path = tmp_path / "parley.db"
    database = open_database(f"sqlite:///{path}")

    def count(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS t (x)")
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")

    await database.write(count)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        found = await asyncio.gather(*(database.write(count) for _ in range(3)), return_exceptions=True)
        assert {type(one) for one in found} == {Unavailable}
        other.execute("ROLLBACK")
    await database.write(count)
    assert await database.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM t").scalar()) == 2
    await database.close()


async def test_full_disk_is_unavailable_and_heals(tmp_path: Path):
    database = open_database(f"sqlite:///{tmp_path / 'parley.db'}")
    await database.write(lambda c: c.exec_driver_sql("CREATE TABLE t (x)"))

    def fill(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO t VALUES (zeroblob(1000000))")

    await database.write(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 20"))
    with pytest.raises(Unavailable):
        await database.write(fill)
    await database.write(lambda c: c.exec_driver_sql("INSERT INTO t VALUES (1)"))
    await database.write(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 1000000"))
    await database.write(fill)
    assert await database.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM t").scalar()) == 2
    await database.close()


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("53100", Unavailable),  # the disk is full
        ("53200", Unavailable),  # no memory left
        ("40P01", Unavailable),  # gave way to another, each waiting for the other
        ("55P03", Unavailable),  # locked
        ("57014", Unavailable),  # somebody cancelled it
        ("58030", Unavailable),  # the disk fails
        ("25006", Unavailable),  # a standby takes no writes
        ("22012", DBAPIError),  # a bug of ours stays one
    ],
)
async def test_what_is_no_fault_of_a_statement_is_unavailable(
    postgres_url: str, state: str, error: type[Exception]
) -> None:
    database = open_database(postgres_url)
    fails = f"DO $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '{state}'; END $$"
    for work in (database.write, database.read):
        with pytest.raises(error):
            await work(lambda connection: connection.exec_driver_sql(fails))
    assert await database.read(lambda connection: connection.exec_driver_sql("SELECT 1").scalar()) == 1
    await database.close()


async def test_postgresql_is_never_asked_not_to_wait_for_the_disk(postgres_url: str) -> None:
    """Whatever a connection asks for is said by its session: here nothing about commits."""
    database = open_database(postgres_url)
    asked = "SELECT source FROM pg_settings WHERE name = 'synchronous_commit'"
    for work in (database.write, database.read):
        assert await work(lambda connection: connection.exec_driver_sql(asked).scalar()) == "command line"
    await database.close()


async def test_damaged_file_is_unavailable(tmp_path: Path):
    path = tmp_path / "parley.db"
    path.write_bytes(b"not a database" * 1000)
    database = open_database(f"sqlite:///{path}")
    for work in (database.write, database.read):
        with pytest.raises(Unavailable):
            await work(lambda c: c.exec_driver_sql("SELECT 1 FROM t").scalar())
    await database.close()


async def test_close_finishes_what_waits(tmp_path: Path):
    database = open_database(f"sqlite:///{tmp_path / 'parley.db'}")
    await database.write(lambda c: c.exec_driver_sql("CREATE TABLE t (x)"))
    writes = [
        asyncio.create_task(database.write(lambda c: c.exec_driver_sql("INSERT INTO t VALUES (1)"))) for _ in range(30)
    ]
    await asyncio.sleep(0)
    await database.close()
    assert len(await asyncio.gather(*writes)) == 30
    with closing(sqlite3.connect(tmp_path / "parley.db")) as other:
        assert other.execute("SELECT count(*) FROM t").fetchone() == (30,)
