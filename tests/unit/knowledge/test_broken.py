"""Broken help centers: each is refused with the file, the line and the words that a person needs."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge import loader

GOOD = "---\ntitle: Good\n---\nGood.\n"


def matter(*lines: str, body: str = "Fine.\n") -> str:
    return "\n".join(["---", *lines, "---", body])


def answer(*lines: str) -> str:
    return matter("title: T", body="\n".join(lines))


def utf16(text: str) -> bytes:
    return b"\xff\xfe" + text.encode("utf-16-le")


# What the file holds -> the line that is named, and a part of what is said there.
BROKEN: dict[str, tuple[str | bytes, int, str]] = {
    "no front matter": ("Just text.\n", 1, "expected front matter that begins with a line ---, found 'Just text.'"),
    "empty file": ("", 1, "expected front matter that begins with a line ---, found ''"),
    "front matter never ends": ("---\ntitle: T\n", 1, "expected a second line --- behind the front matter"),
    "nothing in the front matter": ("---\n---\nFine.\n", 2, "expected keys such as title and variants, found none"),
    "front matter is a list": (matter("- a", "- b"), 2, "found a list"),
    "front matter is a text": (matter("hello there"), 2, "found the text hello there"),
    "quote never ends": (matter('title: "T', "variants: []"), 3, "bad YAML"),
    "colon in a plain text": (matter("title: T: what now"), 2, "bad YAML: mapping values are not allowed here"),
    "tab for indentation": (matter("title: T", "variants:", "\t- a"), 4, "bad YAML"),
    "duplicate key": (matter("title: T", "action: handoff", "title: U"), 4, "duplicate key 'title', first on line 2"),
    "duplicate key, quoted": (matter("title: T", '"title": U'), 3, "duplicate key 'title', first on line 2"),
    "unknown key": (matter("title: T", "varients: []"), 3, "found the key 'varients'; did you mean variants?"),
    "unknown key, nothing near": (matter("title: T", "zzz: 1"), 3, "found the key 'zzz'"),
    "key is a list": (matter("title: T", "? [a]", ": b"), 3, "found the key 'a list'"),
    "merge key": (matter("title: T", "<<: {a: b}"), 3, "found the key '<<'"),
    "anchor": (matter("title: &t T", "keywords: [*t]"), 2, "expected no anchors, found &t"),
    "alias": (matter("title: T", "keywords: *t"), 3, "expected no aliases, found *t"),
    "tag": (matter("title: !!str 5"), 2, "expected no tags, found tag:yaml.org,2002:str"),
    "python tag": (matter("title: T", "keywords: !!python/object:os.system [a]"), 3, "expected no tags"),
    "two documents": (matter("title: T", "--- # again", "title: U"), 3, "expected one YAML document"),
    "directive": ("---\n%YAML 1.1\n---\nFine.\n", 2, "bad YAML"),
    "no title": (matter("variants: [a]"), 2, "expected a title, found none"),
    "empty title": (matter('title: ""'), 2, "title: expected a text, found an empty one"),
    "title of nothing": (matter("title:"), 2, "title: expected a text, found nothing"),
    "title is a number": (matter("title: 012"), 2, "title: expected a text, found the number 012 (put it in quotes)"),
    "title is a date": (matter("title: 2026-11-21"), 2, "found the date 2026-11-21 (put it in quotes)"),
    "title is a truth value": (matter("title: true"), 2, "found the truth value true (put it in quotes)"),
    "title is a list": (matter("title: [a]"), 2, "title: expected a text, found a list"),
    "variants are a text": (
        matter("title: T", "variants: a"),
        3,
        "variants: expected a list of texts, found the text a",
    ),
    "variant is a number": (
        matter("title: T", "variants:", "  - a", "  - 1.10"),
        5,
        "found the number 1.10 (put it in",
    ),
    "variant is nothing": (
        matter("title: T", "variants:", "  - a", "  -"),
        5,
        "variants: expected a text, found nothing",
    ),
    "variant with a colon": (matter("title: T", "variants:", "  - help: now"), 4, "a colon and a space make it a text"),
    "variant is a list": (matter("title: T", "variants:", "  - [a]"), 4, "variants: expected a text, found a list"),
    "variant of spaces": (
        matter("title: T", "variants:", '  - " "'),
        4,
        "variants: expected a text, found an empty one",
    ),
    "NUL by escape": (matter('title: "a\\0b"'), 2, "found the character U+0000"),
    "surrogate by escape": (matter('title: "a\\ud800b"'), 2, "U+D800"),
    "bad escape": (matter('title: "a\\qb"'), 2, "bad YAML"),
    "related to nothing": (
        matter("title: T", "related: [good, godo]"),
        3,
        "there is no entry godo; did you mean good?",
    ),
    "related to itself": (matter("title: T", "related: [bad]"), 3, "related: names itself"),
    "related twice": (matter("title: T", "related: [good, good]"), 3, "related: good stands there twice"),
    "related is no id": (matter("title: T", 'related: ["../x"]'), 3, "expected an entry's id such as"),
    "unknown action": (matter("title: T", "action: handof"), 3, "found 'handof'; did you mean handoff?"),
    "updated is no date": (matter("title: T", "updated: soon"), 3, "updated: expected a date such as 2026-11-21"),
    "updated is no day": (matter("title: T", "updated: 2026-02-30"), 3, "found the date 2026-02-30"),
    "no answer": ("---\ntitle: T\n---\n\n \n", 3, "expected an answer behind the front matter, found none"),
    "heading": (answer("Fine.", "", "# Title"), 6, "found a heading"),
    "underlined heading": (answer("Title", "====="), 4, "found a heading"),
    "image": (answer("Look ![x](https://x.example/y.png)"), 4, "found an image"),
    "HTML": (answer("Fine.", "", "<div onclick='x'>a</div>"), 6, "found HTML (<div onclick='x'>)"),
    "HTML in a line": (answer("Fine.", "and <b>bold</b>"), 5, "found HTML (<b>)"),
    "HTML comment": (answer("<!-- x -->"), 4, "found HTML"),
    "table": (answer("|a|b|", "|-|-|", "|1|2|"), 4, "found a table"),
    "code": (answer("Type `x`."), 4, "found code"),
    "code block": (answer("```", "x", "```"), 4, "found a code block"),
    "indented code": (answer("Fine.", "", "    code"), 6, "found a code block"),
    "quotation": (answer("> wise"), 4, "found a quotation"),
    "ruled line": (answer("a", "", "***"), 6, "found a ruled line"),
    "list that starts elsewhere": (answer("2026. A year"), 4, "found a list that starts at 2026 and not at 1"),
    "lists too deep": (answer("- a", "  - b", "    - c", "      - d"), 7, "lists nested more than 3 deep"),
    "script link": (answer("[x](javascript:alert(1))"), 4, "found 'javascript:alert(1)'"),
    "data link": (answer("[x](data:text/html,x)"), 4, "found 'data:text/html,x'"),
    "link without a host": (answer("[x](https:///y)"), 4, "found 'https:///y'"),
    "link with a user": (answer("[x](https://shop@evil.example)"), 4, "expected a link to http, https, mailto"),
    "link to a file": (answer("[x](../good.md)"), 4, "expected a link to http, https, mailto or an entry's id"),
    "link to no mailbox": (answer("[x](mailto:nobody)"), 4, "found 'mailto:nobody'"),
    "link without words": (answer("[](good)"), 4, "expected a link with words"),
    "dead link": (answer("Fine.", "", "See [x](shipping/no)."), 6, "a link: there is no entry shipping/no"),
    "Latin-1": (matter("title: T", body="caf\xe9\n").encode("latin-1"), 4, "expected UTF-8, found the byte 0xE9"),
    "UTF-16": (utf16(GOOD), 1, "expected UTF-8, found UTF-16"),
    "NUL": (answer("a\0b"), 4, "expected printable text, found the character U+0000"),
    "too large": (answer("x" * (loader.LARGEST_FILE + 1)), 1, "expected at most 256 kB, found more"),
    "10 MB": (b"[" * 10_000_000, 1, "expected at most 256 kB, found more"),
    "20,000 brackets": (matter("title: " + "[" * 20_000), 2, "expected at most 64 open brackets, found more"),
    "20,000 brackets over lines": (matter("title: T", *["["] * 20_000), 67, "expected at most 64 open brackets"),
    "20,000 dashes": (matter("title: T", "variants:", " " + "- " * 20_000), 4, "levels of nesting, found more"),
}


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as refusal:
        loader.load(folder)
    return refusal.value.faults


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_named_with_its_line(tmp_path, what):
    content, line, said = BROKEN[what]
    (tmp_path / "good.en.md").write_text(GOOD)
    (tmp_path / "bad.en.md").write_bytes(content if isinstance(content, bytes) else content.encode())
    started = time.perf_counter()
    faults = faults_of(tmp_path)
    assert time.perf_counter() - started < 5
    start = f"{tmp_path}/bad.en.md:{line}: "
    assert any(fault.startswith(start) and said in fault for fault in faults), faults
    assert all(fault.startswith(f"{tmp_path}/bad.en.md:") for fault in faults)


def test_there_are_enough_of_them():
    assert len(BROKEN) >= 40


NAMES = {
    "bad.md": "expected a name <entry>.<language>.md, found bad.md",
    "bad.de.md": "expected a language among en, es, fr, found 'de'",
    "bad.EN.md": "expected a language among en, es, fr, found 'EN'",
    "bad.en.markdown": "expected a name <entry>.<language>.md, found bad.en.markdown",
    "bad.en.MD": "expected a name <entry>.<language>.md, found bad.en.MD",
    ".en.md": "expected a name <entry>.<language>.md, found .en.md",
    "b d.en.md": "expected an id of letters, digits, '.', '_' and '-' (at most 120 a part), found 'b d'",
    "bäd.en.md": "found 'bäd'",
    "x" * 121 + ".en.md": "(at most 120 a part)",
    "out-of-scope.de.txt": "expected a language among en, es, fr, found 'de'",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_name_is_a_fault(tmp_path, name):
    (tmp_path / "good.en.md").write_text(GOOD)
    (tmp_path / name).write_text(GOOD)
    faults = faults_of(tmp_path)
    assert len(faults) == 1
    assert faults[0].startswith(f"{tmp_path / name}:1: ")
    assert NAMES[name] in faults[0]


def test_every_fault_of_every_file_is_listed_at_once_in_order(tmp_path):
    (tmp_path / "b.en.md").write_text(matter("title: 5", "colour: red", "action: x", body="# H\n\n<b>\n"))
    (tmp_path / "a.es.md").write_text(matter("title: T", "related: [c]", body=""))
    (tmp_path / "out-of-scope.en.txt").write_bytes(b"ok\n\xff\n")
    places = [fault.removeprefix(f"{tmp_path}/").split(": ")[0] for fault in faults_of(tmp_path)]
    assert places == [
        "a.es.md:3", "a.es.md:4", "b.en.md:2", "b.en.md:3", "b.en.md:4", "b.en.md:6", "b.en.md:8",
        "out-of-scope.en.txt:2",
    ]  # fmt: skip


def test_a_file_with_faults_still_counts_as_there(tmp_path):
    (tmp_path / "a.en.md").write_text(matter("title: T", "related: [b]"))
    (tmp_path / "b.en.md").write_text("nothing")
    assert len(faults_of(tmp_path)) == 1


def test_a_folder_that_is_missing_a_file_or_empty(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    assert faults_of(tmp_path / "none") == [f"{tmp_path}/none: expected a folder with the help center, found none"]
    assert faults_of(tmp_path / "file") == [f"{tmp_path}/file: expected a folder with the help center, found a file"]
    assert "expected at least one entry" in faults_of(tmp_path / "empty")[0]


def test_a_link_to_nowhere_in_the_file_system_is_a_fault(tmp_path):
    (tmp_path / "a.en.md").symlink_to(tmp_path / "gone")
    assert faults_of(tmp_path) == [f"{tmp_path}/a.en.md:1: expected a readable file, got: No such file or directory"]
