"""A search over conversations: by what people wrote, tickets and orders; in pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.services import inbox
from tests.people import Agent, Shopper
from tests.shop import Shop

MOST_PAGES = 10
Search = Callable[..., Awaitable[list[dict[str, Any]]]]


@pytest.fixture
def search(shop: Shop, amir: Agent) -> Search:
    """Give a function that searches as Amir and returns the lines of every page."""

    async def search(question: str, **more: str) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = []
        following: str | None = None
        for _ in range(MOST_PAGES):
            asked = {"list": "all", "q": question, **more, **({"before": following} if following else {})}
            cookie = {"Cookie": f"parley_session={amir.cookie}"}
            async with shop.http.get(f"/api/conversations?{urlencode(asked)}", headers=cookie) as response:
                assert response.status == 200, await response.text()
                told = await response.json()
            lines += told["conversations"]
            if (following := told["next"]) is None:
                return lines
        raise AssertionError(f"expected an end of the pages, got {MOST_PAGES} and more")

    return search


async def ids(search: Search, question: str, **more: str) -> list[str]:
    return [line["id"] for line in await search(question, **more)]


async def test_words_are_found_whatever_their_case_and_accents(carol: Shopper, mallory: Shopper, search: Search):
    await carol.says("¿Dónde está mi ENVÍO a Logroño?")
    await mallory.says("where is my refund")
    for question in ("envio", "ENVÍO logrono", "está logroño", "grono"):
        assert await ids(search, question) == [carol.id], question
    assert await ids(search, "envio refund") == []
    (line,) = await search("logrono")
    assert line["found"] == {"seq": 1, "author": "shopper", "text": "¿Dónde está mi ENVÍO a Logroño?"}


async def test_words_may_stand_in_different_messages(carol: Shopper, amir: Agent, search: Search):
    await carol.says("my teapot arrived broken")
    await amir.takes_over(carol)
    await amir.writes(carol, "I am sending you another one tomorrow")
    assert await ids(search, "teapot tomorrow") == [carol.id]
    (line,) = await search("teapot tomorrow")
    assert line["found"]["author"] == "agent"
    assert await ids(search, "teapot", list="mine") == [carol.id]
    assert await ids(search, "teapot", list="waiting") == []


async def test_what_the_bot_says_is_not_searched(carol: Shopper, search: Search):
    answer = await carol.asked("where is my parcel")
    assert "Track" in answer["text"]
    assert await ids(search, "you see where the parcel is") == []


async def test_tickets_and_orders_are_found(carol: Shopper, search: Search):
    await carol.says("my order 4411-2277 has not come, I want to talk to a person")
    number = (await carol.gets("ticket_open", email="Carol.Danvers@mail.example", text="Please write to me"))["number"]
    for question in (number, number.lower(), number[3:], "carol.danvers@mail", "DANVERS", "please write", "4411-2277"):
        assert await ids(search, question) == [carol.id], question
    (line,) = await search(number)
    assert "found" not in line


@pytest.mark.parametrize("question", ["%", "_", "\\", "100%", "a_c", "'", '"', "--", "\x00", "x" * 5000, "{}"])
async def test_signs_are_signs(carol: Shopper, search: Search, question: str):
    await carol.says("nothing of the kind")
    assert await search(question) == []
    if question in ("%", "_", "\\", "100%", "a_c", "'", '"', "--", "{}"):
        await carol.says(f"before {question} after")
        assert await ids(search, question) == [carol.id]


async def test_newest_first_in_pages(shop: Shop, search: Search, monkeypatch: pytest.MonkeyPatch, clock: Any):
    monkeypatch.setattr(inbox, "LISTED", 2)
    came = []
    for number in range(5):
        came.append(shopper := await Shopper(shop).comes())
        await shopper.says(f"kettle number {number}")
        if number != 2:  # two of the same moment stand in one order too
            clock.advance(seconds=1)
    found = await ids(search, "kettle")
    newest = [shopper.id for shopper in reversed(came)]
    assert sorted(found) == sorted(newest)
    assert [found[0], found[1], found[4]] == [newest[0], newest[1] if found[1] == newest[1] else newest[2], newest[4]]
    assert await ids(search, "") == found
    for shopper in came:
        await shopper.leave()


@pytest.mark.parametrize("before", ["yesterday", "~", "2026-03-02~x", "9999-12-31T23:59:59-23:00~x", "\x00"])
async def test_a_page_that_was_never_told_is_refused_or_empty(shop: Shop, amir: Agent, before: str):
    asked = urlencode({"list": "all", "before": before})
    async with shop.http.get(
        f"/api/conversations?{asked}", headers={"Cookie": f"parley_session={amir.cookie}"}
    ) as response:
        assert response.status in (200, 400)


async def test_a_long_message_is_cut_around_the_word(carol: Shopper, search: Search):
    await carol.says("x " * 500 + "marmalade " + "y " * 500)
    (line,) = await search("marmalade")
    text = line["found"]["text"]
    assert "marmalade" in text
    assert (text[0], text[-1], len(text) < 200) == ("…", "…", True)
