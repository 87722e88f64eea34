"""Waiting for a person: the place in the queue, the way back, and what is kept over a reload."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from bot.clock import SystemClock
from tests.e2e.chat import Chat
from tests.e2e.console import Console
from tests.e2e.people import NOT_SIGNED_IN, People
from tests.e2e.site import ADMIN, AGENT, ANSWERS, QUESTIONS, SPEAKERS, Site
from tests.e2e.words import LANGUAGES
from tests.faults.shop import opened

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOCALES = {"en": "en-GB", "es": "es-MX", "fr": "fr-CA"}
WORDS = {"en": "I want to talk to a person", "es": "quiero hablar con una persona", "fr": "je veux parler à quelqu'un"}


async def at_shop(people: People, site: Site, language: str = "en") -> Chat:
    page = await people.page(locale=LOCALES[language])
    await page.goto(site.url)
    return await Chat(page, language).open()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_place_in_the_queue_is_told_and_changes_by_itself(people, site, full, language):
    if not full and language != "es":
        pytest.skip("in the full form")
    await Console(await people.staff(site, SPEAKERS[language]), site).open()
    first, second = await at_shop(people, site, language), await at_shop(people, site, language)
    await first.says(WORDS[language])
    await expect(first.text("queue_next")).to_be_visible()
    await expect(second.button("person")).to_be_visible()
    await second.button("person").click()
    await expect(second.text("queue_place", place=2)).to_be_visible()
    await first.button("queue_cancel").click()
    await expect(second.text("queue_next")).to_be_visible()
    await expect(first.text("status_bot")).to_be_visible()
    await expect(first.button("person").last).to_be_visible()
    await second.button("queue_cancel").click()
    await second.asks(QUESTIONS[language], ANSWERS[language])


async def test_no_time_is_promised_before_there_is_a_reason_for_one(people, site):
    """An estimate comes from those who waited lately; a new shop has none."""
    await Console(await people.staff(site, ADMIN), site).open()
    chat = await at_shop(people, site)
    await chat.asks_for_a_person()
    queue = chat.panel.get_by_role("status").filter(has_text=chat.words("queue_next"))
    await expect(queue).to_have_text(chat.words("queue_next"))
    await chat.button("queue_cancel").click()
    await expect(chat.text("status_bot")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_time_left_is_told_when_others_waited_lately(people, site, full, language):
    if not full and language != "fr":
        pytest.skip("in the full form")
    people.expect(NOT_SIGNED_IN)
    console = await Console(await people.staff(site, SPEAKERS[language]), site).open()
    first = await at_shop(people, site, language)
    await first.asks_for_a_person()
    await console.takes_the_only_one()
    others_waited(site, minutes=4, language=language)
    second = await at_shop(people, site, language)
    await second.asks_for_a_person()
    minutes = await second.page.evaluate(_FOUR_MINUTES, LOCALES[language])
    await expect(second.text("queue_wait", minutes=minutes)).to_be_visible()
    await second.button("queue_cancel").click()
    await console.resolves()


_FOUR_MINUTES = """(locale) => new Intl.NumberFormat(
  locale, { style: "unit", unit: "minute", unitDisplay: "short" }).format(4)"""


def others_waited(site: Site, *, minutes: int, language: str, count: int = 12) -> None:
    """Let the hand-off that was just accepted have happened `count` times, each after so many minutes."""
    with closing(sqlite3.connect(site.database, timeout=10)) as connection, connection:
        connection.row_factory = sqlite3.Row
        last = "select * from handoffs where status = 'accepted' and language = ? order by accepted_at desc limit 1"
        row = dict(connection.execute(last, (language,)).fetchone())
        since = datetime.fromisoformat(row["accepted_at"]) - timedelta(minutes=minutes)
        row["waiting_since"] = since.isoformat(sep=row["accepted_at"][10])
        names, places = ", ".join(row), ", ".join("?" * len(row))
        for _ in range(count):
            row["id"] = str(uuid4())
            connection.execute(f"insert into handoffs ({names}) values ({places})", tuple(row.values()))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_days_are_told_apart_by_the_shoppers_own_calendar(people, site, language):
    chat = await at_shop(people, site, language)
    for ask in range(4):
        await chat.asks(f"{QUESTIONS[language]} {'?' * ask}".strip(), ANSWERS[language])
    ago = [10, 3, 1, 0]
    earlier(site, chat_of(site, QUESTIONS[language]), [days for days in ago for _ in "qa"])
    await chat.page.reload()
    await chat.online()
    await expect(chat.shown(QUESTIONS[language]).first).to_be_visible()
    told = await chat.log.locator("li.day").all_inner_texts()
    assert told == await chat.page.evaluate(_DAYS, [LOCALES[language], ago])
    lines = await chat.log.locator("li.day, li.line").evaluate_all("all => all.map((line) => line.className)")
    assert [name == "day" for name in lines] == [True, False, False] * 4


_DAYS = """([locale, ago]) => ago.map((days) => {
  const date = new Date();
  date.setDate(date.getDate() - days);
  const form = days < 7 ? { weekday: "long" } : { dateStyle: "long" };
  const told = days < 2
    ? new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-days, "day")
    : new Intl.DateTimeFormat(locale, form).format(date);
  return told.charAt(0).toLocaleUpperCase(locale) + told.slice(1);
})"""
"""What a reader of that locale calls the days so many days ago."""


def chat_of(site: Site, words: str) -> str:
    """Return the id of the last conversation in which the shopper said these words."""
    found = site.rows("select conversation_id from messages where text = ? order by at desc limit 1", words)
    return str(found[0][0])


def earlier(site: Site, conversation: str, days: list[int]) -> None:
    """Move each message of the conversation back by so many days."""
    with closing(sqlite3.connect(site.database, timeout=10)) as connection, connection:
        query = "select id, at from messages where conversation_id = ? order by seq"
        rows = connection.execute(query, (conversation,)).fetchall()
        assert len(rows) == len(days), rows
        for (message, at), ago in zip(rows, days, strict=True):
            moved = (datetime.fromisoformat(at) - timedelta(days=ago)).isoformat(sep=at[10])
            connection.execute("update messages set at = ? where id = ?", (moved, message))


async def test_who_came_is_named_with_languages_also_after_a_reload(people, site):
    people.expect(NOT_SIGNED_IN)
    chat = await at_shop(people, site)
    await chat.asks_for_a_person()
    console = await Console(await people.staff(site, ADMIN), site).open()
    await console.takes_the_only_one()
    for _ in range(2):
        await expect(chat.text("status_agent", name="Amir Haddad")).to_be_visible()
        await expect(chat.panel.get_by_text("English · Español · Français", exact=True)).to_be_visible()
        await chat.page.reload()
        await chat.online()
    await expect(chat.button("person")).to_have_count(0)
    await console.resolves()
    await expect(chat.button("rating_5")).to_be_visible()


def today() -> date:
    return SystemClock().now().date()


@pytest.fixture(scope="module")
def short_of_people(kb, tmp_path_factory) -> Iterator[Site]:
    """Serve a shop that gives an agent up after five seconds."""
    with opened(Site(tmp_path_factory.mktemp("short"), kb, agent_lost_seconds=5)) as site:
        yield site


async def test_outside_hours_people_are_back_by_the_shoppers_own_clock_and_a_message_gets_a_number(
    people, short_of_people
):
    opening = datetime.combine(today() + timedelta(days=3), time(15, 30), UTC)
    day = opening.strftime("%a").lower()
    short_of_people.sets_up(hours={"time_zone": "UTC", "week": {day: [["15:30", "18:00"]]}, "holidays": []})
    page = await people.page(timezone_id="America/Mexico_City")
    await page.goto(short_of_people.url)
    chat = await Chat(page).open()
    there = opening.astimezone(ZoneInfo("America/Mexico_City"))
    back = chat.words("back", day=there.strftime("%A"), time=there.strftime("%-H:%M"))
    await expect(chat.panel.get_by_text(back)).to_be_visible()  # before anybody asks
    await chat.asks_for_a_person()
    await expect(chat.text("away_title")).to_be_visible()
    await expect(chat.panel.get_by_text(back)).to_be_visible()
    await chat.button("write_us").click()
    form = chat.panel.get_by_role("group", name=chat.words("write_us"))
    await form.get_by_role("textbox", name=chat.words("email")).fill("carol@example.com")
    await form.get_by_role("textbox", name=chat.words("question")).fill("Please call me about my kettle.")
    await form.get_by_role("button", name=chat.words("send"), exact=True).click()
    await expect(form).to_have_count(0)
    ((number,),) = short_of_people.rows("select number from tickets where text like '%kettle%'")
    await expect(chat.said_by("system").filter(has_text=number)).to_be_visible()
    await expect(chat.text("status_bot")).to_be_visible()
    await expect(chat.button("person").last).to_be_visible()


@pytest.mark.full_only
async def test_when_the_agent_is_lost_the_shopper_is_told_and_first_in_line(people, short_of_people):
    chat = await at_shop(people, short_of_people)
    await chat.asks_for_a_person()
    page = await people.staff(short_of_people, ADMIN)
    await (await Console(page, short_of_people).open()).takes_the_only_one()
    await expect(chat.text("status_agent", name="Amir Haddad")).to_be_visible()
    await page.context.close()  # a closed laptop says nothing
    await expect(chat.text("away_title")).to_be_visible(timeout=40_000)
    await expect(chat.said_by("system").last).to_contain_text("You are at the head of the queue")
    beth = await Console(await people.staff(short_of_people, AGENT), short_of_people).open()
    await expect(chat.text("queue_next")).to_be_visible()
    await expect(chat.text("status_waiting")).to_be_visible()
    await beth.takes_the_only_one()
    await expect(chat.text("status_agent", name="Beth Moreno")).to_be_visible()
    await beth.resolves()


async def ended(chat: Chat) -> None:
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await chat.button("menu").click()
    await chat.button("end").click()
    await expect(chat.button("rating_5")).to_be_visible()


async def test_a_rating_goes_on_after_a_reload_where_it_was(people, site):
    chat = await at_shop(people, site)
    await ended(chat)
    await chat.page.reload()
    await chat.online()
    await chat.button("rating_4").click()
    comment = chat.panel.get_by_role("textbox", name=chat.words("rating_comment"))
    await expect(comment).to_be_visible()
    await chat.page.reload()
    await chat.online()
    await comment.fill("Good, but slow.")
    await chat.log.get_by_role("button", name=chat.words("send"), exact=True).click()
    await expect(chat.text("rating_nps")).to_be_visible()
    await chat.log.get_by_role("button", name=chat.words("skip"), exact=True).click()
    await expect(chat.text("rating_thanks")).to_be_visible()
    await chat.page.reload()
    await chat.online()
    await expect(chat.said_by("bot").first).to_be_visible()
    await expect(chat.text("rating_nps")).to_have_count(0)
    await expect(chat.button("rating_5")).to_have_count(0)
    assert site.rows("select csat, nps, comment from ratings") == [(4, None, "Good, but slow.")]


async def test_a_rating_is_asked_for_in_every_tab_and_given_once(people, site):
    chat = await at_shop(people, site)
    other = Chat(await chat.page.context.new_page())
    await other.page.goto(f"{site.url}/shop/basket")
    if not await other.panel.is_visible():
        await other.open()
    await ended(chat)
    await expect(other.button("rating_5")).to_be_visible()
    await other.button("rating_2").click()
    await expect(chat.panel.get_by_role("textbox", name=chat.words("rating_comment"))).to_be_visible()
    await chat.says("hello again")
    await expect(other.panel.get_by_role("textbox", name=chat.words("rating_comment"))).to_have_count(0)


async def test_a_thumb_is_still_there_after_a_reload(people, site):
    chat = await at_shop(people, site)
    answer = await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await answer.get_by_role("button", name=chat.words("helpful"), exact=True).click()
    await expect(answer.get_by_text(chat.words("thanks"))).to_be_visible()
    await chat.page.reload()
    await chat.online()
    thumb = chat.said_by("bot").first.get_by_role("button", name=chat.words("helpful"), exact=True)
    await expect(thumb).to_have_attribute("aria-pressed", "true")


async def test_the_questions_to_start_with_are_about_the_page(people, site, host_pages):
    page = await people.page()
    await page.goto(host_pages.plain(site, topic="promotions"))
    chat = await Chat(page).open()
    first = chat.panel.get_by_role("list").get_by_role("button").first
    await expect(first).to_have_text("How do I use a coupon?")
    await first.click()
    await expect(chat.said_by("bot")).to_be_visible()
    await expect(chat.shown("How do I use a coupon?").first).to_be_visible()
