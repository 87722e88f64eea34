"""The dashboard as an analyst finds it: by roles and names."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.e2e.site import ANALYST, Site
from tests.e2e.words import analyst_words


class Dashboard:
    """The dashboard on a page; its figures have the names that the server gives them."""

    def __init__(self, page: Page, site: Site, language: str = "en") -> None:
        self.page = page
        self.site = site
        self.words = analyst_words(language)
        self.language = language
        self._titles: dict[str, str] = {}

    async def open(self, search: str = "") -> Dashboard:
        await self.page.goto(f"{self.site.url}/dashboard{search}")
        await expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        return self

    async def title(self, figure: str) -> str:
        """Return what people call a figure."""
        if not self._titles:
            told = await self.asks(f"definitions?language={self.language}")
            self._titles = {one["name"]: one["title"] for one in told["definitions"]}
        return self._titles[figure]

    async def asks(self, path: str) -> dict[str, Any]:
        """Return what the server says to a question of the dashboard's own."""
        answer = await self.page.request.get(f"{self.site.url}/api/analytics/{path}")
        assert answer.ok, await answer.text()
        told: dict[str, Any] = json.loads(await answer.text())
        return told

    async def tile(self, figure: str) -> Locator:
        heading = self.page.get_by_role("heading", level=2, name=await self.title(figure), exact=False)
        return self.page.get_by_role("listitem").filter(has=heading).first

    def panel(self, key: str) -> Locator:
        """Return a part of the page by the key of its headline."""
        heading = self.page.get_by_role("heading", level=2, name=self.words(key), exact=True)
        return self.page.locator("section").filter(has=heading).first

    @property
    def drawer(self) -> Locator:
        return self.page.get_by_role("dialog", name=self.words("conversations"), exact=True)

    async def listed(self) -> int:
        """Return how many the open list says it has, and check that it shows as many, up to a page."""
        head = self.drawer.get_by_role("status").filter(has_text=re.compile(r"\d"))
        count = number(await head.inner_text())
        await expect(self.drawer.locator("ul.episodes > li")).to_have_count(min(count, 50))
        return count

    async def closes(self) -> None:
        await self.page.keyboard.press("Escape")
        await expect(self.drawer).to_have_count(0)


def number(text: str) -> int:
    """Return the first whole number in a text, written the English way."""
    found = re.search(r"\d[\d,]*", text)
    assert found, text
    return int(found[0].replace(",", ""))


async def analyst(people: Any, site: Site, search: str = "", language: str = "en", **options: Any) -> Dashboard:
    """Bring Zoe the analyst to the dashboard, in a time zone of her own."""
    wanted = {"timezone_id": "Europe/Madrid", "locale": {"en": "en-GB", "es": "es-ES", "fr": "fr-FR"}[language]}
    page = await people.staff(site, ANALYST, **{**wanted, **options})
    return await Dashboard(page, site, language).open(search)
