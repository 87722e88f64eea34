"""What becomes of an episode: time does its part, each ends with exactly one outcome, and the report adds up."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.analytics.periods import Query
from bot.domain.outcomes import Outcome
from tests.fakes import FrozenClock
from tests.people import Agent, OpenShop, RefusedError, Shopper
from tests.shop import Shop


def ended(shop: Shop) -> list[dict[str, Any]]:
    """Return the data of all ended episodes, in order."""
    rows = shop.rows("SELECT data FROM events WHERE type = 'episode_ended' ORDER BY rowid")
    return [json.loads(row["data"]) for row in rows]


async def reported(shop: Shop, by: str | None = None) -> dict[str, Any]:
    """Return the report of the days around now."""
    return await shop.parley.reports.report(Query.parse(by=by, now=shop.clock.now()), kb_version="")


async def answered(carol: Shopper, _amir: Agent, _clock: FrozenClock) -> None:
    await carol.asked("where is my parcel")
    await carol.gets("conversation_end")


async def thumbs_up(carol: Shopper, _amir: Agent, _clock: FrozenClock) -> None:
    answer = await carol.asked("where is my parcel")
    await carol.gets("feedback_give", message_id=answer["id"], helpful=True)
    await carol.gets("conversation_end")


async def thumbs_down(carol: Shopper, _amir: Agent, _clock: FrozenClock) -> None:
    answer = await carol.asked("where is my parcel")
    await carol.gets("feedback_give", message_id=answer["id"], helpful=False)
    await carol.gets("conversation_end")


async def not_understood(carol: Shopper, _amir: Agent, _clock: FrozenClock) -> None:
    await carol.says("what is the weather tomorrow")
    await carol.gets("conversation_end")


async def gave_up_waiting(carol: Shopper, amir: Agent, _clock: FrozenClock) -> None:
    await amir.goes("online")
    await carol.waits()
    await carol.gets("conversation_end")


async def nobody_was_there(carol: Shopper, _amir: Agent, _clock: FrozenClock) -> None:
    await carol.waits()
    await carol.gets("handoff_cancel")
    await carol.asked("where is my parcel")
    await carol.gets("conversation_end")


async def nobody_came(carol: Shopper, _amir: Agent, clock: FrozenClock) -> None:
    await carol.waits()
    clock.advance(minutes=15)
    await carol.shop.sweep()
    await carol.gets("conversation_end")


async def left_a_message(carol: Shopper, _amir: Agent, _clock: FrozenClock) -> None:
    await carol.waits()
    await carol.gets("ticket_open", email="carol@x.example", text="please write to me")
    await carol.gets("conversation_end")


async def solved(carol: Shopper, amir: Agent, _clock: FrozenClock) -> None:
    await carol.waits()
    await amir.accepts(await amir.sees_waiting())
    await amir.writes(carol, "Done.")
    await carol.says("thanks")
    await amir.resolves(carol)


async def not_solved(carol: Shopper, amir: Agent, _clock: FrozenClock) -> None:
    await amir.takes_over(carol)
    await amir.writes(carol, "I cannot.")
    await amir.resolves(carol, "not_solved")


async def left_unanswered(carol: Shopper, amir: Agent, clock: FrozenClock) -> None:
    await amir.takes_over(carol)
    await amir.writes(carol, "Yes?")
    await carol.says("are you there?")
    clock.advance(minutes=60)
    await carol.shop.sweep()


async def spam(carol: Shopper, amir: Agent, _clock: FrozenClock) -> None:
    await carol.says("where is my parcel")
    await amir.takes_over(carol)
    await amir.resolves(carol, "spam")


COURSES: list[tuple[Callable[[Shopper, Agent, FrozenClock], Awaitable[None]], Outcome]] = [
    (answered, Outcome.BOT_ASSUMED),
    (thumbs_up, Outcome.BOT_CONFIRMED),
    (thumbs_down, Outcome.ABANDONED_IN_BOT),
    (not_understood, Outcome.ABANDONED_IN_BOT),
    (gave_up_waiting, Outcome.ABANDONED_IN_QUEUE),
    (nobody_came, Outcome.MISSED),
    (nobody_was_there, Outcome.MISSED),
    (left_a_message, Outcome.TICKETED),
    (solved, Outcome.AGENT_RESOLVED),
    (not_solved, Outcome.AGENT_UNRESOLVED),
    (left_unanswered, Outcome.AGENT_UNRESOLVED),
    (spam, Outcome.SPAM),
]


@pytest.mark.parametrize(("course", "outcome"), COURSES, ids=lambda value: getattr(value, "__name__", None))
async def test_episode_ends_with_its_outcome(carol: Shopper, amir: Agent, clock: FrozenClock, course, outcome: Outcome):
    await course(carol, amir, clock)
    assert [data["outcome"] for data in ended(carol.shop)] == [outcome.value]
    assert not carol.shop.value("SELECT episode_open FROM conversations WHERE id = ?", carol.id)
    told = await reported(carol.shop)
    assert told["episodes"] + told["spam"] == 1
    assert sum(told["outcomes"].values()) == told["episodes"]


async def test_greeting_opens_no_episode(carol: Shopper, clock: FrozenClock):
    await carol.says("hello")
    clock.advance(hours=2)
    await carol.shop.sweep()
    await carol.gets("conversation_end")
    assert ended(carol.shop) == []
    assert carol.heard_of("rating_requested") == []


async def test_hand_off_expires_on_its_minute(carol: Shopper, amir: Agent, clock: FrozenClock):
    await carol.waits()
    waiting = await amir.sees_waiting()
    clock.advance(minutes=14, seconds=59)
    assert await carol.shop.sweep() == 0
    clock.advance(seconds=1)
    assert await carol.shop.sweep() == 1
    await carol.hears_of("handoff_updated", lambda told: told["status"] == "expired")
    assert "e-mail" in (await carol.hears("system"))["text"]
    assert await carol.status() == "bot"
    with pytest.raises(RefusedError, match="conflict"):
        await amir.accepts(waiting)
    assert await carol.shop.sweep() == 0
    assert carol.shop.value("SELECT status FROM handoffs") == "expired"


async def test_claim_before_the_sweep_wins(carol: Shopper, amir: Agent, clock: FrozenClock):
    await carol.waits()
    clock.advance(minutes=20)
    await amir.accepts(await amir.sees_waiting())
    await carol.shop.sweep()
    assert await carol.status() == "agent"


async def test_conversation_closes_when_nobody_writes(carol: Shopper, clock: FrozenClock):
    await carol.says("where is my parcel")
    clock.advance(minutes=59)
    await carol.says("thanks")
    clock.advance(minutes=59)
    assert await carol.shop.sweep() == 0
    clock.advance(minutes=1)
    assert await carol.shop.sweep() == 1
    await carol.hears_of("conversation_updated", lambda told: told["status"] == "closed")
    assert [data["outcome"] for data in ended(carol.shop)] == ["bot_assumed"]


async def test_message_after_a_ticket_or_the_end_opens_one_episode_that_ends(carol: Shopper, clock: FrozenClock):
    shop = carol.shop
    await carol.gets("ticket_open", email="carol@x.example", text="first thing that I do")
    clock.advance(minutes=60)
    assert await shop.sweep() == 1
    await carol.gets("ticket_open", email="carol@x.example", text="again, after it closed")
    assert await carol.status() == "bot"
    clock.advance(minutes=60)
    assert await shop.sweep() == 1
    assert [data["outcome"] for data in ended(shop)] == ["ticketed", "ticketed"]


async def test_clock_set_back_shows_no_answer_before_its_question(carol: Shopper, clock: FrozenClock):
    await carol.says("where is my parcel")
    clock.advance(hours=-3)
    await carol.says("thanks")
    times = [message["at"] for message in await carol.sees()]
    assert times == sorted(times)


async def test_outcomes_of_random_courses_add_up(open_shop: OpenShop, clock: FrozenClock):
    shop = await open_shop(messages_per_minute=6000)
    amir = await Agent(shop, "Amir").comes()
    chance = random.Random(7)
    shoppers = [await Shopper(shop).comes() for _ in range(8)]
    for _ in range(200):
        await _something(chance, chance.choice(shoppers), amir, clock)
    clock.advance(hours=2)
    await shop.sweep()
    for caller in (amir, *shoppers):
        await caller.leave()
    types = Counter(row["type"] for row in shop.rows("SELECT type FROM events"))
    assert types["episode_started"] == types["episode_ended"] > 15
    assert shop.value("SELECT count(*) FROM conversations WHERE episode_open") == 0
    twice = "type = 'episode_ended' GROUP BY conversation_id, episode HAVING count(*) > 1"
    assert shop.rows(f"SELECT 1 FROM events WHERE {twice}") == []
    for table, number in (("messages", "seq"), ("events", "number")):
        gaps = f"conversation_id IS NOT NULL GROUP BY conversation_id HAVING max({number}) <> count(*)"
        assert shop.rows(f"SELECT 1 FROM {table} WHERE {gaps}") == []
    told = await reported(shop, by="language")
    assert told["open"] == 0
    assert told["episodes"] + told["spam"] == types["episode_ended"]
    assert sum(told["outcomes"].values()) == told["episodes"]
    assert sum(group["episodes"] for group in told["groups"].values()) == told["episodes"]
    for rate in told["rates"].values():
        assert 0 <= rate["numerator"] <= rate["denominator"]


async def _something(chance: random.Random, carol: Shopper, amir: Agent, clock: FrozenClock) -> None:
    """Let one of the two do something, allowed or not, or let time pass."""
    message = next(iter(reversed(carol.heard_of("message_added"))), {"id": carol.id})
    deeds: list[Callable[[], Awaitable[Any]]] = [
        lambda: carol.says(chance.choice(["where is my parcel", "hello", "what is the weather tomorrow", "agent"])),
        lambda: carol.gets("handoff_request"),
        lambda: carol.gets("handoff_cancel"),
        lambda: carol.gets("conversation_end"),
        lambda: carol.gets("feedback_give", message_id=message["id"], helpful=chance.random() < 0.5),
        lambda: carol.gets("choice_pick", message_id=message["id"], entry=chance.choice(["human", "none"])),
        lambda: carol.gets("ticket_open", email="carol@x.example", text="write to me"),
        lambda: carol.gets("rating_submit", csat=chance.randint(1, 5)),
        lambda: amir.takes_over(carol),
        lambda: amir.writes(carol, "Hello"),
        lambda: amir.resolves(carol, chance.choice(["solved", "not_solved", "spam"])),
        lambda: amir.gets("conversation_return", conversation_id=carol.id),
    ]
    try:
        await chance.choice(deeds)()
    except RefusedError as refused:
        assert refused.code in ("conflict", "forbidden", "not_found", "bad_input", "too_fast"), refused  # noqa: PT017
    if chance.random() < 0.1:
        clock.advance(minutes=chance.choice([1, 16, 61]))
        await carol.shop.sweep()
