"""Everybody can use the chat: axe-core in every state, and everything on the screen at every size."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e import axe
from tests.e2e.chat import Chat
from tests.e2e.console import Console
from tests.e2e.people import NO_NETWORK, NOT_SIGNED_IN, People
from tests.e2e.site import ADMIN, AGENT, ANALYST, ANSWERS, QUESTIONS, Site
from tests.e2e.states import SHORT, states
from tests.e2e.words import IN_FRENCH, LANGUAGES, staff_words

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

SIZES = {"320x256": (320, 256), "360x640": (360, 640), "768x1024": (768, 1024), "1280x800": (1280, 800)}
MODES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "moving": {"reduced_motion": "no-preference"},
}
OVER_COMPOSER = ("menu", "delete", "message")
"""States in which a sheet lies over the composer on purpose."""
LOW = 480  # pixels; on a lower screen the head scrolls away, or nothing would be left for the history
FORCED = pytest.param("forced", "360x640", marks=pytest.mark.full_only)
MATRIX = [*product(LANGUAGES, MODES, SIZES)]
SMALL = [("es", "dark", "360x640"), ("fr", "forced", "320x256")]
"""Dark on a phone, forced on a magnified screen; the plain ones are seen in every other test."""


def size(name: str) -> dict[str, int]:
    return dict(zip(("width", "height"), SIZES[name], strict=True))


@pytest.mark.parametrize("walk", MATRIX, ids="-".join)
async def test_every_state_is_clean_and_on_the_screen(people, site, full, walk):
    language, mode, screen = walk
    if not full and walk not in SMALL:
        pytest.skip("in the full form")
    people.expect(NO_NETWORK, NOT_SIGNED_IN)
    page = await people.page(viewport=size(screen), **MODES[mode])
    wrong = []
    async for state in states(page, site, language, people):
        if full or state in SHORT:
            await axe.still(page)
            wrong += [f"{state}: {fault}" for fault in await axe.faults(page)]
            wrong += [f"{state}: {fault}" for fault in await places(Chat(page, language), state)]
    axe.check(wrong)


async def places(chat: Chat, state: str) -> list[str]:
    """Return what of the chat is not where it can be seen and reached."""
    if state == "closed":
        return await axe.misplaced(chat.launcher)
    wrong = [f"panel: {fault}" for fault in await axe.misplaced(chat.panel) if "covered" not in fault]
    if state not in OVER_COMPOSER:
        wrong += [f"composer: {fault}" for fault in await axe.misplaced(chat.composer)]
    if chat.page.viewport_size["height"] > LOW:
        wrong += [f"close: {fault}" for fault in await axe.misplaced(chat.button("close_chat"))]
    box = await chat.log.bounding_box()
    if not box or box["height"] < 60:
        wrong.append(f"history: too low to read: {box}")
    return wrong


@pytest.mark.parametrize("screen", SIZES)
async def test_a_phone_is_filled_and_a_desk_is_not(people, site, screen):
    page = await people.page(viewport=size(screen))
    await page.goto(site.url)
    chat = await Chat(page).open()
    box = await chat.panel.bounding_box()
    width, height = SIZES[screen]
    if width <= 480 or height <= 480:
        assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, width, height)
    else:
        assert box["width"] <= 480
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
        assert box["y"] >= 0


async def test_nothing_moves_where_less_motion_is_wanted(people, site):
    page = await people.page(reduced_motion="reduce")
    await page.goto(site.url)
    chat = await Chat(page).open()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    moving = await page.evaluate(
        """() => document.querySelector("parley-chat").shadowRoot.getAnimations()
             .filter((animation) => animation.effect.getComputedTiming().duration > 1)
             .map((animation) => animation.animationName ?? animation.transitionProperty)"""
    )
    assert moving == []


async def test_forced_colours_keep_every_border(people, site):
    page = await people.page(forced_colors="active")
    await page.goto(site.url)
    chat = await Chat(page).open()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    for part in (chat.panel, chat.button("helpful")):
        drawn = await part.evaluate(
            "element => [getComputedStyle(element).borderTopWidth, getComputedStyle(element).outlineStyle]"
        )
        assert drawn[0] != "0px" or drawn[1] != "none", drawn


async def test_zoomed_to_four_times_the_chat_is_all_there(people, site):
    """400 % of a 1280 x 1024 screen is 320 x 256."""
    page = await people.page(viewport={"width": 320, "height": 256})
    await page.goto(site.url)
    chat = await Chat(page).open()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await expect(chat.button("helpful")).to_be_visible()
    await chat.button("helpful").click()
    axe.check(await places(chat, "answer"))


async def staff_pages(people: People, site: Site, **options: Any) -> list[tuple[str, Page]]:
    """Return the pages of the staff with something on them."""
    console = await Console(await people.staff(site, AGENT, **options), site).open()
    dashboard = await people.staff(site, ANALYST, **options)
    await dashboard.goto(f"{site.url}/dashboard?days=7")
    await expect(dashboard.get_by_role("heading", level=1)).to_be_visible()
    entrance = await people.page(**options)
    await entrance.goto(f"{site.url}/agent")
    await expect(entrance.get_by_role("button", name=staff_words("en")("sign_in"), exact=True)).to_be_visible()
    return [("console", console.page), ("dashboard", dashboard), ("sign-in", entrance)]


@pytest.mark.parametrize(("mode", "few"), [("light", "1280x800"), ("dark", "360x640"), FORCED])
async def test_the_staffs_pages_are_clean(people, site, full, mode, few):
    people.expect(NOT_SIGNED_IN)
    wrong = []
    for screen in SIZES if full else (few,):
        for name, page in await staff_pages(people, site, viewport=size(screen), **MODES[mode]):
            await axe.still(page)
            wrong += [f"{name} {screen}: {fault}" for fault in await axe.faults(page)]
            wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            wrong += [f"{name} {screen}: scrolls sideways by {wide}"] * (wide > 0)
    axe.check(wrong)


@pytest.mark.parametrize("language", IN_FRENCH)
async def test_an_agents_conversation_is_clean(people, site, language):
    people.expect(NOT_SIGNED_IN)
    shopper = await people.page()
    await shopper.goto(f"{site.url}/?lang={language}")
    chat = await Chat(shopper, language).open()
    await chat.asks(QUESTIONS[language], ANSWERS[language])
    await chat.asks_for_a_person()
    console = await Console(await people.staff(site, ADMIN), site).open()
    await console.takes_the_only_one()
    await console.notes("Only for colleagues.")
    await axe.still(console.page)
    wrong = await axe.faults(console.page)
    await console.page.keyboard.press("Escape")
    await console.page.keyboard.press("Control+k")
    await expect(console.page.get_by_role("dialog")).to_be_visible()
    await axe.still(console.page)
    wrong += await axe.faults(console.page)
    await console.page.keyboard.press("Escape")
    await console.resolves()
    axe.check(wrong)


@pytest.mark.parametrize(("mode", "few"), [("light", "360x640"), ("dark", "1280x800")])
async def test_help_and_shop_pages_are_clean(people, site, full, mode, few):
    people.expect("status of 404")
    wrong = []
    for screen in SIZES if full else (few,):
        page = await people.page(viewport=size(screen), **MODES[mode])
        for path in (
            "/help/en/",
            "/help/es/shipping/",
            "/help/fr/shipping/track-package",
            "/help/en/search?q=refnd",
            "/help/en/nowhere",
            "/",
            "/shop/product",
            "/shop/basket",
            "/shop/order",
            "/chat",
        ):
            await page.goto(site.url + path)
            await expect(page.get_by_role("main").first).to_be_visible()  # scripts make the chat's
            await axe.still(page)
            wrong += [f"{path} {screen}: {fault}" for fault in await axe.faults(page)]
            wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            wrong += [f"{path} {screen}: scrolls sideways by {wide}"] * (wide > 0)
    axe.check(wrong)
