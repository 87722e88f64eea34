"""Answers: Markdown into blocks, blocks into JSON and plain text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.body import escape, parse, plain, words_of
from bot.knowledge.entries import to_json

ANSWER = """\
Open **My *orders*** and see
[tracking](shipping/track-package).

- one
- two [mail](mailto:support@caravan.example)
  1. inner
  2. [site](https://caravan.example/a?b=c)

Last\\
line, <https://caravan.example>
"""


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def link(href: str, words: str) -> dict[str, Any]:
    return {"type": "link", "href": href, "children": [text(words)]}


def paragraph(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": "paragraph", "children": list(children)}


def test_an_answer_becomes_blocks():
    body = parse(ANSWER)
    assert body.faults == ()
    assert body.links == ((2, "shipping/track-package"),)
    bold = {"type": "bold", "children": [text("My "), {"type": "emphasis", "children": [text("orders")]}]}
    site = link("https://caravan.example/a?b=c", "site")
    inner = {"type": "list", "ordered": True, "items": [[paragraph(text("inner"))], [paragraph(site)]]}
    mail = paragraph(text("two "), link("mailto:support@caravan.example", "mail"))
    assert to_json(body.blocks) == [
        paragraph(text("Open "), bold, text(" and see "), link("entry:shipping/track-package", "tracking"), text(".")),
        {"type": "list", "ordered": False, "items": [[paragraph(text("one"))], [mail, inner]]},
        paragraph(
            text("Last"), {"type": "break"}, text("line, "), link("https://caravan.example", "https://caravan.example")
        ),
    ]


def test_plain_text_keeps_lists_and_addresses():
    assert plain(parse(ANSWER).blocks) == (
        "Open My orders and see tracking.\n"
        "\n"
        "- one\n"
        "- two mail (support@caravan.example)\n"
        "  1. inner\n"
        "  2. site (https://caravan.example/a?b=c)\n"
        "\n"
        "Last\nline, https://caravan.example"
    )


def test_the_words_are_those_that_a_reader_sees():
    assert words_of(parse(ANSWER).blocks).split("\n") == [
        "Open My orders and see tracking.", "one", "two mail", "inner", "site", "Last", "line, https://caravan.example",
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["1 < 2 and 3 > 2", "I <3 it", "a & b", "AT&amp;T", "\\<b\\>", "5 * 3 * 2", "a_b_c"])
def test_signs_that_are_no_marks_are_text(typed):
    assert parse(typed).faults == ()


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java&#115;cript:alert(1)", "vbscript:x", "data:text/html,x",
        "file:///etc/passwd", "//evil.example", "/help", "#x", "?x", "ftp://x.example", "https://", "http://[",
        "https://x.example:99999", "mailto:a@b.example,c@d.example", "mailto:", "..", "a/../b", "a//b", "entry:x",
    ],
)  # fmt: skip
def test_no_other_link_passes(target):
    body = parse(f"[x]({target})")
    assert len(body.faults) == 1
    assert all(child["href"] == "" for child in to_json(body.blocks)[0]["children"])


def kinds(nodes: list[dict[str, Any]]) -> set[str]:
    inner = [child for node in nodes for child in node.get("children", [])]
    inner += [block for node in nodes for item in node.get("items", []) for block in item]
    return {node["type"] for node in nodes} | (kinds(inner) if inner else set())


@settings(max_examples=400, deadline=None)
@given(st.text(st.sampled_from("ab1.) -*_#>`[]()!<>&\\|~=+:/\n\té"), max_size=40))
def test_no_text_makes_the_reader_fail_or_gives_another_kind_of_node(typed):
    blocks = parse(typed).blocks
    plain(blocks)
    assert kinds(to_json(blocks)) <= {"paragraph", "list", "text", "bold", "emphasis", "link", "break"}


@settings(max_examples=400, deadline=None)
@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from("#>*_`[]()!<&|~=+-1.\\\n"),
        max_size=60,
    )
)
def test_escaped_text_reads_as_its_own_words(typed):
    body = parse(escape(typed))
    assert body.faults == ()
    assert words_of(body.blocks).split() == typed.split()
