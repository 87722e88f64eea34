"""What a shopper finds when the chat opens: questions about the page, who is there, what can still be rated."""

from __future__ import annotations

import pytest

from bot.services.suggestions import COUNTED_EVERY, SUGGESTED, topic_of
from tests.people import Agent, Caller, Shopper
from tests.shop import Shop

TOPICS = frozenset({"shipping", "orders", "returns"})


async def offered(shop: Shop, people: list[Caller], **auth: str) -> list[str]:
    """Return the entries that a new shopper is offered."""
    people.append(shopper := await Shopper(shop).comes(**auth))
    return [suggestion["entry"] for suggestion in shopper.settings["suggestions"]]


async def test_the_usual_questions_are_offered_until_others_are_asked_more(shop, people, carol, clock):
    assert (await offered(shop, people))[:2] == ["shipping/track-package", "returns/start-return"]
    await carol.asked("do you take paypal")
    assert (await offered(shop, people))[0] == "shipping/track-package", "expected a count every few minutes only"
    clock.advance(seconds=COUNTED_EVERY.total_seconds())
    again = await offered(shop, people)
    assert again[:2] == ["payments/methods", "shipping/track-package"]
    assert len(again) == SUGGESTED


async def test_a_page_with_a_topic_offers_its_questions_first_most_asked_first(shop, people, carol, clock):
    await carol.asked("how do I change my delivery address")
    clock.advance(seconds=COUNTED_EVERY.total_seconds())
    assert (await offered(shop, people, topic="shipping"))[:2] == ["shipping/address", "shipping/track-package"]
    assert (await offered(shop, people, page="https://shop.example/promotion/12"))[0] == "promotions/coupon"
    assert (await offered(shop, people, topic="promotions", page="https://shop.example/orders/"))[:1] == [
        "promotions/coupon"
    ]


async def test_a_topic_that_is_not_there_offers_the_usual(shop, people):
    assert await offered(shop, people, topic="no-such-topic") == await offered(shop, people)


async def test_who_opens_a_page_in_another_language_before_writing_is_offered_its_questions(carol: Shopper, shop: Shop):
    assert carol.settings["suggestions"][0]["title"] == "Where is my parcel?"
    french = await carol.another_tab(locale="fr-FR")
    assert french.settings["suggestions"][0]["title"] == "Où est mon colis ?"
    assert french.locale == "fr-FR"
    await carol.asked("where is my parcel")
    assert (await carol.another_tab(locale="es-MX")).locale == "fr-FR", "who writes has chosen"


@pytest.mark.parametrize(
    ("page", "topic"),
    [
        ("/help/en/shipping/", "shipping"),
        ("/account/order", "orders"),
        ("/shop/product", None),
        ("/", None),
        (None, None),
    ],
)
def test_a_part_of_the_path_may_name_the_topic(page: str | None, topic: str | None):
    assert topic_of(page, TOPICS) == topic


async def test_who_comes_back_is_told_who_is_there(carol: Shopper, amir: Agent):
    await amir.takes_over(carol)
    tab = await carol.another_tab()
    told = await tab.hears_of("handoff_updated")
    assert told == {
        "status": "accepted",
        "position": None,
        "wait_seconds": None,
        "agent": {"name": "Amir", "languages": ["en", "es", "fr"]},
    }
    await tab.leave()


async def rating_of(shopper: Shopper) -> object:
    tab = await shopper.another_tab()
    told = (await tab.hears_of("session_started"))["rating"]
    await tab.leave()
    return told


async def test_what_can_be_rated_is_told_again_until_it_is_over(carol: Shopper, amir: Agent):
    assert await rating_of(carol) is None
    await carol.asked("where is my parcel")
    await amir.takes_over(carol)
    assert await rating_of(carol) is None
    await amir.resolves(carol)
    assert await rating_of(carol) == {"csat": None, "nps": None}
    await carol.gets("rating_submit", csat=4)
    assert await rating_of(carol) == {"csat": 4, "nps": None}
    await carol.asked("where is my parcel")
    assert await rating_of(carol) is None


async def test_spam_is_not_rated(carol: Shopper, amir: Agent):
    await carol.asked("where is my parcel")
    await amir.takes_over(carol)
    await amir.resolves(carol, "spam")
    assert await rating_of(carol) is None


async def test_what_was_thought_of_an_answer_is_read_with_it(carol: Shopper):
    liked, unliked = await carol.asked("where is my parcel"), await carol.asked("do you take paypal")
    await carol.gets("feedback_give", message_id=liked["id"], helpful=True)
    await carol.gets("feedback_give", message_id=unliked["id"], helpful=False)
    tab = await carol.another_tab()
    judged = {message["id"]: message.get("helpful") for message in await tab.sees() if message["author"] == "bot"}
    assert (judged[liked["id"]], judged[unliked["id"]]) == (True, False)
    assert list(judged.values()).count(None) == 1, "the offer of a person was not judged"
    await tab.leave()
