"""What becomes of words when the server is killed or the network gone: shown as unsent, or sent once; never twice."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.e2e.chat import Chat
from tests.e2e.people import NO_NETWORK, People
from tests.e2e.site import ANSWERS, QUESTIONS, Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

KILLS = {False: 3, True: 20}
"""Kills of the server while a message is on its way, in the short and in the full form."""
BACK = 40_000  # milliseconds; a client asks again after at most some seconds


async def at_shop(people: People, site: Site) -> Chat:
    people.expect(NO_NETWORK)
    page = await people.page()
    await page.goto(site.url)
    return await Chat(page).open()


def stored(site: Site, text: str) -> int:
    """Return how often a message is in the database."""
    return int(site.rows("select count(*) from messages where text = ?", text)[0][0])


async def test_a_message_written_while_the_server_is_gone_is_unsent_and_sent_once_later(people, site):
    chat = await at_shop(people, site)
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    site.kill()
    await expect(chat.panel.get_by_text(chat.words("offline"))).to_be_visible()
    await chat.writes("thank you")
    await expect(chat.text("not_sent").or_(chat.panel.get_by_text(chat.words("not_sent"))).first).to_be_visible()
    await expect(chat.shown("thank you")).to_have_count(1)
    site.start()
    await expect(chat.panel.get_by_text(chat.words("not_sent"))).to_have_count(0, timeout=BACK)
    await expect(chat.said_by("bot")).to_have_count(2)
    await expect(chat.shown("thank you")).to_have_count(1)
    await expect(chat.panel.get_by_text(chat.words("offline"))).to_have_count(0)
    assert stored(site, "thank you") == 1


@pytest.mark.timeout(600)
async def test_messages_on_their_way_when_the_server_is_killed_arrive_exactly_once(people, site, full):
    chat = await at_shop(people, site)
    texts = [f"message number {number} on its way" for number in range(KILLS[full])]
    for number, text in enumerate(texts):
        await chat.writes(text)
        await asyncio.sleep(number % 5 * 0.01)  # not a wait for anything: each kill meets another moment
        site.kill()
        site.start()
        await expect(chat.panel.get_by_text(chat.words("offline"))).to_have_count(0, timeout=BACK)
        await expect(chat.log.get_by_text(chat.words("not_sent"))).to_have_count(0, timeout=BACK)
        await expect(chat.text("sending")).to_have_count(0, timeout=BACK)
        await expect(chat.shown(text)).to_have_count(1)
    assert [stored(site, text) for text in texts] == [1] * len(texts)
    await chat.page.reload()
    await chat.online()
    await expect(chat.shown(texts[-1])).to_be_visible()
    order = [text for text in await chat.said_by("shopper").all_inner_texts() if "number" in text]
    assert len(order) == len(texts)
    assert all(text in line for text, line in zip(texts, order, strict=True))


async def test_offline_is_shown_and_what_was_written_goes_out_once(people, site):
    chat = await at_shop(people, site)
    await chat.asks(QUESTIONS["en"], ANSWERS["en"])
    await chat.page.context.set_offline(True)
    await expect(chat.panel.get_by_text(chat.words("offline"))).to_be_visible()
    await chat.writes("first, while offline")
    await chat.writes("second, while offline")
    await expect(chat.log.get_by_text(chat.words("not_sent")).first).to_be_visible()
    await chat.page.context.set_offline(False)
    for text in ("first, while offline", "second, while offline"):
        await expect(chat.said_by("shopper").filter(has_text=text)).to_have_count(1)
    await expect(chat.log.get_by_text(chat.words("not_sent"))).to_have_count(0, timeout=BACK)
    assert stored(site, "first, while offline") == 1
    assert stored(site, "second, while offline") == 1
    asked = site.rows("select seq from messages where text like '%, while offline' order by text")
    assert asked == sorted(asked)


async def test_unsent_words_survive_a_reload(people, site):
    chat = await at_shop(people, site)
    await chat.says("hello")
    await chat.page.context.set_offline(True)
    await expect(chat.panel.get_by_text(chat.words("offline"))).to_be_visible()
    await chat.writes("kept over the reload")
    await expect(chat.log.get_by_text(chat.words("not_sent"))).to_be_visible()
    await chat.page.context.set_offline(False)
    await chat.page.reload()
    await chat.online()
    await expect(chat.shown("kept over the reload")).to_have_count(1)
    await expect(chat.log.get_by_text(chat.words("not_sent"))).to_have_count(0, timeout=BACK)
    assert stored(site, "kept over the reload") == 1


async def test_an_unsent_message_is_taken_back(people, site):
    chat = await at_shop(people, site)
    await chat.says("hello")
    await chat.page.context.set_offline(True)
    await chat.writes("better not")
    await chat.button("remove").click()
    await expect(chat.shown("better not")).to_have_count(0)
    await chat.page.context.set_offline(False)
    await expect(chat.panel.get_by_text(chat.words("offline"))).to_have_count(0, timeout=BACK)
    await chat.says("hello again")
    assert stored(site, "better not") == 0


@pytest.mark.parametrize("then", ["closed", "silent"])
async def test_a_message_whose_acknowledgement_is_lost_is_no_double(people, site, full, then):
    """The server has the message and its answer; the connection dies before the browser hears of it."""
    if then == "silent" and not full:
        pytest.skip("in the full form: a silent connection is given up after half a minute")
    people.expect(NO_NETWORK)
    page = await people.page()
    text = f"lost on the way: {then}"
    asked, dead = [], []

    def between(browser_side):
        server_side = browser_side.connect_to_server()

        def up(frame):
            if text in str(frame):
                asked.append(re.match(r"42/shopper,(\d+)", frame)[1])
            server_side.send(frame)

        async def down(frame):
            if not dead and asked and str(frame).startswith(f"43/shopper,{asked[0]}["):
                dead.append(browser_side)
                if then == "closed":
                    await browser_side.close()
            if browser_side not in dead:
                browser_side.send(frame)

        browser_side.on_message(up)
        server_side.on_message(down)

    await page.route_web_socket("**/socket.io/**", between)
    await page.goto(site.url)
    chat = await Chat(page).open()
    await chat.writes(text)
    if then == "silent":
        await expect(chat.log.get_by_text(chat.words("not_sent"))).to_be_visible()
    await expect(chat.said_by("bot")).to_have_count(1, timeout=BACK)
    await expect(chat.log.get_by_text(chat.words("not_sent"))).to_have_count(0, timeout=BACK)
    await expect(chat.shown(text)).to_have_count(1)
    assert dead
    assert stored(site, text) == 1
