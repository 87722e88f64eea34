"""Episodes as columns: what every figure is computed from, packed small, filtered and cut without copies of rows."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.store import counted

TIMES = ("started_at", "ended_at")
"""Milliseconds since 1970, UTC."""
NAMES = (
    "outcome",
    "first_outcome",
    "disposition",
    "handoff_reason",
    "language",
    "topic",
    "entry",
    "agent",
    "team",
    "surface",
    "page",
)
"""Text: a number for each into `names`; the empty text where there is none."""
COUNTS = (*counted.COUNTS, "csat", "nps")
"""Whole numbers, 0 where nothing happened; `nps` is kept plus one, so that 0 is no answer."""
SECONDS = counted.SECONDS
"""Durations, not a number where it did not happen."""
FORMAT = 1
_UNSIGNED = (np.uint8, np.uint16, np.uint32, np.uint64)

Array = NDArray[Any]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Frame:
    """Episodes, one place in every column each."""

    columns: Mapping[str, Array]
    names: Mapping[str, tuple[str, ...]]
    """Column of NAMES -> its texts."""

    def __len__(self) -> int:
        return len(self.columns["ended_at"])

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]

    @property
    def bytes(self) -> int:
        return sum(column.nbytes for column in self.columns.values())

    def equals(self, name: str, *texts: str) -> Mask:
        """Return where a text column is one of these."""
        known = self.names[name]
        found: Mask = np.zeros(len(self), np.bool_)
        for number in (known.index(text) for text in texts if text in known):
            found |= self.columns[name] == number
        return found

    def take(self, chosen: Array | slice) -> Frame:
        """Return the episodes of a mask, of places, or of a slice (which copies nothing)."""
        return Frame({name: column[chosen] for name, column in self.columns.items()}, self.names)

    def by(self, name: str) -> dict[str, Frame]:
        """Return the episodes of each text of a column."""
        return {self.names[name][number]: frame for number, frame in self.parted(self.columns[name]).items()}

    def parted(self, numbers: Array) -> dict[int, Frame]:
        """Return the episodes of each number: put in order once, then cut."""
        order = np.argsort(numbers, kind="stable")
        ordered, whole = numbers[order], self.take(order)
        cuts = np.flatnonzero(np.diff(ordered)) + 1
        bounds = [0, *cuts.tolist(), len(ordered)]
        return {int(ordered[begin]): whole.take(slice(begin, end)) for begin, end in pairwise(bounds) if end > begin}


def frame_of(rows: Sequence[Mapping[str, Any]]) -> Frame:
    """Return the frame of rows that hold every column by name."""
    columns: dict[str, Array] = {}
    names: dict[str, tuple[str, ...]] = {}
    for name in TIMES:
        columns[name] = np.array([_milliseconds(row[name]) for row in rows], np.int64)
    for name in NAMES:
        texts = [row[name] or "" for row in rows]
        names[name] = tuple(sorted(set(texts)))
        numbers = {text: number for number, text in enumerate(names[name])}
        columns[name] = _small(np.array([numbers[text] for text in texts], np.uint64))
    for name in COUNTS:
        columns[name] = _small(np.array([int(row[name] or 0) for row in rows], np.uint64))
    for name in SECONDS:
        values = [np.nan if row[name] is None else row[name] for row in rows]
        columns[name] = np.array(values, np.float32)
    return Frame(columns, names)


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _small(numbers: Array) -> Array:
    """Return whole numbers in the smallest type that holds them."""
    most = int(numbers.max()) if len(numbers) else 0
    return numbers.astype(next(kind for kind in _UNSIGNED if most <= np.iinfo(kind).max))


EMPTY = frame_of([])


def joined(frames: Iterable[Frame]) -> Frame:
    """Return the frames behind one another."""
    parts = [frame for frame in frames if len(frame)]
    if not parts:
        return EMPTY
    if len(parts) == 1:
        return parts[0]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in (*TIMES, *COUNTS, *SECONDS)}
    names: dict[str, tuple[str, ...]] = {}
    for name in NAMES:
        texts = sorted({text for part in parts for text in part.names[name]})
        numbers = {text: number for number, text in enumerate(texts)}
        kind = _small(np.array([len(texts)], np.uint64)).dtype
        tables = [np.array([numbers[text] for text in part.names[name]], kind) for part in parts]
        columns[name] = np.concatenate([table[part[name]] for table, part in zip(tables, parts, strict=True)])
        names[name] = tuple(texts)
    return Frame(columns, names)


def pack(frame: Frame) -> bytes:
    """Return the frame as bytes: a JSON head, then the columns; durations only where there is one."""
    head: dict[str, Any] = {"format": FORMAT, "n": len(frame), "names": frame.names, "columns": {}}
    pieces: list[bytes] = []
    for name in (*TIMES, *NAMES, *COUNTS):
        column = frame[name]
        head["columns"][name] = column.dtype.str
        pieces.append(column.tobytes())
    for name in SECONDS:
        there = ~np.isnan(frame[name])
        head["columns"][name] = int(there.sum())
        pieces += [np.packbits(there).tobytes(), frame[name][there].tobytes()]
    text = json.dumps(head, ensure_ascii=False).encode()
    return b"".join([struct.pack("<I", len(text)), text, *pieces])


def unpack(packed: bytes) -> Frame:
    """Return the frame that was packed. Raises ValueError for another format."""
    (length,) = struct.unpack_from("<I", packed)
    head = json.loads(packed[4 : 4 + length])
    if head["format"] != FORMAT:
        raise ValueError(f"expected packed episodes of format {FORMAT}, got {head['format']}")
    n, place = head["n"], 4 + length
    columns: dict[str, Array] = {}

    def read(kind: Any, count: int) -> Array:
        nonlocal place
        found: Array = np.frombuffer(packed, kind, count, place)
        place += found.nbytes
        return found

    for name in (*TIMES, *NAMES, *COUNTS):
        columns[name] = read(np.dtype(head["columns"][name]), n)
    for name in SECONDS:
        there = np.unpackbits(read(np.uint8, (n + 7) // 8), count=n).view(np.bool_)
        columns[name] = np.full(n, np.nan, np.float32)
        columns[name][there] = read(np.float32, head["columns"][name])
    return Frame(columns, {name: tuple(texts) for name, texts in head["names"].items()})
