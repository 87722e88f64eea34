"""What the chat costs a page before somebody wants it, and until the first answer."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Page, expect

from tests.e2e.chat import Chat
from tests.e2e.site import ANSWERS, QUESTIONS

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAMPLES = 3
SLOWER = 4
COMPOSER_MILLISECONDS = {False: 1000, True: 350}
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}

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


async def script_seconds(browser, url: str) -> float:
    """Return how long scripts of a page ran on the main thread until it was idle, by the thread's own clock."""
    context = await browser.new_context()
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    await page.goto(url)
    await page.wait_for_load_state("networkidle")
    metrics = (await devtools.send("Performance.getMetrics"))["metrics"]
    await context.close()
    return float(next(metric["value"] for metric in metrics if metric["name"] == "ScriptDuration"))


async def test_before_a_click_scripts_run_for_five_milliseconds_at_most(browser, site, host_pages, record_property):
    """The best of some, as another process on the same core can only make it longer."""
    measured = min([await script_seconds(browser, host_pages.plain(site)) for _ in range(SAMPLES)])
    record_property("script_ms_before_click", round(measured * 1000, 2))
    assert 0 < measured * 1000 <= 5


async def longest_task(browser, url: str) -> float:
    """Return the CPU milliseconds of the longest task of the page's main thread."""
    context = await browser.new_context(reduced_motion="reduce")
    page = await context.new_page()
    await browser.start_tracing(page=page, categories=["disabled-by-default-devtools.timeline", "toplevel"])
    await page.goto(url)
    await expect(Chat(page).launcher).to_be_visible()
    await page.wait_for_load_state("networkidle")
    trace = json.loads(await browser.stop_tracing())["traceEvents"]
    await context.close()
    mains = {event["tid"] for event in trace if event.get("args", {}).get("name") == "CrRendererMain"}
    tasks = [e.get("tdur", 0) for e in trace if e["tid"] in mains and e["name"] == "RunTask"]
    return float(max(tasks)) / 1000


async def test_before_a_click_no_task_is_longer_than_fifty_milliseconds_on_a_four_times_slower_processor(
    browser, site, host_pages, record_property
):
    """By the thread's own clock, times four: a slowed-down processor does nothing but wait in between."""
    measured = min([await longest_task(browser, host_pages.plain(site)) for _ in range(2)]) * SLOWER
    record_property("longest_task_ms_4x", round(measured, 1))
    assert 0 < measured <= 50


async def seconds_to_composer(browser, url: str, *, hovers: bool) -> float:
    """Return the time from the click to a composer that has the focus, on a slow network with an empty cache."""
    context = await browser.new_context(reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(url)
    chat = Chat(page)
    await expect(chat.launcher).to_be_visible()
    devtools = await context.new_cdp_session(page)
    await devtools.send("Network.enable")
    await devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    if hovers:
        await chat.launcher.hover()
        await page.wait_for_load_state("networkidle")
    took: float = await page.evaluate(
        """async () => {
          const root = document.querySelector("parley-chat").shadowRoot, begin = performance.now();
          root.querySelector("button").click();
          while (root.activeElement?.localName !== "textarea") await new Promise(requestAnimationFrame);
          return performance.now() - begin;
        }"""
    )
    await context.close()
    return took


@pytest.mark.parametrize("hovers", [False, True], ids=["at once", "after a hover"])
async def test_from_the_click_to_the_composer_on_a_slow_network(browser, site, host_pages, hovers, record_property):
    """The best of some: what other processes add is not the chat's."""
    measured = min([await seconds_to_composer(browser, host_pages.plain(site), hovers=hovers) for _ in range(2)])
    record_property("composer_ms", round(measured))
    assert measured <= COMPOSER_MILLISECONDS[hovers]


async def test_everything_for_the_composer_is_asked_for_at_once(site, host_pages, carol):
    """One round trip on any network: nothing waits for something else to be read first."""
    begun: dict[str, float] = {}
    carol.on("requestfinished", lambda done: begun.update({done.url: done.timing["startTime"]}))
    await carol.goto(host_pages.plain(site))
    await Chat(carol).open()
    times = [at for url, at in begun.items() if "/assets/" in url]
    assert len(times) == 2, begun
    assert max(times) - min(times) < 50, begun
