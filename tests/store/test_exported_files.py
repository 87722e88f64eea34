"""Exported files: no cell that a spreadsheet runs, and the text itself comes back."""

from __future__ import annotations

import csv
import io
import json
import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.analytics.writers import safe_cell, write_csv, write_jsonl

FORMULA = ("=", "+", "-", "@", "|", "%")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TRICKY = st.builds(
    str.__add__,
    st.text(" \u00a0\u2003\u3000\t\r\n\x0b\x0c\x1f\u0085\u200b\ufeff", max_size=4),
    st.sampled_from(
        ["=1+1", "+1", "-5", "@SUM(A1)", "|calc", "%x", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x", "\t=1", "-", "'=1"]
    ),
)


def shown(cell: str) -> str:
    """Return what a lenient spreadsheet makes of a cell: blanks and invisible characters off, full width narrowed."""
    narrow = unicodedata.normalize("NFKC", cell)
    return "".join(c for c in narrow if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))


@given(st.one_of(TEXTS, TRICKY))
@example("-5")
@example("\ufeff=1")
@example("\u200b=1")
@example("\x0b=1")
@settings(max_examples=400, deadline=None)
def test_no_text_is_a_formula(text: str):
    cell = str(safe_cell(text))
    assert not shown(cell).startswith(FORMULA)
    assert not cell.startswith(("\t", "\r", "\n"))
    assert cell in (text, f"'{text}"), "expected nothing but a quote before it"


@given(
    st.lists(
        st.fixed_dictionaries({"a": st.one_of(TEXTS, TRICKY), "b": st.one_of(st.none(), st.integers(), st.booleans())}),
        max_size=5,
    )
)
@settings(max_examples=100, deadline=None)
def test_csv_reads_back(lines: list[dict[str, object]]):
    file = io.StringIO(newline="")
    write_csv(file, ["a", "b"], lines)
    header, *rows = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert header == ["a", "b"]
    assert len(rows) == len(lines)
    for row, line in zip(rows, lines, strict=True):
        assert row[0].removeprefix("'") == str(line["a"]).removeprefix("'")
        assert row[1] == ("" if line["b"] is None else str(line["b"]).lower())


@given(
    st.lists(
        st.fixed_dictionaries({"a": TEXTS, "b": st.one_of(st.none(), st.floats(allow_nan=False), st.lists(TEXTS))}),
        max_size=5,
    )
)
@settings(max_examples=100, deadline=None)
def test_json_lines_read_back(lines: list[dict[str, object]]):
    file = io.StringIO(newline="")
    write_jsonl(file, ["a", "b"], [{**line, "secret": 1} for line in lines])
    assert [json.loads(text) for text in file.getvalue().split("\n")[:-1]] == lines


def test_numbers_stay_numbers():
    assert [safe_cell(value) for value in (-5, 0.25, True, None, {"a": 1})] == [-5, 0.25, "true", "", '{"a": 1}']
