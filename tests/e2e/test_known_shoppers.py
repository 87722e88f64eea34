"""A shop's page says who its customer is: their history is on every browser of theirs, and on nobody else's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.async_api import Page, expect

from tests.e2e.chat import Chat
from tests.e2e.hosts import HostPages
from tests.e2e.people import People
from tests.e2e.site import ANSWERS, QUESTIONS, Site
from tests.faults.shop import opened

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEY, ANOTHER = "what-only-the-shops-server-knows-1", "what-some-other-server-might-know-2"
SECRET = "My zebra is called Xylophone."
EVERYTHING_KEPT = """async () => [
  JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie,
  JSON.stringify(await indexedDB.databases()), JSON.stringify(await caches.keys().catch(() => [])),
].join(" ")"""


@pytest.fixture(scope="module")
def site(kb: Path, host_pages: HostPages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a shop whose server signs who its customers are."""
    settings = {"shop_origins": host_pages.url, "identity_key": KEY}
    with opened(Site(tmp_path_factory.mktemp("known"), kb, **settings)) as site:
        yield site


def signed(subject: str, *, key: str = KEY, **changes: Any) -> str:
    """Return what the shop's server gives its page."""
    now = int(time.time())
    claims = {"sub": subject, "aud": "parley", "iat": now, "exp": now + 600, "name": "Carol", **changes}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(key))


async def shop_page(people: People, host_pages: HostPages, site: Site, token: str | None) -> tuple[Page, Chat]:
    """Open a page of the shop on a browser of its own, for a customer who is signed in there or not."""
    page = await people.page()
    await page.goto(host_pages.plain(site))
    await page.wait_for_function("() => Boolean(window.parley?.identify)")
    await page.evaluate("window.faults = []; parley.on('error', (event) => faults.push(event.detail?.code))")
    if token:
        await page.evaluate("(token) => parley.identify(token)", token)
    return page, await Chat(page).open()


async def reopened(page: Page) -> Chat:
    """Return the chat, which was open before the page was loaded again and is so by itself."""
    chat = Chat(page)
    await expect(chat.composer).to_be_visible()
    await chat.online()
    return chat


async def until_known(site: Site, subject: str) -> None:
    """Wait until the server has taken the shop's word for it."""
    for _ in range(100):
        if site.rows("select 1 from visitors where subject = ?", subject):
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"expected the visitor to be {subject}")


async def test_history_is_on_the_next_browser_of_the_same_customer(people, host_pages, site):
    _, phone = await shop_page(people, host_pages, site, signed("customer-1"))
    await phone.asks(QUESTIONS["en"], ANSWERS["en"])
    await phone.says(SECRET)
    _, laptop = await shop_page(people, host_pages, site, signed("customer-1"))
    await expect(laptop.shown(SECRET)).to_be_visible()
    await expect(laptop.said_by("bot").filter(has_text=ANSWERS["en"]).first).to_be_visible()
    await laptop.says("And one more thing.")
    await expect(phone.shown("And one more thing.")).to_be_visible()
    _, other = await shop_page(people, host_pages, site, signed("customer-2"))
    await other.says("hello there")
    await expect(other.shown(SECRET)).to_have_count(0)


async def test_who_is_recognised_while_chatting_keeps_what_was_said(people, host_pages, site):
    page, chat = await shop_page(people, host_pages, site, None)
    await chat.says("I am not signed in yet.")
    await page.evaluate("(token) => parley.identify(token)", signed("customer-3"))
    await until_known(site, "customer-3")
    await chat.says("Now I am.")
    _, laptop = await shop_page(people, host_pages, site, signed("customer-3"))
    for text in ("I am not signed in yet.", "Now I am."):
        await expect(laptop.shown(text)).to_be_visible()


async def test_after_signing_out_nothing_is_visible_nor_kept(people, host_pages, site):
    page, chat = await shop_page(people, host_pages, site, signed("customer-4"))
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await chat.says(SECRET)
    before = await page.evaluate(EVERYTHING_KEPT)
    (token,) = [part for part in before.split('\\"') if len(part) == 43] or [""]
    await page.evaluate("parley.reset()")
    await expect(chat.shown(SECRET)).to_have_count(0)
    await expect(chat.said_by("shopper")).to_have_count(0)
    await chat.online()
    kept = await page.evaluate(EVERYTHING_KEPT)
    assert [word for word in ("Xylophone", "parcel", "customer-4", "Carol") if word in kept] == []
    assert not token or token not in kept
    assert SECRET not in await page.evaluate("document.querySelector('parley-chat').shadowRoot?.textContent ?? ''")
    # Whoever sits down next at this browser.
    await page.reload()
    await page.wait_for_function("() => Boolean(window.parley?.identify)")
    next_one = await reopened(page)
    await expect(next_one.said_by("shopper")).to_have_count(0)
    await next_one.says("hello there")
    await expect(next_one.shown(SECRET)).to_have_count(0)
    # And it is not lost to the customer.
    _, laptop = await shop_page(people, host_pages, site, signed("customer-4"))
    await expect(laptop.shown(SECRET)).to_be_visible()
    await expect(laptop.shown("hello there")).to_have_count(0)


@pytest.mark.parametrize(
    "forged",
    [
        lambda: signed("customer-5", key=ANOTHER),
        lambda: signed("customer-5", iat=int(time.time()) - 7200, exp=int(time.time()) - 3600),
        lambda: signed("customer-5", aud="another shop"),
        lambda: signed("customer-5")[:-4] + "AAAA",
        lambda: "not a token",
    ],
    ids=["another key", "expired", "for others", "changed", "no token"],
)
async def test_a_wrong_token_shows_nobodys_words_and_the_chat_goes_on(people, host_pages, site, forged):
    if not site.rows("select 1 from visitors where subject = 'customer-5'"):
        _, honest = await shop_page(people, host_pages, site, signed("customer-5"))
        await honest.says(SECRET)
    page, chat = await shop_page(people, host_pages, site, forged())
    await page.wait_for_function("() => faults.includes('unauthorized')")
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await expect(chat.shown(SECRET)).to_have_count(0)
    await chat.says("I go on all the same.")
    await page.reload()
    await page.wait_for_function("() => Boolean(window.parley?.identify)")
    again = await reopened(page)
    await expect(again.shown("I go on all the same.")).to_be_visible()
    await expect(again.shown(SECRET)).to_have_count(0)
