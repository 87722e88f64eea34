"""The rollup looks back: what another process told late is counted all the same."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.analytics.rollup import Rollup
from bot.domain.events import EventType
from bot.domain.identifiers import new_id
from bot.store.bulk import add_rows
from bot.store.tables import events
from bot.store.transaction import Store
from tests.analytics.test_rollup import rows_of
from tests.fakes import FrozenClock
from tests.history import Conversation


async def test_what_is_told_late_is_counted(store: Store, clock: FrozenClock):
    """Another process's clock is five minutes behind: what it tells lies before what was read already."""

    def ended(at: datetime) -> dict[str, list[dict[str, Any]]]:
        one = Conversation(random.Random(0), at - timedelta(hours=1), new_id())
        one.episode = 1
        one.tell("episode_started", "shopper", language="en")
        one.at = at
        one.tell("episode_ended", outcome="bot_assumed", language="en", entry=None, topic=None)
        visitor = {"id": one.visitor, "token_hash": one.visitor, "created_at": at, "last_seen_at": at}
        return {"visitors": [visitor], "conversations": [one.row()], "events": one.told}

    rollup = Rollup(store)
    clock.advance(minutes=30)  # it has looked back a while ago
    in_time = ended(clock.now())
    await store.write(lambda tx: add_rows(tx.connection, in_time))
    await rollup.sweep()
    assert len(await store.read(rows_of)) == 1
    late = ended(clock.now() - timedelta(minutes=5))
    await store.write(lambda tx: add_rows(tx.connection, late))
    await rollup.sweep()
    assert len(await store.read(rows_of)) == 2, "an episode that ended before the last one that was read"
    rating = {
        "id": new_id(),
        "conversation_id": in_time["conversations"][0]["id"],
        "episode": 1,
        "number": len(in_time["events"]) + 1,
        "type": EventType.RATING_GIVEN.value,
        "actor": "shopper",
        "at": clock.now() - timedelta(minutes=5),
        "data": {"csat": 5, "nps": None},
        "version": 1,
    }
    await store.write(lambda tx: tx.connection.execute(insert(events), rating) and None)
    await rollup.sweep()
    assert sorted(row["csat"] or 0 for row in await store.read(rows_of)) == [0, 5], "a rating from before the last look"
