"""A card number that somebody sends is stored nowhere, whichever way it comes; order numbers and addresses stay."""

from __future__ import annotations

import json

import pytest

from tests.canaries import CARD, CARD_AS_TYPED, HIDDEN_CARD, bytes_of, shows_card
from tests.order_server import EMAIL, ORDER, OrderServer
from tests.people import Agent, OpenShop, RefusedError, Shopper
from tests.server.mail_desk import Desk
from tests.shop import Shop


async def test_shopper_sees_what_is_stored_and_why(shop: Shop, carol: Shopper):
    acknowledged = await carol.says(f"I paid with {CARD_AS_TYPED}, where is my parcel?")
    stored = f"I paid with {HIDDEN_CARD}, where is my parcel?"
    assert (acknowledged["text"], acknowledged["hidden"]) == (stored, ["card"])
    other = await carol.another_tab()
    told = (await other.sees())[0]
    await other.leave()
    assert (told["text"], told["hidden"]) == (stored, ["card"])
    assert shop.value("SELECT text FROM messages WHERE seq = 1") == stored
    plain = await carol.says("My order is CV-204518")
    assert plain == {"id": plain["id"], "seq": plain["seq"]}


async def test_no_way_in_stores_a_card(desk: Desk, carol: Shopper, amir: Agent, beth: Agent):
    shop = desk.shop
    text = f"my card is {CARD_AS_TYPED} thanks"
    answer = await desk.carol.asked("How long does delivery take?")
    await desk.carol.gets("feedback_give", message_id=answer["id"], helpful=False, comment=text)
    await desk.carol.gets("rating_submit", csat=3, comment="x" * 985 + CARD)
    await desk.carol.gets("page_set", page=f"https://shop.example/paid/{CARD}?card={CARD}")
    ticket = await desk.ticket(text)
    await desk.answers(ticket, text)
    with pytest.raises(RefusedError) as refused:
        await desk.carol.gets("locale_set", locale=CARD)
    assert not shows_card(refused.value.message + json.dumps(refused.value.params))
    await desk.carol.says(CARD)
    await desk.carol.waits()
    await desk.amir.accepts(await desk.amir.sees_waiting())
    await desk.carol.says(text)
    said = await desk.amir.writes(desk.carol, text)
    assert said["text"] == f"my card is {HIDDEN_CARD} thanks"
    await desk.amir.gets("note_add", conversation_id=desk.carol.id, text=text)
    odd = await Shopper(shop).comes(time_zone=CARD, page=f"/{CARD}", topic=CARD, locale="en")
    await odd.leave()
    await shop.sweep()
    assert shop.value("SELECT count(*) FROM notes WHERE text LIKE ?", f"%{HIDDEN_CARD}%") == 1
    assert not shows_card(bytes_of(shop.database))
    told = [*desk.carol.heard, *desk.amir.heard]
    assert not shows_card(json.dumps(told))


async def test_a_card_is_no_order_number(order_shop: Shop, dora: Shopper, order_server: OrderServer):
    await dora.asked("Where is my order?")
    asked_again = await dora.asked(f"{CARD} {EMAIL}")
    assert not shows_card(asked_again["text"])
    assert not [number for number, _, _ in order_server.asked if shows_card(number)]
    assert not shows_card(bytes_of(order_shop.database))


async def test_the_shops_own_number_is_looked_up_whatever_it_looks_like(open_shop: OpenShop, order_server: OrderServer):
    order_server.orders[CARD, EMAIL] = {**ORDER, "number": CARD, "tracking_number": "4111 1111 1111 1111"}
    shop = await open_shop(orders_url=order_server.url, order_numbers=("CV-######", "#" * 16))
    eve = await Shopper(shop).comes()
    await eve.says(f"Where is {CARD}?")
    await eve.asked(EMAIL)
    told = await eve.hears_of("message_added", lambda m: m.get("decision") == "answer")
    await eve.leave()
    assert CARD in told["text"]
    assert [number for number, _, _ in order_server.asked] == [CARD]
    for shown in (CARD_AS_TYPED, "4111 1111 1111 1111"):  # another form, or another card, is none of the shop's numbers
        assert shown not in json.dumps(eve.heard)
    assert shop.value("SELECT count(*) FROM messages WHERE text LIKE '%4111 1111 1111 1111%'") == 0


async def test_what_else_is_taken_out_is_a_setting(
    open_shop: OpenShop, order_server: OrderServer, carol: Shopper, shop: Shop
):
    text = "carol@example.com, +34 612 345 678, ES91 2100 0418 4502 0005 1332"
    await carol.says(text)
    assert shop.value("SELECT text FROM messages WHERE seq = 1") == text
    strict = await open_shop(orders_url=order_server.url, redact=("iban", "email", "phone"))
    eve = await Shopper(strict).comes()
    acknowledged = await eve.says(text)
    assert acknowledged["text"] == "[email], [phone], [iban]"
    await eve.says(f"Where is {ORDER['number']}? {EMAIL}")
    told = await eve.hears_of("message_added", lambda m: m.get("decision") == "answer")
    assert "shipped" in told["text"]  # looked up with the address, which is in no message
    await eve.leave()
    assert EMAIL.encode() not in b"".join(str(tuple(row)).encode() for row in strict.rows("SELECT text FROM messages"))
