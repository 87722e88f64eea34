"""The order service over HTTP: what it tells, and what it may not do to those who wait for it."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.connectors import orders
from bot.connectors.breaker import Breaker
from bot.connectors.orders import OrdersDown, OrderService
from bot.domain.orders import OrderStatus, Stage
from tests.order_server import EMAIL, KEY, ORDER, OrderServer
from tests.servers import free_port

NUMBER = ORDER["number"]


def service(server: OrderServer) -> OrderService:
    return OrderService(server.url, KEY)


async def test_order_is_read(order_server: OrderServer):
    order = await service(order_server).look_up(NUMBER, EMAIL)
    assert order.number == NUMBER
    assert order.now == Stage(OrderStatus.SHIPPED, datetime(2026, 2, 27, 23, 30, tzinfo=UTC))
    assert [stage.status for stage in order.timeline] == [OrderStatus.PLACED, OrderStatus.SHIPPED]
    assert (order.expected_on, order.tracking_number) == (date(2026, 3, 4), "XY123456789ES")
    assert order_server.asked == [(NUMBER, EMAIL, f"Bearer {KEY}")]


async def test_no_such_order_and_another_address_are_the_same(order_server: OrderServer):
    asked = service(order_server)
    assert await asked.look_up("CV-999999", EMAIL) is None
    assert await asked.look_up(NUMBER, "mallory@example.com") is None


@pytest.mark.parametrize(
    ("number", "email"),
    [("../admin", EMAIL), ("1/2?email=x#y", EMAIL), (NUMBER, "a&admin=1@x.example"), ("%2e%2e", "é")],
)
async def test_what_was_asked_arrives_as_it_was_written(order_server: OrderServer, number: str, email: str):
    assert await service(order_server).look_up(number, email) is None
    assert order_server.asked == [(number, email, f"Bearer {KEY}")]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("fail", "HTTP 500"),
        ("html", "not JSON"),
        ("not_json", "another form"),
        ("huge", "too large"),
        ("redirect", "HTTP 302"),
        ("refuse", "HTTP 401"),
    ],
)
async def test_answer_that_cannot_be_used_is_none(order_server: OrderServer, name: str, reason: str):
    order_server.answer = getattr(order_server, name)
    with pytest.raises(OrdersDown) as caught:
        await service(order_server).look_up(NUMBER, EMAIL)
    assert caught.value.reason == reason
    assert len(order_server.asked) == 1  # neither asked again nor followed elsewhere


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "CV-204519"},
        {"number": None},
        {"timeline": []},
        {"timeline": None},
        {"timeline": [{"status": "lost", "at": "2026-02-25T09:30:00Z"}]},
        {"timeline": [{"status": "placed", "at": "2026-02-25T09:30:00"}]},  # of which zone?
        {"timeline": [{"status": "placed"}]},
        {"timeline": [{"status": "placed", "at": "yesterday"}]},
        {"expected_on": "soon"},
        {"tracking_number": "<b>1</b>"},
        {"tracking_number": 7},
    ],
)
async def test_answer_of_another_form_is_none(order_server: OrderServer, changes: dict[str, Any]):
    order_server.answer = order_server.with_order(**changes)
    with pytest.raises(OrdersDown):
        await service(order_server).look_up(NUMBER, EMAIL)


@pytest.mark.parametrize("name", ["hang", "drip"])
async def test_slow_service_is_given_up_in_time(order_server: OrderServer, monkeypatch: Any, name: str):
    monkeypatch.setattr(orders, "ANSWER_SECONDS", 0.3)
    order_server.answer = getattr(order_server, name)
    started = time.monotonic()
    with pytest.raises(OrdersDown, match="TimeoutError"):
        await service(order_server).look_up(NUMBER, EMAIL)
    assert time.monotonic() - started < 3


async def test_reason_holds_no_address():
    with pytest.raises(OrdersDown) as caught:
        await OrderService(f"http://127.0.0.1:{free_port()}", None).look_up(NUMBER, EMAIL)
    assert "carol" not in caught.value.reason
    assert caught.value.__cause__ is None


async def test_service_that_fails_again_and_again_is_left_alone_for_a_while(order_server: OrderServer):
    now = 0.0
    asked = OrderService(order_server.url, KEY, Breaker(failures=5, rest=30, clock=lambda: now))
    order_server.answer = order_server.fail
    for _ in range(8):
        with pytest.raises(OrdersDown):
            await asked.look_up(NUMBER, EMAIL)
    assert len(order_server.asked) == 5
    now = 31.0
    for _ in range(3):
        with pytest.raises(OrdersDown):
            await asked.look_up(NUMBER, EMAIL)
    assert len(order_server.asked) == 6  # one tried, and failed
    now = 62.0
    order_server.answer = order_server.honest
    assert await asked.look_up(NUMBER, EMAIL) is not None
    assert await asked.look_up("CV-999999", EMAIL) is None  # an answer, too
    assert await asked.look_up(NUMBER, EMAIL) is not None
