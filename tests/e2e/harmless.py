"""What words have become on a page: nothing but text."""

from __future__ import annotations

from playwright.async_api import Locator, Page

# The pages' own inputs are search fields; what a message smuggled in would not be.
_MADE = """(root) => [
  ...["script", "img", "iframe", "style", "base", "form form", "math", "details", "object", "embed", "video", "meta",
    "link", "noscript", "template", "input:not([type='search'])"].filter((selector) => root.querySelector(selector)),
  ...[...root.querySelectorAll("*")].flatMap((element) => [...element.attributes].map(({ name }) => name))
    .filter((name) => /^on|^srcdoc$/.test(name)),
  ...[...root.querySelectorAll("[href], [action], [src]")]
    .map(({ href, action, src }) => href?.baseVal ?? href ?? action ?? src)
    .filter((address) => !/^(https?|mailto):/.test(address)),
]"""


async def made(root: Locator) -> list[str]:
    """Return every element, attribute and address below the root that no page of ours makes of words."""
    found: list[str] = await root.evaluate(_MADE)
    return found


async def is_harmless(page: Page) -> None:
    """Check that none of the words ran. Raises AssertionError."""
    assert await page.evaluate("'pwned' in window") is False
