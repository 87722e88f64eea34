"""The chat as a shopper finds it: by roles and names."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from tests.e2e.words import shopper_words


class Chat:
    """The chat on a page."""

    def __init__(self, page: Page, language: str = "en") -> None:
        self.page = page
        self.words = shopper_words(language)
        self.element = page.locator("parley-chat")

    @property
    def launcher(self) -> Locator:
        return self.element.get_by_role("button", name=re.compile(r"^Chat\b"))

    @property
    def panel(self) -> Locator:
        """The dialog; on the chat's own page the main part."""
        return self.element.get_by_role("dialog").or_(self.element.get_by_role("main"))

    @property
    def composer(self) -> Locator:
        return self.panel.get_by_role("textbox", name=self.words("message"), exact=True)

    @property
    def log(self) -> Locator:
        return self.panel.get_by_role("log", name=self.words("messages"), exact=True)

    def button(self, key: str, **values: object) -> Locator:
        """Return the button with this sentence's name."""
        return self.panel.get_by_role("button", name=self.words(key, **values), exact=True)

    def text(self, key: str, **values: object) -> Locator:
        """Return what shows this sentence; the first, where two parts say it."""
        return self.panel.get_by_text(self.words(key, **values), exact=True).first

    def said_by(self, author: str) -> Locator:
        """Return the messages of shopper, bot or an agent by name."""
        name = self.words(author) if author in ("shopper", "bot", "system") else author
        return self.log.get_by_role("listitem").filter(has_text=re.compile(rf"^\s*{re.escape(name)}: "))

    def shown(self, text: str) -> Locator:
        """Return the places where exactly this text stands in the history."""
        return self.log.get_by_text(text, exact=True)

    async def open(self) -> Chat:
        """Open the chat by its launcher and wait until it can be used."""
        await self.launcher.click()
        await expect(self.composer).to_be_visible()
        await self.online()
        return self

    async def online(self) -> None:
        """Wait for the session."""
        await expect(self.text("status_connecting")).to_have_count(0)

    async def writes(self, text: str) -> None:
        """Type and send; does not wait for anything."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def says(self, text: str) -> None:
        """Send, and wait until the server has it."""
        await self.writes(text)
        await expect(self.shown(text).last).to_be_visible()
        await expect(self.text("sending")).to_have_count(0)

    async def asks(self, question: str, answer: str) -> Locator:
        """Send, and return the bot's message that holds the answer."""
        await self.says(question)
        reply = self.said_by("bot").filter(has_text=answer).last
        await expect(reply).to_be_visible()
        return reply

    async def asks_for_a_person(self) -> None:
        await self.button("person").last.click()
        await expect(self.button("queue_cancel")).to_be_visible()

    async def pick_language(self, language: str) -> None:
        """Choose in the header."""
        await self.panel.get_by_role("combobox", name=self.words("language"), exact=True).select_option(language)
        self.words = shopper_words(language)
        await expect(self.composer).to_be_visible()


async def focused(page: Page) -> str:
    """Return role or tag and name of what has the focus, also in a shadow root."""
    told: str = await page.evaluate(
        """() => {
          let at = document.activeElement;
          while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
          return `${at?.localName} ${at?.ariaLabel ?? at?.textContent?.trim() ?? ""}`.trim();
        }"""
    )
    return told
