"""What the chat costs a page before somebody wants it, and until the first answer."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.e2e.chat import Chat
from tests.e2e.site import ANSWERS, QUESTIONS

pytestmark = pytest.mark.asyncio(loop_scope="session")

_SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shifts += entry.value; })
  .observe({ type: "layout-shift", buffered: true });
"""


def watched(page: Page) -> list[str]:
    """Return the list to which every request and socket of the page will be added, in order."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def opened(socket) -> None:
        asked.append(socket.url)
        socket.on("framereceived", lambda frame: ANSWERS["en"] in str(frame) and asked.append("answered"))

    page.on("websocket", opened)
    return asked


async def stored(page: Page) -> list[int]:
    """Return how much is in local storage, session storage and cookies."""
    found: list[int] = await page.evaluate("[localStorage.length, sessionStorage.length, document.cookie.length]")
    return found


async def test_before_intent_one_request_no_socket_nothing_stored_nothing_moves(site, host_pages, carol):
    asked = watched(carol)
    await carol.add_init_script(_SHIFTS)
    await carol.goto(host_pages.plain(site))
    await expect(Chat(carol).launcher).to_be_visible()
    await carol.wait_for_load_state("networkidle")
    assert [url for url in asked if url.startswith((site.url, "ws"))] == [f"{site.url}/embed.js"]
    assert await stored(carol) == [0, 0, 0]
    assert await carol.evaluate("window.shifts") < 0.0005  # 0.000 as browsers report it


async def test_to_the_first_answer_at_most_four_requests_and_one_socket(site, host_pages, carol):
    asked = watched(carol)
    await carol.add_init_script(_SHIFTS)
    await carol.goto(host_pages.plain(site))
    chat = await Chat(carol).open()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    of_chat = [url for url in asked[: asked.index("answered")] if not url.startswith(host_pages.url)]
    sockets = [url for url in of_chat if url.startswith("ws")]
    assert len(sockets) == 1, of_chat
    assert len(of_chat) - len(sockets) <= 4, of_chat
    assert await carol.evaluate("window.shifts") < 0.0005  # 0.000 as browsers report it


async def test_hover_fetches_but_does_not_connect(site, host_pages, carol):
    asked = watched(carol)
    await carol.goto(host_pages.plain(site))
    await Chat(carol).launcher.hover()
    await carol.wait_for_load_state("networkidle")
    assert len(asked) > 2, asked
    assert not [url for url in asked if url.startswith("ws")]
    assert await stored(carol) == [0, 0, 0]


async def test_only_a_token_and_its_like_is_stored(site, host_pages, carol):
    await carol.goto(host_pages.plain(site))
    chat = await Chat(carol).open()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    kept = await carol.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "parcel" not in kept.lower()


async def test_without_storage_the_chat_still_works(site, host_pages, carol):
    await carol.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"])
             Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });"""
    )
    await carol.goto(host_pages.plain(site))
    chat = await Chat(carol).open()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])


async def test_assets_are_cached_forever_and_the_launcher_for_minutes(site, host_pages, carol):
    caching: dict[str, str | None] = {}
    carol.on("response", lambda answer: caching.update({answer.url: answer.headers.get("cache-control")}))
    await carol.goto(host_pages.plain(site))
    await Chat(carol).open()
    assert caching[f"{site.url}/embed.js"] == "public, max-age=300"
    chunks = {caching[url] for url in caching if url.startswith(f"{site.url}/assets/")}
    assert chunks == {"public, max-age=31536000, immutable"}
