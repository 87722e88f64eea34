"""The three questions of the README, on the whole help center that comes with Parley."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.conftest import ROOT
from tests.e2e.chat import Chat
from tests.e2e.site import Site
from tests.faults.shop import opened

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]

PROMISED = {
    "en": ("where is my parcel", "shipping/"),
    "es": ("mi pedido no llega", "shipping/"),
    "fr": ("je veux être remboursé", "refunds/"),
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the demo as the README says; its index is learned first where it is not cached."""
    site = Site(tmp_path_factory.mktemp("demo"), ROOT / "kb")
    site.learn()
    with opened(site):
        yield site


@pytest.mark.parametrize("language", PROMISED)
async def test_the_questions_of_the_readme_are_answered_from_the_right_topic(people, demo, language):
    question, topic = PROMISED[language]
    assert question in (ROOT / "README.md").read_text(encoding="utf-8")
    page = await people.page()
    await page.goto(demo.url)
    chat = await Chat(page).open()
    await chat.says(question)
    answer = chat.said_by("bot").last
    link = answer.get_by_role("link").last
    await expect(link).to_have_attribute("href", re.compile(rf"/help/{language}/{topic}"))
    await expect(answer.get_by_role("button", name=chat.words("helpful"), exact=True)).to_be_visible()
    if (
        language != "en"
    ):  # the interface stays as the browser wants it, or follows; the answer is in the question's language
        await expect(answer.locator(f"[lang={language}]").first).to_be_visible()
