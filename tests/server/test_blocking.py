"""A spammer is shut out: one clear sentence, on every process, and a way back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Agent, OpenShop, RefusedError, Shopper
from tests.server.test_with_an_agent import outcomes
from tests.shop import Shop

SENTENCES = {
    "en": "The shop has closed this chat: it takes no more messages from you.",
    "es": "La tienda ha cerrado este chat y ya no recibe tus mensajes.",
    "fr": "La boutique a fermé cette discussion et n'y reçoit plus vos messages.",
}
WRITES: list[tuple[str, dict[str, Any]]] = [
    ("message_send", {"client_id": "abcdefgh", "text": "buy my watches"}),
    ("handoff_request", {}),
    ("handoff_cancel", {}),
    ("ticket_open", {"email": "spam@mail.example", "text": "buy my watches"}),
    ("rating_submit", {"csat": 1}),
    ("conversation_end", {}),
    ("page_set", {"page": "/watches"}),
]


async def blocks(agent: Agent, shopper: Shopper, *, blocked: bool = True) -> None:
    await agent.gets("shopper_block", conversation_id=shopper.id, blocked=blocked)


@pytest.mark.parametrize("locale", SENTENCES)
async def test_who_is_blocked_is_told_in_their_language(shop: Shop, amir: Agent, locale: str):
    mallory = await Shopper(shop).comes(locale=locale)
    await mallory.says("4711")
    await blocks(amir, mallory)
    said = await mallory.hears("system")
    assert said["text"] == SENTENCES[locale]
    told = await mallory.hears_of("conversation_updated", lambda told: told["blocked"])
    assert told["status"] == "resolved"
    for event, payload in WRITES:
        error = (await mallory.asks(event, payload))["error"]
        assert (error["code"], error["message"]) == ("forbidden", SENTENCES[locale]), event
    assert mallory.heard_of("rating_requested") == []
    assert [m["seq"] for m in await mallory.sees()] == [1, 2, 3]
    await mallory.leave()


async def test_a_block_counts_as_spam_and_is_recorded(carol: Shopper, amir: Agent, shop: Shop):
    await carol.asked("where is my parcel")
    await carol.waits()
    await blocks(amir, carol)
    await blocks(amir, carol)
    assert outcomes(shop) == ["spam"]
    assert await amir.gets("queue_watch") == {"queue": []}
    (event,) = shop.rows("SELECT actor, actor_id FROM events WHERE type = 'shopper_blocked'")
    assert tuple(event) == ("agent", amir.id)
    cookie = {"Cookie": f"parley_session={amir.cookie}"}
    async with shop.http.get(f"/api/conversations/{carol.id}", headers=cookie) as response:
        view = await response.json()
    assert (view["blocked"], view["conversation"]["disposition"]) == (True, "spam")


async def test_small_talk_alone_is_spam_too(carol: Shopper, amir: Agent, shop: Shop):
    await carol.says("hello")
    await blocks(amir, carol)
    assert outcomes(shop) == ["spam"]


async def test_the_block_holds_on_every_process_and_for_every_tab(open_shop: OpenShop):
    first = await open_shop()
    second = await open_shop(database_url=first.settings.database_url)
    amir = await Agent(first, "Amir").comes()
    mallory = await Shopper(second).comes()
    await mallory.says("buy my watches")
    await blocks(amir, mallory)
    back = await Shopper(second).comes(token=mallory.token)
    started = back.heard_of("session_started")[0]
    assert (back.id, started["conversation"]["blocked"]) == (mallory.id, True)
    for tab in (mallory, back, await Shopper(first).comes(token=mallory.token)):
        with pytest.raises(RefusedError, match="forbidden: The shop has closed this chat"):
            await tab.says("and these")
        await tab.leave()
    await amir.leave()


async def test_a_block_can_be_undone(carol: Shopper, amir: Agent, shop: Shop):
    await carol.says("where is my parcel")
    await blocks(amir, carol)
    await blocks(amir, carol, blocked=False)
    await blocks(amir, carol, blocked=False)
    assert (await carol.asked("where is my parcel"))["decision"] == "answer"
    assert await carol.status() == "bot"
    assert shop.value("SELECT count(*) FROM events WHERE type = 'shopper_unblocked'") == 1


async def test_a_colleagues_conversation_is_theirs_to_close(carol: Shopper, amir: Agent, beth: Agent):
    await carol.waits()
    await beth.gets("presence_set", presence="online")
    await beth.accepts(await beth.sees_waiting())
    with pytest.raises(RefusedError, match="forbidden: This conversation belongs to another agent"):
        await blocks(amir, carol)
    await beth.gets("conversation_return", conversation_id=carol.id)
    await amir.takes_over(carol)
    await blocks(beth, carol)  # a supervisor may
    assert await carol.status() == "resolved"


async def test_others_write_on(carol: Shopper, mallory: Shopper, amir: Agent):
    await mallory.says("watches")
    await blocks(amir, mallory)
    assert (await carol.asked("where is my parcel"))["decision"] == "answer"
    assert not any(told["blocked"] for told in carol.heard_of("conversation_updated"))
