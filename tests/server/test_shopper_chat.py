"""A shopper's chat: answers in three languages, acknowledged once they are on disk, once each, in one order."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from tests.people import OpenShop, Shopper
from tests.shop import Shop


@pytest.mark.parametrize(
    ("text", "entry", "language"),
    [
        ("where is my parcel", "shipping/track-package", "en"),
        ("mi pedido no llega", "shipping/track-package", "es"),
        ("je veux être remboursé", "refunds/refund-time", "fr"),
    ],
)
async def test_question_is_answered_in_its_language(carol: Shopper, text: str, entry: str, language: str):
    answer = await carol.asked(text)
    assert (answer["decision"], answer["entry"], answer["language"]) == ("answer", entry, language)
    assert answer["source"]["url"] == f"/help/{language}/{entry}"
    assert answer["blocks"][0]["type"] == "paragraph"


async def test_acknowledged_message_is_in_the_file(carol: Shopper, shop: Shop):
    said = await carol.says("where is my parcel")
    rows = shop.rows("SELECT id, author FROM messages WHERE conversation_id = ? ORDER BY seq", carol.id)
    assert [row["author"] for row in rows] == ["shopper", "bot"]
    assert rows[0]["id"] == said["id"]


async def test_same_client_id_again_changes_nothing(carol: Shopper, shop: Shop):
    first = await carol.says("where is my parcel", client_id="retry-0001")
    again = await carol.says("where is my parcel", client_id="retry-0001")
    assert again == first
    tab = await carol.another_tab()
    assert await tab.says("where is my parcel", client_id="retry-0001") == first
    await tab.leave()
    assert shop.value("SELECT count(*) FROM messages") == 2
    assert shop.value("SELECT count(*) FROM events WHERE type = 'message_added'") == 2


async def test_same_client_id_in_another_conversation_is_another_message(carol: Shopper, mallory: Shopper, shop: Shop):
    await carol.says("where is my parcel", client_id="retry-0001")
    await mallory.says("where is my parcel", client_id="retry-0001")
    assert shop.value("SELECT count(*) FROM messages WHERE client_id = 'retry-0001'") == 2


async def test_quick_messages_of_one_tab_keep_their_order(carol: Shopper):
    texts = ["where is my parcel", "hello", "cancel my order", "thanks", "do you take paypal"]
    acknowledged: asyncio.Queue[int] = asyncio.Queue()

    async def note(answer: dict[str, dict[str, int]]) -> None:
        acknowledged.put_nowait(answer["ok"]["seq"])

    for text in texts:
        await carol.client.emit(
            "message_send", {"client_id": uuid4().hex, "text": text}, namespace="/shopper", callback=note
        )
    assert [await acknowledged.get() for _ in texts] == [1, 3, 5, 7, 9]
    assert [m["text"] for m in await carol.sees() if m["author"] == "shopper"] == texts


async def test_asks_of_one_tab_are_answered_in_their_order(carol: Shopper):
    """One that reads the database before one that does not: side by side, the second would be first."""
    asked = ["resume", "typing_set"] * 5
    answered: asyncio.Queue[str] = asyncio.Queue()
    for event in asked:
        payload = {"after_seq": 0} if event == "resume" else {"on": True}

        async def note(_answer: object, event: str = event) -> None:
            answered.put_nowait(event)

        await carol.client.emit(event, payload, namespace="/shopper", callback=note)
    assert [await answered.get() for _ in asked] == asked


async def test_numbers_have_no_gaps_in_twenty_conversations_at_once(shop: Shop):
    shoppers = await asyncio.gather(*(Shopper(shop).comes() for _ in range(20)))

    async def chat(shopper: Shopper) -> None:
        for text in ("where is my parcel", "refund not received", "hello"):
            await shopper.says(text)

    await asyncio.gather(*(chat(shopper) for shopper in shoppers))
    assert {tuple(m["seq"] for m in await shopper.sees()) for shopper in shoppers} == {(1, 2, 3, 4, 5, 6)}
    await asyncio.gather(*(shopper.leave() for shopper in shoppers))
    database = shop.parley.store.database
    if shop.settings.redis_url is None:  # PostgreSQL groups commits by itself
        assert database.commits < database.units


@pytest.mark.parametrize("alone", [True, False])
async def test_two_tabs_that_write_at_once_share_one_order(open_shop: OpenShop, *, alone: bool):
    shop = await open_shop(alone=alone, messages_per_minute=6000)
    carol = await Shopper(shop).comes()
    tab = await carol.another_tab()

    async def chat(shopper: Shopper) -> list[int]:
        return [(await shopper.says("thanks"))["seq"] for _ in range(5)]

    mine, theirs = await asyncio.gather(chat(carol), chat(tab))
    seen = await carol.sees()
    assert [m["seq"] for m in seen] == list(range(1, 21))
    assert sorted(mine + theirs) == [m["seq"] for m in seen if m["author"] == "shopper"]
    last = seen[-1]["seq"]
    for who in (carol, tab):
        await who.hears_of("message_added", lambda m: m["seq"] == last)
        told = [m["seq"] for m in who.heard_of("message_added")]
        # Of two servers each tells at once what it stored itself: `seq` says where that belongs.
        assert (told if alone else sorted(told)) == list(range(1, 21))
        await who.leave()


async def test_pushed_message_is_the_stored_message(carol: Shopper):
    await carol.asked("mi pedido no llega")
    pushed = carol.heard_of("message_added")
    assert pushed == await carol.sees()
    assert {"id", "seq", "conversation_id", "author", "language", "text", "at"} <= set(pushed[0])


async def test_conversation_survives_a_reload(carol: Shopper, shop: Shop):
    await carol.says("where is my parcel")
    again = await Shopper(shop).comes(token=carol.token, locale="es-MX")
    assert again.id == carol.id
    assert [m["author"] for m in await again.sees()] == ["shopper", "bot"]
    await again.leave()


async def test_unknown_token_begins_anew(shop: Shop):
    stranger = await Shopper(shop).comes(token="A" * 43)
    assert stranger.token != "A" * 43
    assert await stranger.sees() == []
    await stranger.leave()


async def test_token_is_stored_only_as_a_hash(carol: Shopper, shop: Shop):
    await carol.says("hello")
    everything = b"".join(path.read_bytes() for path in shop.database.parent.glob("parley.db*"))
    assert carol.token.encode() not in everything


@pytest.mark.parametrize("locale", ["es-MX", "fr", "zz-ZZ", "!!", "", "e" * 35, "es_419"])
async def test_any_locale_lets_the_shopper_in_and_be_answered(shop: Shop, locale: str):
    shopper = await Shopper(shop).comes(locale=locale)
    refused = await shopper.asks("message_send", {"client_id": "abcdefgh", "text": ""})
    assert refused["error"]["code"] == "bad_input"
    assert (await shopper.asked("¿Dónde está mi pedido?"))["entry"] == "shipping/track-package"
    await shopper.leave()


async def test_locale_decides_the_first_language(shop: Shop):
    shopper = await Shopper(shop).comes(locale="fr-CA", page="https://shop.example/p/1?email=me@x.example#top")
    assert shopper.heard_of("session_started")[0]["conversation"]["locale"] == "fr-CA"
    assert (await shopper.asked("ok"))["language"] == "fr"
    assert shop.value("SELECT page FROM conversations WHERE id = ?", shopper.id) == "/p/1"
    await shopper.leave()


async def test_typing_is_told_to_the_other_side_only(carol: Shopper, mallory: Shopper, amir):
    await amir.takes_over(carol)
    await carol.gets("typing_set", on=True)
    told = await amir.hears_of("typing_changed")
    assert (told["conversation_id"], told["author"], told["on"]) == (carol.id, "shopper", True)
    await amir.gets("typing_set", conversation_id=carol.id, on=True)
    assert (await carol.hears_of("typing_changed"))["name"] == "Amir"
    assert mallory.heard_of("typing_changed") == []


async def test_a_colleague_who_writes_is_seen_by_agents_and_not_by_the_shopper(carol: Shopper, amir, beth):
    await amir.takes_over(carol)
    await beth.gets("typing_set", conversation_id=carol.id, on=True)
    assert (await amir.hears_of("typing_changed"))["name"] == "Beth"
    await amir.gets("typing_set", conversation_id=carol.id, on=True)
    await carol.hears_of("typing_changed")
    assert [told["name"] for told in carol.heard_of("typing_changed")] == ["Amir"]


async def test_agents_in_one_conversation_see_each_other_until_one_leaves(carol: Shopper, amir, beth):
    await amir.takes_over(carol)
    await beth.gets("conversation_join", conversation_id=carol.id)
    await beth.gets("viewing_set", conversation_id=carol.id, on=True)
    told = await amir.hears_of("viewing_changed")
    assert (told["conversation_id"], told["agent_id"], told["name"], told["on"]) == (carol.id, beth.id, "Beth", True)
    await beth.leave()
    gone = await amir.hears_of("viewing_changed", lambda told: not told["on"])
    assert gone["agent_id"] == beth.id
    assert carol.heard_of("viewing_changed") == []
