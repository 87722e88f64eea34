"""What is asked all the time is answered by an index, however much is stored."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Select, func, select, text

from bot.domain.events import EventType
from bot.store.database import open_database
from bot.store.schema import upgrade
from bot.store.tables import conversations, events

ASKED = {
    "ix_conversations_open": select(func.count()).where(conversations.c.episode_open),
    "ix_events_type_at": select(events.c.id).where(
        events.c.type == EventType.EPISODE_ENDED.value, events.c.at > func.current_timestamp()
    ),
}


@pytest.fixture
def migrated_url(database_url: str) -> str:
    """Migrate outside of any loop."""
    upgrade(database_url)
    return database_url


@pytest.mark.parametrize(("index", "query"), ASKED.items(), ids=ASKED)
async def test_an_index_answers(migrated_url: str, index: str, query: Select[tuple[object]]):
    def plan(connection: Connection) -> str:
        asked = query.compile(connection, compile_kwargs={"literal_binds": True})
        if connection.dialect.name == "sqlite":
            return repr(connection.execute(text(f"EXPLAIN QUERY PLAN {asked}")).all())
        connection.execute(
            text("SET LOCAL enable_seqscan = off")
        )  # so little is stored here that reading all is quicker
        return repr(connection.execute(text(f"EXPLAIN {asked}")).all())

    database = open_database(migrated_url)
    assert index in await database.write(plan)
    await database.close()
