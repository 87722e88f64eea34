"""A found order is told in words of each language, and where it has been."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.dialogue.orders import told
from bot.domain.conversations import Conversation, Memory, Status
from bot.domain.orders import Order, OrderStatus, Stage
from bot.locale.catalogs import load_catalogs
from tests.fakes import NOON

CATALOGS = load_catalogs()
HERE = Conversation(
    id="1",
    visitor_id="2",
    status=Status.BOT,
    locale="en",
    surface="widget",
    episode=1,
    episode_open=True,
    last_seq=1,
    last_event=1,
    memory=Memory("en"),
    created_at=NOON,
    updated_at=NOON,
)
IS_OVER = {OrderStatus.DELIVERED, OrderStatus.RETURNED}


@pytest.mark.parametrize("language", ["en", "es", "fr"])
@pytest.mark.parametrize("status", OrderStatus)
def test_every_status_has_its_words(status: OrderStatus, language: str):
    order = Order("CV-204518", (Stage(status, NOON),), date(2031, 3, 4), "XY123456789ES")
    reply = told(order, replace(HERE, locale=language, memory=Memory(language)), CATALOGS)
    assert reply.language == language
    assert "CV-204518" in reply.text
    assert "2026" in reply.text
    assert ("2031" in reply.text) == (status not in IS_OVER)  # what is over is expected no more
    assert "XY123456789ES" in reply.text
    assert [block["type"] for block in reply.blocks] == ["paragraph"]
    other = told(order, HERE, CATALOGS).text
    assert (reply.text == other) == (language == "en")


def test_way_so_far_is_a_list():
    way = tuple(Stage(status, NOON + timedelta(days=day)) for day, status in enumerate(OrderStatus))
    reply = told(Order("1", way), HERE, CATALOGS)
    assert [block["type"] for block in reply.blocks] == ["paragraph", "list"]
    assert len(reply.blocks[1]["items"]) == len(OrderStatus)
    assert reply.text.startswith("Order 1 came back to us on March 7, 2026.")


@pytest.mark.parametrize(
    "zone", ["Pacific/Kiritimati", "nowhere/at-all", "../../etc/passwd", "/etc/passwd", "Europe", "a\0b", "", None]
)
def test_any_time_zone_that_a_browser_tells_is_survived(zone: str | None):
    reply = told(Order("1", (Stage(OrderStatus.PLACED, NOON),)), replace(HERE, time_zone=zone), CATALOGS)
    assert ("March 3" if zone == "Pacific/Kiritimati" else "March 2") in reply.text
