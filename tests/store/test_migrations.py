"""Migrations make the tables that the code describes, take them away again, and refuse what they do not know."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, insert, inspect

from bot.errors import SettingsError
from bot.store import schema
from bot.store.database import open_database
from bot.store.schema import _config, check_current, head, upgrade
from bot.store.tables import metadata
from tests.fakes import NOON


def run(url: str, unit) -> object:
    """Run a unit of work on the database."""

    async def work() -> object:
        database = open_database(url)
        try:
            return await database.write(unit)
        finally:
            await database.close()

    return asyncio.run(work())


def differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True, "include_name": _ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name != "alembic_version"


def test_upgraded_tables_are_the_described_ones(database_url: str):
    assert upgrade(database_url) == head()
    assert run(database_url, differences) == []
    check_current(database_url)


def test_upgrade_again_changes_nothing_and_loses_nothing(database_url: str):
    upgrade(database_url)
    run(database_url, lambda c: c.exec_driver_sql("INSERT INTO facts (name, value) VALUES ('a', 'b')"))
    upgrade(database_url)
    assert run(database_url, lambda c: c.exec_driver_sql("SELECT value FROM facts").scalar()) == "b"


def test_downgrade_leaves_nothing_behind(database_url: str):
    upgrade(database_url)
    run(database_url, lambda c: command.downgrade(_config(c), "base"))
    assert run(database_url, lambda c: inspect(c).get_table_names()) == ["alembic_version"]
    upgrade(database_url)
    assert run(database_url, differences) == []


def test_replies_keep_their_mail_where_the_table_of_mails_is_made_anew(database_url: str):
    def add(table: str, **values: object) -> None:
        """Add a row as the revision before has it."""
        filled = {"conversation_id": "c", "language": "en", "text": "", "at": NOON, **values}

        def unit(connection: Connection) -> None:
            known = Table(table, MetaData(), autoload_with=connection)
            connection.execute(insert(known), {c.name: filled[c.name] for c in known.c if c.name in filled})

        run(database_url, unit)

    upgrade(database_url)
    run(database_url, lambda c: command.downgrade(_config(c), "0008"))
    add("visitors", id="v", token_hash="t", created_at=NOON, last_seen_at=NOON)
    counts = {"episode": 1, "episode_open": False, "last_seq": 0, "last_event": 0, "failures": 0, "offered": []}
    times = {"created_at": NOON, "updated_at": NOON, "awaiting_order_number": False}
    add("conversations", id="c", visitor_id="v", status="bot", locale="en", surface="widget", **counts, **times)
    add("tickets", id="k", number="CV-1", email="c@x.example", status="open")
    mail = {"message_id": "<m@x>", "status": "sent", "attempts": 1, "due_at": NOON}
    add("mails", id="m", kind="ticket_reply", email="c@x.example", subject="", **mail)
    add("ticket_replies", id="r", ticket_id="k", name="Amir", mail_id="m")
    kept = "SELECT mail_id FROM ticket_replies"
    upgrade(database_url)
    assert run(database_url, lambda c: c.exec_driver_sql(kept).scalar()) == "m"
    run(database_url, lambda c: command.downgrade(_config(c), "0008"))
    assert run(database_url, lambda c: c.exec_driver_sql(kept).scalar()) == "m"


def test_newer_database_is_refused(database_url: str):
    upgrade(database_url)
    run(database_url, lambda c: c.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    for check in (upgrade, check_current):
        with pytest.raises(SettingsError, match=rf"expected revision {head()}.*found (revision )?9999"):
            check(database_url)


def test_database_without_tables_is_refused_with_the_way_out(database_url: str):
    if database_url.startswith("sqlite"):
        Path(database_url.removeprefix("sqlite:///")).touch()
    with pytest.raises(SettingsError, match="found no tables; run: parley db upgrade"):
        check_current(database_url)


def test_missing_file_is_not_made_by_looking(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"found no file .*none\.db"):
        check_current(f"sqlite:///{tmp_path / 'none.db'}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("check", [upgrade, check_current])
def test_file_that_is_no_database_is_refused(tmp_path: Path, check):
    path = tmp_path / "letter.db"
    path.write_text("Dear Carol, " * 200)
    with pytest.raises(SettingsError, match="PARLEY_DATABASE_URL"):
        check(f"sqlite:///{path}")
    assert path.read_text().startswith("Dear Carol")


def test_unknown_postgresql_database_is_refused_without_the_password(postgres_url: str):
    url = postgres_url.replace("parley@", "parley:secret-word@") + "_nothing"
    for check in (upgrade, check_current):
        with pytest.raises(SettingsError) as refused:
            check(url)
        assert "secret-word" not in str(refused.value)


def test_sqlite_is_durable(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'parley.db'}"
    upgrade(url)
    pragmas = [
        run(url, lambda c, p=p: c.exec_driver_sql(f"PRAGMA {p}").scalar())
        for p in ("journal_mode", "synchronous", "foreign_keys")
    ]
    assert pragmas == ["wal", 2, 1]
    with closing(sqlite3.connect(tmp_path / "parley.db")) as other:
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_tables_in_use_are_waited_for(postgres_url: str, monkeypatch: pytest.MonkeyPatch):
    """A turn that reads a table may want next what the migration holds: the migration lets go and tries again."""
    await asyncio.to_thread(upgrade, postgres_url)
    await asyncio.to_thread(run, postgres_url, lambda c: command.downgrade(_config(c), "0008"))
    turn = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
    await turn.execute("BEGIN; LOCK TABLE mails IN ACCESS SHARE MODE")
    migrating = asyncio.create_task(asyncio.to_thread(upgrade, postgres_url))
    await asyncio.sleep(2 * schema.TABLE_SECONDS)
    assert not migrating.done()
    # What the migration touched before it came to the mails is free in between.
    await turn.execute("LOCK TABLE conversations IN ROW EXCLUSIVE MODE; COMMIT")
    assert await migrating == head()
    await asyncio.to_thread(run, postgres_url, lambda c: command.downgrade(_config(c), "0008"))
    monkeypatch.setattr(schema, "IN_USE_SECONDS", 0.5)
    await turn.execute("BEGIN; LOCK TABLE mails IN ACCESS SHARE MODE")
    with pytest.raises(SettingsError, match=r"expected every table to be free .* found them in use"):
        await asyncio.to_thread(upgrade, postgres_url)
    await turn.close()
