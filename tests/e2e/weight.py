"""What the chat costs the page of a shop, in a browser of its own each time: for tests and for benchmarks."""

from __future__ import annotations

import json

from playwright.async_api import Browser, expect

from tests.e2e.chat import Chat

SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
"""Milliseconds and bytes a second, as the network panel of Chromium calls it."""


async def work(browser: Browser, url: str, *, of: str = "TaskDuration") -> float:
    """Return the CPU milliseconds of a page's main thread until it was idle: of all tasks, or of "ScriptDuration"."""
    context = await browser.new_context()
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    await page.goto(url)
    await page.wait_for_load_state("networkidle")
    metrics = (await devtools.send("Performance.getMetrics"))["metrics"]
    await context.close()
    return float(next(metric["value"] for metric in metrics if metric["name"] == of)) * 1000


async def longest_task(browser: Browser, url: str) -> float:
    """Return the CPU milliseconds of the longest task of the page's main thread; nothing but the page runs there."""
    context = await browser.new_context(reduced_motion="reduce")
    page = await context.new_page()
    await browser.start_tracing(page=page, categories=["devtools.timeline", "disabled-by-default-devtools.timeline"])
    await page.goto(url)
    await page.wait_for_load_state("networkidle")
    trace = json.loads(await browser.stop_tracing())["traceEvents"]
    await context.close()
    mains = {(event["pid"], event["tid"]) for event in trace if event.get("args", {}).get("name") == "CrRendererMain"}
    site = url.partition("?")[0]
    ours = {(event["pid"], event["tid"]) for event in trace if site in str(event.get("args"))}
    tasks = [event for event in trace if (event["pid"], event["tid"]) in mains & ours and event["name"] == "RunTask"]
    return float(max(event.get("tdur", 0) for event in tasks)) / 1000


async def milliseconds_to_composer(browser: Browser, url: str, *, slow: bool, hovers: bool) -> float:
    """Return the time from the click to a composer that has the focus, with an empty cache; `slow`: as slow 4G is."""
    context = await browser.new_context(reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(url)
    chat = Chat(page)
    await expect(chat.launcher).to_be_visible()
    if slow:
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
