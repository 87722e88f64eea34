"""Pictures of every state: `python -m tests.e2e.screenshots DIR [--languages en,es,fr] [--sizes 360x640,1280x800]`."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, expect

from tests.conftest import CHROMIUM_OPTIONS
from tests.e2e.chat import Chat
from tests.e2e.console import Console
from tests.e2e.people import PATIENCE, People, picture
from tests.e2e.site import AGENT, ANALYST, ANSWERS, QUESTIONS, Site, write_kb
from tests.e2e.states import states
from tests.e2e.words import LANGUAGES
from tests.faults.shop import opened
from tests.servers import MissingProgramError, find_program

SIZES = ("360x640", "768x1024", "1280x800")
SCHEMES = ("light", "dark")
THEMES = ("caravan", "night", "citrus")


def options_for(size: str, scheme: str) -> dict[str, Any]:
    width, height = map(int, size.split("x"))
    return {"viewport": {"width": width, "height": height}, "color_scheme": scheme}


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start the machine's Chromium. Raises MissingProgramError."""
    from playwright.async_api import async_playwright  # noqa: PLC0415  # slow to import

    path = find_program("chromium")
    if path is None:
        raise MissingProgramError("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield browser
        await browser.close()


async def draw_chat(people: People, site: Site, to: Path, language: str, **options: Any) -> None:
    """Draw every state of the chat."""
    page = await people.page(**options)
    number = 0
    async for state in states(page, site, language, people):
        await picture(page, to / f"{number:02}-{state}.png")
        number += 1
    await people.leave()


async def closed(console: Console) -> None:
    """Close the dialog that is open."""
    await console.page.keyboard.press("Escape")
    await expect(console.page.get_by_role("dialog")).to_have_count(0)


async def draw_console(people: People, site: Site, folder: Path, size: str, scheme: str) -> None:
    """Draw the console: sign-in, empty, a queue, a conversation, the menu, the settings, how it ended."""
    options, to = options_for(size, scheme), folder / "console" / f"{scheme}-{size}"
    entrance = await people.page(**options)
    await entrance.goto(f"{site.url}/agent")
    await expect(entrance.get_by_role("heading", level=1)).to_be_visible()
    await picture(entrance, to / "00-sign-in.png")
    console = await Console(await people.staff(site, AGENT, **options), site).open()
    await console.shows_list("waiting")
    await picture(console.page, to / "01-empty.png")
    shopper = await people.page()
    await shopper.goto(site.url)
    chat = await Chat(shopper).open()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await chat.asks_for_a_person()
    rows = await console.shows_list("waiting")
    await expect(rows.get_by_role("button").first).to_be_visible()
    await picture(console.page, to / "02-waiting.png")
    await console.takes_the_only_one()
    await console.notes("Asked twice about the same parcel.")
    await picture(console.page, to / "03-conversation.png")
    await console.page.keyboard.press("Escape")
    await console.page.keyboard.press("Control+k")
    await expect(console.page.get_by_role("combobox")).to_be_focused()
    await picture(console.page, to / "04-menu.png")
    await closed(console)
    await console.conversation.get_by_role("button", name=console.words("resolve"), exact=True).click()
    await expect(console.page.get_by_role("dialog")).to_be_visible()
    await picture(console.page, to / "05-resolve.png")
    await closed(console)
    await console.page.keyboard.press("?")
    await expect(console.page.get_by_role("dialog")).to_be_visible()
    await picture(console.page, to / "06-settings.png")
    await closed(console)
    await console.resolves()
    await picture(console.page, to / "07-resolved.png")
    await people.leave()


async def draw_pages(people: People, site: Site, folder: Path, size: str, scheme: str) -> None:
    """Draw dashboard, shop in its looks, chat page and help center."""
    options, to = options_for(size, scheme), folder / "pages" / f"{scheme}-{size}"
    analyst = await people.staff(site, ANALYST, **options)
    await analyst.goto(f"{site.url}/dashboard?days=7")
    await expect(analyst.get_by_role("heading", level=1)).to_be_visible()
    await _whole(analyst, to / "dashboard.png")
    page = await people.page(**options)
    for theme in THEMES:
        for name, path in (("shop", "/"), ("product", "/shop/product"), ("order", "/shop/order")):
            await page.goto(f"{site.url}{path}?theme={theme}")
            await expect(Chat(page).launcher).to_be_visible()
            await picture(page, to / f"{name}-{theme}.png")
    for name, path in (
        ("chat", "/chat"),
        ("help", "/help/en/"),
        ("topic", "/help/es/shipping/"),
        ("entry", "/help/fr/shipping/track-package"),
        ("search", "/help/en/search?q=wher+is+my+parcl"),
        ("nothing", "/help/en/search?q=zzqq"),
        ("missing", "/help/en/nowhere"),
    ):
        await page.goto(site.url + path)
        await page.wait_for_load_state("networkidle")
        await picture(page, to / f"{name}.png")
    await people.leave()


async def _whole(page: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=path, full_page=True, animations="disabled")


async def draw(folder: Path, languages: Sequence[str], sizes: Sequence[str]) -> None:
    """Draw everything into the folder."""
    expect.set_options(timeout=PATIENCE)
    with tempfile.TemporaryDirectory(prefix="parley-pictures-") as place:
        site = Site(Path(place) / "site", write_kb(Path(place) / "kb"))
        site.learn()
        with opened(site):
            async with chromium() as browser:
                for scheme in SCHEMES:
                    for size in sizes:
                        for language in languages:
                            to = folder / "chat" / f"{language}-{scheme}-{size}"
                            await draw_chat(People(browser), site, to, language, **options_for(size, scheme))
                        await draw_console(People(browser), site, folder, size, scheme)
                        await draw_pages(People(browser), site, folder, size, scheme)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--languages", default=",".join(LANGUAGES), help="such as en,es")
    parser.add_argument("--sizes", default=",".join(SIZES), help="such as 360x640,1280x800")
    given = parser.parse_args()
    asyncio.run(draw(given.folder, given.languages.split(","), given.sizes.split(",")))
    print(f"{len(list(given.folder.rglob('*.png')))} pictures in {given.folder}")


if __name__ == "__main__":
    main()
