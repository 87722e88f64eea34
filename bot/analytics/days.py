"""Ended episodes of some days as columns: packed days as they are, changed ones from their rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from sqlalchemy import select

from bot.analytics import frame as frames
from bot.analytics.episodes import Row
from bot.store.counted import episode_days, episodes
from bot.store.transaction import Transaction

KEY_COLUMNS = ("conversation_id", "episode")
COLUMNS = (*frames.TIMES, *frames.NAMES, *frames.COUNTS, *frames.SECONDS)

Key = tuple[str, int]
Versions = tuple[tuple[str, int], ...]
"""UTC days with their versions, by day."""


def day_of(tx: Transaction, days: Sequence[str]) -> tuple[frames.Frame, bytes]:
    """Return the episodes of these UTC days from their rows, by time, with their packed keys."""
    columns = [episodes.c[name] for name in dict.fromkeys((*KEY_COLUMNS, *COLUMNS))]
    order = (episodes.c.ended_at, episodes.c.conversation_id, episodes.c.episode)
    query = select(*columns).where(episodes.c.day.in_(days)).order_by(*order)
    rows = [counted(dict(row._mapping)) for row in tx.connection.execute(query)]  # noqa: SLF001  # its public name
    return frames.frame_of(rows), pack_keys([(row["conversation_id"], row["episode"]) for row in rows])


def counted(row: Row) -> Row:
    """Return a row as the frame holds it: an NPS answer of 0 is an answer."""
    return {**row, "nps": None if row["nps"] is None else row["nps"] + 1}


def pack_keys(keys: Iterable[Key]) -> bytes:
    """Return the keys as lines of text: read only when somebody asks which episodes a number counts."""
    return "\n".join(f"{conversation_id} {episode}" for conversation_id, episode in keys).encode()


def unpack_keys(packed: bytes) -> list[Key]:
    found = (line.split(" ") for line in packed.decode().split("\n") if line)
    return [(conversation_id, int(episode)) for conversation_id, episode in found]


@dataclass(frozen=True, slots=True)
class Period:
    """The episodes that ended in [start, end), in the order of their ends."""

    frame: frames.Frame
    begin: int
    """Place of the first of them among the episodes of all the days: days are UTC's, the period's are anybody's."""
    versions: Versions
    ends: Sequence[int]
    """How many episodes there are up to the end of each day."""

    @classmethod
    def of(cls, stored: Stored, start: datetime, end: datetime) -> Period:
        """Return the period's part of the days."""
        parts = [_columns(packed) for _, packed in stored.days]
        whole = frames.joined(parts)
        bounds = [round(at.timestamp() * 1000) for at in (start, end)]
        begin, stop = whole["ended_at"].searchsorted(bounds).tolist()
        ends = list(accumulate(len(part) for part in parts))
        return cls(whole.take(slice(begin, stop)), begin, stored.versions, ends)

    def place(self, number: int) -> tuple[int, int]:
        """Return the number of the day of the n-th episode, and its place within."""
        day = bisect_right(self.ends, self.begin + number)
        return day, self.begin + number - (self.ends[day - 1] if day else 0)


@dataclass(frozen=True, slots=True)
class Stored:
    """Days as they lie in the database: read there, made columns elsewhere."""

    versions: Versions
    days: Sequence[tuple[str, bytes | frames.Frame]]
    """Day, packed or as columns; by day."""


def _columns(packed: bytes | frames.Frame) -> frames.Frame:
    return packed if isinstance(packed, frames.Frame) else frames.unpack(packed)


def versions(tx: Transaction, start: datetime, end: datetime) -> Versions:
    """Return the days that [start, end) touches, each with a number that changes when one of its episodes does."""
    last = (end - timedelta(microseconds=1)).date().isoformat()
    query = select(episode_days.c.day, episode_days.c.version).where(
        episode_days.c.day >= start.date().isoformat(), episode_days.c.day <= last
    )
    return tuple((day, version) for day, version in tx.connection.execute(query.order_by(episode_days.c.day)))


def version(tx: Transaction, day: str) -> int | None:
    """Return the number of a day that changes when one of its episodes does."""
    number: int | None = tx.connection.scalar(select(episode_days.c.version).where(episode_days.c.day == day))
    return number


def read(tx: Transaction, wanted: Versions) -> Stored:
    """Return the episodes of these days."""
    names = [day for day, _ in wanted]
    query = select(episode_days.c.day, episode_days.c.packed).where(episode_days.c.day.in_(names))
    packed = {row.day: row.packed for row in tx.connection.execute(query)}
    return Stored(wanted, [(day, packed.get(day) or day_of(tx, [day])[0]) for day in names])


def read_keys(tx: Transaction, day: str) -> list[Key]:
    """Return the keys of a day's episodes, in their order."""
    kept = tx.connection.scalar(select(episode_days.c["keys"]).where(episode_days.c.day == day))
    return unpack_keys(day_of(tx, [day])[1] if kept is None else kept)
