"""The audit log in the console: who did what, found again by filters, taken away, and a change of it is seen."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.e2e import axe
from tests.e2e.console import Console
from tests.e2e.people import NOT_SIGNED_IN, People
from tests.e2e.site import ADMIN, ANALYST, Site
from tests.e2e.words import IN_FRENCH, Words
from tests.faults.shop import opened

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture(autouse=True)
def _signed_out_is_no_complaint(people: People) -> None:
    people.expect(NOT_SIGNED_IN)


@pytest.fixture
def changed(kb: Path, tmp_path: Path) -> Iterator[Site]:
    """Serve a shop whose log a test may change."""
    with opened(Site(tmp_path / "site", kb)) as site:
        yield site


async def audit_page(people: People, site: Site, language: str = "en", **options: object) -> Console:
    page = await people.staff(site, ADMIN, **options)
    console = Console(page, site, language)
    await page.add_init_script(f"localStorage.setItem('parley.language', '{language}')")
    await page.goto(f"{site.url}/agent#/settings/audit")
    return console


def entries(console: Console) -> Locator:
    return console.page.locator(".audit-entries > li")


def tamper(site: Site, change: str) -> None:
    with closing(sqlite3.connect(site.database, timeout=10)) as connection, connection:
        connection.execute(change)


async def test_an_admin_finds_who_did_what(people: People, site: Site):
    words = Words("en", "staff-audit")
    site.session(ANALYST)
    site.run("users", "reset-password", ANALYST)
    amir = await audit_page(people, site, **DESK)
    page = amir.page
    await expect(page.get_by_text(re.compile("^The log is whole"))).to_be_visible()
    signed = entries(amir).filter(has_text=words("action_signed_in"))
    await expect(signed.filter(has_text="Zoe").first).to_be_visible()
    changed = entries(amir).filter(has_text=words("action_person_changed")).first
    await expect(changed).to_contain_text(words("detail_password_link"))
    await expect(changed).to_contain_text(words("by_system"))

    await page.get_by_role("combobox", name=words("action"), exact=True).select_option("person_changed")
    await expect(signed).to_have_count(0)
    await expect(changed).to_be_visible()
    await page.get_by_label(words("to"), exact=True).fill("2020-01-01")
    await expect(page.get_by_text(words("none_found"), exact=True)).to_be_visible()
    await expect(entries(amir)).to_have_count(0)
    await page.get_by_role("button", name=words("clear"), exact=True).press("Enter")
    await expect(signed.first).to_be_visible()
    await expect(page.get_by_role("combobox", name=words("action"), exact=True)).to_have_value("")

    await page.get_by_role("combobox", name=words("action"), exact=True).select_option("signed_in")
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name=words("download"), exact=True).click()
    path = await (await downloading.value).path()
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert {row["action"] for row in rows} == {"signed_in"}
    assert (await downloading.value).suggested_filename == "audit.csv"


async def test_a_change_of_the_log_is_named_and_shown(people: People, changed: Site):
    words = Words("en", "staff-audit")
    for _ in range(2):
        changed.run("users", "reset-password", ANALYST)
    changed.session(ADMIN)
    tamper(changed, "UPDATE audit SET data = '{}' WHERE number = 2")
    amir = await audit_page(people, changed, **DESK)
    alert = amir.page.get_by_role("main").get_by_role("alert")
    await expect(alert).to_contain_text(words("broken", number=2))
    await alert.get_by_role("button", name=words("broken_show", number=2), exact=True).click()
    row = entries(amir).first
    await expect(row).to_contain_text(words("number", number=2))
    await expect(row).to_contain_text(words("broken_tag"))
    await axe.still(amir.page)
    axe.check(await axe.faults(amir.page))


async def test_older_entries_come_when_they_are_asked_for_also_after_a_failure(people: People, changed: Site):
    words = Words("en", "staff-audit")
    insert = """INSERT INTO audit (number, at, action, data, hash)
                WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1149)
                SELECT i, '2026-01-01 00:00:00.000000', 'retention_run', '{"rows": 3}', 'x' FROM n"""
    tamper(changed, insert)
    amir = await audit_page(people, changed, **PHONE)
    await expect(entries(amir)).to_have_count(100)
    people.expect("status of 503|ERR_FAILED|Failed to load")
    await amir.page.route("**/api/audit?*", lambda route: route.abort())
    older = amir.page.get_by_role("button", name=words("older"), exact=True)
    await older.tap()
    await expect(amir.page.get_by_text(words("failed"), exact=True)).to_be_visible()
    await expect(entries(amir)).to_have_count(100)
    await amir.page.unroute("**/api/audit?*")
    await amir.page.locator(".audit section").get_by_role("button", name=words("again"), exact=True).tap()
    await expect(amir.page.get_by_text(words("end"), exact=True)).to_be_visible()
    assert await entries(amir).count() > 150


@pytest.mark.parametrize("language", IN_FRENCH)
async def test_the_log_is_clean_on_a_desk_and_on_a_phone(people: People, site: Site, language: str):
    words = Words(language, "staff-audit")
    site.run("users", "reset-password", ANALYST)
    wrong = []
    for options in (DESK, {**PHONE, "color_scheme": "dark"}):
        console = await audit_page(people, site, language, **options)
        await expect(console.page.get_by_text(words("end"), exact=True)).to_be_visible()
        await expect(console.page.locator(".check-line.good")).to_be_visible()
        await axe.still(console.page)
        wrong += await axe.faults(console.page)
        wide = await console.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong += [f"scrolls sideways by {wide}"] * (wide > 0)
    axe.check(wrong)
