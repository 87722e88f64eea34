"""The counted episodes: in step with the events, the same when made again, and every number opens what it counts."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from bot.analytics.definitions import DEFINITIONS, Measure, Plain, Promoters, Share
from bot.analytics.drilldown import Asked, Drilldown
from bot.analytics.figures import figures
from bot.analytics.periods import NAMED, Query
from bot.analytics.report import Reports
from bot.analytics.rollup import Rollup
from bot.domain.events import EventType
from bot.domain.identifiers import new_id
from bot.store import persons
from bot.store.counted import episode_days, episodes
from bot.store.tables import conversations, events, visitors
from bot.store.transaction import Store, Transaction
from tests.fakes import NOON, FrozenClock
from tests.history import fill

EPISODES = 700
DAYS = 24


@pytest.fixture
async def history(store: Store, clock: FrozenClock) -> Store:
    """Give a store with made-up episodes of the last days, none counted yet."""
    await fill(store.database, EPISODES, start=NOON - timedelta(days=DAYS), days=DAYS - 14)
    return store


def rows_of(tx: Transaction) -> list[dict[str, Any]]:
    order = (episodes.c.conversation_id, episodes.c.episode)
    return [dict(row._mapping) for row in tx.connection.execute(select(episodes).order_by(*order))]


def last_days(clock: FrozenClock, **more: Any) -> Query:
    return Query.parse(now=clock.now(), start="2026-02-01", end="2026-03-31", **more)


async def settled(store: Store) -> list[dict[str, Any]]:
    rollup = Rollup(store)
    while await rollup.catch_up():
        pass
    return await store.read(rows_of)


async def test_made_again_from_nothing_it_is_the_same(history: Store):
    before = await settled(history)
    assert len(before) == EPISODES
    revised = [row for row in before if row["outcome"] != row["first_outcome"]]
    assert len(revised) > 5
    assert {(row["first_outcome"], row["outcome"]) for row in revised} == {("bot_assumed", "abandoned_in_bot")}
    await Rollup(history).rebuild()
    assert await settled(history) == before


async def test_kept_up_piece_by_piece_it_is_the_same_as_at_once(store: Store, clock: FrozenClock):
    """Events come in any order of conversations, late, in one moment, and under a clock that is set back."""
    await fill(store.database, 300, start=NOON, days=4, seed=3)
    told = await store.read(lambda tx: [dict(row._mapping) for row in tx.connection.execute(select(events)).all()])
    await store.write(lambda tx: tx.connection.execute(delete(events)) and None)
    told.sort(key=lambda row: (row["at"], row["number"]))
    chance, rollup, place = random.Random(5), Rollup(store), 0
    while place < len(told):
        some = told[place : place + chance.randrange(1, 60)]
        place += len(some)
        clock._now = max(clock.now(), some[-1]["at"]) - timedelta(seconds=chance.choice((0, 0, 0, 300)))
        await store.write(lambda tx, some=some: tx.connection.execute(insert(events), _numbered(tx, some)) and None)
        if chance.random() < 0.5:
            await rollup.sweep()
    clock.advance(minutes=1)
    before = await settled(store)
    assert len(before) == 300
    await rollup.rebuild()
    assert await settled(store) == before


def _numbered(tx: Transaction, some: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each event the next number of its conversation: an outcome may have been revised in between."""
    numbered = []
    for row in some:
        own = conversations.c.id == row["conversation_id"]
        known = select(events.c.number).where(events.c.conversation_id == row["conversation_id"])
        last = max(
            [
                0,
                *tx.connection.scalars(known),
                *(n["number"] for n in numbered if n["conversation_id"] == row["conversation_id"]),
            ]
        )
        tx.connection.execute(update(conversations).where(own).values(last_event=last + 1))
        numbered.append({**row, "number": last + 1})
    return numbered


async def test_late_rating_reaches_a_packed_day(history: Store, clock: FrozenClock):
    await settled(history)
    over = select(episode_days.c.packed).where(episode_days.c.day < clock.now().date().isoformat())
    packed = await history.read(lambda tx: list(tx.connection.scalars(over)))
    assert packed
    assert all(packed)
    report = await Reports(history).report(last_days(clock), kb_version="")
    unrated = next(row for row in await history.read(rows_of) if row["csat"] is None)

    def rate(tx: Transaction) -> None:
        number = tx.conversations.get(unrated["conversation_id"]).last_event + 1
        event = {
            "id": new_id(),
            "conversation_id": unrated["conversation_id"],
            "episode": unrated["episode"],
            "number": number,
            "type": EventType.RATING_GIVEN.value,
            "actor": "shopper",
            "at": tx.now,
            "data": {"csat": 5, "nps": 0},
            "version": 1,
        }
        tx.connection.execute(insert(events), event)

    await history.write(rate)
    after = await Reports(history).report(last_days(clock), kb_version="")
    for name, numerator, denominator in (("csat", 1, 1),):
        rate_before, rate_after = report["rates"][name], after["rates"][name]
        assert rate_after["numerator"] == rate_before["numerator"] + numerator
        assert rate_after["denominator"] == rate_before["denominator"] + denominator
    assert after["scores"]["nps"]["detractors"] == report["scores"]["nps"]["detractors"] + 1, "an answer of 0 is one"


async def test_numbers_outlive_the_conversations(history: Store, clock: FrozenClock):
    await settled(history)
    before = await Reports(history).report(last_days(clock), kb_version="")
    erased = await history.read(lambda tx: list(tx.connection.scalars(select(visitors.c.id)))[:50])
    for visitor in erased:
        await history.write(lambda tx, v=visitor: persons.erase(tx.connection, persons.of_visitors(tx.connection, [v])))
    assert await Reports(history).report(last_days(clock), kb_version="") == before
    await Rollup(history).rebuild()
    assert await Reports(history).report(last_days(clock), kb_version="") == before
    rows = await history.read(rows_of)
    assert not {row["visitor_id"] for row in rows} & set(erased)


def parts_of(definition: Any) -> list[str]:
    match definition:
        case Share(parts=None):
            return ["numerator", "denominator"]
        case Share():
            return ["numerator", "denominator", "confirmed", "assumed"]
        case Promoters():
            return ["numerator", "promoters", "passives", "detractors"]
        case _:
            return ["numerator"]


def number_of(report: dict[str, Any], definition: Any, part: str) -> int:  # noqa: PLR0911  # one a kind
    """Return the number that the report shows."""
    name = definition.name
    match definition:
        case Share():
            rate = report["rates"][name]
            return rate[part] if part in rate else rate["parts"][part]
        case Measure():
            return (report["durations"] | report["counts"])[name]["n"]
        case Promoters():
            return report["scores"][name]["n" if part == "numerator" else part]
        case Plain(name="cost_avoided"):
            return report["outcomes"]["bot_confirmed"] + report["outcomes"]["bot_assumed"]
        case Plain(name="spam" | "open"):
            return report[name]
        case Plain(name="handoffs_begun"):
            return report["rates"]["handoff"]["numerator"]
    return report["episodes"]


@pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.full_only)], indirect=True
)
async def test_every_number_opens_exactly_what_it_counts(history: Store, clock: FrozenClock):
    await settled(history)
    drilldown = Drilldown(history)
    checked = 0
    for filters in ({}, {"language": ["es"]}, {"topic": ["returns", "none"], "weekday": ["0", "3"]}):
        query = last_days(clock, filters=filters, time_zone="Europe/Madrid")
        report = await Reports(history).report(query, kb_version="")
        assert report["episodes"]
        for definition in DEFINITIONS.values():
            if definition.name == "load":
                continue
            for part in parts_of(definition):
                keys = await drilldown.keys(query, Asked(definition.name, part))
                number = number_of(report, definition, part)
                assert len(keys) == number, (definition.name, part)
                assert len({key[:3] for key in keys}) == number, (definition.name, part)
                checked += bool(number)
    assert checked > 200, "expected most numbers to be more than 0"


async def test_what_a_number_opens_is_what_it_says(history: Store, clock: FrozenClock):
    rows = {(row["conversation_id"], row["episode"]): row for row in await settled(history)}
    drilldown = Drilldown(history)

    async def opened(metric: str, part: str = "numerator", **filters: list[str]) -> list[dict[str, Any]]:
        keys = await drilldown.keys(last_days(clock, filters=filters), Asked(metric, part))
        return [rows[key[0], key[1]] for key in keys]

    assert {row["outcome"] for row in await opened("bot_confirmed")} == {"bot_confirmed"}
    assert {row["csat"] for row in await opened("csat")} == {4, 5}
    assert {row["nps"] for row in await opened("nps", "detractors")} == {0}
    assert all(row["messages_agent"] for row in await opened("csat_agent", "denominator"))
    assert {row["handoff_reason"] for row in await opened("handoff", handoff_reason=["out_of_scope"])} == {
        "out_of_scope"
    }
    turns = Counter((row["conversation_id"], row["episode"]) for row in await opened("answered"))
    assert all(rows[key]["answered"] == times for key, times in turns.items())
    quick = await drilldown.keys(last_days(clock), Asked("queue_wait", most=30))
    assert quick
    assert all(value is not None and value <= 30 for *_, value in quick)


async def test_outcomes_sum_to_the_episodes_in_every_cut(history: Store, clock: FrozenClock):
    await settled(history)
    reports = Reports(history)
    query = last_days(clock, time_zone="Pacific/Auckland")
    whole = await reports.overview(query, kb_version="")
    assert whole["episodes"] == EPISODES == sum(whole["outcomes"].values())
    for by in (*NAMED, "hour", "weekday", "day"):
        told = await reports.groups(query, by)
        summed: Counter[str] = Counter()
        for group in told["groups"]:
            assert sum(group["figures"]["outcomes"].values()) == group["figures"]["episodes"]
            summed.update(group["figures"]["outcomes"])
        assert {name: summed[name] for name in whole["outcomes"]} == whole["outcomes"], by
    for step in ("day", "week", "month"):
        points = (await reports.series(query, step))["points"]
        assert sum(point["episodes"] for point in points) == EPISODES
    heat = await reports.heat(query)
    assert sum(map(sum, heat["cells"])) == EPISODES
    assert sum(map(sum, heat["handoffs"])) == whole["rates"]["handoff"]["numerator"]
    monday = next(g for g in (await reports.groups(query, "weekday"))["groups"] if g["key"] == "0")
    assert sum(heat["cells"][0]) == monday["figures"]["episodes"]


async def test_packed_and_unpacked_days_say_the_same(history: Store, clock: FrozenClock):
    await settled(history)
    packed = await Reports(history).report(last_days(clock, by="day"), kb_version="")
    unpack = update(episode_days).values(packed=None, keys=None, version=episode_days.c.version + 1)
    clock.advance(days=-DAYS)  # today is before all of them: nothing is packed
    await history.write(lambda tx: tx.connection.execute(unpack) and None)
    clock.advance(days=DAYS)
    stored = await history.read(lambda tx: tx.connection.scalars(select(episode_days.c.packed)).all())
    assert not any(stored)
    assert await Reports(history).report(last_days(clock, by="day"), kb_version="") == packed


def test_figures_of_nothing_are_nothing(clock: FrozenClock):
    from bot.analytics.frame import EMPTY  # noqa: PLC0415

    told = figures(EMPTY, last_days(clock).assumptions)
    assert told["episodes"] == 0
    assert {rate["value"] for rate in told["rates"].values()} == {None}
    assert {duration["mean"] for duration in told["durations"].values()} == {None}
