"""The chat where pages are unusual: frames, phones with a keyboard, other directions, old browsers, very long words."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e import axe
from tests.e2e.chat import Chat
from tests.e2e.console import Console
from tests.e2e.people import NOT_SIGNED_IN
from tests.e2e.site import ADMIN, ANSWERS, QUESTIONS

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
LIMIT = 4000  # characters, as the server is set
PASTED = "\n".join(f"line {number} of what somebody pasted" for number in range(10_000))
_NO_POPOVER = """for (const name of ["showPopover", "hidePopover", "togglePopover", "popover"])
  delete HTMLElement.prototype[name];"""
# Headless Chromium has no on-screen keyboard: this is what a page sees of one.
_KEYBOARD = """(height) => {
  Object.defineProperty(visualViewport, "height", { get: () => height, configurable: true });
  visualViewport.dispatchEvent(new Event("resize"));
}"""


def script(site) -> str:
    return f'<script async src="{site.url}/embed.js"></script>'


async def is_in_its_corner(chat: Chat) -> None:
    """Check that launcher and panel are on the screen, at its right edge, and can be reached."""
    launcher = chat.element.locator(".l button")  # whatever its name is now
    wrong = await axe.misplaced(launcher)
    wrong += [fault for fault in await axe.misplaced(chat.panel) if "covered" not in fault]
    wrong += await axe.misplaced(chat.composer)
    axe.check(wrong)
    width = chat.page.viewport_size["width"]
    for part in (launcher, chat.panel):
        box = await part.bounding_box()
        assert width - 40 < box["x"] + box["width"] <= width, box


@pytest.mark.parametrize("popover", [True, False], ids=["popover", "without popover"])
async def test_inside_a_host_that_moves_clips_and_contains(people, site, host_pages, popover):
    page = await people.page()
    if not popover:
        await page.add_init_script(_NO_POPOVER)
    style = "transform: translateX(30px); overflow: hidden; contain: layout; width: 300px; height: 200px"
    body = f'<div style="{style}"><parley-chat></parley-chat></div>' if popover else ""
    await page.goto(host_pages.page(f"<h1>A page</h1>{body}{script(site)}"))
    chat = await Chat(page).open()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await is_in_its_corner(chat)
    await page.keyboard.press("Escape")
    await expect(chat.panel).to_be_hidden()


async def test_on_a_page_that_is_written_from_right_to_left(people, site, host_pages):
    page = await people.page()
    page_in_arabic = f"<main><h1>متجر</h1><p>نص قصير</p></main>{script(site)}"
    await page.goto(host_pages.page(page_in_arabic, lang="ar", direction="rtl"))
    chat = await Chat(page).open()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await is_in_its_corner(chat)
    mine, answer = await chat.said_by("shopper").bounding_box(), await chat.said_by("bot").bounding_box()
    assert await chat.log.evaluate("log => getComputedStyle(log).direction") == "ltr"
    assert mine["x"] + mine["width"] >= answer["x"] + answer["width"]
    assert await axe.faults(page) == []


async def test_in_a_frame(people, site, host_pages):
    page = await people.page()
    inner = host_pages.plain(site).replace("&", "&amp;")
    await page.goto(host_pages.page(f'<h1>Outside</h1><iframe title="Shop" width="700" height="650" src="{inner}">'))
    frame = page.frame_locator("iframe")
    await frame.locator("parley-chat").get_by_role("button", name="Chat").click()
    panel = frame.locator("parley-chat").get_by_role("dialog")
    words = Chat(page).words
    await expect(panel.get_by_text(words("greeting"))).to_be_visible()
    composer = panel.get_by_role("textbox", name=words("message"))
    await composer.fill(QUESTIONS["en"])
    await composer.press("Enter")
    await expect(panel.get_by_role("listitem").filter(has_text=ANSWERS["en"]).first).to_be_visible()
    await page.goto(host_pages.page(f'<iframe title="Small" width="340" height="420" src="{inner}">'))
    await page.frame_locator("iframe").locator("parley-chat").get_by_role("button", name="Chat").click()
    panel = page.frame_locator("iframe").locator("parley-chat").get_by_role("dialog")
    await expect(panel.get_by_role("textbox", name=words("message"))).to_be_visible()
    box, around = await panel.bounding_box(), await page.locator("iframe").bounding_box()
    assert box["width"] <= around["width"]
    assert box["y"] + box["height"] <= around["y"] + around["height"] + 2


async def test_the_keyboard_of_a_phone_does_not_cover_the_composer(people, site, host_pages):
    page = await people.page(**PHONE)
    await page.goto(host_pages.plain(site))
    chat = Chat(page)
    await chat.launcher.tap()
    await chat.online()
    await chat.composer.tap()
    await page.evaluate(_KEYBOARD, 430)
    await expect(chat.composer).to_be_focused()
    await expect(chat.panel).to_have_css("height", "430px")
    box = await chat.composer.bounding_box()
    assert box["y"] + box["height"] <= 430
    await chat.composer.fill(QUESTIONS["en"])
    await chat.button("send").tap()
    await expect(chat.said_by("bot").filter(has_text=ANSWERS["en"])).to_be_visible()
    await page.evaluate(_KEYBOARD, 800)
    await expect(chat.panel).to_have_css("height", "800px")


async def test_ten_thousand_pasted_lines_are_too_long_and_cost_nothing(people, site, host_pages):
    page = await people.page()
    await page.goto(host_pages.plain(site))
    chat = await Chat(page).open()
    await page.evaluate("text => parley.prefill(text)", PASTED)
    too_many = chat.words("too_long", count=f"{len(PASTED) - LIMIT:,}")
    await expect(chat.panel.get_by_text(too_many)).to_be_visible()
    before = site.rows("select count(*) from messages")
    await chat.composer.press("Enter")
    await expect(chat.composer).to_have_value(PASTED)
    assert site.rows("select count(*) from messages") == before
    box, panel = await chat.composer.bounding_box(), await chat.panel.bounding_box()
    assert box["height"] < panel["height"] / 2, "the composer leaves room for the conversation"


async def test_long_words_and_many_lines_stay_in_their_bubbles(people, site):
    people.expect(NOT_SIGNED_IN)
    page = await people.page(viewport={"width": 360, "height": 640})
    await page.goto(site.url)
    chat = await Chat(page).open()
    await chat.says("I want to talk to a person")
    console = await Console(await people.staff(site, ADMIN), site).open()
    await console.takes_the_only_one()
    await chat.says("x" * 3000)
    await chat.says("\n".join(str(number) for number in range(900)))
    await expect(chat.button("show_all")).to_have_count(2)
    assert await chat.log.evaluate("log => log.scrollWidth - log.clientWidth") <= 0
    folded = await chat.said_by("shopper").last.bounding_box()
    assert folded["height"] < 640
    await chat.button("show_all").last.click()
    await expect(chat.button("show_all")).to_have_count(1)
    unfolded = await chat.said_by("shopper").last.bounding_box()
    assert unfolded["height"] > 5 * folded["height"]
    # As long as it may be, in characters that take two units each: counted as the server counts.
    await chat.says("🫖" * LIMIT)
    assert site.rows("select max(length(text)) from messages where text like '🫖%'") == [(LIMIT,)]
    await console.resolves()
