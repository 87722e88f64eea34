"""Texts of the help center and letters that would like to be scripts: shown as the text that they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.analytics.letter_forms import Letter, Line, Table, as_html
from bot.knowledge.body import escape
from tests.builders import small_kb
from tests.e2e.chat import Chat
from tests.e2e.console import at_desk, waiting
from tests.e2e.dashboard import analyst
from tests.e2e.harmless import is_harmless, made
from tests.e2e.people import NOT_SIGNED_IN
from tests.e2e.site import ADMIN, Site
from tests.faults.shop import opened
from tests.hostile_words import polyglots

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]

SHORT, FULL = 40, 500
A_LETTER, AN_ENTRY = 10, 5
"""How many of them make a letter, and an entry: its title, two variants, a keyword and the answer."""
ASKED, ASKED_IN_FULL = 3, 20
"""Entries that a shopper asks about."""
SYLLABLES = ("ka", "lo", "mi", "ru", "te", "zo", "ba", "fu", "gi", "ne")


def packs(full: bool, size: int) -> list[list[str]]:  # noqa: FBT001  # as the fixture gives it
    every = polyglots(FULL if full else SHORT)
    return [every[start : start + size] for start in range(0, len(every), size)]


def name_of(number: int) -> str:
    """Return a word that no other entry has."""
    one, two = divmod(number, 10)
    return f"{SYLLABLES[one]}{SYLLABLES[two]}{SYLLABLES[one]}{SYLLABLES[-two]}x"


def written(folder: Path, texts: list[list[str]]) -> Path:
    """Write a help center whose every text is hostile."""
    small_kb(folder)
    (folder / "words").mkdir()
    for number, (title, one, other, keyword, answer) in enumerate(texts):
        name = name_of(number)
        matter = {
            "title": f"{name} {title}",
            "variants": [f"what of {name}? {one}", f"{name} {other}"],
            "keywords": [f"{name}{keyword}"],
        }
        lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in matter.items()]
        link = "[shop](https://shop.example/a), [mail](mailto:help@shop.example)"
        text = "\n".join(["---", *lines, "---", escape(answer), "", f"- **{escape(title)}**", f"- {link}", ""])
        (folder / "words" / f"{name}.en.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory, *, full: bool) -> Iterator[Site]:
    """Serve a shop with such a help center."""
    kb = written(tmp_path_factory.mktemp("hostile-kb"), packs(full, AN_ENTRY))
    with opened(Site(tmp_path_factory.mktemp("hostile"), kb)) as site:
        yield site


async def shows(page: Page, *words: str) -> None:
    """Check that a help page shows these words and made nothing of any."""
    main = page.get_by_role("main")
    for text in words:
        await expect(main.get_by_text(text).first).to_be_attached()
    assert await made(main) == []
    assert (
        await page.evaluate("document.querySelectorAll('meta[http-equiv], base, head style:not([nonce])').length") == 0
    )
    await is_harmless(page)


async def test_texts_of_the_help_center_are_text_on_its_pages(people, hostile_site, full):
    texts, address = packs(full, AN_ENTRY), f"{hostile_site.url}/help/en"
    page = await people.page()
    await page.goto(f"{address}/words")
    await shows(page, *(title for title, *_ in texts))
    for number, (title, *_, answer) in enumerate(texts):
        await page.goto(f"{address}/words/{name_of(number)}")
        await expect(page.get_by_role("heading", level=1)).to_have_text(f"{name_of(number)} {title}")
        await shows(page, answer)
    for number in range(0, len(texts), 10):
        await page.goto(f"{address}/search?q={name_of(number)}")
        await shows(page, texts[number][0])


async def test_texts_of_the_help_center_are_text_in_chat_console_and_dashboard(people, hostile_site, full):
    people.expect(NOT_SIGNED_IN)
    texts = packs(full, AN_ENTRY)
    step = len(texts) // (ASKED_IN_FULL if full else ASKED)
    page = await people.page()
    await page.goto(f"{hostile_site.url}/chat")
    chat = Chat(page)
    await chat.online()
    for number in range(0, len(texts), step):
        title, *_, answer = texts[number]
        await chat.says(f"what of {name_of(number)}?")
        await expect(chat.log.get_by_text(answer).first).to_be_visible()
        await expect(chat.log.get_by_text(title).first).to_be_visible()
    assert await made(chat.log) == []
    await is_harmless(page)
    last = f"what of {name_of(0)} {name_of(1)}?"
    await waiting(people, hostile_site, last)
    console = await at_desk(people, hostile_site, ADMIN)
    await console.takes_the_only_one()
    await expect(console.brief.get_by_role("button", name=re.compile(name_of(0))).first).to_be_visible()
    assert await made(console.page.get_by_role("main").first) == []
    await is_harmless(console.page)
    await console.resolves()
    board = await analyst(people, hostile_site, "?days=7")
    await (await board.tile("episodes")).locator(".value").get_by_role("link").click()
    await board.drawer.get_by_role("link", name=re.compile(re.escape(name_of(0)))).first.click()
    transcript = board.page.get_by_role("dialog", name=board.words("transcript"), exact=True)
    await expect(transcript.get_by_text(texts[0][4]).first).to_be_attached()
    assert await made(transcript) == ["details"]  # its own, around the assistant's reasons
    await is_harmless(board.page)


def letter(texts: list[str]) -> Letter:
    """Return a report whose every text is one of these, or all of them."""
    lines = tuple(Line(text, text, text, text, text) for text in texts)
    tables = (Table((texts[0], texts[1], texts[2], texts[3]), lines, " ".join(texts)), *texts)
    return Letter(" ".join(texts), texts[4], tables, (texts[5], "https://chat.shop.example/dashboard"), texts[6], "en")


async def test_texts_in_the_html_of_a_letter_are_text(people, full):
    page = await people.page()
    for texts in packs(full, A_LETTER):
        await page.set_content(as_html(letter(texts)))
        assert await page.title() == " ".join(" ".join(texts).split())
        for text in texts:
            assert await page.get_by_role("rowheader").filter(has_text=text).count() > 0
        assert await made(page.locator("body")) == []
        assert await page.evaluate("document.head.children.length") == 5
        await is_harmless(page)
