"""`parley privacy` and `parley audit` as a terminal sees them."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.canaries import bytes_of, checkpoint
from tests.cli.conftest import Run
from tests.people import Shopper
from tests.shop import Shop

WORD = "xylophone-canary"


@pytest.fixture
async def url(carol: Shopper, shop: Shop) -> str:
    """Give a database in which Carol wrote, and left an address."""
    await carol.says(f"where is my parcel? {WORD}")
    await carol.gets("ticket_open", email="carol@mail.example", text=WORD)
    await carol.gets("conversation_end")
    return f"sqlite:///{shop.database}"


async def test_export_erase_and_the_log_of_it(parley: Run, url: str, carol: Shopper, shop: Shop, tmp_path: Path):
    out = tmp_path / "carol.json"
    who = ("--email", "Carol@mail.example")
    result = await asyncio.to_thread(parley, "privacy", "export", *who, "--out", out, database_url=url)
    assert (result.code, result.out) == (0, "")
    assert out.stat().st_mode & 0o077 == 0
    told = json.loads(out.read_text())
    assert [row["id"] for row in told["tables"]["conversations"]] == [carol.id]
    assert WORD in out.read_text()
    looked = await asyncio.to_thread(parley, "privacy", "erase", *who, "--dry-run", "--json", database_url=url)
    assert json.loads(looked.out)["conversations"] == [carol.id]
    assert shop.value("SELECT count(*) FROM messages") > 0
    erased = await asyncio.to_thread(parley, "privacy", "erase", *who, "--yes", database_url=url)
    assert erased.code == 0
    assert "Receipt" in erased.out
    assert not any(part in erased.out for part in (WORD, "carol@", carol.id))
    checkpoint(shop.database)
    assert WORD.encode() not in bytes_of(shop.database)
    again = await asyncio.to_thread(parley, "privacy", "erase", *who, "--yes", "--json", database_url=url)
    assert (again.code, json.loads(again.out)["visitors"]) == (0, 0)
    listed = await asyncio.to_thread(parley, "audit", "list", "--json", database_url=url)
    actions = [json.loads(line)["action"] for line in listed.out.splitlines()]
    assert actions[:3] == ["erased", "erased", "exported"]
    assert "carol" not in listed.out


async def test_the_erase_list_goes_to_a_restored_database(parley: Run, url: str, shop: Shop, tmp_path: Path):
    saved = tmp_path / "backup.db"
    with closing(sqlite3.connect(shop.database)) as source, closing(sqlite3.connect(saved)) as target:
        source.backup(target)
    await asyncio.to_thread(parley, "privacy", "erase", "--email", "carol@mail.example", "--yes", database_url=url)
    out = tmp_path / "erasures.json"
    await asyncio.to_thread(parley, "privacy", "erasures", "--out", out, database_url=url)
    restored = f"sqlite:///{saved}"
    assert WORD.encode() in bytes_of(saved)
    replayed = await asyncio.to_thread(parley, "privacy", "replay", out, database_url=restored)
    assert (replayed.code, replayed.out) == (0, "Erased again: 1 visitors, of 1 on the list.\n")
    checkpoint(saved)
    assert WORD.encode() not in bytes_of(saved)
    wrong = await asyncio.to_thread(parley, "privacy", "replay", saved, database_url=restored)
    assert wrong.code == 2
    assert wrong.err.startswith("Expected an erase list")


async def test_retention_shows_before_it_deletes(parley: Run, url: str, shop: Shop):
    shown = await asyncio.to_thread(parley, "privacy", "retention", "--dry-run", "--json", database_url=url)
    assert json.loads(shown.out)["conversations"] == 1  # the test's clock is months behind the machine's
    assert shop.value("SELECT count(*) FROM conversations") == 1
    kept = await asyncio.to_thread(
        parley, "privacy", "retention", database_url=url, retention_days=3650, retention_unanswered_days=3650
    )
    assert kept.out.startswith("Deleted 0 conversations")
    done = await asyncio.to_thread(parley, "privacy", "retention", database_url=url)
    assert done.out.startswith("Deleted 1 conversations")
    assert shop.value("SELECT count(*) FROM conversations") == 0
    assert shop.value("SELECT count(*) FROM episodes") == 1


async def test_a_changed_log_is_found_out(parley: Run, url: str, shop: Shop):
    for _ in range(3):
        await asyncio.to_thread(parley, "privacy", "erase", "--visitor", "nobody", "--yes", database_url=url)
    whole = await asyncio.to_thread(parley, "audit", "verify", database_url=url)
    assert (whole.code, whole.out.startswith("The audit log is whole")) == (0, True)
    with closing(sqlite3.connect(shop.database)) as connection, connection:
        connection.execute("UPDATE audit SET data = '{\"rows\": 9}' WHERE number = 2")
    broken = await asyncio.to_thread(parley, "audit", "verify", database_url=url)
    assert broken.code == 1
    assert broken.err == "The audit log was changed: row 2 does not fit the one before it.\n"
    told = await asyncio.to_thread(parley, "audit", "verify", "--json", database_url=url)
    assert (told.code, json.loads(told.out)["broken"]) == (1, 2)


async def test_exactly_one_person_is_named(parley: Run, url: str):
    result = await asyncio.to_thread(parley, "privacy", "erase", "--yes", database_url=url)
    assert (result.code, "exactly one" in result.err) == (2, True)
