"""Signing in by the company's own service, as the staff sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.clock import SystemClock
from tests.e2e import axe
from tests.e2e.people import NOT_SIGNED_IN, People
from tests.e2e.site import ADMIN, ANALYST, Site
from tests.e2e.words import staff_words
from tests.faults.shop import opened
from tests.sign_in_server import SignInServer, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(autouse=True)
def _signed_out_is_no_complaint(people: People) -> None:
    people.expect(NOT_SIGNED_IN)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service() -> AsyncIterator[SignInServer]:
    async with serving(SystemClock()) as server:
        yield server


@pytest.fixture(scope="module")
def company(kb: Path, service: SignInServer, tmp_path_factory: pytest.TempPathFactory):
    """Serve a shop whose staff has a sign-in service."""
    with opened(Site(tmp_path_factory.mktemp("company"), kb, **service.settings())) as site:
        yield site


@pytest.mark.parametrize("language", ["en", "es", "fr"])
async def test_who_has_no_account_is_told_so(people, company, service, language):
    words = staff_words(language)
    page = await people.page(locale=language)
    service.email = "nobody@caravan.example"
    await page.goto(f"{company.url}/agent")
    button = page.get_by_role("link", name=words("sign_in_with", service="Shop ID"), exact=True)
    await button.click()
    await expect(page.get_by_role("alert")).to_contain_text(words("sign_in_no_account"))
    await expect(page).to_have_url(f"{company.url}/agent")
    await axe.still(page)
    axe.check(await axe.faults(page))


async def test_one_button_leads_in(people, company, service):
    page = await people.page()
    service.email = ADMIN
    await page.goto(f"{company.url}/agent")
    button = page.get_by_role("link", name=staff_words("en")("sign_in_with", service="Shop ID"), exact=True)
    await button.click()
    await expect(page.locator("nav").first).to_be_visible()
    await expect(button).to_have_count(0)


async def test_the_dashboard_is_come_back_to(people, company, service):
    page = await people.page()
    service.email = ANALYST
    await page.goto(f"{company.url}/dashboard")
    await page.get_by_role("link", name=staff_words("en")("sign_in_with", service="Shop ID")).click()
    await expect(page).to_have_url(f"{company.url}/dashboard")
    await expect(page.locator("main.entrance")).to_have_count(0)
