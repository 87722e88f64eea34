"""What a shopper thinks, picks, sets, leaves behind and takes away."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.dialogue.pipeline import Pipeline
from bot.dialogue.policy import Costs
from tests.people import OpenShop, RefusedError, Shopper
from tests.shop import Shop


async def test_thumb_can_be_changed(carol: Shopper, shop: Shop):
    answer = await carol.asked("where is my parcel")
    await carol.gets("feedback_give", message_id=answer["id"], helpful=True)
    await carol.gets("feedback_give", message_id=answer["id"], helpful=False, comment="not mine")
    (row,) = shop.rows("SELECT helpful, comment FROM feedback")
    assert (row["helpful"], row["comment"]) == (0, "not mine")


async def test_thumb_down_offers_a_person_once(carol: Shopper):
    answer = await carol.asked("where is my parcel")
    for _ in range(3):
        await carol.gets("feedback_give", message_id=answer["id"], helpful=False)
    offers = [m for m in await carol.sees() if m.get("reason") == "negative_feedback"]
    assert len(offers) == 1
    assert await carol.status() == "bot"


async def test_only_the_bots_answers_can_be_judged(carol: Shopper):
    said = await carol.says("where is my parcel")
    with pytest.raises(RefusedError, match="bad_input"):
        await carol.gets("feedback_give", message_id=said["id"], helpful=True)


async def test_judgement_counts_for_the_episode_of_the_answer(carol: Shopper, shop: Shop):
    answer = await carol.asked("where is my parcel")
    await carol.gets("conversation_end")
    await carol.asked("refund not received")
    await carol.gets("feedback_give", message_id=answer["id"], helpful=True)
    await carol.gets("conversation_end")
    rows = shop.rows(
        "SELECT episode, data FROM events WHERE type IN ('feedback_given', 'episode_ended') ORDER BY number"
    )
    assert [(row["episode"], json.loads(row["data"]).get("outcome")) for row in rows] == [
        (1, "bot_assumed"),
        (1, None),
        (2, "bot_assumed"),
    ]


async def test_rating_is_filled_in_bit_by_bit(carol: Shopper, shop: Shop):
    with pytest.raises(RefusedError, match="conflict"):
        await carol.gets("rating_submit", csat=5)
    await carol.says("where is my parcel")
    await carol.gets("conversation_end")
    await carol.hears_of("rating_requested")
    for part in ({"csat": 3}, {"nps": 9}, {"comment": "canary-comment"}, {"csat": 5}, {"csat": 5}):
        await carol.gets("rating_submit", **part)
    (row,) = shop.rows("SELECT csat, nps, comment, episode FROM ratings")
    assert tuple(row) == (5, 9, "canary-comment", 1)
    with pytest.raises(RefusedError, match="bad_input"):
        await carol.gets("rating_submit")
    for wrong in ({"csat": 0}, {"csat": 6}, {"nps": 11}, {"csat": 4.5}, {"csat": "5"}, {"csat": True}):
        with pytest.raises(RefusedError, match="bad_input"):
            await carol.gets("rating_submit", **wrong)


async def test_locale_set_changes_interface_and_answers(carol: Shopper, shop: Shop):
    assert await carol.gets("locale_set", locale="es-MX") == {"locale": "es-MX"}
    assert (await carol.asked("ok"))["language"] == "es"
    assert (await carol.asks("message_send", {"client_id": "abcdefgh", "text": " "}))["error"]["message"].startswith(
        "El "
    )
    (event,) = shop.rows("SELECT data FROM events WHERE type = 'language_switched'")
    assert json.loads(event["data"]) == {"before": "en", "after": "es"}
    for wrong in ("xx", "de", "12", "zz-ZZ"):
        with pytest.raises(RefusedError, match="bad_input"):
            await carol.gets("locale_set", locale=wrong)


async def test_page_is_kept_without_its_query(carol: Shopper, shop: Shop):
    await carol.gets("page_set", page="https://shop.example/basket?email=carol@x.example#pay")
    assert shop.value("SELECT page FROM conversations WHERE id = ?", carol.id) == "/basket"
    for odd in ("http://[", "//", "\x00", "/a\x00b", "x" * 2000):
        await carol.gets("page_set", page=odd)
    assert "\x00" not in shop.value("SELECT page FROM conversations WHERE id = ?", carol.id)


async def test_deleted_conversation_is_gone_with_every_word(carol: Shopper, shop: Shop):
    await carol.says("where is my parcel, says canary-word")
    answer = await carol.hears("bot")
    await carol.gets("feedback_give", message_id=answer["id"], helpful=False, comment="canary-word")
    await carol.gets("ticket_open", email="canary-word@x.example", text="canary-word")
    await carol.gets("conversation_delete")
    tables = [row["name"] for row in shop.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        assert "canary-word" not in repr([tuple(row) for row in shop.rows(f"SELECT * FROM {table}")]), table
    for event, payload in (("message_send", {"client_id": "abcdefgh", "text": "hi"}), ("resume", {"after_seq": 0})):
        assert (await carol.asks(event, payload))["error"]["code"] == "not_found"
    again = await Shopper(shop).comes(token=carol.token)
    assert again.id != carol.id
    await again.leave()


async def test_ticket_has_a_number_and_leaves_the_queue(carol: Shopper, amir: Any, shop: Shop):
    await carol.waits()
    told = await carol.gets("ticket_open", email=" carol@x.example ", text="please write to me")
    assert told["number"].startswith("CV-")
    assert (await amir.hears_of("ticket_added"))["number"] == told["number"]
    assert told["number"] in (await carol.hears("system"))["text"]
    assert await carol.status() == "bot"
    assert shop.value("SELECT status FROM handoffs") == "cancelled"
    assert shop.value("SELECT email FROM tickets") == "carol@x.example"


@pytest.mark.parametrize(
    "email",
    [
        "",
        "carol",
        "carol@",
        "a@b",
        "a@x.example, b@x.example",
        "a b@x.example",
        "a@x.example\r\nBcc: b@x.example",
        "a@x.example\x00",
        "x" * 250 + "@x.example",
        "<a@x.example>",
        '"a"@x.example',
    ],
)
async def test_ticket_needs_exactly_one_address(carol: Shopper, shop: Shop, email: str):
    with pytest.raises(RefusedError, match="bad_input"):
        await carol.gets("ticket_open", email=email, text="hello")
    assert shop.value("SELECT count(*) FROM tickets") == 0


async def test_ticket_is_refused_while_a_person_is_there(carol: Shopper, amir: Any):
    await amir.takes_over(carol)
    with pytest.raises(RefusedError, match="conflict"):
        await carol.gets("ticket_open", email="carol@x.example", text="hello")


@pytest.fixture
async def asked_back(carol: Shopper, shop: Shop) -> dict[str, Any]:
    """Carol's message that a bot which is never sure asks back about, with choices."""
    answering = shop.parley.desk()
    unsure = Pipeline(answering.knowledge, answering.retriever, Costs(wrong_answer=1e7, needless_handoff=1e9))
    shop.parley.desk.swap(replace(answering, pipeline=unsure))
    reply = await carol.asked("refund not received")
    assert reply["decision"] == "clarify"
    assert 1 <= len(reply["choices"]) <= 3
    return reply


async def test_choice_is_answered(carol: Shopper, asked_back: dict[str, Any], shop: Shop):
    chosen = asked_back["choices"][0]
    said = await carol.gets("choice_pick", message_id=asked_back["id"], entry=chosen["entry"])
    assert await carol.gets("choice_pick", message_id=asked_back["id"], entry=chosen["entry"]) == said
    carol.said = said["seq"]
    assert (await carol.hears("bot"))["entry"] == chosen["entry"]
    assert [m["text"] for m in await carol.sees()][2] == chosen["title"]
    assert shop.value("SELECT count(*) FROM decisions") == 2


async def test_choice_that_was_not_offered_is_refused(carol: Shopper, asked_back: dict[str, Any]):
    with pytest.raises(RefusedError, match="bad_input"):
        await carol.gets("choice_pick", message_id=asked_back["id"], entry="payments/nothing")


async def test_none_of_these_is_the_second_failure_and_brings_a_person(carol: Shopper, asked_back: dict[str, Any]):
    said = await carol.gets("choice_pick", message_id=asked_back["id"], entry="none")
    carol.said = said["seq"]
    reply = await carol.hears("bot")
    assert (reply["decision"], reply["reason"]) == ("handoff", "repeated_failure")
    assert await carol.status() == "waiting"
    assert carol.shop.value("SELECT count(*) FROM events WHERE type IN ('turn_clarified', 'turn_failed')") == 2
    assert carol.shop.value("SELECT count(*) FROM decisions") == 2


async def test_choice_made_after_the_end_opens_an_episode_that_ends(
    carol: Shopper, asked_back: dict[str, Any], shop: Shop
):
    await carol.gets("conversation_end")
    await carol.gets("choice_pick", message_id=asked_back["id"], entry=asked_back["choices"][0]["entry"])
    assert await carol.status() == "bot"
    await carol.gets("conversation_end")
    assert shop.value("SELECT count(*) FROM events WHERE type = 'episode_ended'") == 2
    assert shop.value("SELECT count(*) FROM conversations WHERE episode_open") == 0


async def test_person_may_be_chosen(carol: Shopper, asked_back: dict[str, Any]):
    await carol.gets("choice_pick", message_id=asked_back["id"], entry="human")
    assert await carol.status() == "waiting"
    with pytest.raises(RefusedError, match="conflict"):
        await carol.gets("choice_pick", message_id=asked_back["id"], entry="none")


async def test_shop_may_queue_at_once_what_the_bot_gives_up(open_shop: OpenShop):
    for setting, status in (("offer", "bot"), ("at_once", "waiting")):
        shop = await open_shop(handoff=setting)
        carol = await Shopper(shop).comes()
        reply = await carol.asked("what is the weather tomorrow")
        assert (reply["decision"], reply["reason"]) == ("handoff", "out_of_scope")
        assert await carol.status() == status
        await carol.leave()


@pytest.mark.parametrize(
    ("event", "payload"), [("identify", {"jwt": "x" * 20}), ("transcript_send", {"email": "a@x.example"})]
)
async def test_what_the_shop_did_not_set_up_says_so(carol: Shopper, event: str, payload: dict[str, str]):
    with pytest.raises(RefusedError, match="unavailable: This shop has not set that up"):
        await carol.gets(event, **payload)
