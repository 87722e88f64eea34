"""Fixtures that every test may ask for: real servers, a real browser, a clock that stands still."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvloop
from sqlalchemy import event
from sqlalchemy.pool import Pool

from tests.fakes import FrozenClock
from tests.servers import (
    MissingProgramError,
    PostgresServer,
    RedisServer,
    find_program,
    postgres_server,
    redis_server,
)

if TYPE_CHECKING:
    from playwright.async_api import Browser

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_OPTIONS = (
    "--no-sandbox",  # root in a container has no other choice
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("parley")
    group.addoption("--full", action="store_true", help="full counts in fault tests, and packaging tests")
    group.addoption("--fleet", action="store_true", help="two processes on PostgreSQL and Redis where one would do")
    group.addoption("--packaging", action="store_true", help="also build and install wheel and sdist")
    group.addoption(
        "--require-servers",
        action="store_true",
        default=os.environ.get("CI") == "true",  # noqa: TID251  # how the runner of the tests says that it is CI
        help="a server or browser that is not on this machine is a failure, not a skip (so with CI=true)",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--full"):
        return
    more = ("full_only",) if config.getoption("--packaging") else ("full_only", "packaging")
    left_out = [item for item in items if any(map(item.get_closest_marker, more))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], object]]:
    """Run tests on the loop that the server runs on."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session", autouse=True)
def _sqlite_as_most_build_it() -> Iterator[None]:
    """Begin each connection without `secure_delete`: Debian has it on by itself, others wait to be asked."""

    def begin(connection: object, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA secure_delete = OFF").close()

    event.listen(Pool, "connect", begin)
    yield
    event.remove(Pool, "connect", begin)


@pytest.fixture(scope="session")
def full(pytestconfig: pytest.Config) -> bool:
    """Whether the full counts are asked for (`tests/run --full`)."""
    return bool(pytestconfig.getoption("--full"))


@pytest.fixture
def clock() -> FrozenClock:
    """Give a clock that moves only when the test says so."""
    return FrozenClock()


@contextmanager
def _or_skipped(config: pytest.Config) -> Iterator[None]:
    try:
        yield
    except MissingProgramError as error:
        if config.getoption("--require-servers"):
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Iterator[PostgresServer]:
    """Run one PostgreSQL, fast and forgetful; a kill test starts its own with `fsync=True`."""
    with _or_skipped(pytestconfig), postgres_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """Give the URL of a PostgreSQL database of this test's own, empty."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give an empty database's URL: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'parley.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def redis(pytestconfig: pytest.Config) -> Iterator[RedisServer]:
    """Run one Redis."""
    with _or_skipped(pytestconfig), redis_server() as server:
        yield server


@pytest.fixture
def redis_url(redis: RedisServer) -> str:
    """Give the URL of an empty Redis."""
    redis.flush()
    return redis.url


@pytest.fixture(scope="session")
def chromium_path(pytestconfig: pytest.Config, *, full: bool) -> Path:
    """Find Chromium: people's own in the full form, else its shell without windows, for a third of the processor."""
    with _or_skipped(pytestconfig):
        path = (None if full else find_program("chromium-headless-shell")) or find_program("chromium")
        if path is None:
            raise MissingProgramError("chromium")
    return path


@pytest.fixture
async def browser(chromium_path: Path) -> AsyncIterator[Browser]:
    """Start a fresh headless Chromium, driven by Playwright; one `new_context()` is one person's browser."""
    from playwright.async_api import async_playwright  # noqa: PLC0415  # slow to import; few tests need it

    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_OPTIONS)
        yield launched
        await launched.close()


@pytest.fixture(scope="session")
def index_cache() -> Path:
    """Give a folder for built search indexes that outlives the run: fitting one takes most of a minute."""
    folder = ROOT / ".cache" / "test-index"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
