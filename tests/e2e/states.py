"""Every state of the chat, one after the other: what is looked at by axe-core, by geometry and in pictures."""

from __future__ import annotations

from collections.abc import AsyncIterator

from playwright.async_api import Page, expect

from tests.e2e.chat import Chat
from tests.e2e.console import Console
from tests.e2e.people import PATIENCE, People
from tests.e2e.site import ANSWERS, QUESTIONS, SPEAKERS, UNCLEAR, Site

SHORT = ("closed", "open", "answer", "did-you-mean", "away", "message", "waiting", "agent", "rating", "offline")
"""The states of the short form, in order."""

NAMES = {"en": "Amir Haddad", "es": "Beth Moreno", "fr": "Amir Haddad"}


async def states(  # noqa: PLR0915  # one conversation, told from its beginning to its end
    page: Page, site: Site, language: str, people: People
) -> AsyncIterator[str]:
    """Walk through a conversation and yield the name of each state while it is on the screen."""
    other = Chat(await people.page(), language)
    chat = Chat(page, language)
    await page.goto(f"{site.url}/?lang={language}")
    await expect(chat.launcher).to_be_visible()
    yield "closed"
    await chat.open()
    await expect(chat.text("greeting")).to_be_visible()
    yield "open"
    answer = await chat.asks(QUESTIONS[language], ANSWERS[language])
    await expect(answer.get_by_role("button", name=chat.words("helpful"), exact=True)).to_be_visible()
    yield "answer"
    await answer.get_by_role("button", name=chat.words("unhelpful"), exact=True).click()
    await expect(chat.panel.get_by_role("textbox", name=chat.words("missing"))).to_be_visible()
    yield "missing"
    await answer.get_by_role("button", name=chat.words("skip"), exact=True).click()
    await chat.says(UNCLEAR[language])
    await expect(chat.button("none")).to_be_visible()
    yield "did-you-mean"
    await chat.button("menu").click()
    await expect(chat.button("end")).to_be_visible()
    yield "menu"
    await chat.button("forget").click()
    await expect(chat.button("forget_yes")).to_be_visible()
    yield "delete"
    await page.keyboard.press("Escape")
    await chat.asks_for_a_person()
    await expect(chat.text("away_title")).to_be_visible()
    yield "away"
    await chat.button("write_us").click()
    await chat.panel.get_by_role("textbox", name=chat.words("email")).fill("carol@example.com")
    yield "message"
    await chat.panel.get_by_role("group").get_by_role("button", name=chat.words("send"), exact=True).click()
    await expect(chat.panel.get_by_role("group", name=chat.words("write_us"))).to_have_count(0)
    await expect(chat.said_by("system").last).to_be_visible()
    yield "ticket"
    console = await Console(await people.staff(site, SPEAKERS[language]), site).open()
    await other.page.goto(f"{site.url}/?lang={language}")
    await (await other.open()).asks_for_a_person()
    await expect(other.text("queue_next")).to_be_visible()
    await chat.asks_for_a_person()
    await expect(chat.text("queue_place", place=2)).to_be_visible()
    yield "waiting"
    await other.button("queue_cancel").click()
    await expect(chat.text("queue_next")).to_be_visible()
    await console.takes_the_only_one()
    await expect(chat.button("queue_cancel")).to_have_count(0)
    await expect(chat.text("status_agent", name=NAMES[language])).to_be_visible()
    yield "agent"
    await console.reply.press_sequentially("Hel")
    await expect(chat.panel.get_by_text(chat.words("agent_types", name=NAMES[language]))).to_be_visible()
    yield "typing"
    await console.reply.fill("")
    await chat.says("\n".join(f"{number}: a long message with many lines" for number in range(40)))
    await expect(chat.button("show_all")).to_be_visible()
    yield "long"
    await console.resolves()
    await expect(chat.button("rating_5")).to_be_visible()
    yield "rating"
    await chat.button("rating_4").click()
    await expect(chat.panel.get_by_role("textbox", name=chat.words("rating_comment"))).to_be_visible()
    yield "comment"
    await chat.log.get_by_role("button", name=chat.words("skip"), exact=True).click()
    await expect(chat.panel.get_by_role("button", name="10", exact=True)).to_be_visible()
    yield "recommend"
    await chat.panel.get_by_role("button", name="10", exact=True).click()
    await expect(chat.text("rating_thanks")).to_be_visible()
    yield "thanks"
    await page.context.set_offline(True)
    await expect(chat.panel.get_by_text(chat.words("offline"))).to_be_visible()
    await chat.writes(QUESTIONS[language])
    await expect(chat.log.get_by_text(chat.words("not_sent"))).to_be_visible()
    yield "offline"
    await page.context.set_offline(False)
    await expect(chat.log.get_by_text(chat.words("not_sent"))).to_have_count(0, timeout=2 * PATIENCE)
