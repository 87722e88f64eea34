"""Browsers of people: contexts that remember everything that a page complained about."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, WebError

from tests.e2e.site import COOKIE, Site

PATIENCE = 15_000  # milliseconds; what is waited for takes a few hundred on an idle machine
# Chromium reports a violation of the policy in the console, but not one of every kind; this one misses none.
_TELLS_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
# Chromium says so of every 401, also of "nobody is signed in", which is an answer like others.
NOT_SIGNED_IN = "status of 401"
NO_NETWORK = (
    r"WebSocket connection to .* failed"
    r"|ERR_(INTERNET_DISCONNECTED|CONNECTION_\w+|EMPTY_RESPONSE|CONTENT_LENGTH_MISMATCH)"
)


class People:
    """Opens browsers for people and collects what went wrong in them."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._expected: list[str] = []
        self.complaints: list[str] = []

    async def context(self, **options: Any) -> BrowserContext:
        """Return somebody's own browser, in English unless told otherwise."""
        wanted = {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **options}
        context = await self._browser.new_context(**wanted)
        context.set_default_timeout(PATIENCE)
        await context.add_init_script(_TELLS_VIOLATIONS)
        context.on("console", self._hear)
        context.on("weberror", self._note)
        self._contexts.append(context)
        return context

    async def page(self, **options: Any) -> Page:
        """Return a page in a browser of its own."""
        return await (await self.context(**options)).new_page()

    async def staff(self, site: Site, email: str, **options: Any) -> Page:
        """Return a page in a browser in which somebody of the staff is signed in."""
        context = await self.context(**options)
        await context.add_cookies([{"name": COOKIE, "value": site.session(email), "url": site.url}])
        return await context.new_page()

    def expect(self, *patterns: str) -> None:
        """Say which complaints this test provokes on purpose."""
        self._expected.extend(patterns)

    @property
    def unexpected(self) -> list[str]:
        return [one for one in self.complaints if not any(re.search(each, one) for each in self._expected)]

    @property
    def pages(self) -> list[Page]:
        return [page for context in self._contexts for page in context.pages]

    async def leave(self) -> None:
        for context in self._contexts:
            await context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _note(self, error: WebError) -> None:
        self.complaints.append(f"exception: {error.error}")


async def picture(page: Page, path: Path) -> None:
    """Take a picture of what is on the screen."""
    path.parent.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=path, animations="disabled", caret="hide")
