"""The chat without a mouse: in, around, out, and the focus where it is expected."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.chat import Chat, focused
from tests.e2e.site import ANSWERS, MEANT_ANSWERS, QUESTIONS, UNCLEAR

pytestmark = pytest.mark.asyncio(loop_scope="session")

STOPS = 60  # more tab stops than any page here has


async def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until this has the focus."""
    seen = []
    for _ in range(STOPS):
        await page.keyboard.press(key)
        if await wanted.evaluate("element => element.getRootNode().activeElement === element"):
            return
        seen.append(await focused(page))
    raise AssertionError(f"expected to reach {wanted} by {key}, came by {seen}")


async def test_a_whole_visit_by_keyboard(site, carol):
    await carol.goto(site.url)
    chat = Chat(carol)
    await tab_to(carol, chat.launcher)
    await carol.keyboard.press("Enter")
    await expect(chat.composer).to_be_focused()
    await chat.online()
    await carol.keyboard.type(QUESTIONS["en"])
    await carol.keyboard.press("Enter")
    answer = chat.said_by("bot").filter(has_text=ANSWERS["en"])
    await expect(answer).to_be_visible()
    await expect(chat.composer).to_be_focused()
    thumb = answer.get_by_role("button", name=chat.words("helpful"), exact=True)
    await expect(thumb).to_be_visible()
    await tab_to(carol, thumb, "Shift+Tab")
    await carol.keyboard.press("Space")
    await expect(thumb).to_have_attribute("aria-pressed", "true")
    await carol.keyboard.press("Escape")
    await expect(chat.panel).to_be_hidden()
    await expect(chat.launcher).to_be_focused()


async def test_choices_and_the_way_to_a_person_by_keyboard(site, carol):
    await carol.goto(site.url)
    chat = await Chat(carol).open()
    await chat.says(UNCLEAR["en"])
    choice = chat.panel.get_by_role("group", name=chat.words("choices"), exact=True).get_by_role("button").first
    await expect(choice).to_be_visible()
    await tab_to(carol, choice, "Shift+Tab")
    await carol.keyboard.press("Enter")
    await expect(chat.said_by("bot").filter(has_text=MEANT_ANSWERS["en"])).to_be_visible()
    await expect(chat.composer).to_be_visible()
    await tab_to(carol, chat.button("person").last)
    await carol.keyboard.press("Enter")
    await expect(chat.button("queue_cancel")).to_be_visible()
    await tab_to(carol, chat.button("queue_cancel"))
    await carol.keyboard.press("Enter")
    await expect(chat.text("status_bot")).to_be_visible()


async def test_escape_closes_the_menu_first_and_gives_the_focus_back(site, carol):
    await carol.goto(site.url)
    chat = await Chat(carol).open()
    await tab_to(carol, chat.button("menu"), "Shift+Tab")
    await carol.keyboard.press("Enter")
    await expect(chat.panel.get_by_role("switch", name=chat.words("sound"))).to_be_focused()
    await carol.keyboard.press("Escape")
    await expect(chat.panel.get_by_role("switch", name=chat.words("sound"))).to_have_count(0)
    await expect(chat.button("menu")).to_be_focused()
    await carol.keyboard.press("Escape")
    await expect(chat.panel).to_be_hidden()
    await expect(chat.launcher).to_be_focused()


async def test_a_button_of_the_shop_opens_the_chat_and_gets_the_focus_back(site, carol):
    await carol.goto(f"{site.url}/shop/product")
    ask = carol.get_by_role("button", name="Ask about this")
    await ask.focus()
    await carol.keyboard.press("Enter")
    chat = Chat(carol)
    await expect(chat.composer).to_be_focused()
    await expect(chat.composer).to_have_value("Does the kettle work on induction?")
    await carol.keyboard.press("Escape")
    await expect(ask).to_be_focused()


async def test_a_full_screen_chat_keeps_the_focus_inside(site, people):
    page = await people.page(viewport={"width": 360, "height": 640})
    await page.goto(site.url)
    chat = await Chat(page).open()
    await expect(chat.panel).to_have_attribute("aria-modal", "true")
    for _ in range(STOPS):
        await page.keyboard.press("Tab")
        assert await chat.panel.evaluate("panel => panel.contains(panel.getRootNode().activeElement)"), await focused(
            page
        )


async def test_on_a_touch_screen_the_focus_is_inside_but_no_keyboard_comes_up(site, people):
    page = await people.page(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    await page.goto(site.url)
    chat = Chat(page)
    await chat.launcher.tap()
    await expect(chat.panel.get_by_role("heading", level=2)).to_be_focused()


async def test_new_answers_are_announced_once_and_politely(site, carol):
    await carol.goto(site.url)
    chat = await Chat(carol).open()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await expect(chat.log).to_have_attribute("aria-live", "off")
    polite = chat.panel.locator("[aria-live=polite]")
    await expect(polite).to_have_count(1)
    await expect(polite).to_contain_text(ANSWERS["en"])
    await expect(polite.locator("[lang=en]").first).to_be_attached()


_TREE = """
- dialog "Caravan":
  - heading "Caravan" [level=2]
  - combobox "Language"
  - button "More options"
  - button "Close chat"
  - log "Messages":
    - list:
      - listitem: Today
      - listitem:
        - text: /You.*Where is my parcel/
        - time
      - listitem:
        - text: /Assistant/
        - paragraph: /There you see where the parcel is/
        - list
        - paragraph:
          - link "Where is my parcel?"
        - time
        - group "This helped / This did not help":
          - button "This helped"
          - button "This did not help"
  - button "Talk to a person"
  - textbox "Your message"
  - button "Send"
"""


async def test_what_a_screen_reader_is_given(site, carol):
    await carol.goto(site.url)
    chat = await Chat(carol).open()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await expect(chat.button("helpful")).to_be_visible()
    await expect(chat.panel).to_match_aria_snapshot(_TREE)


async def test_the_focus_stays_in_the_chat_when_what_had_it_is_gone(site, carol):
    await carol.goto(site.url)
    chat = await Chat(carol).open()
    first = chat.panel.get_by_role("list").get_by_role("button").first
    await tab_to(carol, first, "Shift+Tab")
    await carol.keyboard.press("Enter")
    await expect(chat.said_by("bot")).to_be_visible()
    await expect(chat.composer).to_be_focused()
    await tab_to(carol, chat.button("person").last, "Shift+Tab")
    await carol.keyboard.press("Enter")
    await expect(chat.button("queue_cancel")).to_be_visible()
    await tab_to(carol, chat.button("queue_cancel"))
    await carol.keyboard.press("Enter")
    await expect(chat.text("status_bot")).to_be_visible()
    await expect(chat.composer).to_be_focused()
