"""The help center's pages for a browser that runs no script."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from bot.server.help_texts import texts_of
from tests.e2e.site import SOURCES

pytestmark = pytest.mark.asyncio(loop_scope="session")

TYPOS = {"en": "wehre is my parcl", "es": "donde esta mi pedidoo", "fr": "je veux etre rembourcé"}


@pytest.mark.parametrize("language", TYPOS)
async def test_a_search_with_a_typo_finds_the_entry_and_a_vote_is_thanked(people, site, language):
    texts = texts_of(language)
    page = await people.page(java_script_enabled=False)
    await page.goto(f"{site.url}/help/{language}/")
    await expect(page.get_by_role("heading", level=1)).to_have_text(texts.welcome)
    await page.get_by_role("searchbox", name=texts.search).fill(TYPOS[language])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text(TYPOS[language])
    await page.get_by_role("main").get_by_role("link", name=re.compile(re.escape(SOURCES[language]))).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(SOURCES[language])
    await page.get_by_role("button", name=texts.helpful_yes, exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text(texts.thanks_yes)
    await page.get_by_role("main").get_by_role("link", name=texts.help_center, exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(texts.welcome)


async def test_no_leads_to_the_chat(people, site):
    texts = texts_of("en")
    page = await people.page(java_script_enabled=False)
    await page.goto(f"{site.url}/help/en/shipping/track-package")
    await page.get_by_role("button", name=texts.helpful_no, exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text(texts.thanks_no)
    await expect(page.get_by_role("status").get_by_role("link")).to_have_attribute("href", "/chat")


async def test_the_topic_and_the_languages_are_links(people, site):
    page = await people.page(java_script_enabled=False)
    await page.goto(f"{site.url}/help/en/shipping/track-package")
    await page.get_by_role("navigation", name=texts_of("en").breadcrumb).get_by_role("link").last.click()
    await expect(page.get_by_role("main").get_by_role("link", name=re.compile("Where is my parcel"))).to_be_visible()
    await page.goto(f"{site.url}/help/en/shipping/track-package")
    await page.get_by_role("navigation", name=texts_of("en").languages).get_by_role("link", name="Español").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(SOURCES["es"])
    await expect(page.locator("html")).to_have_attribute("lang", "es")


async def test_nothing_found_says_what_to_do(people, site):
    texts = texts_of("en")
    page = await people.page(java_script_enabled=False)
    await page.goto(f"{site.url}/help/en/search?q=zzqq+xxyy")
    await expect(page.get_by_role("heading", level=1)).to_have_text(texts.nothing_found)
    await expect(page.get_by_role("main").get_by_role("listitem").first).to_be_visible()


async def test_the_chat_is_on_the_help_pages_too(people, site):
    page = await people.page()
    await page.goto(f"{site.url}/help/es/")
    launcher = page.locator("parley-chat").get_by_role("button", name="Chat")
    await expect(launcher).to_be_visible()
    await launcher.click()
    await expect(page.locator("parley-chat").get_by_role("dialog")).to_be_visible()
