"""The two readers of front matter agree, and the complete one cannot be kept busy."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.front_matter import FrontMatterError, Pairs, Scalar, read, read_simple, read_yaml
from bot.knowledge.schema import KEYS

KB = Path(__file__).resolve().parents[3] / "kb"
CHARACTERS = st.sampled_from(
    "abz AZ09 éñÇœß 中 -_.,:;!?#'\"\\[]{}&*|>%@`~=+/()<\t\u00a0\u2019\u2028\ufeff\U0001f600\x85"
)
TEXTS = st.text(CHARACTERS, max_size=12) | st.sampled_from(
    [
        "true",
        "No",
        "null",
        "~",
        "1",
        "1.10",
        "012",
        "12:30",
        "2026-11-21",
        "y",
        "on",
        "-",
        "?",
        "a: b",
        "a #b",
        "0x1f",
        ".inf",
    ]
)


@st.composite
def scalars(draw):
    text = draw(TEXTS)
    return draw(st.sampled_from([text, f'"{text}"', f"'{text}'"]))


@st.composite
def documents(draw):
    lines = []
    for key in draw(st.lists(st.sampled_from([*KEYS, "other"]), max_size=4)):
        kind = draw(st.sampled_from(["scalar", "list", "brackets", "nothing"]))
        if kind == "scalar":
            lines.append(f"{key}: {draw(scalars())}")
        elif kind == "brackets":
            lines.append(f"{key}: [{', '.join(draw(st.lists(scalars(), max_size=3)))}]")
        else:
            lines.append(f"{key}:")
            indent = draw(st.sampled_from(["  - ", "- ", "    - "]))
            lines += [f"{indent}{item}" for item in draw(st.lists(scalars(), max_size=3 if kind == "list" else 0))]
    return "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n"]))


@settings(max_examples=250, deadline=None)
@given(documents())
def test_what_the_short_reader_reads_the_complete_one_reads_alike(text):
    short = read_simple(text, 2, KEYS)
    if short is not None:
        assert short == read_yaml(text, 2)


def matters() -> list[str]:
    return [path.read_text(encoding="utf-8").split("---\n")[1] for path in sorted(KB.rglob("*.??.md"))]


def test_both_read_the_demo_help_center_alike():
    some = matters()[::9]
    assert len(some) >= 40
    for text in some:
        assert read(text, 2, KEYS) == read_yaml(text, 2)


def test_the_short_reader_reads_nearly_all_of_it():
    found = [read_simple(text, 2, KEYS) for text in matters()]
    assert sum(pairs is not None for pairs in found) > 0.9 * len(found)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("no", "text"), ("12:30", "text"), ("on", "text"), ("1.10", "number"), ("01234", "number"), ("~", "nothing"),
        ("true", "truth value"), ("2026-11-21", "date"), ("'1'", "text"),
    ],
)  # fmt: skip
def test_scalars_are_what_yaml_1_2_says(text, kind):
    pairs = read(f"title: {text}\n", 2, KEYS)
    assert pairs == Pairs(((Scalar("title", "text", 2), Scalar(text.strip("'"), kind, 2)),), 2)


def test_lines_are_those_of_the_file():
    pairs = read("title: 'a'\nvariants:\n\n  - 'b'\n  - >\n    c\n    d\n", 2, KEYS)
    variants = pairs.pairs[1][1]
    assert [(item.value, item.line) for item in variants.items] == [("b", 5), ("c d\n", 6)]


@pytest.mark.parametrize("text", ["[" * 5000, "{" * 5000, "- " * 5000, "? " * 5000, "a:\n " * 3000, "&a " * 5000])
def test_deep_nesting_is_refused_at_once(text):
    with pytest.raises(FrontMatterError):
        read(f"title: {text}\n", 2, KEYS)
