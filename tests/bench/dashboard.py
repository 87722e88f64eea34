"""How long the demo's dashboard takes in a browser, and its past to be written and counted.

    python -m tests.bench.dashboard

Starts `parley serve --demo` on an empty folder, waits until 90 days are written and counted, and opens the dashboard in
Chromium: each load in a browser of its own, until the page has every answer (in-page time since navigation began).
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from playwright.async_api import Browser

from tests.bench.run import machine
from tests.conftest import ROOT
from tests.e2e.people import People
from tests.e2e.screenshots import chromium
from tests.e2e.site import ANALYST, Site
from tests.faults.shop import opened

LOADS = 5
PATIENCE = 300.0  # seconds for the past
# Every panel is there, none waits for the server, and the answers were drawn: a frame later.
_DRAWN = """() => new Promise(done => {
  const look = () => {
    const parts = [...document.querySelectorAll("[aria-busy]")];
    const asked = performance.getEntriesByType("resource").some(one => one.name.includes("/api/analytics/"));
    const ready = asked && parts.length && parts.every(one => one.getAttribute("aria-busy") === "false");
    if (ready && document.querySelector("main svg, main table, main li")) done(performance.now());
    else requestAnimationFrame(look);
  };
  look();
})"""


async def load(browser: Browser, site: Site, search: str) -> float:
    """Return the seconds of one load."""
    people = People(browser)
    page = await people.staff(site, ANALYST)
    await page.goto(f"{site.url}/dashboard{search}", wait_until="commit")
    taken = float(await page.evaluate(_DRAWN)) / 1000
    await people.leave()
    return taken


def past(site: Site) -> float:
    """Return the seconds until the history is written and counted."""
    started = time.monotonic()
    done = "SELECT count(*) FROM facts WHERE name = 'history' AND value = 'yes'"
    ended = "SELECT count(*) FROM events WHERE type = 'episode_ended'"
    while site.rows(done)[0][0] == 0 or site.rows(ended)[0][0] > site.rows("SELECT count(*) FROM episodes")[0][0]:
        if time.monotonic() - started > PATIENCE:
            raise TimeoutError(f"expected the demo's past within {PATIENCE:.0f} s")
        time.sleep(0.2)
    return time.monotonic() - started


async def measure(site: Site) -> None:
    async with chromium() as browser:
        first = await load(browser, site, "?days=90&view=painpoints")
        print(f"  first pain-point board, 90 days   {first:8.2f} s", flush=True)
        for name, search in (
            ("dashboard, 90 days", "?days=90"),
            ("dashboard, 30 days", ""),
            ("pain points again", "?days=90&view=painpoints"),
        ):
            taken = [await load(browser, site, search) for _ in range(LOADS)]
            print(f"  {name:<33} {statistics.median(taken):8.2f} s (slowest {max(taken):.2f} s)", flush=True)


def main() -> None:
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as name:
        site = Site(Path(name), ROOT / "kb")
        site.learn()
        with opened(site):
            print(f"  past written and counted          {past(site):8.1f} s", flush=True)
            asyncio.run(measure(site))


if __name__ == "__main__":
    main()
