"""From what hurts to a better answer, in the browser: pain point, draft, replay, publish."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e import axe
from tests.e2e.chat import Chat
from tests.e2e.dashboard import Dashboard, analyst
from tests.e2e.people import People
from tests.e2e.site import Site, write_kb
from tests.faults.shop import opened

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

GIFTS = (
    "can you gift wrap the kettle",
    "do you offer gift wrapping paper",
    "gift wrapping for my present please",
    "wrap my present in gift paper",
    "is there a gift wrapping service",
)
ANSWER = "Yes: tick gift wrapping in the basket."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a shop whose help center is this module's own, as it is written to."""
    folder = tmp_path_factory.mktemp("painpoints")
    with opened(Site(folder / "site", write_kb(folder / "kb"))) as site:
        yield site


def entries_with(folder: Path, words: str) -> int:
    """Return how many English files of the help center have these words."""
    return sum(words in path.read_text(encoding="utf-8") for path in folder.rglob("*.en.md"))


async def ask_in_vain(people: People, site: Site) -> None:
    """Let shoppers ask what the help center does not know."""
    for question in GIFTS:
        shopper = await people.page()
        await shopper.goto(site.url)
        chat = await Chat(shopper).open()
        await chat.says(question)
        await expect(chat.said_by("bot")).to_have_count(1)
        await chat.button("menu").click()
        await chat.button("end").click()
        await expect(chat.text("status_ended")).to_be_visible()
        await shopper.context.close()


async def publish_a_draft(board: Dashboard) -> None:
    """Draft the entry of the open pain point, replay it and publish it."""
    await board.page.get_by_role("button", name=board.words("draft_entry"), exact=True).click()
    variants = board.page.get_by_label(board.words("draft_variants_field"))
    await expect(variants).to_have_value(re.compile("gift"))
    publish = board.page.get_by_role("button", name=board.words("publish"), exact=True)
    await expect(publish).to_be_disabled()
    await board.page.get_by_label(board.words("draft_title")).fill("Do you wrap gifts?")
    await board.page.get_by_label(board.words("draft_answer")).fill(ANSWER)
    await board.page.get_by_role("button", name=board.words("replay"), exact=True).click()
    await expect(board.panel("replay_title")).to_be_visible(timeout=90_000)
    gained = board.panel("replay_title").get_by_role("button", name=re.compile(f"^{board.words('gained')} [1-9]"))
    await expect(gained).to_be_visible()
    await publish.click()
    await expect(board.page.get_by_text(board.words("status_published"), exact=True)).to_be_visible(timeout=90_000)
    await expect(board.panel("effect")).to_contain_text(board.words("effect_early"))


async def test_a_pain_point_becomes_an_entry(people, site: Site):
    await ask_in_vain(people, site)
    board = await analyst(people, site, "?days=7&view=painpoints")
    card = board.page.get_by_role("link").filter(has_text=re.compile("gift"))
    await expect(card).to_have_count(1)
    await expect(card).to_contain_text(board.words("do_write_entry"))
    await axe.still(board.page)
    axe.check(await axe.faults(board.page))
    await card.click()
    samples = board.panel("samples").get_by_role("link")
    await expect(samples).to_have_count(len(GIFTS))
    await samples.first.click()
    transcript = board.page.get_by_role("dialog", name=board.words("transcript"), exact=True)
    await expect(transcript.get_by_text(re.compile("gift")).first).to_be_visible()
    await board.page.keyboard.press("Escape")
    await publish_a_draft(board)
    assert entries_with(site.folder.parent / "kb", ANSWER) == 1
