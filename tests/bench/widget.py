"""What the chat costs a page of the shop until it can be written in, in Chromium.

    python -m tests.bench.widget

Each figure is the median of some loads, each in a browser of its own with an empty cache. A processor four times slower
is this one's own time, times four.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.bench.run import machine
from tests.e2e import weight
from tests.e2e.hosts import serve_hosts
from tests.e2e.screenshots import chromium
from tests.e2e.site import Site, write_kb
from tests.faults.shop import opened

LOADS = 9
SLOWER = 4


async def show(name: str, measure: Callable[[], Awaitable[float]], *, times: float = 1) -> None:
    """Measure some times and print the median and the largest, in milliseconds."""
    taken = [times * await measure() for _ in range(LOADS)]
    print(f"  {name:<52} {statistics.median(taken):7.1f} ms (largest {max(taken):.1f})", flush=True)


async def measure(folder: Path) -> None:
    async with serve_hosts() as hosts, chromium() as browser:
        with opened(Site(folder / "site", write_kb(folder / "kb"), shop_origins=hosts.url)) as site:
            shop = hosts.plain(site)
            await show("scripts before a click", lambda: weight.work(browser, shop, of="ScriptDuration"))
            for name, url in (("with the chat", shop), ("a bare page", hosts.bare())):
                await show(f"main thread until idle, {name}", lambda url=url: weight.work(browser, url))
                await show(
                    f"longest task on a {SLOWER} times slower processor, {name}",
                    lambda url=url: weight.longest_task(browser, url),
                    times=SLOWER,
                )
            for hovers in (False, True):
                await show(
                    f"click to composer, slow 4G, {'after a hover' if hovers else 'at once'}",
                    lambda hovers=hovers: weight.milliseconds_to_composer(browser, shop, slow=True, hovers=hovers),
                )


def main() -> None:
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(measure(Path(name)))


if __name__ == "__main__":
    main()
