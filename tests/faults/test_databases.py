"""The database goes away, fills up or is locked: a clear error, nothing lost, well again without a restart."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.faults.shop import Shop, opened
from tests.faults.trouble import BACK_SECONDS, troubled
from tests.servers import PostgresServer, postgres_server, wait_until

DISK = 12 * 1024 * 1024  # bytes
pytestmark = pytest.mark.timeout(300)


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a tmpfs; only root can."""
    if os.geteuid() != 0:
        pytest.skip("a small disk needs root: it is mounted")
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("a small disk needs the right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


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
        return await troubled(
            shop,
            lambda: fill(disk),
            lambda ballast: ballast.unlink(),
            cycles=cycles,
            told=20,  # type: ignore[attr-defined]
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


async def killed_postgres(folder: Path, *plants: str, cycles: int) -> list[str]:
    """Kill PostgreSQL and start it again, without touching the shop."""
    wrong: list[str] = []
    with postgres_server(fsync=True) as server, _shop(folder / "shop", server.create_database(), *plants) as shop:

        def kill() -> None:
            _kill_with_children(server)
            try:
                wait_until(lambda: shop.get("/readyz")[0] == 503, seconds=10, what="readiness to turn red")
            except TimeoutError as error:
                wrong.append(str(error))

        def back(_: object) -> None:
            server.start()
            try:
                wait_until(lambda: shop.get("/readyz")[0] == 200, seconds=BACK_SECONDS, what="readiness to be back")
            except TimeoutError as error:
                wrong.append(str(error))

        wrong += await troubled(shop, kill, back, cycles=cycles, told=15)
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


@pytest.mark.usefixtures("postgres")  # skips where there is none
async def test_postgresql_may_be_killed_and_come_back(tmp_path: Path, *, full: bool) -> None:
    assert await killed_postgres(tmp_path, cycles=10 if full else 1) == []


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
async def test_a_readiness_that_never_turns_red_is_caught(tmp_path: Path) -> None:
    wrong = await killed_postgres(tmp_path, "always_ready", cycles=1)
    assert any("readiness to turn red" in one for one in wrong)


@pytest.mark.full_only
async def test_an_early_acknowledgement_is_caught_on_a_full_disk(tmp_path: Path) -> None:
    wrong = await full_disk(tmp_path, "early_acknowledgement", cycles=1)
    assert any("'lost'" in one for one in wrong)
