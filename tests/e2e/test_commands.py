"""What a shop's page can ask of the chat and hear from it, as `widget/README.md` says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.chat import Chat
from tests.e2e.people import People
from tests.e2e.site import ANSWERS, QUESTIONS

pytestmark = pytest.mark.asyncio(loop_scope="session")

EVENTS = ("ready", "open", "close", "message", "unread", "handoff", "rating", "error")
_LISTENS = f"""window.heard = [];
window.parley = {json.dumps(EVENTS)}.map((name) =>
  ["on", name, ({{ detail }}) => window.heard.push([name, detail])]);"""


async def heard(page: Page, name: str) -> list[Any]:
    """Return the details of the events of that name, in order."""
    return [detail for event, detail in await page.evaluate("window.heard") if event == name]


async def listening(people: People, address: str) -> Page:
    """Return a page that put its listeners into the queue before the script was there."""
    page = await people.page()
    await page.add_init_script(_LISTENS)
    await page.goto(address)
    await expect(Chat(page).launcher).to_be_visible()
    return page


async def test_listeners_that_wait_for_the_script_hear_that_it_is_ready(people, site, host_pages):
    page = await listening(people, host_pages.plain(site))
    assert await page.evaluate("window.heard") == [["ready", None]]


async def test_panel_and_launcher_do_what_is_asked(people, site, host_pages):
    page = await listening(people, host_pages.plain(site))
    chat = Chat(page)
    for command, shown in (("open", True), ("toggle", False), ("toggle", True), ("close", False)):
        await page.evaluate(f"parley.{command}()")
        await (expect(chat.panel).to_be_visible() if shown else expect(chat.panel).to_be_hidden())
    await page.evaluate("parley.push(['open'], ['hide'])")
    await expect(chat.launcher).to_be_hidden()
    await expect(chat.panel).to_be_hidden()
    await page.evaluate("parley.show()")
    await expect(chat.launcher).to_be_visible()
    names = [name for name, _ in await page.evaluate("window.heard")]
    assert names == ["ready", "open", "close", "open", "close", "open", "close"]


async def test_words_language_and_messages(people, site, host_pages):
    page = await listening(people, host_pages.plain(site))
    await page.evaluate("parley.prefill('a draft')")
    chat = Chat(page)
    await expect(chat.composer).to_have_value("a draft")
    await expect(chat.composer).to_be_focused()
    await chat.online()
    await page.evaluate("parley.setLocale('fr')")
    french = Chat(page, "fr")
    await expect(french.composer).to_have_value("a draft")
    await page.evaluate("parley.send('je veux être remboursé')")
    await expect(french.said_by("bot").filter(has_text=ANSWERS["fr"])).to_be_visible()
    await page.wait_for_function("window.heard.filter(([name]) => name === 'message').length === 2")
    messages = await heard(page, "message")
    assert [(message["author"], message["seq"]) for message in messages] == [("shopper", 1), ("bot", 2)]
    await page.evaluate(
        """() => { window.counted = 0; window.count = () => window.counted += 1;
                   parley.on("close", window.count); parley.close(); }"""
    )
    await page.wait_for_function("window.counted === 1")
    await page.evaluate("parley.off('close', window.count); parley.open(); parley.close()")
    await page.wait_for_function("window.heard.filter(([name]) => name === 'close').length === 2")
    assert await page.evaluate("window.counted") == 1


async def test_reset_forgets_who_this_was(people, site, host_pages):
    page = await listening(people, host_pages.plain(site))
    chat = await Chat(page).open()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    before = site.rows("select count(*) from conversations")
    await page.evaluate("parley.reset()")
    await expect(chat.text("greeting")).to_be_visible()
    await chat.online()
    await chat.says("hello")
    assert site.rows("select count(*) from conversations") > before


async def test_who_signs_in_is_told_when_the_chat_is_there_and_an_error_is_the_pages_own(people, site, host_pages):
    page = await listening(people, host_pages.plain(site))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.evaluate("parley.identify('header.claims.signature'); parley.setLocale('es')")
    await page.wait_for_load_state("networkidle")
    assert asked == [], "saying who is there is no reason to load the chat"
    chat = await Chat(page, "es").open()
    await page.wait_for_function("window.heard.some(([name]) => name === 'error')")
    assert await heard(page, "error") == [{"code": "unavailable"}]
    await expect(chat.panel.get_by_role("alert")).to_have_count(0)
    await chat.asks(QUESTIONS["es"], ANSWERS["es"])


async def test_a_chat_that_could_not_be_loaded_says_so_and_is_loaded_the_next_time(people, site, host_pages):
    people.expect("ERR_FAILED", "Failed to fetch dynamically imported module")
    page = await listening(people, host_pages.plain(site))
    await page.route("**/assets/chat-*", lambda route: route.abort())
    await page.evaluate("parley.open()")
    await page.wait_for_function("window.heard.some(([name]) => name === 'error')")
    await expect(Chat(page).panel).to_have_count(0)
    await page.unroute("**/assets/chat-*")
    await page.reload()
    await Chat(page).open()


async def test_an_element_that_is_placed_by_hand_comes_and_goes(people, site, host_pages):
    page = await people.page()
    page_of_a_framework = f"""<main id="app"></main>
      <script async data-auto="false" src="{site.url}/embed.js"></script>"""
    await page.goto(host_pages.page(page_of_a_framework))
    await page.wait_for_function("!!customElements.get('parley-chat')")
    await expect(page.locator("parley-chat")).to_have_count(0)
    await page.evaluate("(window.parley = window.parley || []).push(['prefill', 'asked too early'])")
    place = """(name) => { const chat = document.createElement("parley-chat"); chat.setAttribute("name", name);
                document.getElementById("app").append(chat); }"""
    await page.evaluate(place, "Kettle & Co")
    chat = Chat(page)
    await expect(chat.composer).to_have_value("asked too early")
    await expect(chat.panel.get_by_role("heading", name="Kettle & Co")).to_be_visible()
    await chat.online()
    await page.evaluate("document.querySelector('parley-chat').remove()")
    await page.evaluate(place, "Back again")
    await expect(chat.panel.get_by_role("heading", name="Back again")).to_be_visible()  # it was open before
    await chat.online()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])


async def test_attributes_of_the_element_decide_how_it_looks(people, site, host_pages):
    page = await people.page()
    element = '<parley-chat accent="#ffd400" theme="dark" position="left" launcher="Ask" locale="fr-CA"></parley-chat>'
    await page.goto(host_pages.page(f'{element}<script async src="{site.url}/embed.js"></script>'))
    launcher = page.locator("parley-chat").get_by_role("button", name="Ask")
    ink = "element => [getComputedStyle(element).backgroundColor, getComputedStyle(element).color]"
    assert await launcher.evaluate(ink) == ["rgb(255, 212, 0)", "rgb(16, 21, 26)"], "dark ink on a light accent"
    await launcher.click()
    chat = Chat(page, "fr")
    await chat.online()
    await expect(chat.text("greeting")).to_be_visible()
    box = await chat.panel.bounding_box()
    assert box["x"] < 100, box
    assert await chat.panel.evaluate("panel => panel.dataset.theme") == "dark"


async def test_unread_messages_are_counted_in_badge_name_and_title(people, site, host_pages):
    page = await listening(people, host_pages.plain(site))
    chat = await Chat(page).open()
    await chat.page.evaluate("parley.send('Where is my parcel?'); parley.close()")
    await expect(page.locator("parley-chat").get_by_role("button", name=chat.words("unread", count=1))).to_be_visible()
    assert await page.title() == "(1) A shop"
    await page.evaluate("parley.open()")
    await expect(chat.said_by("bot")).to_be_visible()
    closing = page.locator("parley-chat").get_by_role("button", name=chat.words("close_chat"))
    await expect(closing).to_have_count(2)  # the launcher, and the one in the panel's head
    assert await page.title() == "A shop"
    assert [told["count"] for told in await heard(page, "unread")] == [1, 0]


async def test_a_new_message_rings_where_the_sound_is_on_and_nobody_looks(people, site, host_pages):
    page = await people.page()
    await page.add_init_script(
        "const Real = AudioContext; window.rung = 0; window.AudioContext = class extends Real {"
        " constructor() { super(); window.rung += 1; } };"
    )
    await page.goto(host_pages.plain(site))
    chat = await Chat(page).open()
    await chat.button("menu").click()
    await chat.panel.get_by_role("switch", name=chat.words("sound")).click()
    assert await page.evaluate("window.rung") == 1, "one hears what one has chosen"
    await page.keyboard.press("Escape")
    await page.evaluate("parley.send('Where is my parcel?'); parley.close()")
    await page.wait_for_function("window.rung === 2")
    await page.reload()
    await Chat(page).open()
    await page.evaluate("parley.send('How do I cancel my order?'); parley.close()")
    await page.wait_for_function("document.title.startsWith('(')")
    await page.wait_for_function("window.rung === 1")
