"""What the chat costs a page before somebody wants it, and until the first answer."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.e2e import weight
from tests.e2e.chat import Chat
from tests.e2e.site import ANSWERS, QUESTIONS

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAMPLES = 3
MOST_WORK = 2.5
"""Times what a bare page does on its main thread; 1.2 to 2.0 here, 4 ms of scripts in it."""
LONGEST_TASK = 3.0
"""Times the longest task of a bare page; 0.8 to 1.6 here, 7 to 10 ms each."""
ROUND_TRIPS = {False: 2.5, True: 0.5}
"""Of the network; 1.6 to 1.9 at once (one, and the time that 24 kB take), none after a hover that fetched all."""

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


async def best(measure, *arguments, **options) -> float:
    """Return the smallest of some: what other processes on the machine add is not the chat's."""
    return min([await measure(*arguments, **options) for _ in range(SAMPLES)])


async def test_before_a_click_a_page_works_little_more_than_without_the_chat(browser, site, host_pages):
    """By the thread's own clock."""
    with_chat, without = (
        await best(weight.work, browser, host_pages.plain(site)),
        await best(weight.work, browser, host_pages.bare()),
    )
    assert without < with_chat < MOST_WORK * without


async def test_before_a_click_the_longest_task_is_of_the_length_that_any_page_has(browser, site, host_pages):
    with_chat = await best(weight.longest_task, browser, host_pages.plain(site))
    assert with_chat < LONGEST_TASK * await best(weight.longest_task, browser, host_pages.bare())


@pytest.mark.parametrize("hovers", [False, True], ids=["at once", "after a hover"])
async def test_from_the_click_to_the_composer_a_slow_network_adds_its_round_trip(browser, site, host_pages, hovers):
    """On slow 4G less what it takes on a fast one: how quick the machine is falls out."""
    taken = [
        await best(weight.milliseconds_to_composer, browser, host_pages.plain(site), slow=slow, hovers=hovers)
        for slow in (False, True)
    ]
    assert (taken[1] - taken[0]) / weight.SLOW_4G["latency"] < ROUND_TRIPS[hovers], taken


async def test_everything_for_the_composer_is_asked_for_at_once(site, host_pages, carol):
    """One round trip on any network: nothing waits for something else to be read first."""
    begun: dict[str, float] = {}
    carol.on("requestfinished", lambda done: begun.update({done.url: done.timing["startTime"]}))
    await carol.goto(host_pages.plain(site))
    await Chat(carol).open()
    times = [at for url, at in begun.items() if "/assets/" in url]
    assert len(times) == 2, begun
    assert max(times) - min(times) < 50, begun
