"""A migration runs while processes of the release before serve; those of the next join, the old ones leave.

On PostgreSQL and Redis: a SQLite file is one process's own, and nothing serves from it while it is migrated.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import cast

import pytest

from bot.store.schema import head
from tests.faults.fleet import fleet, processes_of
from tests.faults.planted import NEXT_MIGRATIONS
from tests.faults.shop import ROOT, Shop, opened
from tests.faults.traffic import Traffic, traffic
from tests.faults.trouble import takes_messages
from tests.faults.wire import until
from tests.house.test_migrations_expand import faults_of
from tests.servers import PostgresServer

HEAD = """\"\"\"What the next release brings.\"\"\"

import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
"""
EXPANDS = """
    op.create_table("moods", sa.Column("id", sa.Text(), nullable=False), sa.PrimaryKeyConstraint("id"))
    op.add_column("messages", sa.Column("mood", sa.Text(), nullable=True))
    op.add_column("conversations", sa.Column("branch", sa.Text(), nullable=False, server_default="main"))
    op.create_index("ix_messages_mood", "messages", ["mood"], unique=False)
    op.execute("UPDATE messages SET mood = 'calm'")
"""
UPGRADE_SECONDS = 30.0  # the program takes two to start; in the way of turns it would try for a minute
TAKES_AWAY = """
    op.drop_column("messages", "language")
"""
pytestmark = [
    pytest.mark.full_only,
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("postgres"),  # skips where there is none
]


class Balancer:
    """Whoever connects comes to one of the shops that are there."""

    def __init__(self, *shops: Shop) -> None:
        self.shops = list(shops)
        self.database_url = shops[0].database_url
        self.workers = sum(shop.workers for shop in shops)

    @property
    def url(self) -> str:
        return random.choice(self.shops).url

    def moves_half(self, people: Traffic) -> None:
        """Cut the second tabs off: they come back to whoever is there."""
        for shopper in people.shoppers:
            shopper.tabs[1].line.cut()


def next_release(folder: Path, old: Shop, redis_url: str, change: str) -> Shop:
    """Return the program of the next release, with a revision more that makes this change."""
    shop = Shop(folder, old.database_url, workers=2, redis_url=redis_url, plants=["next_release"])
    migrations = folder / NEXT_MIGRATIONS
    shutil.copytree(ROOT / "bot" / "store" / "migrations", migrations)
    (migrations / "versions" / "9000_the_next.py").write_text(HEAD.format(before=head()) + change)
    return shop


async def migrated(shop: Shop) -> str:
    """Run `parley db upgrade` of the shop's release; return what it said."""
    program = "from tests.faults import planted; planted.next_release(); from bot.cli.main import main; main()"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, "db", "upgrade", env=shop.environment, cwd=shop.folder, stdout=-1, stderr=-2
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def test_a_migration_runs_while_old_processes_serve(
    tmp_path: Path, postgres: PostgresServer, redis_url: str
) -> None:
    assert faults_of(HEAD + EXPANDS) == [], "expected the rule to let it through"
    with fleet(tmp_path, postgres, redis_url) as old:
        new = next_release(tmp_path / "new", old, redis_url, EXPANDS)
        balancer = Balancer(old)
        async with traffic(cast("Shop", balancer), shoppers=12, watched=False) as people:
            people.begin(pause=0.01)
            assert await takes_messages(people, seconds=20) is not None
            before = people.acknowledged
            started = time.monotonic()
            assert "revision 9000" in await migrated(new)
            assert time.monotonic() - started < UPGRADE_SECONDS, "expected it to get the tables that turns use"
            during = people.acknowledged - before
            assert await takes_messages(people, more=50, seconds=20) is not None
            slowest = max(people.waits)
            processes_of(old)[0].kill()  # its parent starts it again, on tables that are newer than it knows
            assert await until(lambda: len(processes_of(old)) == 2, seconds=20)
            with opened(new):
                balancer.shops.append(new)
                balancer.moves_half(people)
                assert await takes_messages(people, more=50, seconds=20) is not None
                assert people.codes == {}, people.codes
                balancer.shops.remove(old)
                code, _ = await asyncio.to_thread(old.terminate, seconds=10.0)
                assert code == 0
                assert await takes_messages(people, more=50, seconds=20) is not None
                await people.rest()
                verdict = await people.judge()
        print(f"\n{verdict} {people.codes or ''}; {during} while it ran, the slowest took {slowest:.2f} s")
        assert not verdict.faults, str(verdict)
        assert not set(people.codes) - {"unavailable"}, people.codes  # of those that left
        assert during > 0, "expected messages to be taken meanwhile"
        late = await asyncio.to_thread(_refused, old)
        assert late[0] == 78
        assert "or older, found 9000; update Parley" in late[1]


def _refused(shop: Shop) -> tuple[int, str]:
    process = shop.spawn(shop.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = process.communicate(timeout=60)
    return process.returncode, said.decode()


async def test_a_migration_that_takes_away_is_caught(tmp_path: Path, postgres: PostgresServer, redis_url: str) -> None:
    assert faults_of(HEAD + TAKES_AWAY) == ["drop_column: messages.language"]
    with fleet(tmp_path, postgres, redis_url) as old:
        new = next_release(tmp_path / "new", old, redis_url, TAKES_AWAY)
        async with traffic(old, shoppers=4, tabs=1, watched=False) as people:
            people.begin(pause=0.02)
            assert await takes_messages(people, seconds=20) is not None
            await migrated(new)
            assert await until(lambda: people.codes, seconds=20)
        assert "internal" in people.codes
