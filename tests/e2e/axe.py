"""axe-core over whatever a page shows, shadow roots included, and what axe does not see: where things are."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page

SOURCE = Path(__file__).resolve().parent.parent.parent / "widget" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

EXPLAINED = {
    "label-content-name-mismatch": "the label has the agent's name; the rest of the text is the value, Online",
    "color-contrast": "a gradient or an overlap hides the ground from axe; the same colours are checked elsewhere",
    "aria-valid-attr-value": "aria-controls of a list that is empty just now",
    "target-size": "axe cannot tell whether overlapped targets are offset enough",
    "aria-hidden-focus": "axe asks to look whether what is hidden can have the focus while another part is modal",
}
"""Rules that axe leaves to a person ("incomplete"), and what a person found."""


@cache
def _source() -> str:
    assert SOURCE.is_file(), f"expected axe-core at {SOURCE}; run npm ci in widget/"
    return SOURCE.read_text(encoding="utf-8")


async def faults(page: Page) -> list[str]:
    """Return what axe-core finds wrong, and what it left to a person and nobody explained."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_source())
    found: dict[str, Any] = await page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    wrong = [_line(rule) for rule in found["violations"]]
    return wrong + [f"unexplained: {_line(rule)}" for rule in found["incomplete"] if rule["id"] not in EXPLAINED]


def _line(rule: dict[str, Any]) -> str:
    nodes = [f"{node['html'][:160]} ({_why(node)})" for node in rule["nodes"]]
    return f"{rule['id']}: {'; '.join(nodes[:3])}"


def _why(node: dict[str, Any]) -> str:
    return " ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])[:200]


_PLACE = """(element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  const root = element.getRootNode();
  const top = root.elementFromPoint(x + width / 2, y + height / 2);
  return { x, y, right: x + width, bottom: y + height, width, height,
           reachable: element === top || element.contains(top),
           screen: [innerWidth, innerHeight],
           sideways: document.documentElement.scrollWidth - innerWidth };
}"""


async def still(page: Page) -> None:
    """Wait until nothing moves: half-shown text has half its contrast."""
    await page.evaluate(
        """() => Promise.all([document, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot).filter(Boolean)]
           .flatMap((root) => root.getAnimations?.() ?? [])
           .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity)
           .map((animation) => animation.finished.catch(() => {})))"""
    )


def check(wrong: list[str]) -> None:
    """Fail with every fault on a line of its own."""
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


async def misplaced(part: Locator) -> list[str]:
    """Return what is wrong with the place of a part: not on the screen, or under something else."""
    place: dict[str, Any] = await part.evaluate(_PLACE)
    width, height = place["screen"]
    wrong = []
    if place["x"] < -0.5 or place["y"] < -0.5 or place["right"] > width + 0.5 or place["bottom"] > height + 0.5:
        wrong.append("off the screen")
    if place["width"] < 1 or place["height"] < 1:
        wrong.append("without a size")
    if not place["reachable"]:
        wrong.append("covered")
    if place["sideways"] > 0:
        wrong.append("makes the page scroll sideways")
    return [f"{what}: {place}" for what in wrong]
