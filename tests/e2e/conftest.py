"""One browser for all tests of this folder, one server for each module, a fresh browser context for each person."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.conftest import CHROMIUM_OPTIONS, ROOT
from tests.e2e.hosts import HostPages, serve_hosts
from tests.e2e.people import NOT_SIGNED_IN, PATIENCE, People, picture
from tests.e2e.site import AGENT, Site, write_kb
from tests.faults.shop import opened

PICTURES = ROOT / ".cache" / "e2e"
"""Pictures of every page of a test that failed."""

expect.set_options(timeout=PATIENCE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let `people` know how its test went."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium_path: Path) -> AsyncIterator[Browser]:
    """Run one headless Chromium; people have contexts of their own in it."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_OPTIONS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def people(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[People]:
    """Open browsers for people; the test fails when one of their pages complained about anything."""
    people = People(browser)
    yield people
    failed = request.node.stash.get(FAILED, True) or people.unexpected
    folder = PICTURES / request.node.name.translate(str.maketrans("/[]: ", "_____"))
    shutil.rmtree(folder, ignore_errors=True)
    if failed:
        for number, page in enumerate(people.pages):
            await picture(page, folder / f"{number}.png")
    await people.leave()
    assert not people.unexpected


@pytest.fixture(scope="session")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the small help center of these tests."""
    return write_kb(tmp_path_factory.mktemp("help-center"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def host_pages() -> AsyncIterator[HostPages]:
    """Serve pages of other shops."""
    async with serve_hosts() as pages:
        yield pages


@pytest.fixture(scope="module")
def site(kb: Path, host_pages: HostPages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the demo shop, the chat, the console and the dashboard; the other shops' pages may open the chat."""
    with opened(Site(tmp_path_factory.mktemp("site"), kb, shop_origins=host_pages.url)) as site:
        yield site


@pytest.fixture
def beth(people: People, site: Site) -> Callable[[], object]:
    """Return a function that brings Beth the agent, signed in."""
    people.expect(NOT_SIGNED_IN)
    return lambda: people.staff(site, AGENT)


@pytest_asyncio.fixture(loop_scope="session")
async def carol(people: People) -> Page:
    """Carol the shopper's page, still empty."""
    return await people.page()
