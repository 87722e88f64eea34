"""Reports by mail, as a supervisor sets them up in the console."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e import axe
from tests.e2e.console import Console, at_desk
from tests.e2e.people import NOT_SIGNED_IN, People
from tests.e2e.site import ADMIN

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(autouse=True)
def _signed_out_is_no_complaint(people: People) -> None:
    people.expect(NOT_SIGNED_IN)


async def opens_reports(console: Console) -> None:
    await console.page.goto(f"{console.site.url}/agent#/settings/reports")
    await expect(console.page.locator("form.setup")).to_be_visible()


async def test_a_report_is_set_up_and_a_wrong_address_is_shown_where_it_stands(people, site):
    people.expect("status of 400")
    amir = await at_desk(people, site, ADMIN)
    await opens_reports(amir)
    await expect(amir.page.get_by_text(amir.words("reports_no_mail"))).to_be_visible()
    await amir.button("report_add").click()
    to = amir.page.get_by_label(amir.words("report_recipients"), exact=True)
    await to.fill("zoe@shop.example, nobody")
    await amir.page.get_by_role("combobox", name=amir.words("report_every"), exact=True).select_option("month")
    await amir.page.get_by_role("combobox", name=amir.words("report_language"), exact=True).select_option("fr")
    await amir.page.get_by_label(amir.words("time_zone"), exact=True).fill("Europe/Paris")
    await amir.button("save").click()
    await expect(amir.page.locator('[data-path="reports.0.recipients.1"]')).to_contain_text("nobody")
    await axe.still(amir.page)
    axe.check(await axe.faults(amir.page))
    await to.fill("zoe@shop.example, amir@shop.example")
    await amir.button("save").click()
    await expect(amir.page.get_by_text(amir.words("saved"), exact=True)).to_be_visible()
    await amir.page.reload()
    await expect(to).to_have_value("zoe@shop.example, amir@shop.example")
    await expect(amir.page.get_by_label(amir.words("time_zone"), exact=True)).to_have_value("Europe/Paris")
    await amir.button("report_remove").click()
    await amir.button("save").click()
    await expect(amir.page.get_by_text(amir.words("reports_none"))).to_be_visible()
