"""The one writer of exported files: CSV that no spreadsheet runs, JSON lines, Parquet."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from bot.errors import BadInput

FORMATS = ("csv", "jsonl", "parquet")
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "|", "%")
_LINE_ENDS = ("\t", "\r", "\n")


def write(path: Path, format_: str, columns: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> None:
    """Write the lines to a file. Raises BadInput for a format that is not there, OSError."""
    if format_ == "parquet":
        _write_parquet(path, columns, lines)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        (write_csv if format_ == "csv" else write_jsonl)(file, columns, lines)


def write_csv(file: TextIO, columns: Sequence[str], lines: Iterable[Mapping[str, Any]]) -> None:
    """Write CSV (RFC 4180) in which no cell is a formula."""
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([safe_cell(line.get(column)) for column in columns] for line in lines)


def write_jsonl(file: TextIO, columns: Sequence[str], lines: Iterable[Mapping[str, Any]]) -> None:
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


def _write_parquet(path: Path, columns: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> None:
    try:
        import pyarrow as pa  # noqa: PLC0415  # optional: 40 MB that a chat server does not need
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise BadInput("Parquet needs one more package: pip install 'parley[parquet]'.") from None
    plain = [
        {c: json.dumps(v, ensure_ascii=False) if isinstance(v := line.get(c), list | dict) else v for c in columns}
        for line in lines
    ]
    parquet.write_table(pa.Table.from_pylist(plain) if plain else pa.table({c: [] for c in columns}), path)
