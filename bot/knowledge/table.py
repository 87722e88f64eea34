"""Tables of a help center's texts: the lines of a JSONL or CSV file, read with their faults, and written."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bot.errors import KnowledgeError
from bot.knowledge import body, loader
from bot.knowledge.faults import Fault, nearest
from bot.text.normalize import clean

if TYPE_CHECKING:
    import _csv

COLUMNS = ("id", "lang", "text", "answer")
_REQUIRED = COLUMNS[:3]
# A spreadsheet would run a cell that begins so; an apostrophe before it makes it a text, and is taken off later.
_FORMULA = re.compile("'*[=+\\-@|%\uff1d\uff0b\uff0d\uff20]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table and where it stands."""

    number: int
    id: str
    lang: str
    text: str
    answer: str


@dataclass(slots=True)
class Table:
    """One reading of a file: its right lines, and a fault for every other."""

    path: Path
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, line: int, what: str) -> None:
        self.faults.append(Fault(str(self.path), line, what))

    def lines(self) -> Iterator[Line]:
        """Yield the lines that are right. Raises KnowledgeError when the file cannot be read at all."""
        try:
            stream = self.path.open(encoding="utf-8-sig", newline="")
        except OSError as error:
            raise KnowledgeError([f"{self.path}: expected a readable file, got: {error.strerror}"]) from error
        is_csv = self.path.suffix.lower() == ".csv"
        with stream:
            try:
                for number, row in self._csv_rows(stream) if is_csv else self._json_rows(stream):
                    if (line := self._line(number, row)) is not None:
                        yield line
            except UnicodeDecodeError as error:
                self.refuse(_first_bad_line(self.path), f"expected UTF-8, found {error.reason}")

    def _json_rows(self, stream: TextIO) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for number, text in enumerate(stream, 1):
            if not text.strip():
                continue
            try:
                row = json.loads(text)
            except (ValueError, RecursionError) as error:
                reason = getattr(error, "msg", "nested too deep")
                self.refuse(number, f"expected a JSON object with id, lang and text, found bad JSON: {reason}")
                continue
            if isinstance(row, dict):
                yield number, row
            else:
                found = json.dumps(row)[:60]
                self.refuse(number, f"expected a JSON object with id, lang and text, found {found}")

    def _csv_rows(self, stream: TextIO) -> Iterator[tuple[int, Mapping[str, Any]]]:
        rows = csv.reader(stream)
        try:
            yield from self._csv_cells(rows)
        except csv.Error as error:  # such as a cell of more than 131,072 characters
            self.refuse(rows.line_num, f"bad CSV: {error}")

    def _csv_cells(self, rows: _csv.Reader) -> Iterator[tuple[int, Mapping[str, Any]]]:
        header = [name.strip().lower() for name in next(rows, [])]
        if missing := [name for name in _REQUIRED if name not in header]:
            self.refuse(1, f"expected a first line id,lang,text[,answer], found no {', '.join(missing)}")
            return
        before = rows.line_num
        for cells in rows:
            number, before = before + 1, rows.line_num
            if len(cells) > len(header):
                self.refuse(number, f"expected {len(header)} cells, found {len(cells)}")
            elif cells:
                yield number, dict(zip(header, map(_unguarded, cells), strict=False))

    def _line(self, number: int, row: Mapping[str, Any]) -> Line | None:
        """Return the line if all its values are right; the other keys of a row are of no interest."""
        before = len(self.faults)
        values = {name: self._text(number, row, name) for name in COLUMNS}
        if len(self.faults) > before:
            return None
        if not body.ENTRY_ID.fullmatch(values["id"]):
            what = f"expected an id of letters, digits, '.', '_' and '-', found {values['id']!r}"
            self.refuse(number, what)
        if values["lang"] not in loader.LANGUAGES:
            languages = ", ".join(loader.LANGUAGES)
            self.refuse(number, f"expected a lang among {languages}, found {values['lang']!r}")
        return Line(number, **values) if len(self.faults) == before else None

    def _text(self, number: int, row: Mapping[str, Any], name: str) -> str:
        value = row.get(name)
        if value is None:
            if name in _REQUIRED:
                self.refuse(number, f"expected {name}, found none{nearest(name, map(str, row))}")
            return ""
        if not isinstance(value, str):
            self.refuse(number, f"{name}: expected a text, found {json.dumps(value)[:60]}")
            return ""
        text = value.strip() if name in ("id", "lang") else clean(value).strip()
        if name == "text" and not text:
            self.refuse(number, "text: expected a text, found an empty one")
        return text


def _first_bad_line(path: Path) -> int:
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        try:
            line.decode()
        except UnicodeDecodeError:
            return number
    return 1


def write(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Write rows of COLUMNS, as CSV when the name ends in `.csv`, else as JSONL. Raises KnowledgeError."""
    if path.suffix.lower() == ".csv":
        cells = [COLUMNS, *([row[name] for name in COLUMNS] for row in rows)]
        text = "".join(",".join(map(_cell, row)) + "\r\n" for row in cells)
    else:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    try:
        path.write_bytes(text.encode())
    except OSError as error:
        raise KnowledgeError([f"{path}: cannot be written: {error.strerror}"]) from error


def _cell(text: str) -> str:
    guarded = f"'{text}" if _FORMULA.match(text) else text
    return '"' + guarded.replace('"', '""') + '"' if re.search('[",\r\n]', guarded) else guarded


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
