"""What an analyst does with the dashboard: numbers that are the report's, and the very conversations behind each."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from bot.clock import SystemClock
from bot.store.database import open_database
from tests.e2e import axe
from tests.e2e.chat import Chat
from tests.e2e.dashboard import Dashboard, analyst, number
from tests.e2e.people import NO_NETWORK, NOT_SIGNED_IN
from tests.e2e.site import AGENT, ANALYST, ANSWERS, QUESTIONS, Site
from tests.e2e.words import IN_FRENCH
from tests.faults.shop import opened
from tests.history import fill

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]

DAYS = 60
EPISODES = 600
DAY = timedelta(days=1)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(kb: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Serve a shop with a made-up history, and one conversation with words."""
    with opened(Site(tmp_path_factory.mktemp("site"), kb)) as site:
        database = open_database(f"sqlite:///{site.database}")
        await fill(database, EPISODES, start=SystemClock().now() - (DAYS + 1) * DAY, days=DAYS)
        await database.close()
        await asyncio.to_thread(site.report)  # counts everything that is new
        yield site


async def settled(board: Dashboard) -> Dashboard:
    """Wait until every part of the page has its numbers."""
    await expect(board.page.locator(".bone")).to_have_count(0)
    await expect(board.page.get_by_text(board.words("behind"), exact=True)).to_have_count(0)
    await expect(board.page.locator(".busy")).to_have_count(0)
    return board


async def count_in(link: Locator) -> int:
    return number(await link.inner_text())


async def test_the_dashboard_shows_what_the_report_says(people, site):
    board = await settled(await analyst(people, site, "?days=90"))
    line = await board.page.locator(".period-line").inner_text()
    assert "Europe/Madrid" in line
    today = await board.page.evaluate("new Date().toLocaleDateString('sv', { timeZone: 'Europe/Madrid' })")
    first = (datetime.fromisoformat(today) - 89 * DAY).date().isoformat()
    told = {"from": first, "to": today, "time_zone": "Europe/Madrid"}
    report = await asyncio.to_thread(lambda: site.report(**told))
    assert report["episodes"] > EPISODES * 0.9
    assert await count_in((await board.tile("episodes")).locator(".value")) == report["episodes"]

    legend = board.panel("outcomes").locator("ul.legend")
    shares = []
    for outcome, count in report["outcomes"].items():
        row = legend.get_by_role("listitem").filter(has_text=board.words(f"outcome_is_{outcome}"))
        assert await count_in(row.get_by_role("link")) == count, outcome
        shares.append(round(float((await row.locator(".percent").inner_text()).rstrip("%")) * 10))
    assert sum(shares) == 1000
    assert sum(report["outcomes"].values()) == report["episodes"]

    for name, rate in report["rates"].items():
        title = await board.title(name)
        row = (
            board.panel("all_figures")
            .get_by_role("row")
            .filter(
                has=board.page.get_by_role("rowheader").filter(
                    has=board.page.get_by_role("link", name=board.words("show_over_time", name=title), exact=True)
                )
            )
        )
        text = await row.inner_text()
        assert board.words("of", numerator=f"{rate['numerator']:,}", denominator=f"{rate['denominator']:,}") in text
        if rate["value"] is not None:
            assert f"{100 * rate['value']:.1f}%" in text, (name, text)
        if "parts" in rate:
            assert board.words("parts_short", **{k: f"{v:,}" for k, v in rate["parts"].items()}) in text


async def test_every_number_lists_as_many_conversations(people, site):
    board = await settled(await analyst(people, site, "?days=90"))
    panels = [board.panel(key) for key in ("outcomes", "reasons", "languages", "satisfaction", "groups", "agents")]
    links = [(await board.tile(name)).locator("a.count").first for name in ("episodes", "resolution", "queue_wait")]
    for panel in panels:
        found = panel.locator("a.count:visible")
        links += [found.nth(index) for index in (0, await found.count() - 1)]
    for link in links:
        told = await link.inner_text()
        if "%" in told or "m" in told:  # the agents' table shows the value; its list counts the cases
            continue
        expected = number(told)
        await link.click()
        assert await board.listed() == expected, (told, board.page.url)
        await board.closes()
        await expect(link).to_be_focused()


async def test_a_mark_of_a_chart_is_reached_by_keyboard_and_lists_what_it_counts(people, site):
    board = await settled(await analyst(people, site, "?days=90&step=week&metric=resolution"))
    chart = board.page.get_by_role("application", name=re.compile(await board.title("resolution")))
    await chart.focus()
    await board.page.keyboard.press("End")
    await board.page.keyboard.press("ArrowLeft")
    said = await board.page.locator(".tip").inner_text()
    counted = re.search(r"([\d,]+) of ([\d,]+)", said)
    assert counted, said
    await board.page.keyboard.press("Enter")
    assert await board.listed() == number(counted[1])
    await board.drawer.get_by_role("link", name=board.words("denominator"), exact=True).click()
    await expect(board.drawer.get_by_role("status").first).to_have_text(re.compile(rf"^{counted[2]} "))
    await board.page.go_back()
    await board.page.go_back()
    await expect(board.drawer).to_have_count(0)

    heat = board.page.get_by_role("application", name=board.words("busy_label"), exact=True)
    await heat.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowRight"):  # Wednesday, one o'clock
        await board.page.keyboard.press(key)
    said = await board.panel("busy_hours").get_by_role("status").inner_text()
    assert re.match("Wednesday, 0?1:00: ", said), said
    await board.page.keyboard.press("Enter")
    assert await board.listed() == number(said.rsplit(": ", 1)[1])


async def test_the_address_is_the_page(people, site):
    board = await settled(await analyst(people, site, "?days=90"))
    whole = await count_in((await board.tile("episodes")).locator(".value"))
    await board.page.get_by_role("button", name=board.words("filter_add"), exact=True).click()
    await board.page.get_by_role("button", name=re.compile(f"^{board.words('by_language')}")).last.click()
    await board.page.get_by_role("checkbox", name=re.compile("^Spanish")).check()
    await expect(board.page).to_have_url(re.compile(r"[?&]language=es\b"))
    await board.page.keyboard.press("Escape")
    value = (await board.tile("episodes")).locator(".value")
    await expect(value).not_to_have_text(f"{whole:,}")
    some = await count_in(value)
    assert 0 < some < whole
    await (await board.tile("csat")).get_by_role("link").first.click()
    await expect(board.page).to_have_url(re.compile(r"metric=csat"))
    await expect(
        board.page.get_by_role("application", name=re.compile(re.escape(await board.title("csat"))))
    ).to_be_visible()

    other = await settled(await analyst(people, site, "?" + board.page.url.split("?")[1]))
    assert await count_in((await other.tile("episodes")).locator(".value")) == some
    await board.page.go_back()
    await board.page.go_back()
    await expect(value).to_have_text(f"{whole:,}")
    await board.page.go_forward()
    await expect(value).to_have_text(f"{some:,}")
    await board.page.get_by_role("button", name=board.words("filter_remove", name=board.words("by_language"))).click()
    await expect(value).to_have_text(f"{whole:,}")


async def test_the_transcript_says_why_the_assistant_answered(people, site):
    shopper = await people.page()
    await shopper.goto(site.url)
    chat = await Chat(shopper).open()
    answer = await chat.asks(f"{QUESTIONS['en']} Write to carol@caravan.example", ANSWERS["en"])
    await answer.get_by_role("button", name=chat.words("helpful"), exact=True).click()
    await chat.button("menu").click()
    await chat.button("end").click()
    await expect(chat.text("status_ended")).to_be_visible()
    board = await settled(await analyst(people, site, "?days=7"))
    row = board.panel("outcomes").get_by_role("listitem").filter(has_text=board.words("outcome_is_bot_confirmed"))
    await row.get_by_role("link").click()
    await board.drawer.get_by_role("link", name=re.compile(re.escape(QUESTIONS["en"]))).first.click()
    transcript = board.page.get_by_role("dialog", name=board.words("transcript"), exact=True)
    said = transcript.get_by_text(QUESTIONS["en"]).first
    await expect(said).to_be_visible()
    assert "carol@" not in await transcript.inner_text()
    await transcript.locator("summary").filter(has_text=board.words("action_answer")).click()
    table = transcript.get_by_role("table")
    await expect(table.get_by_role("row")).not_to_have_count(0)
    await expect(table.locator("tr.taken")).to_contain_text(re.compile(r"shipping/.*\d%", re.DOTALL))
    await board.page.keyboard.press("Escape")
    await expect(board.drawer).to_be_visible()


async def test_how_it_is_counted_and_the_line_to_compare_with(people, site):
    board = await settled(await analyst(people, site, "?days=90&metric=resolution"))
    definition = next(
        one for one in (await board.asks("definitions?language=en"))["definitions"] if one["name"] == "resolution"
    )
    tile = await board.tile("resolution")
    sign = tile.get_by_role("button", name=board.words("how_counted", name=definition["title"]), exact=True)
    await sign.click()
    explained = board.page.get_by_role("dialog", name=board.words("how_counted", name=definition["title"]), exact=True)
    await expect(explained).to_contain_text(definition["text"])
    await explained.get_by_label(board.words("benchmark_percent")).fill("99")
    await explained.get_by_role("button", name=board.words("benchmark_set"), exact=True).click()
    await expect(tile).to_contain_text("below the benchmark of 99.0%")
    await expect(board.page.get_by_text(board.words("benchmark_at", line="99.0%"))).to_be_visible()
    assert (await board.asks("benchmarks"))["benchmarks"] == {"resolution": 0.99}
    await sign.click()
    await explained.get_by_role("button", name=board.words("benchmark_remove"), exact=True).click()
    await expect(tile).not_to_contain_text("benchmark")


async def test_charts_and_tables_are_saved(people, site):
    board = await settled(await analyst(people, site, "?days=90"))
    panel = board.panel("outcomes")

    async def saved(kind: str) -> bytes:
        await panel.get_by_role("button", name=board.words("download_of", name=board.words("outcomes"))).click()
        async with board.page.expect_download() as download:
            await board.page.get_by_role("button", name=board.words(f"download_{kind}"), exact=True).click()
        path = await (await download.value).path()
        return await asyncio.to_thread(path.read_bytes)

    rows = list(csv.reader(io.StringIO((await saved("csv")).decode("utf-8-sig"))))
    assert sum(int(row[1]) for row in rows[1:-1]) == int(rows[-1][1])
    assert rows[-1][2] == "100"
    await panel.get_by_text(board.words("as_table"), exact=True).click()
    shown = await panel.get_by_role("table").get_by_role("row").all_inner_texts()
    assert len(shown) == len(rows)
    assert (await saved("png")).startswith(b"\x89PNG")
    drawn = (await saved("svg")).decode()
    assert "class=" not in drawn
    assert 'fill="rgb(' in drawn


async def test_what_goes_wrong_is_said_and_can_be_tried_again(people, site):
    people.expect(NOT_SIGNED_IN, NO_NETWORK)
    board = await settled(await analyst(people, site, "?days=90"))
    await board.page.context.set_offline(True)
    await board.page.get_by_role("button", name=board.words("days", count=7), exact=True).click()
    alert = board.page.get_by_role("alert")
    await expect(alert).to_contain_text(board.words("error_offline"))
    await board.page.context.set_offline(False)
    await alert.get_by_role("button", name=board.words("try_again"), exact=True).click()
    await expect(await board.tile("episodes")).to_be_visible()
    await settled(board)

    await board.open("?from=2020-01-01&to=2020-01-31")
    await expect(board.page.get_by_text(board.words("nothing"), exact=True)).to_be_visible()
    await board.open("?days=90&topic=nowhere")
    await board.page.get_by_role("button", name=board.words("filters_clear"), exact=True).click()
    await settled(board)

    site.end_sessions(ANALYST)
    await board.page.get_by_role("button", name=board.words("days", count=30), exact=True).click()
    await expect(board.page.get_by_text(board.words("sign_in_expired"))).to_be_visible()

    agent = await people.staff(site, AGENT)
    await agent.goto(f"{site.url}/dashboard")
    await expect(agent.get_by_role("heading", name=board.words("forbidden_title"))).to_be_visible()


LOOKS = {"en": ("light", (1440, 900)), "es": ("dark", (390, 844)), "fr": ("light", (1024, 768))}


@pytest.mark.parametrize("language", IN_FRENCH)
async def test_the_dashboard_is_clean(people, site, full, language):
    wrong = []
    scheme, few = LOOKS[language]
    for width, height in [screen for _, screen in LOOKS.values()] if full else [few]:
        options = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
        board = await settled(await analyst(people, site, "?days=90&language=es", language, **options))
        for search in ("", "?days=90&list=resolution&list.part=assumed", "?view=entries") if full else ("",):
            if search:
                await settled(await board.open(search))
            await axe.still(board.page)
            wrong += [f"{search} {width}: {fault}" for fault in await axe.faults(board.page)]
            wide = await board.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            wrong += [f"{search} {width}: scrolls sideways by {wide}"] * (wide > 0)
    axe.check(wrong)
