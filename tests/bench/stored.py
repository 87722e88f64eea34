"""Fills PostgreSQL with as many conversations as a shop has after a while, in minutes: most are copies of a few."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, text

from bot.analytics.rollup import Rollup
from bot.clock import SystemClock
from bot.store.columns import metadata
from bot.store.database import open_database
from bot.store.transaction import Store
from tests.history import fill

DAYS = 30  # over which they are spread
ORIGINALS = 10_000  # episodes
_MESSAGES = """
INSERT INTO messages (id, conversation_id, seq, episode, author, language, text, folded, at)
SELECT gen_random_uuid()::text, c.id, g, 1, CASE g % 2 WHEN 1 THEN 'shopper' ELSE 'bot' END, c.locale,
  'where is my parcel ' || g, 'where is my parcel ' || g, c.created_at
FROM conversations c CROSS JOIN generate_series(1, greatest(c.last_seq, 2)) g
"""
_COPIED = {"visitors": "id", "conversations": "id", "messages": "conversation_id", "events": "conversation_id"}
_COPIED["episodes"] = "conversation_id"
"""Each table, by the column that tells an original from a copy."""
_IDS = ("id", "conversation_id", "visitor_id", "token_hash")
_COPY_ID = "substr({name}, 1, 30) || 'x' || lpad(copy::text, 5, '0')"  # no id of our own has an x


async def store(url: str, times: int, *, before: int = 0) -> None:
    """Let a migrated database hold `times` the originals, of which it holds `before` times as many already."""
    opened = Store(open_database(url, patient=True), SystemClock())
    try:
        if not before:
            start = SystemClock().now() - timedelta(days=DAYS)
            await fill(opened.database, ORIGINALS, start=start, days=DAYS - 2)
            await opened.database.write(lambda connection: connection.execute(text(_MESSAGES)))
            await Rollup(opened).catch_up()
        await opened.database.write(lambda connection: _copy(connection, max(1, before), times))
    finally:
        await opened.close()


def _copy(connection: Connection, first: int, end: int) -> None:
    """Copy every original under the numbers from `first` to before `end`.

    Packed days stay those of the originals: packing anew takes minutes, and no report is asked here.
    """
    for name, key in _COPIED.items():
        columns = [column.name for column in metadata.tables[name].c]
        copied = [_COPY_ID.format(name=column) if column in _IDS else f'"{column}"' for column in columns]
        named = ", ".join(f'"{column}"' for column in columns)
        connection.execute(
            text(
                f"INSERT INTO {name} ({named}) SELECT {', '.join(copied)} FROM {name},"
                f" generate_series({first}, {end - 1}) AS copy WHERE position('x' IN {key}) = 0"
            )
        )
    connection.execute(text("ANALYZE"))
