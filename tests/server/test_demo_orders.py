"""`parley serve --demo` looks its own orders up, as the README and the order page say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.demo.orders import EMAIL, ORDERS
from tests.conftest import ROOT
from tests.e2e.site import Site
from tests.faults.shop import opened
from tests.people import Shopper

TOLD = {
    "placed": "is being prepared",
    "shipped": "is on its way",
    "in_customs": "in customs since",
    "out_for_delivery": "went out for delivery",
    "delivered": "was delivered",
    "returned": "came back to us",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, premises: Any) -> Iterator[Site]:
    """Serve the demo with the small help center of these tests."""
    with opened(Site(tmp_path_factory.mktemp("demo"), premises.kb)) as site:
        yield site


@pytest.mark.parametrize("number", ORDERS)
async def test_each_order_of_the_demo_is_told(demo: Site, number: str):
    shopper = await Shopper(demo).comes()
    assert (await shopper.asked(f"Can you check order {number}?"))["decision"] == "clarify"
    reply = await shopper.asked(EMAIL)
    assert TOLD[ORDERS[number][-1][0].value] in reply["text"]
    assert number in reply["text"]
    await shopper.leave()


async def test_address_that_does_not_fit_is_told_nothing(demo: Site):
    shopper = await Shopper(demo).comes()
    reply = await shopper.asked("can you check my order CV-204518? mallory@example.com")
    assert "can't find an order" in reply["text"]
    await shopper.leave()


def test_service_answers_nobody_without_its_key(demo: Site):
    assert demo.get(f"/demo/orders/CV-204518?email={EMAIL}")[0] == 401


def test_what_a_visitor_is_told_to_try_is_there():
    pages = [ROOT / "README.md", *(ROOT / "widget" / "locales").glob("shop.*.json")]
    telling = [text for text in (page.read_text("utf-8") for page in pages) if EMAIL in text]
    assert telling
    for text in telling:
        named = set(re.findall(r"CV-\d{6}", text))
        assert len(named) > 2
        assert named <= set(ORDERS)
