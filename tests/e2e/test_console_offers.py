"""Offers in the console: to the right agent, declined, lapsed, taken; and nobody falls between two agents."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.e2e import axe
from tests.e2e.console import Console, at_desk, waiting
from tests.e2e.people import NO_NETWORK, NOT_SIGNED_IN, People
from tests.e2e.site import ADMIN, AGENT, NONSENSE, QUESTIONS, Site
from tests.faults.shop import opened

pytestmark = pytest.mark.asyncio(loop_scope="session")

OFFER_SECONDS = 12  # long enough for a click on a busy machine
LOST_SECONDS = 5
GREETINGS = {
    "en": "Hello, this is {agent}. I am looking for your parcel right now.",
    "es": "Hola, soy {agent}. Ahora mismo estoy buscando su paquete.",
    "fr": "Bonjour, ici {agent}. Je cherche votre colis tout de suite.",
}
PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def site(kb, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a shop whose offers and leases are short, with a team and a canned reply in three languages."""
    folder = tmp_path_factory.mktemp("site")
    site = Site(folder, kb, routing="offer", offer_seconds=OFFER_SECONDS, agent_lost_seconds=LOST_SECONDS)
    with opened(site):
        site.session(ADMIN)  # the demo's people are there
        document = {
            "teams": [{"name": "Deliveries", "topics": ["shipping"]}],
            "canned_replies": [
                {"shortcut": "hello", "language": language, "text": text} for language, text in GREETINGS.items()
            ],
            "people": [{"email": ADMIN, "languages": ["en", "fr"]}, {"email": AGENT, "languages": ["en", "es"]}],
        }
        path = folder / "configuration.yaml"
        path.write_text(json.dumps(document), encoding="utf-8")  # JSON is YAML, too
        site.run("config", "import", str(path))
        yield site


@pytest.fixture(autouse=True)
def _signed_out_is_no_complaint(people: People) -> None:
    people.expect(NOT_SIGNED_IN)


async def test_two_agents_and_three_shoppers_each_in_their_language(people, site):
    amir, beth = await at_desk(people, site, ADMIN), await at_desk(people, site, AGENT)
    spanish = await waiting(people, site, QUESTIONS["es"], "es")
    await expect(beth.offer).to_contain_text(QUESTIONS["es"])
    await expect(amir.offer).to_have_count(0)
    assert beth.words("offer_short") in await beth.page.title()
    await beth.page.keyboard.press("a")
    await expect(beth.reply).to_be_focused()
    await expect(beth.offer).to_have_count(0)

    french = await waiting(people, site, QUESTIONS["fr"], "fr")
    await expect(amir.offer).to_contain_text(QUESTIONS["fr"])
    await amir.offer_accept.click()
    await expect(amir.reply).to_be_focused()

    # Both have one: whoever was idle longest is asked, says no, and the other one is asked.
    english = await waiting(people, site, QUESTIONS["en"])
    first, second = (beth, amir) if await asked_first(beth, amir) else (amir, beth)
    await first.offer_decline.click()
    await expect(first.offer).to_have_count(0)
    await expect(second.offer).to_contain_text(QUESTIONS["en"])
    await second.offer_accept.click()
    await expect(second.log.get_by_text(QUESTIONS["en"], exact=True).first).to_be_visible()

    chats = {"es": (beth, spanish), "fr": (amir, french), "en": (second, english)}
    for language, (console, chat) in chats.items():
        await console.opens(QUESTIONS[language], among="mine")
        name = "Beth Moreno" if console is beth else "Amir Haddad"
        await console.reply.press_sequentially("/hel")
        await console.reply.press("Enter")
        await expect(console.reply).to_have_value(GREETINGS[language].replace("{agent}", name))
        await console.reply.press("Control+Enter")
        await expect(chat.said_by(name)).to_have_count(1)
        await chat.says(f"ok ok {language}")
        await expect(console.log.get_by_text(f"ok ok {language}", exact=True)).to_be_visible()
        await console.resolves()
        await expect(chat.button("rating_5")).to_be_visible()
        await chat.button("rating_5").click()
    assert len(site.rows("select 1 from handoffs where status = 'resolved'")) == len(chats)


async def asked_first(one: Console, other: Console) -> bool:
    """Whether the first of two is asked; waits until somebody is."""
    for _ in range(150):
        if await one.offer.count() or await other.offer.count():
            return bool(await one.offer.count())
        await asyncio.sleep(0.1)
    raise AssertionError("nobody is asked")


async def test_an_offer_that_nobody_answers_says_so_and_goes_on(people, site):
    words = f"{NONSENSE['es']} sin prisa"
    beth = await at_desk(people, site, AGENT)
    await waiting(people, site, words, "es")
    await expect(beth.offer).to_contain_text(words)
    await expect(beth.offer.get_by_role("timer")).to_be_visible()
    gone = beth.words("offer_lapsed", language="Spanish")
    await expect(beth.offer).to_contain_text(gone, timeout=(OFFER_SECONDS + 15) * 1000)
    await beth.accepts(words)  # it is still in the list
    await beth.resolves()


async def test_an_offer_to_somebody_who_leaves_the_queue_is_taken_back(people, site):
    beth = await at_desk(people, site, AGENT)
    chat = await waiting(people, site, f"{NONSENSE['es']} ya no", "es")
    await expect(beth.offer_accept).to_be_visible()
    await chat.button("queue_cancel").click()
    await expect(beth.offer).to_contain_text(beth.words("offer_gone", language="Spanish"))
    assert beth.words("offer_short") not in await beth.page.title()


async def test_when_an_agent_is_lost_the_shopper_is_told_and_another_one_comes(people, site):
    people.expect(NO_NETWORK)
    beth = await at_desk(people, site, AGENT)
    words = f"{NONSENSE['en']} and then the light goes out"
    chat = await waiting(people, site, words)
    await beth.offer_accept.click()
    await expect(beth.reply).to_be_visible()
    amir = await at_desk(people, site, ADMIN)
    await beth.page.context.close()
    await expect(amir.offer).to_contain_text(words, timeout=(LOST_SECONDS + 30) * 1000)
    await expect(chat.button("queue_cancel")).to_be_visible()  # the shopper waits again, and knows
    await amir.offer_accept.click()
    await amir.writes("I am here now, sorry for the wait.")
    await expect(chat.said_by("Amir Haddad")).to_have_count(1)
    await amir.resolves()


async def test_a_conversation_goes_to_a_team_and_to_a_colleague(people, site):
    amir, beth = await at_desk(people, site, ADMIN), await at_desk(people, site, AGENT)
    words = f"{NONSENSE['en']} for the other one"
    chat = await waiting(people, site, words)
    first, second = (beth, amir) if await asked_first(beth, amir) else (amir, beth)
    await first.offer_accept.click()
    await expect(first.reply).to_be_focused()
    await first.page.keyboard.press("Escape")
    await first.page.keyboard.press("t")
    dialog = first.page.get_by_role("dialog", name=first.words("transfer_title"), exact=True)
    name = "Amir Haddad" if second is amir else "Beth Moreno"
    colleague = dialog.get_by_role("button", name=name)
    await expect(colleague).to_contain_text(first.words("load", open=0, capacity=5))
    await axe.still(first.page)
    axe.check(await axe.faults(first.page))
    await colleague.click()
    await second.opens(words, among="mine")
    await second.writes("Now you are with me.")
    await expect(chat.said_by(name)).to_have_count(1)
    await second.page.keyboard.press("Escape")
    await second.page.keyboard.press("t")
    await second.page.get_by_role("dialog").get_by_role("button", name="Deliveries").click()
    await expect(chat.button("queue_cancel")).to_be_visible()  # in the queue again
    taker = beth if await asked_first(beth, amir) else amir
    await taker.offer_accept.click()
    await expect(taker.reply).to_be_visible()
    await taker.conversation.get_by_role("button", name=taker.words("return"), exact=True).click()
    await expect(chat.text("status_bot")).to_be_visible()


async def test_a_supervisor_sees_who_waits_and_gives_it_to_somebody(people, site):
    amir, beth = await at_desk(people, site, ADMIN), await at_desk(people, site, AGENT)
    words = f"{NONSENSE['es']} para quien pueda"
    await waiting(people, site, words, "es")
    await expect(beth.offer_accept).to_be_visible()
    await amir.page.goto(f"{site.url}/agent#/supervision")
    queue = amir.page.get_by_role("region", name=amir.words("queue"), exact=True)
    row = queue.get_by_role("row").filter(has_text=amir.shopper(words))
    await expect(row).to_contain_text("Beth Moreno")
    await axe.still(amir.page)
    axe.check(await axe.faults(amir.page))
    await row.get_by_role("button", name=amir.words("assign"), exact=True).click()
    await amir.page.get_by_role("dialog").get_by_role("button", name="Beth Moreno").click()
    await expect(beth.offer_accept).to_have_count(0)
    agents = amir.page.get_by_role("region", name=amir.words("agents"), exact=True)
    await expect(agents.get_by_role("row").filter(has_text="Beth Moreno")).to_contain_text("1 / 5")
    await expect(queue.get_by_role("row").filter(has_text=amir.shopper(words))).to_have_count(0)
    await beth.opens(words, among="mine")
    await beth.resolves()


async def test_an_offer_is_taken_on_a_phone_and_covers_nothing(people, site):
    beth = Console(await people.staff(site, AGENT, **PHONE), site)
    await beth.page.goto(f"{site.url}/agent")
    await beth.shows_list("all")
    words = f"{NONSENSE['es']} en el móvil"
    chat = await waiting(people, site, words, "es")
    await expect(beth.offer).to_contain_text(words)
    await axe.still(beth.page)
    wrong = await axe.faults(beth.page)
    wrong += await axe.misplaced(beth.offer_accept)
    wrong += await axe.misplaced(beth.page.get_by_role("searchbox", name=beth.words("search"), exact=True))
    axe.check(wrong)
    await beth.offer_accept.tap()
    await beth.writes("Un momento, por favor.")
    await expect(chat.said_by("Beth Moreno")).to_have_count(1)
    await beth.resolves()
