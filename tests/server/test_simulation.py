"""A short simulated morning keeps its word, and its checks see the faults that were planted in the server."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cli.simulate import hire
from bot.clock import FastClock
from bot.demo.simulation import Morning, play
from bot.demo.simulation_facts import told_by
from bot.demo.simulation_report import readable, report_of, violations
from bot.services import offers, queueing, routing
from bot.store.transaction import Transaction
from tests.people import OpenShop, shops
from tests.shop import Premises

SPEED = 120
SHORT = Morning(agents=3, shoppers=9, minutes=6, speed=SPEED, seed=4)


@pytest.fixture
async def opening(premises: Premises, tmp_path) -> Any:
    """Give a function that opens a server on a clock that runs fast."""
    async with shops(premises, tmp_path, FastClock(SPEED)) as open_shop:  # type: ignore[arg-type]
        yield open_shop


async def lived(opening: OpenShop, morning: Morning = SHORT) -> dict[str, Any]:
    """Return the report of a morning at a server of its own."""
    shop = await opening(messages_per_minute=6000)
    tokens = await shop.parley.store.write(lambda tx: hire(tx, morning.staff()))
    course = await play(shop.url, morning, tokens)
    return report_of(course, morning.staff(), await told_by(shop.parley.store))


async def test_short_morning_keeps_its_word(opening: OpenShop):
    report = await lived(opening)
    assert violations(report) == []
    assert sum(report["outcomes"].values()) == SHORT.shoppers
    assert report["handoffs"]["requested"] >= report["outcomes"].get("served", 0) > 0
    assert report["handoffs"]["offered"] >= report["handoffs"]["accepted"] > 0
    assert readable(report)[-1].endswith("nothing was broken")


@pytest.mark.full_only
async def test_offer_in_a_language_that_nobody_asked_for_is_found(opening: OpenShop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(routing.Person, "speaks", lambda _self, _language: True)
    report = await lived(opening)
    assert report["violations"]["offers_in_the_wrong_language"]


@pytest.mark.full_only
async def test_agent_over_capacity_is_found(opening: OpenShop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(routing.Person, "has_room", property(lambda self: not self.looking))
    monkeypatch.setattr(offers, "keeps_offer", lambda _agent, _now: True)
    monkeypatch.setattr(queueing, "check_room", lambda *_: None)
    report = await lived(opening, Morning(agents=1, shoppers=14, minutes=3, speed=SPEED, seed=4))
    assert report["violations"]["agents_over_capacity"]


async def test_conversation_that_is_forgotten_is_found(opening: OpenShop, monkeypatch: pytest.MonkeyPatch):
    def forgotten(tx: Transaction, *_: object, **__: object) -> bool:
        del tx
        return False

    monkeypatch.setattr(offers.Offers, "_make", lambda _self, tx, **planned: forgotten(tx, **planned))
    monkeypatch.setattr("bot.demo.simulated_shoppers.LONGEST", 60.0)
    report = await lived(opening)
    assert report["violations"]["conversations_lost"]
