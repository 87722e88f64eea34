"""Ended episodes of some days as columns: packed days as they are, changed ones from their rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import select

from bot.analytics import frame as frames
from bot.analytics.episodes import Row
from bot.store.counted import episode_days, episodes
from bot.store.transaction import Transaction

KEY_COLUMNS = ("conversation_id", "episode")
COLUMNS = (*frames.TIMES, *frames.NAMES, *frames.COUNTS, *frames.SECONDS)

Key = tuple[str, int]


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


class Keys:
    """The keys of a period's episodes by place; only the days that somebody asks for are read."""

    def __init__(self, sizes: Sequence[int], packed: Sequence[bytes], begin: int) -> None:
        self._ends = list(accumulate(sizes))
        self._packed = packed
        self._begin = begin
        self._read: dict[int, list[Key]] = {}

    def __getitem__(self, place: int) -> Key:
        whole = self._begin + place
        day = bisect_right(self._ends, whole)
        if day not in self._read:
            self._read[day] = unpack_keys(self._packed[day])
        return self._read[day][whole - (self._ends[day - 1] if day else 0)]


@dataclass(frozen=True, slots=True)
class Stored:
    """The days of a period as they lie in the database: read there, made columns elsewhere."""

    start: datetime
    end: datetime
    days: Sequence[tuple[str, bytes | frames.Frame, bytes]]
    """Day, packed or as columns, keys; by day."""

    def frame(self) -> frames.Frame:
        """Return the episodes that ended in [start, end), in the order of their ends."""
        return self._cut(frames.joined(_columns(packed) for _, packed, _ in self.days))[0]

    def with_keys(self) -> tuple[frames.Frame, Keys]:
        """Return the same with the key of each."""
        parts = [_columns(packed) for _, packed, _ in self.days]
        frame, begin = self._cut(frames.joined(parts))
        return frame, Keys([len(part) for part in parts], [packed for _, _, packed in self.days], begin)

    def _cut(self, frame: frames.Frame) -> tuple[frames.Frame, int]:
        """Return the part within the period, and where it begins: days are UTC's, the period's are anybody's."""
        bounds = [round(at.timestamp() * 1000) for at in (self.start, self.end)]
        begin, end = frame["ended_at"].searchsorted(bounds).tolist()
        return frame.take(slice(begin, end)), begin


def _columns(packed: bytes | frames.Frame) -> frames.Frame:
    return packed if isinstance(packed, frames.Frame) else frames.unpack(packed)


def read(tx: Transaction, start: datetime, end: datetime, *, with_keys: bool = False) -> Stored:
    """Return the days that [start, end) touches."""
    last = (end - timedelta(microseconds=1)).date().isoformat()
    names: list[Any] = [episode_days.c.day, episode_days.c.packed, *([episode_days.c["keys"]] if with_keys else [])]
    query = (
        select(*names)
        .where(episode_days.c.day >= start.date().isoformat(), episode_days.c.day <= last)
        .order_by(episode_days.c.day)
    )
    found: list[tuple[str, bytes | frames.Frame, bytes]] = []
    for day, packed, *keys in tx.connection.execute(query):
        if packed is None:
            found.append((day, *day_of(tx, [day])))
        else:
            found.append((day, packed, keys[0] if keys else b""))
    return Stored(start, end, found)
