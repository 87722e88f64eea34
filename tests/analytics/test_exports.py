"""Exports hold every row once, whatever is in it; and what is odd is counted right or refused."""

from __future__ import annotations

import csv
import io
import json
import random
import tracemalloc
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from pyarrow import parquet
from sqlalchemy import select

from bot.analytics import exports, writers
from bot.analytics.dictionary import EXPORTS
from bot.analytics.drilldown import Drilldown
from bot.analytics.episodes import episode_of
from bot.analytics.exports import Export, count, pages
from bot.analytics.periods import Query
from bot.analytics.report import Reports
from bot.analytics.rollup import Rollup
from bot.analytics.transcripts import MOST_MESSAGES
from bot.domain.events import Actor, Event, EventType
from bot.domain.identifiers import new_id
from bot.store import persons
from bot.store.bulk import add_rows
from bot.store.counted import episodes
from bot.store.transaction import Store, Transaction
from tests.fakes import NOON, FrozenClock
from tests.history import Conversation, fill

ODD = (
    "שלום, איפה החבילה שלי?",
    "مرحبا 👋🏽 أين طردي",
    "=1+1",
    "a\u202eb\x0b",
    "'quoted', \"twice\"\nnext line",
    "👩‍👩‍👧",
)


async def lines_of(store: Store, export: Export) -> list[dict[str, Any]]:
    return [line async for page in pages(store, export) for line in page]


@pytest.mark.parametrize("what", EXPORTS)
async def test_every_row_once_in_pages(store: Store, what: str, monkeypatch: pytest.MonkeyPatch, clock: FrozenClock):
    monkeypatch.setattr(exports, "PAGE", 7)
    await fill(store.database, 60, start=NOON - timedelta(days=9), days=8)
    await Rollup(store).catch_up()
    if what != "conversations":
        await store.write(_some_messages)
    found = await lines_of(store, Export(what))
    assert len(found) == await count(store, Export(what)) > 7
    assert all(set(line) == {column.name for column in EXPORTS[what]} for line in found)
    key = {"conversations": ("conversation_id", "episode"), "messages": ("message_id",), "decisions": ("decision_id",)}
    assert len({tuple(line[name] for name in key[what]) for line in found}) == len(found)
    query = Query.parse(now=clock.now(), start="2026-02-25", filters={"language": ["es"]})
    cut = await lines_of(store, Export(what, query))
    assert 0 < len(cut) < len(found)
    if what == "conversations":
        report = await Reports(store).report(query, kb_version="")
        assert len(cut) == report["episodes"] + report["spam"]


def _some_messages(tx: Transaction) -> None:
    """Give every episode a message and a decision."""
    rows: dict[str, list[dict[str, Any]]] = {"messages": [], "decisions": []}
    for place, row in enumerate(tx.connection.execute(select(episodes)).all()):
        message = {
            "id": new_id(),
            "conversation_id": row.conversation_id,
            "seq": row.episode,
            "episode": row.episode,
            "author": "shopper",
            "language": row.language,
            "text": ODD[place % len(ODD)],
            "at": row.ended_at,
        }
        decided = {"action": "answer", "candidates": [], "scores": {}, "language": "en", "kb_version": "x"}
        rows["messages"].append(message)
        same = {name: message[name] for name in ("conversation_id", "episode", "at")}
        rows["decisions"].append({"id": new_id(), "message_id": message["id"], **same, **decided, "milliseconds": 1.0})
    add_rows(tx.connection, rows)


@pytest.mark.parametrize("format_", writers.FORMATS)
async def test_odd_texts_come_back(store: Store, format_: str):
    await fill(store.database, len(ODD), start=NOON - timedelta(days=2), days=1)
    await Rollup(store).catch_up()
    await store.write(_some_messages)
    file = io.BytesIO()
    writer = writers.open_writer(file, format_, EXPORTS["messages"])
    async for page in pages(store, Export("messages")):
        writer.add(page)
    writer.close()
    if format_ == "csv":
        rows = csv.DictReader(io.StringIO(file.getvalue().decode(), newline=""))
        texts = Counter(row["text"].removeprefix("'") for row in rows)
        assert texts == Counter(text.removeprefix("'") for text in ODD)
    elif format_ == "jsonl":
        assert Counter(json.loads(line)["text"] for line in file.getvalue().decode().splitlines()) == Counter(ODD)
    else:
        table = parquet.read_table(io.BytesIO(file.getvalue()))
        assert Counter(table["text"].to_pylist()) == Counter(ODD)
        assert str(table.schema.field("at").type) == "timestamp[ms, tz=UTC]"


async def test_memory_does_not_grow_with_the_rows(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writers, "_GROUP", 500)

    async def peak(rows: int) -> int:
        columns = EXPORTS["conversations"]
        line = {column.name: None for column in columns} | {"started_at": "2026-01-01T00:00:00.000Z"}
        line["ended_at"] = line["started_at"]
        sizes = []
        for format_ in writers.FORMATS:

            class Nowhere(io.BytesIO):
                def write(self, data: Any) -> int:
                    return len(bytes(data))

                def tell(self) -> int:
                    return 0

            writer = writers.open_writer(Nowhere(), format_, columns)
            tracemalloc.start()
            for _ in range(rows // 100):
                writer.add([dict(line) for _ in range(100)])
            writer.close()
            sizes.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        return max(sizes)

    assert await peak(6000) < 1.5 * await peak(2000)


async def test_deleted_shopper_is_counted_and_has_no_name(store: Store, clock: FrozenClock):
    await fill(store.database, 20, start=NOON - timedelta(days=3), days=1)
    await Rollup(store).catch_up()
    visitor = await store.read(lambda tx: tx.connection.exec_driver_sql("SELECT id FROM visitors LIMIT 1").scalar())
    await store.write(lambda tx: persons.erase(tx.connection, persons.of_visitors(tx.connection, [visitor])))
    found = await lines_of(store, Export("conversations"))
    assert len(found) == 20
    assert sum(line["visitor"] is None for line in found) >= 1


async def test_days_are_the_time_zones_own_across_midnight_and_summer_time(store: Store):
    """Madrid, the last Sunday of March: the day has 23 hours, and belongs to itself."""
    clock = FrozenClock(datetime.fromisoformat("2026-03-31T12:00:00+00:00"))
    store._clock = clock
    ends = {
        "2026-03-28T22:59:59+00:00": "2026-03-28",
        "2026-03-28T23:00:00+00:00": "2026-03-29",
        "2026-03-29T00:59:59+00:00": "2026-03-29",
        "2026-03-29T21:59:59+00:00": "2026-03-29",
        "2026-03-29T22:00:00+00:00": "2026-03-30",
    }
    await store.write(lambda tx: add_rows(tx.connection, _ended_at(ends)))
    query = Query.parse(now=clock.now(), start="2026-03-28", end="2026-03-30", time_zone="Europe/Madrid")
    assert (query.end - query.start).total_seconds() == 71 * 3600
    series = (await Reports(store).series(query, "day"))["points"]
    assert [(point["start"], point["episodes"]) for point in series] == [
        (day, Counter(ends.values())[day]) for day in ("2026-03-28", "2026-03-29", "2026-03-30")
    ]
    hours = (await Reports(store).series(query, "hour"))["points"]
    assert len(hours) == 71
    assert sum(point["episodes"] for point in hours) == 5
    groups = (await Reports(store).groups(query, "day"))["groups"]
    assert {group["key"]: group["figures"]["episodes"] for group in groups} == dict(Counter(ends.values()))


def _ended_at(ends: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {"visitors": [], "conversations": [], "events": []}
    for moment in ends:
        at = datetime.fromisoformat(moment)
        one = Conversation(random.Random(0), at - timedelta(hours=3), new_id())
        one.episode = 1
        one.tell("episode_started", "shopper", language="en")
        one.at = at
        one.tell("episode_ended", outcome="missed", language="en", entry=None, topic=None)
        rows["visitors"].append({"id": one.visitor, "token_hash": one.visitor, "created_at": at, "last_seen_at": at})
        rows["conversations"].append(one.row())
        rows["events"] += one.told
    return rows


def told(*steps: tuple[EventType, float, dict[str, Any]]) -> list[Event]:
    """Return events of one episode at these seconds."""
    return [
        Event("e", "c", 1, number, type_, Actor.SYSTEM, NOON + timedelta(seconds=at), data, None)
        for number, (type_, at, data) in enumerate(steps, start=1)
    ]


def test_clock_that_was_set_back_makes_no_negative_time():
    said = {"message_id": "m", "seq": 1, "author": "shopper", "language": "en"}
    row = episode_of(
        told(
            (EventType.EPISODE_STARTED, 0, {"language": "en"}),
            (EventType.MESSAGE_ADDED, -50, said),
            (EventType.EPISODE_ENDED, -100, {"outcome": "missed", "language": "en"}),
        ),
        None,
    )
    assert row is not None
    assert row["ended_at"] >= row["started_at"]
    assert row["resolution"] == 0


def test_hundred_thousand_messages_in_one_conversation():
    said = [
        (
            EventType.MESSAGE_ADDED,
            second,
            {"message_id": str(second), "seq": second, "author": author, "language": "en"},
        )
        for second, author in enumerate(["shopper", "bot"] * 50_000)
    ]
    row = episode_of(
        told(
            (EventType.EPISODE_STARTED, 0, {"language": "en"}),
            *said,
            (EventType.EPISODE_ENDED, 100_000, {"outcome": "bot_assumed", "language": "en"}),
        ),
        None,
    )
    assert row is not None
    assert (row["messages_shopper"], row["messages_bot"]) == (50_000, 50_000)


async def test_one_and_all_abandoned(store: Store, clock: FrozenClock):
    query = Query.parse(now=clock.now(), start="2026-03-01", end="2026-03-31")
    empty = await Reports(store).overview(query, kb_version="")
    assert (empty["episodes"], empty["previous"], empty["rates"]["resolution"]["value"]) == (0, None, None)
    await store.write(lambda tx: add_rows(tx.connection, _ended_at({"2026-03-02T11:00:00+00:00": ""})))
    one = await Reports(store).overview(query, kb_version="")
    assert (one["episodes"], one["outcomes"]["missed"]) == (1, 1)
    assert one["rates"]["resolution"] == {
        "numerator": 0,
        "denominator": 1,
        "value": 0.0,
        "low": 0.0,
        "high": pytest.approx(0.79, abs=0.01),
        "parts": {"confirmed": 0, "assumed": 0},
    }
    assert one["durations"]["queue_wait"]["mean"] is None
    abandoned = {f"2026-03-0{day}T10:00:00+00:00": "" for day in range(3, 9)}
    clock.advance(days=20)
    await store.write(lambda tx: add_rows(tx.connection, _ended_at(abandoned)))
    query = Query.parse(now=clock.now(), start="2026-03-01", end="2026-03-31")
    whole = await Reports(store).overview(query, kb_version="")
    assert (whole["episodes"], whole["outcomes"]["missed"]) == (7, 7)
    assert {whole["rates"][name]["value"] for name in ("resolution", "bot_resolution", "self_service")} == {0.0}
    assert whole["rates"]["durable_resolution"]["value"] is None, "nothing was resolved, so nothing can last"
    assert "NaN" not in json.dumps(whole)


async def test_very_long_conversation_passes_through_everything(store: Store, clock: FrozenClock, full: bool):  # noqa: FBT001
    count = 100_000 if full else 5_000
    one = Conversation(random.Random(0), NOON - timedelta(days=2), new_id())
    one.episode = 1
    one.tell("episode_started", "shopper", language="en")
    messages = []
    for place in range(count):
        one.at += timedelta(seconds=1)
        author = ("shopper", "bot")[place % 2]
        message = {"id": one.says(author), "conversation_id": one.id, "seq": one.seq, "episode": 1, "author": author}
        messages.append({**message, "language": "en", "text": ODD[place % len(ODD)], "at": one.at})
    one.tell("episode_ended", outcome="bot_assumed", language="en", entry=None, topic=None)
    visitor = {"id": one.visitor, "token_hash": one.visitor, "created_at": one.start, "last_seen_at": one.at}
    rows = {"visitors": [visitor], "conversations": [one.row()], "messages": messages, "events": one.told}
    await store.write(lambda tx: add_rows(tx.connection, rows))
    report = await Reports(store).report(Query.parse(now=clock.now()), kb_version="")
    assert (report["episodes"], report["counts"]["messages"]["mean"]) == (1, count)
    seen = 0
    async for page in pages(store, Export("messages")):
        seen += len(page)
    assert seen == count
    transcript = await Drilldown(store).transcript(one.id, b"key")
    assert 0 < len(transcript["messages"]) <= MOST_MESSAGES
