"""What shoppers are told before they write, what becomes of a card number, and whom the pages ask for anything."""

from __future__ import annotations

import json
import re

import pytest
from playwright.async_api import expect

from tests.canaries import CARD_AS_TYPED, HIDDEN_CARD
from tests.e2e.chat import Chat
from tests.e2e.console import Console
from tests.e2e.people import NOT_SIGNED_IN
from tests.e2e.site import ADMIN, AGENT, ANALYST, Site
from tests.faults.shop import opened

pytestmark = pytest.mark.asyncio(loop_scope="session")

PRIVACY = "https://shop.example/privacy"


@pytest.fixture(scope="module")
def site(kb, host_pages, tmp_path_factory):
    """Serve a shop that says who it is, and keeps messages for a while of its own."""
    settings = {"shop_origins": host_pages.url, "shop_name": "Caravan", "privacy_url": PRIVACY, "retention_days": 90}
    with opened(Site(tmp_path_factory.mktemp("private"), kb, **settings)) as site:
        yield site


@pytest.mark.parametrize("language", ["en", "es", "fr"])
async def test_before_the_first_message_shoppers_know_who_and_how_long(people, site, language):
    page = await people.page(locale=language)
    await page.goto(f"{site.url}/chat")
    chat = Chat(page, language)
    await chat.online()
    notice = chat.panel.get_by_text(re.compile(r"Caravan.*\b90\b"))
    await expect(notice).to_be_visible()
    link = chat.panel.get_by_role("link", name=chat.words("privacy"))
    await expect(link).to_have_attribute("href", PRIVACY)
    assert await notice.count() == 1


async def test_card_number_is_hidden_on_the_shoppers_own_screen(people, site):
    page = await people.page()
    await page.goto(f"{site.url}/chat")
    chat = Chat(page)
    await chat.online()
    await chat.writes(f"My card is {CARD_AS_TYPED}")
    await expect(chat.shown(f"My card is {HIDDEN_CARD}")).to_be_visible()
    await expect(chat.text("card_hidden")).to_be_visible()
    await expect(chat.log.get_by_text(CARD_AS_TYPED)).to_have_count(0)
    await page.reload()
    await expect(chat.shown(f"My card is {HIDDEN_CARD}")).to_be_visible()
    await expect(chat.text("card_hidden")).to_be_visible()
    kept = await page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    assert "4539" not in kept


async def test_no_page_asks_another_host_for_anything(people, site):
    people.expect(NOT_SIGNED_IN)
    asked: list[str] = []
    for page in (await people.page(), await people.staff(site, ADMIN), await people.staff(site, ANALYST)):
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url))
        for path in ("/", "/chat", "/help/en/", "/help/es/", "/agent", "/dashboard", "/setup", "/shop/basket"):
            await page.goto(f"{site.url}{path}")
            await page.wait_for_load_state("load")
    own = (site.url, site.url.replace("http", "ws", 1), "data:", "blob:")
    assert [url for url in asked if not url.startswith(own)] == []
    assert len(asked) > 50


async def test_an_admin_erases_a_shopper_for_good(people, site):
    people.expect(NOT_SIGNED_IN)
    page = await people.page()
    await page.goto(site.url)
    chat = await Chat(page).open()
    await chat.says("I want to talk to a person about my zebra")
    console = await Console(await people.staff(site, ADMIN), site).open()
    await console.takes_the_only_one()
    link = console.brief.get_by_role("link", name=console.words("person_export"))
    async with console.page.expect_download() as downloading:
        await link.click()
    taken = json.loads((await (await downloading.value).path()).read_text())
    assert any("my zebra" in row["text"] for row in taken["tables"]["messages"])
    await console.brief.get_by_role("button", name=console.words("person_erase")).click()
    dialog = console.page.get_by_role("dialog")
    await expect(dialog.get_by_text(console.words("person_sure"))).to_be_visible()
    await dialog.get_by_role("button", name=console.words("cancel")).click()
    assert site.rows("SELECT count(*) FROM messages WHERE text LIKE '%zebra%'") == [(1,)]
    await console.brief.get_by_role("button", name=console.words("person_erase")).click()
    await dialog.get_by_role("button", name=console.words("person_erase_now")).click()
    await expect(dialog.get_by_text(re.compile("Receipt: [0-9a-f-]{36}"))).to_be_visible()
    await dialog.get_by_role("button", name=console.words("close")).last.click()
    await console.ready()
    assert site.rows("SELECT count(*) FROM messages WHERE text LIKE '%zebra%'") == [(0,)]


async def test_others_are_not_shown_what_they_may_not_do(people, site):
    people.expect(NOT_SIGNED_IN)
    page = await people.page(locale="es")
    await page.goto(site.url)
    chat = await Chat(page, "es").open()
    await chat.says("quiero hablar con una persona")
    console = await Console(await people.staff(site, AGENT), site).open()
    await console.takes_the_only_one()
    await expect(console.brief.get_by_role("button", name=console.words("block"))).to_be_visible()
    await expect(console.brief.get_by_role("button", name=console.words("person_erase"))).to_have_count(0)
    await console.resolves()
