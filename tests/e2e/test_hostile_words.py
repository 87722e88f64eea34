"""Words that would like to be scripts: shown as the text that they are, on every surface."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import quote

import pytest
from playwright.async_api import expect

from tests.e2e.chat import Chat
from tests.e2e.console import at_desk, waiting
from tests.e2e.dashboard import analyst
from tests.e2e.harmless import is_harmless, made
from tests.e2e.people import NOT_SIGNED_IN, PATIENCE
from tests.e2e.site import ADMIN, QUESTIONS
from tests.hostile_words import polyglots

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHORT, FULL, PACKED = 40, 500, 10
"""Combined ones, and how many of them make a message."""
POLYGLOTS = (
    "<script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    "<svg onload=window.pwned=1>",
    "<svg><script>window.pwned=1</script></svg>",
    "\"><iframe srcdoc='<script>parent.pwned=1</script>'>",
    "'-window.pwned=1-'",
    "javascript:window.pwned=1",
    "[click](javascript:window.pwned=1)",
    "![x](javascript:window.pwned=1)",
    "<a href='javascript:window.pwned=1'>click</a>",
    "<details open ontoggle=window.pwned=1>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.pwned=1>",
    "<noscript><p title='</noscript><img src=x onerror=window.pwned=1>'>",
    "{{constructor.constructor('window.pwned=1')()}}",
    "${window.pwned=1}",
    "</textarea><script>window.pwned=1</script>",
    "<!--><img src=x onerror=window.pwned=1>-->",
    "&lt;img src=x onerror=window.pwned=1&gt;",
    'https://shop.example/"onmouseover=window.pwned=1//',
    "data:text/html,<script>window.pwned=1</script>",
    "<style>*{display:none}</style><base href=//evil.example/>",
    "<input autofocus onfocus=window.pwned=1>",
)


async def test_words_of_the_shopper_are_text_in_chat_and_console(people, site):
    people.expect(NOT_SIGNED_IN)
    chat, console = await waiting(people, site, QUESTIONS["en"]), await at_desk(people, site, ADMIN)
    await console.takes_the_only_one()
    for words in POLYGLOTS:
        await chat.says(words)
    for surface in (chat, console):
        for words in POLYGLOTS:
            await expect(surface.log.get_by_text(words, exact=True).first).to_be_attached()
        assert await made(surface.log) == []
        await is_harmless(surface.page)
    assert await made(console.brief) == []
    await console.resolves()


async def test_words_of_the_agent_are_text_in_chat_and_console(people, site):
    people.expect(NOT_SIGNED_IN)
    chat, console = await waiting(people, site, QUESTIONS["en"]), await at_desk(people, site, ADMIN)
    await console.takes_the_only_one()
    for words in POLYGLOTS:
        await console.writes(words, anyway=True)
    await console.notes(POLYGLOTS[1])
    for surface in (chat, console):
        for words in POLYGLOTS:
            await expect(surface.log.get_by_text(words, exact=True).first).to_be_attached()
        assert await made(surface.log) == []
        await is_harmless(surface.page)
    await console.resolves()


async def test_combined_fragments_are_text_wherever_they_are_read(people, site, full):
    """As message, reply, note, ticket and search, in chat, console, dashboard and export."""
    people.expect(NOT_SIGNED_IN)
    every = polyglots(FULL if full else SHORT)
    packs = ["\n".join(every[start : start + PACKED]) for start in range(0, len(every), PACKED)]
    chat, console = await waiting(people, site, QUESTIONS["en"]), await at_desk(people, site, ADMIN)
    await console.takes_the_only_one()
    said = await chat.said_by("shopper").count()
    for pack in packs:
        await chat.writes(pack)
    await expect(chat.said_by("shopper")).to_have_count(len(packs) + said, timeout=PATIENCE * len(packs))
    for pack in packs[:4]:
        await console.writes(pack, anyway=True)
    await console.notes(packs[0])
    for surface in (chat, console):
        for words in every if full else every[::4]:
            await expect(surface.log.get_by_text(words).first).to_be_attached()
        assert await made(surface.log) == []
        await is_harmless(surface.page)
    assert await made(console.page.get_by_role("main").first) == []
    await console.resolves()
    board = await analyst(people, site, "?days=7")
    await (await board.tile("episodes")).locator(".value").get_by_role("link").click()
    await board.drawer.get_by_role("link", name=re.compile(re.escape(QUESTIONS["en"]))).first.click()
    transcript = board.page.get_by_role("dialog", name=board.words("transcript"), exact=True)
    await expect(transcript.get_by_text(every[0].split("\n")[0]).first).to_be_attached()
    assert await made(transcript) == ["details"]  # its own, around the assistant's reasons
    await is_harmless(board.page)
    answer = await board.page.request.get(f"{site.url}/api/analytics/export/messages?format=csv&days=7")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    texts = {row["text"] for row in csv.DictReader(io.StringIO(await answer.text()))}
    assert [pack for pack in packs if not {pack, f"'{pack}"} & texts] == []


async def test_words_in_a_search_are_text(people, site):
    page = await people.page()
    for words in POLYGLOTS:
        await page.goto(f"{site.url}/help/en/search?q={quote(words)}")
        await expect(page.get_by_role("searchbox")).to_have_value(words)
        await is_harmless(page)
        assert await made(page.get_by_role("main")) == []


async def test_names_of_the_host_are_text(people, site, host_pages):
    page = await people.page()
    await page.goto(
        host_pages.plain(site, name=POLYGLOTS[1], greeting=POLYGLOTS[0], launcher=POLYGLOTS[2], accent=POLYGLOTS[5])
    )
    chat = Chat(page)
    await page.locator("parley-chat").get_by_role("button").first.click()
    await expect(chat.panel.get_by_role("heading", name=POLYGLOTS[1])).to_be_visible()
    await expect(chat.panel.get_by_text(POLYGLOTS[0], exact=True)).to_be_visible()
    await is_harmless(page)


async def test_a_page_address_is_no_link_to_a_script_in_the_brief(people, site):
    """What a shopper's browser says about its page is the shopper's word."""
    people.expect(NOT_SIGNED_IN)
    page = await people.page()
    await page.goto(f"{site.url}/shop/order?q=%3Cscript%3Ewindow.pwned=1%3C/script%3E#javascript:window.pwned=1")
    chat = await Chat(page).open()
    await chat.says("I want to talk to a person, please")
    console = await at_desk(people, site, ADMIN)
    await console.takes_the_only_one()
    await expect(console.brief.get_by_text("/shop/order", exact=True)).to_be_visible()
    assert await made(console.brief) == []
    await is_harmless(console.page)
    await console.resolves()
