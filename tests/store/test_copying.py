"""A shop moves between databases, is backed up while it writes, and comes back: every row, byte for byte."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, delete, insert, select, text

from bot.clock import SystemClock
from bot.domain.audits import AuditAction
from bot.domain.identifiers import hash_token, new_id
from bot.errors import SettingsError
from bot.store import copying, tables
from bot.store.backups import back_up, restore
from bot.store.columns import metadata
from bot.store.copying import copy
from bot.store.database import open_database
from bot.store.schema import _config, upgrade
from bot.store.transaction import Store, Transaction
from tests.store.conftest import a_conversation

ODD = ("plain", "ünïcødé 👩‍👩‍👧 ﷽", "'; DROP TABLE messages; --", "two\nlines\ttab", "\u202eback", "")

NEW = 1  # rows that migrations write into new tables: the configuration's version


def silent(_table: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def run(url: str, unit: Callable[[Transaction], Any]) -> Any:
    async def work() -> Any:
        store = Store(open_database(url), SystemClock())
        try:
            return await store.write(unit)
        finally:
            await store.close()

    return asyncio.run(work())


def fill(tx: Transaction, *, conversations: int = 12) -> None:
    """Write rows of every awkward kind: JSON null beside SQL NULL, bytes, fractions, times, odd words."""
    for number in range(conversations):
        conversation = a_conversation(tx, page="/é" if number % 2 else None)
        rows = [
            {
                **dict.fromkeys(column.name for column in tables.messages.c),
                "id": new_id(),
                "conversation_id": conversation.id,
                "seq": seq,
                "episode": 1,
                "author": "shopper",
                "language": "fr",
                "text": ODD[seq % len(ODD)],
                "at": tx.now,
                "client_id": new_id(),
            }
            for seq in range(1, 90)
        ]
        tx.connection.execute(insert(tables.messages), rows)
    counted = metadata.tables["episode_days"]
    tx.connection.execute(
        insert(counted), {"day": "2026-03-01", "version": 1, "packed": bytes(range(256)), "keys": None}
    )
    tx.connection.execute(insert(metadata.tables["benchmarks"]), {"metric": "csat", "value": 0.1 + 0.2})
    tx.connection.execute(
        insert(tables.configuration),
        [
            {"name": "hours", "value": {"b": [1.5, None, "é"], "a": 10**12}, "updated_at": tx.now},
            {"name": "nothing", "value": None, "updated_at": tx.now},
        ],
    )
    tx.publications.set_fact("who", "Caravan")
    tx.audit.record(AuditAction.RETENTION_RUN, conversations=1, rows=2)


def raw(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    return {
        table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
        for table in metadata.sorted_tables
    }


@pytest.fixture
def other_url(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Give an empty database of the other kind."""
    if database_url.startswith("sqlite"):
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'other.db'}"


@pytest.fixture
def filled(database_url: str) -> str:
    upgrade(database_url)
    run(database_url, fill)
    return database_url


def test_a_shop_moves_to_the_other_database_and_back(filled: str, other_url: str, tmp_path: Path):
    upgrade(other_url)
    told: list[tuple[str, int, int]] = []
    there = copy(filled, other_url, lambda *how: told.append(how))
    before = run(filled, lambda tx: raw(tx.connection))
    assert run(other_url, lambda tx: raw(tx.connection)) == before
    back = f"sqlite:///{tmp_path / 'back.db'}"
    upgrade(back)
    assert copy(other_url, back, silent) == there
    assert run(back, lambda tx: raw(tx.connection)) == before
    assert {one.table: one.rows for one in there}["messages"] == 12 * 89
    assert ("messages", 1000, 1068) in told
    nulls = text("SELECT count(*) FROM configuration WHERE value IS NULL")
    assert run(other_url, lambda tx: tx.connection.scalar(nulls)) == 1


def test_a_target_with_rows_is_refused_and_left_alone(filled: str, other_url: str):
    upgrade(other_url)
    run(other_url, lambda tx: tx.publications.set_fact("mine", "yes"))
    with pytest.raises(SettingsError, match=r"expected an empty database.*facts \(1 rows\)"):
        copy(filled, other_url, silent)
    assert run(other_url, lambda tx: sum(map(len, raw(tx.connection).values()))) == NEW + 1


@pytest.mark.parametrize("fault", ["loses a row", "changes a word"])
def test_what_arrives_otherwise_is_found_and_not_kept(
    filled: str, other_url: str, monkeypatch: pytest.MonkeyPatch, fault: str
):
    upgrade(other_url)
    honest = copying._faults_of

    def tampered(target: Connection, sent: copying.Copied) -> Any:
        if sent.table == "facts":
            target.execute(delete(tables.facts) if fault == "loses a row" else tables.facts.update().values(value="X"))
        return honest(target, sent)

    monkeypatch.setattr(copying, "_faults_of", tampered)
    said = "expected 1 rows in the target, found 0" if fault == "loses a row" else "expected checksum"
    with pytest.raises(SettingsError, match=f"facts: {said}"):
        copy(filled, other_url, silent)
    assert run(other_url, lambda tx: sum(map(len, raw(tx.connection).values()))) == NEW


def test_a_backup_comes_back_into_either_database_with_everybody_signed_out(
    filled: str, other_url: str, tmp_path: Path
):
    def sign_in(tx: Transaction) -> None:
        agents = metadata.tables["agents"]
        row = {**dict.fromkeys(agents.c.keys()), "id": "a", "name": "Amir", "email": "a@x.example", "languages": []}
        row |= {"password_hash": "-", "role": "agent", "capacity": 1, "presence": "offline", "created_at": tx.now}
        row["granted"] = ["personal_data:read"]
        tx.connection.execute(insert(agents), {**row, "failed_sign_ins": 0})
        tx.sessions.add(hash_token("t"), "a", tx.now, tx.now)

    run(filled, sign_in)
    before = run(filled, lambda tx: raw(tx.connection))
    assert before.pop("sessions")
    file = tmp_path / "backups" / "monday.db"
    assert back_up(filled, file, silent) == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in file.parent.iterdir()] == ["monday.db"]
    restore(file, other_url, silent)
    after = run(other_url, lambda tx: raw(tx.connection))
    assert after.pop("sessions") == []
    assert after == before
    with pytest.raises(SettingsError, match="expected an empty database"):
        restore(file, other_url, silent)
    with pytest.raises(SettingsError, match="a backup never replaces another"):
        back_up(filled, file, silent)


def test_an_older_backup_is_brought_up_to_date_and_left_as_it_was(tmp_path: Path, other_url: str, filled: str):
    if not filled.startswith("sqlite"):
        pytest.skip("only SQLite's are backed up at any revision")
    old = tmp_path / "old.db"
    upgrade(f"sqlite:///{old}")

    def down(connection: Connection) -> None:
        command.downgrade(_config(connection), "0006")
        connection.exec_driver_sql("INSERT INTO facts (name, value) VALUES ('who', 'Caravan')")

    async def go() -> None:
        database = open_database(f"sqlite:///{old}")
        await database.write(down)
        await database.close()

    asyncio.run(go())
    file = tmp_path / "old-backup.db"
    back_up(f"sqlite:///{old}", file, silent)
    before = file.read_bytes()
    restore(file, other_url, silent)
    assert run(other_url, lambda tx: tx.publications.fact("who")) == "Caravan"
    assert file.read_bytes() == before


def _set_revision(path: Path, revision: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.commit()


def _drop(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE alembic_version")
        connection.commit()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.unlink(), "found no file"),
        (lambda path: path.write_bytes(b"Dear Carol, " * 500), "expected a whole SQLite file"),
        (lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]), "expected a whole SQLite file"),
        (lambda path: _set_revision(path, "9999"), r"revision 9999; update Parley"),
        (_drop, "no tables of Parley"),
    ],
    ids=["missing", "letter", "torn", "newer", "no tables"],
)
def test_what_is_no_backup_is_refused_and_nothing_is_made(tmp_path: Path, damage: Callable[[Path], object], said: str):
    url = f"sqlite:///{tmp_path / 'parley.db'}"
    upgrade(url)
    run(url, lambda tx: fill(tx, conversations=2))
    file = tmp_path / "backup.db"
    back_up(url, file, silent)
    damage(file)
    with pytest.raises(SettingsError, match=said):
        restore(file, f"sqlite:///{tmp_path / 'new.db'}", silent)
    assert not (tmp_path / "new.db").exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'parley.db'}"
    upgrade(url)
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="expected a place for the backup"):
        back_up(url, tmp_path / "file" / "backup.db", silent)
    with pytest.raises(SettingsError, match="found no file"):
        back_up(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "backup.db", silent)
