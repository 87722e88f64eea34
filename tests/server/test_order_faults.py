"""What fails, ends or comes between while an order is looked up: the shopper is always answered, once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.connectors import orders as connector
from tests.fakes import FrozenClock
from tests.order_server import EMAIL, OrderServer
from tests.people import Agent, Shopper
from tests.server.order_desk import NUMBER
from tests.shop import Shop, within


@pytest.mark.parametrize("fault", ["fail", "html", "not_json", "huge", "redirect", "refuse", "hang"])
async def test_service_that_fails_takes_a_person_with_the_number(
    dora: Shopper, order_shop: Shop, order_server: OrderServer, monkeypatch: pytest.MonkeyPatch, fault: str
):
    monkeypatch.setattr(connector, "ANSWER_SECONDS", 0.5)
    order_server.answer = getattr(order_server, fault)
    reply = await dora.asked(f"can you check my order {NUMBER} {EMAIL}")
    assert (reply["decision"], reply["reason"]) == ("handoff", "entry_action")
    assert f"passing order {NUMBER} on" in reply["text"]
    assert order_shop.value("SELECT order_number FROM handoffs") == NUMBER
    assert await dora.status() == "waiting"


async def test_sixth_try_in_an_hour_takes_a_person_and_asks_nobody(
    dora: Shopper, order_shop: Shop, order_server: OrderServer, clock: FrozenClock
):
    for _ in range(5):
        assert (await dora.asked(f"can you check my order {NUMBER} mallory@example.com"))["decision"] == "clarify"
    reply = await dora.asked(f"can you check my order {NUMBER} {EMAIL}")
    assert (reply["decision"], reply["reason"]) == ("handoff", "entry_action")
    assert len(order_server.asked) == 5
    await dora.gets("handoff_cancel")
    clock.advance(minutes=61)
    assert (await dora.asked(f"can you check my order {NUMBER} {EMAIL}"))["decision"] == "answer"


async def test_many_visitors_cannot_guess_at_one_orders_address(order_shop: Shop, order_server: OrderServer):
    for number in range(12):
        mallory = await Shopper(order_shop).comes()
        await mallory.asked(f"can you check my order {NUMBER} guess{number}@example.com")
        await mallory.leave()
    assert len(order_server.asked) == 10


async def test_look_up_that_a_crash_left_is_finished_by_a_sweep_exactly_once(
    dora: Shopper, order_shop: Shop, order_server: OrderServer, clock: FrozenClock
):
    order_server.answer = order_server.hang
    await dora.says(f"can you check my order {NUMBER} {EMAIL}")
    orders = order_shop.parley.orders
    await within(5, lambda: len(order_server.asked) == 1)
    await orders.close()  # as a process that ends while it waits
    order_server.answer = order_server.honest
    await order_shop.sweep()
    assert len(order_server.asked) == 1  # whoever asked may still be at it
    clock.advance(seconds=15)
    await asyncio.gather(*(orders.sweep() for _ in range(4)))
    assert (await dora.hears("bot"))["decision"] == "answer"
    clock.advance(minutes=5)
    await order_shop.sweep()
    assert len([m for m in await dora.sees() if m["author"] == "bot"]) == 1
    assert order_shop.value("SELECT email FROM order_lookups") == ""


async def test_look_up_that_ends_every_process_goes_to_a_person(
    dora: Shopper, order_shop: Shop, order_server: OrderServer, clock: FrozenClock
):
    order_server.answer = order_server.hang
    await dora.says(f"can you check my order {NUMBER} {EMAIL}")
    orders = order_shop.parley.orders
    for attempt in (1, 2, 3):
        await within(5, lambda attempt=attempt: len(order_server.asked) == attempt)
        await orders.close()
        clock.advance(seconds=16)
        if attempt < 3:
            sweep = asyncio.create_task(orders.sweep())
            await within(5, lambda attempt=attempt: len(order_server.asked) == attempt + 1)
            sweep.cancel()
            await asyncio.gather(sweep, return_exceptions=True)
    await order_shop.sweep()
    assert (await dora.hears("bot"))["reason"] == "entry_action"
    assert len(order_server.asked) == 3


async def test_answer_that_comes_after_another_took_over_is_not_said_again(
    dora: Shopper, order_shop: Shop, order_server: OrderServer, clock: FrozenClock
):
    go = asyncio.Event()

    async def when_told(request: Any) -> Any:
        await go.wait()
        return await order_server.honest(request)

    order_server.answer = when_told
    await dora.says(f"can you check my order {NUMBER} {EMAIL}")
    await within(5, lambda: len(order_server.asked) == 1)
    order_server.answer = order_server.honest
    clock.advance(seconds=16)
    await order_shop.sweep()
    assert (await dora.hears("bot"))["decision"] == "answer"
    late = tuple(order_shop.parley.orders._tasks)
    assert late
    go.set()
    await asyncio.gather(*late)
    assert len([m for m in await dora.sees() if m["author"] == "bot"]) == 1


async def test_agent_who_stepped_in_meanwhile_has_the_word(dora: Shopper, order_shop: Shop, order_server: OrderServer):
    arrived, go = asyncio.Event(), asyncio.Event()

    async def when_told(request: Any) -> Any:
        arrived.set()
        await go.wait()
        return await order_server.honest(request)

    order_server.answer = when_told
    amir = await Agent(order_shop, "Amir").comes()
    await dora.says(f"can you check my order {NUMBER} {EMAIL}")
    await arrived.wait()
    await amir.takes_over(dora)
    go.set()
    await within(5, lambda: order_shop.value("SELECT status FROM order_lookups") == "shipped")
    assert await dora.hears_nothing_from("bot")
    cookie = {"Cookie": f"parley_session={amir.cookie}"}
    async with order_shop.http.get(f"/api/conversations/{dora.id}", headers=cookie) as response:
        assert (await response.json())["brief"]["order"] == {"number": NUMBER, "status": "shipped"}
    await amir.leave()


async def test_conversation_deleted_meanwhile_is_gone(dora: Shopper, order_shop: Shop, order_server: OrderServer):
    order_server.answer = order_server.hang
    await dora.says(f"can you check my order {NUMBER} {EMAIL}")
    await within(5, lambda: order_server.asked)
    await dora.gets("conversation_delete")
    assert order_shop.value("SELECT count(*) FROM order_lookups") == 0


async def test_no_log_holds_the_address(dora: Shopper, order_server: OrderServer, caplog: pytest.LogCaptureFixture):
    caplog.set_level("DEBUG", logger="bot")
    order_server.answer = order_server.fail
    await dora.asked(f"can you check my order {NUMBER} canary@example.com")
    said = " ".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "order_not_looked_up" in said
    assert "canary" not in said
