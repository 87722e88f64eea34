"""Signing in by the company's own service, as the staff sees it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pyotp
import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from bot.clock import SystemClock
from tests.e2e import axe
from tests.e2e.people import NOT_SIGNED_IN, People
from tests.e2e.site import ADMIN, ANALYST, Site
from tests.e2e.words import account_words, staff_words
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


SIZES = ({"width": 1280, "height": 800}, {"width": 390, "height": 800})


async def faults_at_any_size(page: Page, part: Locator) -> list[str]:
    """Return what is wrong with a page on a desk and on a phone."""
    wrong = []
    for size in SIZES:
        await page.set_viewport_size(size)
        await axe.still(page)
        wrong += await axe.faults(page) + await axe.misplaced(part)
    return wrong


@pytest.mark.parametrize("language", ["en", "es", "fr"])
async def test_the_second_step_follows_and_both_pages_are_clean(people, company, service, language):
    words, steps = staff_words(language), account_words(language)
    key = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    with closing(sqlite3.connect(company.database, timeout=10)) as connection, connection:
        confirmed = "update agents set totp_key = ?, totp_at = created_at, totp_step = null where email = ?"
        connection.execute(confirmed, (key, ANALYST))
    service.email = ANALYST
    page = await people.page(locale=language)
    await page.goto(f"{company.url}/dashboard")
    button = page.get_by_role("link", name=words("sign_in_with", service="Shop ID"), exact=True)
    await expect(button).to_be_visible()
    wrong = await faults_at_any_size(page, button)
    await button.click()
    await expect(page.get_by_role("heading", name=steps("code_title"))).to_be_visible()
    await expect(page.get_by_text(steps("code_lead"), exact=True)).to_be_visible()
    go_on = page.get_by_role("button", name=steps("code_submit"), exact=True)
    axe.check(wrong + await faults_at_any_size(page, go_on))
    await page.get_by_label(steps("code_label"), exact=True).fill(pyotp.TOTP(key).now())
    await go_on.click()
    await expect(page.locator("main.entrance")).to_have_count(0)
    await expect(page).to_have_url(f"{company.url}/dashboard")


async def test_who_has_somebody_elses_address_now_is_told_so(people, company, service):
    service.email, service.subject = ADMIN, None
    first = await people.page()
    button = ("link", staff_words("en")("sign_in_with", service="Shop ID"))
    await first.goto(f"{company.url}/agent")
    await first.get_by_role(button[0], name=button[1]).click()
    await expect(first.locator("nav").first).to_be_visible()
    service.subject = "who came after"
    page = await people.page()
    await page.goto(f"{company.url}/agent")
    await page.get_by_role(button[0], name=button[1]).click()
    await expect(page.get_by_role("alert")).to_contain_text(staff_words("en")("sign_in_other_person"))
    service.subject = None
