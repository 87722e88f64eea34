"""The database goes away, fills up or is locked: a clear error, nothing lost, well again without a restart.

On SQLite the file, under one process; on PostgreSQL its server, under two.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from tests.faults.fleet import fleet
from tests.faults.ground import Fleet
from tests.faults.shop import Shop, opened
from tests.faults.trouble import BACK_SECONDS, troubled
from tests.folders import server_folder, unprivileged_user
from tests.servers import PostgresServer, postgres_server, wait_until

DISK = 12 * 2**20  # bytes
LOCKED_SECONDS = 25.0  # PostgreSQL's statements may take fifteen
POSTGRES_DISK = 160 * 2**20
SMALL_LOG = ("min_wal_size=32MB", "max_wal_size=32MB")
pytestmark = pytest.mark.timeout(600)


@contextlib.contextmanager
def small_disk(folder: Path, size: int = DISK) -> Iterator[Path]:
    """Mount a tmpfs; only root can."""
    if os.geteuid() != 0:
        pytest.skip("a small disk needs root: it is mounted")
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("a small disk needs the right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextlib.contextmanager
def postgres_on_a_small_disk() -> Iterator[tuple[PostgresServer, Path]]:
    """Run PostgreSQL with its data on a disk that a test can fill."""
    user = unprivileged_user()
    with server_folder("postgres", user) as folder, small_disk(folder / "data", POSTGRES_DISK) as disk:
        shutil.chown(disk, user)
        server = PostgresServer(folder, fsync=True, settings=SMALL_LOG)
        server.prepare()
        server.start()
        try:
            yield server, disk
        finally:
            server.stop()


def fill(folder: Path) -> Path:
    """Write until nothing more fits; return the file that takes the room."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        size = 65536
        while size >= 1:
            try:
                written = file.write(b"x" * size)
                size = size if written == size else size // 2
            except OSError:
                size //= 2
    return ballast


@contextlib.contextmanager
def _shop(folder: Path, database_url: str, *plants: str) -> Iterator[Shop]:
    with opened(Shop(folder, database_url, plants=plants)) as shop:
        yield shop


async def full_disk(folder: Path, *plants: str, cycles: int) -> list[str]:
    """Fill the disk that holds the database."""
    with small_disk(folder / "disk") as disk, _shop(folder / "shop", f"sqlite:///{disk}/parley.db", *plants) as shop:
        return await _filled(shop, disk, cycles=cycles)


async def full_disk_of_postgres(folder: Path, redis_url: str, *plants: str, cycles: int) -> list[str]:
    """Fill the disk that holds PostgreSQL's data, under two processes."""
    with (
        postgres_on_a_small_disk() as (server, disk),
        fleet(folder, server, redis_url, plants=plants) as shop,
    ):
        return await _filled(shop, disk, cycles=cycles)


async def _filled(shop: Shop, disk: Path, *, cycles: int) -> list[str]:
    return await troubled(
        shop,
        lambda: fill(disk),
        lambda ballast: ballast.unlink(),  # type: ignore[attr-defined]
        cycles=cycles,
        told=20,
    )


async def locked_database(folder: Path, *plants: str, cycles: int, told: float) -> list[str]:
    """Hold the write lock from outside."""
    path = folder / "parley.db"

    def lock() -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        connection.execute("BEGIN IMMEDIATE")
        return connection

    with _shop(folder / "shop", f"sqlite:///{path}", *plants) as shop:
        return await troubled(shop, lock, lambda connection: connection.close(), cycles=cycles, told=told)  # type: ignore[attr-defined]


async def locked_postgres(ground: Fleet, *plants: str, cycles: int) -> list[str]:
    """Hold PostgreSQL's messages locked from outside, as a careless change of a table would."""
    url = ground.database()

    async def hold() -> asyncpg.Connection:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        await connection.execute("BEGIN; LOCK TABLE messages")
        return connection

    loop = asyncio.new_event_loop()
    with contextlib.closing(loop), ground.shop(*plants, url=url) as shop:
        return await troubled(
            shop,
            lambda: loop.run_until_complete(hold()),
            lambda connection: loop.run_until_complete(connection.close()),  # type: ignore[attr-defined]
            cycles=cycles,
            told=LOCKED_SECONDS,
        )


async def killed_postgres(folder: Path, redis_url: str, *plants: str, cycles: int) -> list[str]:
    """Kill PostgreSQL under two processes and start it again, without touching them."""
    wrong: list[str] = []
    slowest = 0.0
    with postgres_server(fsync=True) as server, fleet(folder, server, redis_url, plants=plants) as shop:

        def kill() -> None:
            _kill_with_children(server)
            try:
                wait_until(lambda: shop.get("/readyz")[0] == 503, seconds=10, what="readiness to turn red")
            except TimeoutError as error:
                wrong.append(str(error))

        def back(_: object) -> None:
            nonlocal slowest
            server.start()
            started = time.monotonic()
            try:
                wait_until(lambda: shop.get("/readyz")[0] == 200, seconds=BACK_SECONDS, what="readiness to be back")
            except TimeoutError as error:
                wrong.append(str(error))
            slowest = max(slowest, time.monotonic() - started)

        wrong += await troubled(shop, kill, back, cycles=cycles, told=15)
    print(f"ready again after {slowest:.1f} s at most")
    return wrong


def _kill_with_children(server: PostgresServer) -> None:
    """Kill, and wait for its children: they need a moment to notice and let go of the shared memory."""
    assert server.process is not None
    children = psutil.Process(server.process.pid).children(recursive=True)
    server.kill()
    psutil.wait_procs(children, timeout=20)


async def test_a_full_disk_is_a_clear_error_and_heals(tmp_path: Path, *, full: bool) -> None:
    assert await full_disk(tmp_path, cycles=10 if full else 2) == []


async def test_a_locked_database_is_a_clear_error_and_heals(tmp_path: Path, *, full: bool) -> None:
    if full:
        assert await locked_database(tmp_path, cycles=5, told=10) == []
    else:
        assert await locked_database(tmp_path, "quick_locks", cycles=2, told=5) == []


@pytest.mark.usefixtures("postgres")
@pytest.mark.full_only
async def test_a_full_disk_of_postgresql_is_a_clear_error_and_heals(
    tmp_path: Path, redis_url: str, *, full: bool
) -> None:
    assert await full_disk_of_postgres(tmp_path, redis_url, cycles=10 if full else 1) == []


@pytest.mark.full_only
@pytest.mark.parametrize("ground", ["fleet"], indirect=True)
async def test_locked_tables_of_postgresql_are_a_clear_error_and_heal(ground: Fleet) -> None:
    assert await locked_postgres(ground, cycles=2) == []


@pytest.mark.usefixtures("postgres")  # skips where there is none
async def test_postgresql_may_be_killed_and_come_back(tmp_path: Path, redis_url: str, *, full: bool) -> None:
    assert await killed_postgres(tmp_path, redis_url, cycles=20 if full else 1) == []


@pytest.mark.full_only
async def test_a_server_that_pretends_is_caught(tmp_path: Path) -> None:
    wrong = await locked_database(tmp_path, "quick_locks", "pretends", cycles=1, told=3)
    assert any("nobody heard" in one for one in wrong)
    assert any("'lost'" in one for one in wrong)


@pytest.mark.full_only
async def test_a_server_that_never_heals_is_caught(tmp_path: Path) -> None:
    wrong = await locked_database(tmp_path, "quick_locks", "never_heals", cycles=1, told=5)
    assert any("no message was taken" in one for one in wrong)


@pytest.mark.full_only
async def test_a_server_that_waits_for_ever_is_caught(tmp_path: Path) -> None:
    wrong = await locked_database(tmp_path, "waits_for_ever", cycles=1, told=3)
    assert any("nobody heard" in one for one in wrong)


@pytest.mark.full_only
@pytest.mark.usefixtures("postgres")
async def test_a_readiness_that_never_turns_red_is_caught(tmp_path: Path, redis_url: str) -> None:
    wrong = await killed_postgres(tmp_path, redis_url, "always_ready", cycles=1)
    assert any("readiness to turn red" in one for one in wrong)


@pytest.mark.full_only
async def test_an_early_acknowledgement_is_caught_on_a_full_disk(tmp_path: Path) -> None:
    wrong = await full_disk(tmp_path, "early_acknowledgement", cycles=1)
    assert any("'lost'" in one for one in wrong)


@pytest.mark.full_only
@pytest.mark.usefixtures("postgres")
async def test_two_servers_that_pretend_are_caught(tmp_path: Path, redis_url: str) -> None:
    wrong = await full_disk_of_postgres(tmp_path, redis_url, "pretends", cycles=1)
    assert any("'lost'" in one for one in wrong)
