"""The agent console as an agent finds it: by roles and names."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from bot.demo.seed import PASSWORD
from tests.e2e.chat import Chat
from tests.e2e.people import People
from tests.e2e.site import Site
from tests.e2e.words import staff_words


class Console:
    """The console on a page."""

    def __init__(self, page: Page, site: Site, language: str = "en") -> None:
        self.page = page
        self.site = site
        self.words = staff_words(language)

    def button(self, key: str, **values: object) -> Locator:
        return self.page.get_by_role("button", name=self.words(key, **values), exact=True)

    @property
    def conversation(self) -> Locator:
        """The middle pane."""
        return self.page.get_by_role("region", name=self.words("conversation"), exact=True)

    @property
    def log(self) -> Locator:
        return self.conversation.get_by_role("log", name=self.words("messages"), exact=True)

    @property
    def brief(self) -> Locator:
        return self.page.get_by_role("complementary", name=self.words("brief"), exact=True)

    @property
    def reply(self) -> Locator:
        return self.page.get_by_role("textbox", name=self.words("reply_label"), exact=True)

    @property
    def note(self) -> Locator:
        return self.page.get_by_role("textbox", name=self.words("note_label"), exact=True)

    @property
    def accept_button(self) -> Locator:
        """In the head of the conversation; on a phone, and while a colleague is asked, where replies are written."""
        names = re.compile(f"^({self.words('accept')}|{self.words('accept_long')}|{self.words('take_long')})$")
        return self.conversation.get_by_role("button", name=names).first

    @property
    def offer(self) -> Locator:
        """The card of what is offered to this agent."""
        return self.page.get_by_role("region", name=self.words("offers"), exact=True).get_by_role("article")

    @property
    def offer_accept(self) -> Locator:
        return self.offer.get_by_role("button", name=re.compile(rf"^{self.words('accept')}\b"))

    @property
    def offer_decline(self) -> Locator:
        return self.offer.get_by_role("button", name=re.compile(rf"^{self.words('decline')}\b"))

    async def open(self) -> Console:
        """Open it as somebody who is signed in."""
        await self.page.goto(f"{self.site.url}/agent")
        await self.ready()
        return self

    async def ready(self) -> None:
        """Wait for the lists and for the connection."""
        await expect(self.page.get_by_role("navigation", name=self.words("navigation"), exact=True)).to_be_visible()
        await expect(self.page.get_by_role("switch").first).to_be_checked()

    async def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Fill in the form and send it."""
        await self.page.get_by_label(self.words("email"), exact=True).fill(email)
        await self.page.get_by_label(self.words("password"), exact=True).fill(password)
        await self.button("sign_in").click()

    async def shows_list(self, name: str) -> Locator:
        """Choose a list and return it."""
        label = self.words(f"list_{name}")
        navigation = self.page.get_by_role("navigation", name=self.words("navigation"), exact=True)
        await navigation.get_by_role("button", name=re.compile(rf"^{re.escape(label)}\b")).click()
        return self.page.get_by_role("region", name=label, exact=True)

    async def opens(self, words: str, among: str = "waiting") -> None:
        """Open the conversation in which the shopper said these words."""
        rows = await self.shows_list(among)
        await rows.get_by_role("button", name=self.shopper(words)).click()
        await expect(self.log.get_by_text(words, exact=True).first).to_be_visible()

    def shopper(self, words: str) -> str:
        """Return how the console calls the shopper who said these words last."""
        found = self.site.rows("select conversation_id from messages where text = ? order by at", words)
        return self.words("shopper_name", name=found[-1][0][-4:].upper())

    async def accepts(self, words: str) -> None:
        """Take the waiting conversation in which the shopper said these words."""
        await self.opens(words)
        await self.accept_button.click()
        await expect(self.reply).to_be_focused()

    async def takes_the_only_one(self) -> None:
        """Take the one conversation that waits."""
        ((waiting,),) = self.site.rows("select id from conversations where status = 'waiting'")
        await self.page.goto(f"{self.site.url}/agent#/{waiting}")
        await self.accept_button.click()
        await expect(self.reply).to_be_focused()

    async def writes(self, text: str, *, anyway: bool = False) -> None:
        """Reply to the shopper; `anyway`: whatever the console thinks of the language."""
        await self.reply.fill(text)
        await self.reply.press("Control+Enter")
        sent = self.log.get_by_text(text, exact=True)
        if anyway:
            await expect(sent.or_(self.button("send_anyway")).first).to_be_visible()
            if await self.button("send_anyway").is_visible():
                await self.button("send_anyway").click()
        await expect(sent.last).to_be_visible()

    async def notes(self, text: str) -> None:
        """Write a note for colleagues."""
        await self.conversation.get_by_role("button", name=self.words("tab_note"), exact=True).click()
        await self.note.fill(text)
        await self.note.press("Control+Enter")
        await expect(self.log.get_by_text(text, exact=True).last).to_be_visible()

    async def resolves(self, disposition: str = "solved") -> None:
        """Close the open conversation."""
        await self.conversation.get_by_role("button", name=self.words("resolve"), exact=True).click()
        key = f"disposition_{disposition}"
        dialog = self.page.get_by_role("dialog", name=self.words("resolve_title"), exact=True)
        await dialog.get_by_role("radio", name=re.compile(f"^{self.words(key)}")).check()
        await dialog.get_by_role("button", name=self.words("resolve"), exact=True).click()
        await expect(dialog).to_have_count(0)


async def waiting(people: People, site: Site, words: str, language: str = "en") -> Chat:
    """Return the chat of a shopper who wrote these words and waits for a person."""
    page = await people.page()
    await page.goto(f"{site.url}/shop/order?lang={language}")
    chat = await Chat(page, language).open()
    await chat.says(words)
    await expect(chat.said_by("bot").first).to_be_visible()
    await chat.asks_for_a_person()
    return chat


async def at_desk(people: People, site: Site, email: str, **options: object) -> Console:
    """Return the console of somebody of the staff, signed in."""
    return await Console(await people.staff(site, email, **options), site).open()
