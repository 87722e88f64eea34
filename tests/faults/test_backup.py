"""A backup taken while everybody writes: each conversation up to one moment, and a shop that can open from it again."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.ground import Ground, on_both_in_full
from tests.faults.shop import Shop
from tests.faults.traffic import traffic
from tests.faults.verdict import Row, rows_of

SHOPPERS = 12
pytestmark = pytest.mark.timeout(300)


async def parley(shop: Shop, *arguments: str, database_url: str | None = None) -> str:
    """Run a command with the shop's settings; return what it said."""
    environment = {**shop.environment, **({"PARLEY_DATABASE_URL": database_url} if database_url else {})}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, env=environment, cwd=shop.folder, stdout=-1, stderr=-2
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


def faults_of(kept: list[Row], all_rows: list[Row], before: set[str]) -> list[str]:
    """Compare what a backup holds with what there was in the end, and with what was there when it began."""
    wrong = []
    there = {row.id: row for row in all_rows}
    if changed := [row for row in kept if there.get(row.id) != row]:
        wrong.append(f"{len(changed)} messages are not those that were written, such as {changed[0]}")
    if missing := before - {row.id for row in kept}:
        wrong.append(f"{len(missing)} messages were there before the backup began and are not in it")
    numbers: dict[str, list[int]] = {}
    for row in kept:
        numbers.setdefault(row.conversation_id, []).append(row.seq)
    wrong += [
        f"{id_}: numbers {seqs}" for id_, seqs in numbers.items() if sorted(seqs) != list(range(1, len(seqs) + 1))
    ]
    return wrong


def torn(file: Path) -> list[str]:
    """Return which conversations and events of a backup are not of one moment."""
    with closing(sqlite3.connect(file)) as connection:
        queries = {
            "last_seq": "SELECT c.id FROM conversations c LEFT JOIN messages m ON m.conversation_id = c.id"
            " GROUP BY c.id HAVING c.last_seq <> count(m.id)",
            "last_event": "SELECT c.id FROM conversations c LEFT JOIN events e ON e.conversation_id = c.id"
            " GROUP BY c.id HAVING c.last_event <> count(e.id)",
            "decisions": "SELECT d.id FROM decisions d LEFT JOIN messages m ON m.id = d.message_id WHERE m.id IS NULL",
        }
        return [f"{name}: {row[0]}" for name, query in queries.items() for row in connection.execute(query)]


async def backed_up(ground: Ground, *, copies: int) -> None:
    """Write, back up meanwhile, restore the last backup into an empty place, open a shop there and write on."""
    url, target = ground.database(), ground.database()
    with ground.shop(url=url) as shop:
        async with traffic(shop, shoppers=SHOPPERS, watched=False) as people:
            people.begin(pause=0.01)
            for number in range(copies):
                await asyncio.sleep(0.5)
                before = {row.id for row in await rows_of(url)}
                file = ground.folder / f"{number}.backup"
                await parley(shop, "db", "backup", str(file))
                taken = people.acknowledged
                kept = await rows_of(f"sqlite:///{file}")
                assert faults_of(kept, await rows_of(url), before) == []
                assert torn(file) == []
            await asyncio.sleep(0.3)
            assert people.acknowledged > taken, "expected everybody to write on during the backup"
            await people.rest()
            verdict = await people.judge()
            assert not verdict.faults, str(verdict)
            used = {row.id for row in await rows_of(url)}
            tokens = [shopper.token for shopper in people.shoppers]
        assert len(used) > len(kept), "expected messages after the backup"
        await parley(shop, "db", "restore", str(file), database_url=target)
    assert sorted(await rows_of(target), key=_place) == sorted(kept, key=_place)
    await _writes_on(ground, target, kept, used, tokens)


async def _writes_on(ground: Ground, target: str, kept: list[Row], used: set[str], tokens: list[str]) -> None:
    with ground.shop(name="again", url=target) as shop:
        async with traffic(shop, shoppers=SHOPPERS, watched=False, tokens=tokens) as people:
            people.begin(pause=0.01)
            await asyncio.sleep(0.5)
            await people.rest()
            verdict = await people.judge()
            assert not verdict.faults, str(verdict)
    rows = await rows_of(target)
    new = [row for row in rows if row.id not in {one.id for one in kept}]
    assert len(new) >= SHOPPERS
    assert not {row.id for row in new} & used, "expected no id that was given before"
    assert {row.conversation_id for row in new} <= {row.conversation_id for row in kept}


def _place(row: Row) -> tuple[str, int]:
    return row.conversation_id, row.seq


@on_both_in_full
async def test_it_is_backed_up_while_it_serves(ground: Ground, *, full: bool) -> None:
    await backed_up(ground, copies=5 if full else 1)


async def test_a_backup_that_is_not_of_one_moment_is_caught(tmp_path: Path) -> None:
    rows = [Row("c", seq, f"m{seq}", None, "shopper", "hello") for seq in range(1, 6)]
    assert faults_of(rows[:3], rows, {"m1", "m2"}) == []
    assert faults_of(rows[:3], rows, {"m4"})
    assert faults_of([rows[0], rows[2]], rows, set())
    assert faults_of([Row("c", 1, "m1", None, "shopper", "other")], rows, set())
