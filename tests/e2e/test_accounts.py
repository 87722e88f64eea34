"""Accounts in the browser: an invitation accepted, a second factor set up and asked for, what admins see."""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing

import pyotp
import pytest
from playwright.async_api import Locator, Page, expect

from bot.demo.seed import PASSWORD
from tests.e2e import axe
from tests.e2e.people import NOT_SIGNED_IN, People
from tests.e2e.site import ADMIN, ANALYST, Site
from tests.e2e.words import account_words

pytestmark = pytest.mark.asyncio(loop_scope="session")

OWN = "a tulip on the anchor"
REFUSED = "status of (400|401|403)"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture(autouse=True)
def _refusals_are_no_complaint(people: People) -> None:
    people.expect(NOT_SIGNED_IN)
    people.expect(REFUSED)


def code_of(key: str, later: int = 0) -> str:
    return pyotp.TOTP(key.replace(" ", "")).at(int(time.time()) + later)


async def confirms(page: Page, password: str = PASSWORD, language: str = "en") -> None:
    words = account_words(language)
    await page.get_by_label(words("ask_password"), exact=True).fill(password)
    await page.get_by_role("button", name=words("confirm"), exact=True).click()


async def looks_well(part: Page, *parts: Locator) -> None:
    await axe.still(part)
    wrong = await axe.faults(part)
    for one in parts:
        wrong += await axe.misplaced(one)
    axe.check(wrong)


async def invite_link(page: Page, site: Site, email: str, role: str) -> str:
    """Invite somebody as an admin does, and return the link that is shown once."""
    words = account_words("en")
    await page.goto(f"{site.url}/agent#/settings/accounts")
    await page.get_by_label(words("invite_address"), exact=True).fill(email)
    await page.get_by_role("combobox", name=words("invite_role"), exact=True).select_option(role)
    await page.get_by_role("button", name=words("invite_send"), exact=True).click()
    await confirms(page)
    shown = page.locator(".once code")
    await expect(shown).to_be_visible()
    return await shown.inner_text()


async def sign_in(page: Page, site: Site, email: str, password: str) -> None:
    await page.goto(f"{site.url}/agent")
    await page.get_by_label("E-mail", exact=True).fill(email)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def test_from_the_invitation_to_a_second_factor(people: People, site: Site):
    words = account_words("en")
    amir = await people.staff(site, ADMIN)
    link = await invite_link(amir, site, "eve@caravan.example", "agent")
    await looks_well(amir)

    page = await people.page(**PHONE)
    await page.goto(link)
    await expect(page.get_by_text("eve@caravan.example")).to_be_visible()
    await looks_well(page)
    await page.get_by_label(re.compile("^Your name")).fill("Eve")
    await page.get_by_label("Password", exact=True).fill("password1234")
    await page.get_by_role("button", name=words("invite_submit"), exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("Many people use a password like this")
    await page.get_by_label("Password", exact=True).fill(OWN)
    await page.get_by_role("button", name=words("invite_submit"), exact=True).click()
    await page.wait_for_url("**/agent*")
    await page.goto(f"{site.url}/agent#/account")
    await expect(page.get_by_text(words("second_is_off"))).to_be_visible()
    await looks_well(page)

    await page.get_by_role("button", name=words("second_on"), exact=True).click()
    await confirms(page, "not it")
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("The password is not right.")
    await confirms(page, OWN)
    key = await page.locator(".totp-key").inner_text()
    await expect(page.get_by_role("img", name=words("totp_picture"))).to_be_visible()
    await looks_well(page)
    await page.get_by_label(words("totp_code"), exact=True).fill(code_of(key))
    await page.get_by_role("button", name=words("totp_submit"), exact=True).click()
    await expect(page.locator(".recovery code")).to_have_count(10)
    codes = await page.locator(".recovery code").all_inner_texts()
    assert len(set(codes)) == 10
    await looks_well(page)
    await page.get_by_role("button", name=words("codes_done"), exact=True).click()
    await expect(page.get_by_text(words("second_is_on"))).to_be_visible()

    other = await people.page()
    await sign_in(other, site, "eve@caravan.example", OWN)
    code = other.get_by_label(words("code_label"), exact=True)
    await expect(code).to_be_focused()
    await looks_well(other)
    await code.fill("000000")
    await other.get_by_role("button", name=words("code_submit"), exact=True).click()
    await expect(other.get_by_role("alert")).to_contain_text("This code is not right")
    await code.fill(code_of(key, 30))
    await other.get_by_role("button", name=words("code_submit"), exact=True).click()
    await expect(other.get_by_role("navigation").first).to_be_visible()

    # Ended here, gone there.
    await page.reload()
    await page.get_by_role("button", name=words("sessions_end_others"), exact=True).click()
    await expect(other.get_by_text("Your session has ended.")).to_be_visible(timeout=10_000)


async def test_an_admin_makes_an_analyst_an_agent_and_switches_her_off(people: People, site: Site):
    words = account_words("en")
    amir = await people.staff(site, ADMIN)
    await amir.goto(f"{site.url}/agent#/settings/accounts")
    zoe = amir.get_by_role("listitem").filter(has_text=ANALYST)
    await zoe.get_by_role("combobox").select_option("agent")
    await confirms(amir)
    await expect(zoe.get_by_role("combobox")).to_have_value("agent")
    assert site.rows("select role from agents where email = ?", ANALYST) == [("agent",)]
    await zoe.get_by_role("button", name=words("switch_off"), exact=True).click()
    await expect(zoe.get_by_text(words("tag_off"), exact=True)).to_be_visible()
    await looks_well(amir)
    await zoe.get_by_role("button", name=words("switch_on"), exact=True).click()
    await expect(zoe.get_by_text(words("tag_off"), exact=True)).to_have_count(0)
    await zoe.get_by_role("combobox").select_option("analyst")
    await confirms(amir)
    await expect(zoe.get_by_role("combobox")).to_have_value("analyst")


async def test_an_admin_lets_an_analyst_read_personal_data_and_takes_it_back(people: People, site: Site):
    words = account_words("en")
    amir = await people.staff(site, ADMIN)
    await amir.goto(f"{site.url}/agent#/settings/accounts")
    zoe = amir.get_by_role("listitem").filter(has_text=ANALYST)
    await zoe.get_by_role("button", name=re.compile(words("personal_give"))).click()
    await expect(amir.get_by_role("dialog")).to_contain_text("Each opening is noted in the audit log.")
    await looks_well(amir)
    await confirms(amir)
    await expect(zoe.get_by_text(words("tag_personal"), exact=True)).to_be_visible()
    granted = "select granted from agents where email = ?"
    assert site.rows(granted, ANALYST) == [('["personal_data:read"]',)]
    await looks_well(amir)
    await zoe.get_by_role("button", name=re.compile(words("personal_take"))).click()
    await confirms(amir)
    await expect(zoe.get_by_text(words("tag_personal"), exact=True)).to_have_count(0)
    assert site.rows(granted, ANALYST) == [("[]",)]


async def test_an_admin_undoes_whom_the_sign_in_service_means(people: People, site: Site):
    words = account_words("en")
    with closing(sqlite3.connect(site.database, timeout=10)) as connection, connection:
        linked = "insert into sign_in_links select ?, ?, id, created_at from agents where email = ?"
        connection.execute(linked, ("a" * 64, "b" * 64, ANALYST))
    amir = await people.staff(site, ADMIN)
    await amir.goto(f"{site.url}/agent#/settings/accounts")
    undo = amir.get_by_role("listitem").filter(has_text=ANALYST).get_by_role("button", name=words("unlink"), exact=True)
    await undo.click()
    await expect(amir.get_by_role("dialog")).to_contain_text("linked anew at the next sign-in")
    await confirms(amir)
    await expect(undo).to_have_count(0)
    assert site.rows("select 1 from sign_in_links") == []


@pytest.mark.parametrize("language", ["es", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_accounts_on_a_phone_fit_in_every_language(people: People, site: Site, language: str, scheme: str):
    amir = await people.staff(site, ADMIN, locale=language, color_scheme=scheme, **PHONE)
    words = account_words(language)
    for address, shown in (("settings/accounts", "people_lead"), ("account", "sessions_title")):
        await amir.goto(f"{site.url}/agent#/{address}")
        await expect(amir.get_by_text(words(shown), exact=True)).to_be_visible()
        await looks_well(amir)
        assert await amir.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
