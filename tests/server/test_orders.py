"""An order is looked up: number and address asked for once, told in the shopper's language, never lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.order_server import EMAIL, KEY, OrderServer
from tests.people import Agent, OpenShop, Shopper
from tests.server.order_desk import NUMBER
from tests.shop import Shop

ASKED = {
    "en": "can you check my order",
    "es": "¿puedes mirar mi pedido?",
    "fr": "pouvez-vous vérifier ma commande ?",
}
OUTCOME = "SELECT json_extract(data, '$.outcome') FROM events WHERE type = 'episode_ended'"


async def test_number_and_address_are_asked_for_once_and_the_status_is_told(dora: Shopper, order_server: OrderServer):
    assert dora.settings["orders"] is True
    first = await dora.asked("can you check my order")
    assert (first["decision"], first["text"][:17]) == ("clarify", "I can check that.")
    second = await dora.asked(NUMBER)
    assert second["decision"] == "clarify"
    assert f"order {NUMBER}" in second["text"]
    third = await dora.asked(EMAIL)
    assert third["decision"] == "answer"
    assert third["text"].split("\n") == [
        (
            "Order CV-204518 was shipped on February 28, 2026 and is on its way. It should arrive on March 4, 2026. "
            "Its tracking number is XY123456789ES."
        ),
        "",
        "Placed: February 25, 2026",
        "Shipped: February 28, 2026",  # in the shopper's time zone the day has changed
    ]
    assert [block["type"] for block in third["blocks"]] == ["paragraph", "list"]
    assert order_server.asked == [(NUMBER, EMAIL, f"Bearer {KEY}")]


async def test_agent_sees_what_was_found(dora: Shopper, order_shop: Shop):
    for said in (f"can you check my order {NUMBER.lower()}", EMAIL, "I want to talk to a person"):
        await dora.says(said)
    amir = await Agent(order_shop, "Amir").comes()
    path, cookie = f"/api/conversations/{dora.id}", {"Cookie": f"parley_session={amir.cookie}"}
    async with order_shop.http.get(path, headers=cookie) as response:
        found = (await response.json())["brief"]["order"]
    assert (found["number"].upper(), found["status"]) == (NUMBER, "shipped")
    await dora.says("and what about order CV-999999")
    async with order_shop.http.get(path, headers=cookie) as response:
        assert (await response.json())["brief"]["order"] == {"number": "CV-999999", "status": None}
    await amir.leave()


@pytest.mark.parametrize(
    "asked",
    [
        "Can you check order CV-204518?",
        "¿Puedes revisar el pedido CV-204518?",
        "Pouvez-vous vérifier la commande CV-204518 ?",
        "where is my order CV-204518",
        "¿dónde está mi pedido CV-204518?",
        "où est ma commande CV-204518 ?",
        "look up order CV-204518 please",
        "what's the status of order CV-204518",
        "¿cuál es el estado de mi pedido CV-204518?",
        "quel est le statut de ma commande CV-204518 ?",
        "order CV-204518 has not arrived",
        "mi pedido CV-204518 no llega",
        "je n'ai pas reçu ma commande CV-204518",
        "cv-204518",
    ],
)
async def test_request_that_names_the_order_goes_on_with_the_address(dora: Shopper, asked: str):
    reply = await dora.asked(asked)
    assert reply["decision"] == "clarify"
    assert "CV-204518" in reply["text"].upper()
    assert (await dora.asked(EMAIL))["decision"] == "answer"


@pytest.mark.parametrize(
    "asked",
    [
        "how do I cancel order CV-204518?",
        "when do I get my refund for CV-204518?",
        "¿cuándo recibo el reembolso del pedido CV-204518?",
        "quand serai-je remboursé pour la commande CV-204518 ?",
        "I want to talk to a person about CV-204518",
    ],
)
async def test_request_for_something_else_with_an_order_looks_nothing_up(dora: Shopper, order_shop: Shop, asked: str):
    reply = await dora.asked(f"{asked} {EMAIL}")
    assert (reply["decision"], reply.get("reason")) in {("answer", None), ("handoff", "asked_for_human")}
    assert order_shop.value("SELECT count(*) FROM order_lookups") == 0


async def test_shopper_sees_that_the_bot_is_at_it(dora: Shopper):
    await dora.says(f"can you check my order {NUMBER}? my address is {EMAIL}")
    typing = await dora.hears_of("typing_changed")
    assert (typing["author"], typing["on"]) == ("bot", True)
    assert (await dora.hears("bot"))["decision"] == "answer"


@pytest.mark.parametrize(
    ("locale", "asked", "expected", "expected_list"),
    [
        ("en-GB", "can you check my order", "was shipped on 28 February 2026", "Placed: 25 February 2026"),
        ("es", "¿puedes mirar mi pedido?", "se envió el 28 de febrero de 2026", "Realizado: 25 de febrero de 2026"),
        ("fr", "pouvez-vous vérifier ma commande ?", "a été expédiée le 28 février 2026", "Passée : 25 février 2026"),
    ],
)
async def test_status_is_told_in_the_shoppers_language(
    dora: Shopper, locale: str, asked: str, expected: str, expected_list: str
):
    await dora.gets("locale_set", locale=locale)
    reply = await dora.asked(f"{asked} {NUMBER} {EMAIL}")
    assert expected in reply["text"]
    assert expected_list in reply["text"]


async def test_no_such_order_and_another_address_sound_the_same_and_may_be_corrected(dora: Shopper):
    replies = [
        await dora.asked(f"can you check my order {NUMBER} mallory@example.com"),
        await dora.asked(f"can you check my order CV-999999 {EMAIL}"),
    ]
    same = [{name: reply.get(name) for name in ("text", "decision", "blocks", "reason", "entry")} for reply in replies]
    assert same[0] == same[1]
    assert same[0]["decision"] == "clarify"
    assert (await dora.asked(f"it is {NUMBER}, {EMAIL}"))["decision"] == "answer"


async def test_after_a_mismatch_a_new_address_alone_is_enough(dora: Shopper):
    await dora.asked(f"can you check my order {NUMBER} mallory@example.com")
    assert (await dora.asked(f"sorry, {EMAIL}"))["decision"] == "answer"


async def test_address_that_does_not_come_takes_a_person_with_the_number(dora: Shopper, order_shop: Shop):
    await dora.asked(f"can you check my order {NUMBER}")
    reply = await dora.asked("the blue one from last week")
    assert (reply["decision"], reply["reason"]) == ("handoff", "entry_action")
    assert order_shop.value("SELECT order_number FROM handoffs") == NUMBER


async def test_another_question_meanwhile_is_answered(dora: Shopper):
    await dora.asked(f"can you check my order {NUMBER}")
    assert (await dora.asked("do you take paypal"))["entry"] == "payments/methods"
    assert (await dora.asked("thanks a lot"))["entry"] == "smalltalk/thanks"


async def test_person_asked_for_meanwhile_gets_the_number(dora: Shopper, order_shop: Shop):
    await dora.asked(f"can you check my order {NUMBER}")
    assert (await dora.asked("I want to talk to a person"))["reason"] == "asked_for_human"
    assert order_shop.value("SELECT order_number FROM handoffs") == NUMBER


async def test_without_a_service_a_person_gets_the_number(carol: Shopper, shop: Shop):
    assert (await carol.asked("can you check my order"))["text"].startswith("I'll pass that on.")
    reply = await carol.asked(NUMBER)
    assert (reply["decision"], reply["reason"]) == ("handoff", "entry_action")
    assert shop.value("SELECT order_number FROM handoffs") == NUMBER
    assert shop.value("SELECT count(*) FROM order_lookups") == 0


async def test_retry_of_the_message_looks_nothing_up_again(dora: Shopper, order_server: OrderServer):
    text = f"can you check my order {NUMBER} {EMAIL}"
    await dora.says(text, client_id="the-same-one")
    await dora.hears("bot")
    await dora.says(text, client_id="the-same-one")
    await asyncio.sleep(0.05)
    assert len(order_server.asked) == 1
    assert len([m for m in await dora.sees() if m["author"] == "bot"]) == 1


async def test_told_order_counts_as_answered(dora: Shopper, order_shop: Shop):
    await dora.asked(f"can you check my order {NUMBER} {EMAIL}")
    await dora.gets("conversation_end")
    assert (
        order_shop.value("SELECT json_extract(data, '$.outcome') FROM events WHERE type = 'episode_ended'")
        == "bot_assumed"
    )


async def test_entry_that_looks_orders_up_asks_for_the_number_once(
    open_shop: OpenShop, order_server: OrderServer, premises: Any, tmp_path: Any
):
    kb = premises.copy_kb(tmp_path)
    for path in kb.glob("shipping/track-package.*.md"):
        text = path.read_text("utf-8")
        path.write_text(text.replace("\n---\n", "\naction: order_status\n---\n", 1), "utf-8")
    shop = await open_shop(kb=kb, orders_url=order_server.url)
    shopper = await Shopper(shop).comes()
    assert (await shopper.asked("where is my parcel"))["text"].startswith("I can check that.")
    assert (await shopper.asked("where is my parcel"))["entry"] == "shipping/track-package"  # asked once
    assert (await shopper.asked(f"where is my parcel {NUMBER} {EMAIL}"))["decision"] == "answer"
    assert order_server.asked == [(NUMBER, EMAIL, None)]
    await shopper.leave()
