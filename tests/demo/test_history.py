"""The demo's history: it adds up, goes on where it was cut off, and the board finds the incidents that are in it."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.analytics.board import Boards
from bot.analytics.periods import Query
from bot.analytics.report import Reports
from bot.analytics.rollup import Rollup
from bot.demo import history
from bot.domain.agents import Agent, Presence
from bot.domain.identifiers import new_id
from bot.domain.rights import Role
from bot.knowledge.loader import load
from bot.store.tables import conversations, events
from bot.store.transaction import Store, Transaction
from tests.fakes import NOON, FrozenClock

KB = load(Path(__file__).resolve().parents[2] / "kb")
A_DAY = 70


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Give a database file: the demo has one of its own."""
    return f"sqlite:///{tmp_path / 'demo.db'}"


@pytest.fixture
async def past(store: Store) -> Store:
    """Give a store with a thinner history."""

    def add(tx: Transaction) -> None:
        for name in ("Amir", "Beth"):
            agent = Agent(new_id(), name, f"{name}@x.example", Role.AGENT, ("en",), 5, Presence.OFFLINE, tx.now)
            tx.agents.add(agent, "x")

    await store.write(add)
    await history.seed(store, KB, a_day=A_DAY)
    await Rollup(store).catch_up()
    return store


async def test_board_finds_the_planted_incidents_on_their_days(past: Store, clock: FrozenClock):
    first = (NOON - timedelta(days=history.DAYS)).date()
    told = await Boards(past, lambda: KB).listed(Query.parse(now=clock.now(), start=first.isoformat()), "en")
    bursts = [(point, point["peak"]) for point in told["painpoints"] if point["peak"]]
    strike = [
        peak for point, peak in bursts if any(word in point["quote"].lower() for word in ("strike", "huelga", "grève"))
    ]
    outage = [peak for point, peak in bursts if "502" in point["quote"] or "pay" in point["quote"].lower()]
    week = [(first + timedelta(days=day)).isoformat() for day in history.STRIKE_DAYS]
    assert strike
    assert strike[0]["from"] in week
    assert strike[0]["count"] > 5 * strike[0]["expected"]
    day = (first + timedelta(days=history.OUTAGE_DAY)).isoformat()
    assert outage
    assert outage[0]["from"] <= day <= outage[0]["to"]
    assert told["painpoints"] == sorted(told["painpoints"], key=lambda point: -point["size"])
    words = " ".join(point["quote"] for point in told["painpoints"] if point["do"] == "write_entry").lower()
    assert any(word in words for word in ("gift", "regalo", "cadeau", "wrap")), (
        "nothing answers it, so it is to be written"
    )
    shown = await Boards(past, lambda: KB).shown(
        Query.parse(now=clock.now(), start=first.isoformat()), told["painpoints"][0]["key"], "en"
    )
    assert shown["samples"]

    report = await Reports(past).report(Query.parse(now=clock.now(), start=first.isoformat()), kb_version="")
    assert report["episodes"] == sum(report["outcomes"].values()) > 80 * A_DAY
    assert all(report["outcomes"].values()), "expected every outcome to occur"
    assert report["spam"]
    assert report["scores"]["nps"]["n"]


async def test_history_that_was_cut_off_goes_on(store: Store, monkeypatch: pytest.MonkeyPatch, clock: FrozenClock):
    whole = list(history.made(history.Cast(KB, {"a": "A"}), clock.now(), a_day=4))
    monkeypatch.setattr(history, "made", lambda *_, **__: itertools.islice(whole, 2))
    agent = Agent("a", "A", "a@x.example", Role.AGENT, ("en",), 5, Presence.OFFLINE, clock.now())
    await store.write(lambda tx: tx.agents.add(agent, "x"))

    def cut(tx: Transaction) -> None:
        history._write(tx, whole[0], f"{tx.now.isoformat()} 1")

    await store.write(cut)
    clock.advance(hours=1)
    await history.seed(store, KB)
    assert await history.seed(store, KB) == 0
    counted = await store.read(lambda tx: tx.connection.scalar(select(func.count()).select_from(conversations)))
    assert counted == sum(len(rows["conversations"]) for rows in whole[:2])
    gaps = select(events.c.conversation_id).where(events.c.conversation_id.is_not(None))
    gaps = gaps.group_by(events.c.conversation_id).having(func.max(events.c.number) != func.count())
    assert await store.read(lambda tx: tx.connection.execute(gaps).all()) == []
