"""The one writer of exported files, row by row: CSV that no spreadsheet runs, JSON lines, Parquet."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO, Protocol, TextIO

from bot.analytics.dictionary import NUMBER, TIME, TRUTH, WHOLE, Column
from bot.errors import BadInput

FORMATS = ("csv", "jsonl", "parquet")
TYPES = {"csv": "text/csv", "jsonl": "application/x-ndjson", "parquet": "application/vnd.apache.parquet"}
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "|", "%")
_LINE_ENDS = ("\t", "\r", "\n")
_BOM = "\ufeff"
_GROUP = 20_000  # rows of a Parquet row group: what is held in memory

Lines = Iterable[Mapping[str, Any]]


class Writer(Protocol):
    """Takes rows and writes them as they come."""

    def add(self, lines: Lines) -> None:
        """Write these rows."""

    def close(self) -> None:
        """Finish the file; nothing can be added then."""


def open_writer(file: BinaryIO, format_: str, columns: Sequence[Column], *, bom: bool = False) -> Writer:
    """Return a writer into a file opened for bytes. Raises BadInput for a format that is not there."""
    match format_:
        case "csv":
            return _Csv(file, columns, bom=bom)
        case "jsonl":
            return _JsonLines(file, columns)
        case "parquet":
            return _Parquet(file, columns)
        case _:
            raise BadInput("Expected one of {known}, got {found}.", known=", ".join(FORMATS), found=format_[:40])


class _Csv:
    def __init__(self, file: BinaryIO, columns: Sequence[Column], *, bom: bool) -> None:
        self._file, self._names = file, [column.name for column in columns]
        file.write((_BOM if bom else "").encode())
        self._write([], head=True)

    def add(self, lines: Lines) -> None:
        self._write(lines, head=False)

    def _write(self, lines: Lines, *, head: bool) -> None:
        text = io.StringIO(newline="")
        write_csv(text, self._names, lines, head=head)
        self._file.write(text.getvalue().encode())

    def close(self) -> None:
        self._file.flush()


class _JsonLines:
    def __init__(self, file: BinaryIO, columns: Sequence[Column]) -> None:
        self._file, self._names = file, [column.name for column in columns]

    def add(self, lines: Lines) -> None:
        text = io.StringIO(newline="")
        write_jsonl(text, self._names, lines)
        self._file.write(text.getvalue().encode())

    def close(self) -> None:
        self._file.flush()


class _Parquet:
    def __init__(self, file: BinaryIO, columns: Sequence[Column]) -> None:
        try:
            import pyarrow as pa  # noqa: PLC0415  # optional: 40 MB that a chat server does not need
            from pyarrow import parquet  # noqa: PLC0415
        except ImportError:
            raise BadInput("Parquet needs one more package: pip install 'parley[parquet]'.") from None
        kinds = {WHOLE: pa.int64(), NUMBER: pa.float64(), TRUTH: pa.bool_(), TIME: pa.timestamp("ms", tz="UTC")}
        self._schema = pa.schema([(column.name, kinds.get(column.kind, pa.string())) for column in columns])
        self._times = [column.name for column in columns if column.kind == TIME]
        self._pa = pa
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._waiting: list[Mapping[str, Any]] = []

    def add(self, lines: Lines) -> None:
        self._waiting += lines
        if len(self._waiting) >= _GROUP:
            self._flush()

    def _flush(self) -> None:
        if not self._waiting:
            return
        table = {name: [line[name] for line in self._waiting] for name in self._schema.names}
        arrays = []
        for member in self._schema:
            if member.name in self._times:
                texts = self._pa.array([text.rstrip("Z") for text in table[member.name]], self._pa.string())
                arrays.append(texts.cast(self._pa.timestamp("ms")).cast(member.type))
            else:
                values = [
                    json.dumps(v, ensure_ascii=False) if isinstance(v, list | dict) else v for v in table[member.name]
                ]
                arrays.append(self._pa.array(values, member.type))
        self._writer.write_table(self._pa.Table.from_arrays(arrays, schema=self._schema))
        self._waiting = []

    def close(self) -> None:
        self._flush()
        self._writer.close()


def write_csv(file: TextIO, columns: Sequence[str], lines: Lines, *, head: bool = True) -> None:
    """Write CSV (RFC 4180) in which no cell is a formula."""
    writer = csv.writer(file)
    if head:
        writer.writerow(columns)
    writer.writerows([safe_cell(line.get(column)) for column in columns] for line in lines)


def write_jsonl(file: TextIO, columns: Sequence[str], lines: Lines) -> None:
    """Write one JSON object a line, in the columns' order."""
    texts = (json.dumps({column: line.get(column) for column in columns}, ensure_ascii=False) for line in lines)
    file.writelines(f"{text}\n" for text in texts)


def safe_cell(value: object) -> str | int | float:
    """Return what a cell may hold: numbers as numbers, text that a spreadsheet would run with a quote before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if _is_risky(text) else text


def _is_risky(text: str) -> bool:
    """Whether a lenient spreadsheet sees a formula: behind what nobody sees, and in whatever width it is written."""
    seen = (c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))
    first = unicodedata.normalize("NFKC", next(seen, ""))
    return text.startswith(_LINE_ENDS) or first.startswith(_BEGINS_A_FORMULA)
