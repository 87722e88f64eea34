"""A newcomer's first minutes: ask on the shop's page in three languages, ask for a person, reload in between."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.e2e.chat import Chat
from tests.e2e.console import Console
from tests.e2e.people import NOT_SIGNED_IN, People
from tests.e2e.site import ADMIN, ANSWERS, MEANT, MEANT_ANSWERS, NONSENSE, QUESTIONS, SOURCES, UNCLEAR, Site
from tests.e2e.words import IN_FRENCH
from tests.faults.wire import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def at_shop(people: People, site: Site, language: str = "en") -> Chat:
    """Return the open chat of a new shopper."""
    page = await people.page(locale={"en": "en-GB", "es": "es-MX", "fr": "fr-CA"}[language])
    await page.goto(site.url)
    return await Chat(page, language).open()


@pytest.mark.parametrize("language", IN_FRENCH)
async def test_a_question_gets_the_right_answer_with_its_source_and_thumbs(people, site, language):
    chat = await at_shop(people, site, language)
    answer = await chat.asks(QUESTIONS[language], ANSWERS[language])
    await expect(answer.locator(f"[lang={language}]").first).to_be_visible()
    await expect(answer.get_by_text(chat.words("source"), exact=True)).to_be_visible()
    link = answer.get_by_role("link", name=SOURCES[language], exact=True)
    await expect(link).to_have_attribute("href", re.compile(rf"^{re.escape(site.url)}/help/{language}/"))
    await expect(link).to_have_attribute("rel", re.compile("noopener.*nofollow|nofollow.*noopener"))
    thumb = answer.get_by_role("button", name=chat.words("helpful"), exact=True)
    await thumb.click()
    await expect(thumb).to_have_attribute("aria-pressed", "true")
    await expect(answer.get_by_text(chat.words("thanks"))).to_be_visible()
    await expect(chat.composer).to_be_enabled()


async def test_a_source_opens_the_help_center(people, site):
    chat = await at_shop(people, site)
    answer = await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    async with chat.page.context.expect_page() as opening:
        await answer.get_by_role("link", name=SOURCES["en"], exact=True).click()
    page = await opening.value
    await expect(page.get_by_role("heading", name=SOURCES["en"], level=1)).to_be_visible()


async def test_a_person_takes_over_and_is_rated(people, site):
    people.expect(NOT_SIGNED_IN)
    chat = await at_shop(people, site)
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await chat.says("I want to talk to a person")
    await expect(chat.text("away_title")).to_be_visible()

    console = Console(await people.page(), site)
    await console.page.goto(f"{site.url}/agent")
    await console.sign_in(ADMIN)
    await console.ready()
    await expect(chat.text("queue_next")).to_be_visible()
    await console.accepts("I want to talk to a person")
    await expect(console.brief.get_by_text(console.words("reason_long_asked_for_human"))).to_be_visible()
    await expect(console.log.get_by_text(QUESTIONS["en"], exact=True).first).to_be_visible()
    await console.writes("Hello, this is Amir. Which order is it?")

    amir = chat.said_by("Amir Haddad")
    await expect(amir.filter(has_text="Which order is it?")).to_be_visible()
    await expect(chat.text("status_agent", name="Amir Haddad")).to_be_visible()
    before = await chat.said_by("bot").count()
    await chat.says("Where is my parcel? It is order CV-204518.")
    await expect(console.log.get_by_text("Where is my parcel? It is order CV-204518.", exact=True)).to_be_visible()
    await console.writes("I have found it, it comes tomorrow.")
    await expect(amir.filter(has_text="it comes tomorrow")).to_be_visible()
    assert await chat.said_by("bot").count() == before, "the bot spoke while a person was there"

    await console.resolves()
    await expect(chat.panel.get_by_text(chat.words("rating_title"))).to_be_visible()
    await chat.button("rating_5").click()
    await chat.panel.get_by_role("textbox", name=chat.words("rating_comment")).fill("Quick and kind.")
    await chat.log.get_by_role("button", name=chat.words("send"), exact=True).click()
    await chat.panel.get_by_role("button", name="9", exact=True).click()
    await expect(chat.text("rating_thanks")).to_be_visible()
    (rating,) = site.rows("select csat, nps, comment from ratings")
    assert rating == (5, 9, "Quick and kind.")

    await chat.asks(QUESTIONS["en"], ANSWERS["en"])  # the bot is back


async def test_a_reload_in_the_middle_keeps_the_conversation(people, site):
    chat = await at_shop(people, site)
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await chat.asks_for_a_person()
    await chat.page.reload()
    if not await chat.panel.is_visible():
        await chat.open()
    await expect(chat.shown(QUESTIONS["en"]).first).to_be_visible()
    await expect(chat.said_by("bot").filter(has_text=ANSWERS["en"])).to_have_count(1)
    await expect(chat.button("queue_cancel")).to_be_visible()
    await chat.button("queue_cancel").click()
    await chat.page.goto(f"{site.url}/shop/product")
    await expect(chat.said_by("bot").filter(has_text=ANSWERS["en"])).to_have_count(1)


async def test_two_tabs_stay_in_step(people, site):
    chat = await at_shop(people, site)
    other = Chat(await chat.page.context.new_page())
    await other.page.goto(f"{site.url}/shop/basket")
    if not await other.panel.is_visible():
        await other.open()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await expect(other.said_by("bot").filter(has_text=ANSWERS["en"])).to_have_count(1)
    await other.says("thank you")
    await expect(chat.shown("thank you")).to_have_count(1)
    await expect(chat.said_by("bot")).to_have_count(2)
    await expect(other.said_by("bot")).to_have_count(2)
    await expect(other.shown("thank you")).to_have_count(1)


async def test_did_you_mean_is_answered_by_a_click(people, site):
    chat = await at_shop(people, site)
    await chat.says(UNCLEAR["en"])
    choices = chat.panel.get_by_role("group", name=chat.words("choices"), exact=True)
    await expect(choices.get_by_role("button", name=chat.words("none"), exact=True)).to_be_visible()
    await choices.get_by_role("button", name=MEANT["en"], exact=True).click()
    await expect(chat.said_by("bot").filter(has_text=MEANT_ANSWERS["en"])).to_be_visible()
    await expect(choices).to_have_count(0)


async def test_none_of_these_goes_on(people, site):
    chat = await at_shop(people, site)
    await chat.says(UNCLEAR["en"])
    before = await chat.said_by("bot").count()
    await chat.button("none").click()
    await expect(chat.said_by("bot")).to_have_count(before + 1)
    await expect(chat.panel.get_by_role("group", name=chat.words("choices"), exact=True)).to_have_count(0)
    await expect(chat.button("person").or_(chat.button("queue_cancel")).first).to_be_visible()
    await chat.button("menu").click()
    await chat.button("end").click()  # nobody is left waiting for the other tests
    await expect(chat.text("status_ended")).to_be_visible()


async def test_a_person_is_asked_for_and_cancelled_by_clicks(people, site):
    chat = await at_shop(people, site)
    await chat.says(NONSENSE["en"])
    await expect(chat.said_by("bot")).to_have_count(1)
    await chat.asks_for_a_person()
    await expect(chat.text("away_title")).to_be_visible()
    await chat.button("queue_cancel").click()
    await expect(chat.text("status_bot")).to_be_visible()
    await expect(chat.button("person").last).to_be_visible()
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])


async def test_thumbs_down_says_what_was_missing(people, site):
    chat = await at_shop(people, site)
    answer = await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await answer.get_by_role("button", name=chat.words("unhelpful"), exact=True).click()
    missing = chat.panel.get_by_role("textbox", name=chat.words("missing"))
    await expect(missing).to_be_focused()
    await missing.fill("Nothing about parcels from abroad.")
    await answer.get_by_role("button", name=chat.words("send"), exact=True).click()
    await expect(missing).to_have_count(0)
    stored = "select count(*) from feedback where helpful = 0 and comment = 'Nothing about parcels from abroad.'"
    assert await until(lambda: site.rows(stored) == [(1,)], seconds=10)


async def test_the_header_switches_interface_and_answers(people, site):
    chat = await at_shop(people, site)
    await chat.pick_language("fr")
    await chat.asks(QUESTIONS["fr"], ANSWERS["fr"])
    await chat.pick_language("es")
    await expect(chat.text("status_bot")).to_be_visible()
    answer = await chat.asks(QUESTIONS["es"], ANSWERS["es"])
    await expect(answer.get_by_role("button", name=chat.words("helpful"), exact=True)).to_be_visible()
    await chat.page.reload()
    await chat.online()
    await expect(chat.text("status_bot")).to_be_visible()


async def test_a_conversation_is_ended_and_deleted(people, site):
    chat = await at_shop(people, site)
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await chat.button("menu").click()
    await chat.button("end").click()
    await expect(chat.text("status_ended")).to_be_visible()
    await chat.button("menu").click()
    await chat.button("forget").click()
    await chat.button("forget_yes").click()
    await expect(chat.text("greeting")).to_be_visible()
    await expect(chat.said_by("bot")).to_have_count(0)


@pytest.mark.parametrize("kind", ["save_text", "save_page"])
async def test_the_transcript_is_saved(people, site, kind):
    chat = await at_shop(people, site)
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await chat.button("menu").click()
    async with chat.page.expect_download() as saving:
        await chat.button(kind).click()
    saved = await (await saving.value).path()
    text = saved.read_text(encoding="utf-8")
    assert QUESTIONS["en"] in text
    assert ANSWERS["en"] in text
