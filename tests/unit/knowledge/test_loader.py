"""The loader: what a help center's folder may look like, and what comes of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge import loader
from bot.knowledge.entries import OrderedList, Paragraph

ENTRY = '---\ntitle: "Where is it?"\nvariants:\n  - "where is my parcel"\n  - lost\n---\nOn its **way**.\n'


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_an_entry_has_everything_its_file_says(tmp_path):
    text = (
        '---\ntitle: "Where is it?"\nvariants:\n  - "where is my parcel"\n  - lost\nrelated: [orders/other]\n'
        'keywords: [parcel, "tracking"]\naction: order_status\nupdated: 2026-11-21\n---\n\nFirst.\n\n1. One\n2. Two\n'
    )
    kb = loader.load(write(tmp_path, {"orders/where.en.md": text, "orders/other.en.md": ENTRY}))
    entry = kb.entry("orders/where", "en")
    assert (entry.id, entry.topic, entry.language) == ("orders/where", "orders", "en")
    assert (entry.title, entry.variants) == ("Where is it?", ("where is my parcel", "lost"))
    assert (entry.related, entry.keywords) == (("orders/other",), ("parcel", "tracking"))
    assert (entry.action, entry.updated) == ("order_status", date(2026, 11, 21))
    assert entry.body == "First.\n\n1. One\n2. Two"
    assert [type(block) for block in entry.blocks] == [Paragraph, OrderedList]
    assert entry.source == str(tmp_path / "orders/where.en.md")
    assert (entry.lines.title, entry.lines.variants, entry.lines.body) == (2, (4, 5), 12)


def test_an_entry_is_found_in_another_language_when_its_own_is_missing(tmp_path):
    kb = loader.load(write(tmp_path, {"a.en.md": ENTRY, "a.es.md": ENTRY, "b.fr.md": ENTRY, "b.es.md": ENTRY}))
    assert kb.languages == ("en", "es", "fr")
    assert kb.entry("a", "fr").language == "en"
    assert kb.entry("b", "en").language == "es"
    with pytest.raises(KeyError):
        kb.entry("c", "en")


@pytest.mark.parametrize("id_", ["cancel_order", "A.b-C_9", "x" * 120, "a/b/c", "faq.v2/where.is", ".hidden"])
def test_ids_keep_their_case_and_characters_with_and_without_a_folder(tmp_path, id_):
    kb = loader.load(write(tmp_path, {f"{id_}.en.md": ENTRY}))
    assert kb.ids == (id_,)
    assert kb.entry(id_, "en").topic == id_.rpartition("/")[0]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + ENTRY.encode(),
        ENTRY.replace("\n", "\r\n").encode(),
        ENTRY.replace("\n", "\r").encode(),
        ENTRY.replace("---\n", "---  \n").encode(),
        ENTRY.rstrip("\n").encode(),
    ],
    ids=["byte order mark", "CRLF", "CR", "spaces behind the fence", "no line end at the end"],
)
def test_what_editors_and_systems_do_to_a_file_changes_nothing(tmp_path, content):
    plain = loader.load(write(tmp_path / "plain", {"a.en.md": ENTRY})).entry("a", "en")
    assert loader.load(write(tmp_path / "other", {"a.en.md": content})).entry("a", "en") == plain


def test_readme_editors_files_and_anything_else_are_no_entries(tmp_path):
    others = {
        "README.md": "# How",
        "x/README.md": "# How",
        ".#a.en.md": "",
        "~a.en.md": "",
        "a.png": b"\xff",
        "b.txt": "",
    }
    assert loader.load(write(tmp_path, {"a.en.md": ENTRY, **others})).ids == ("a",)


def test_small_talk_and_requests_for_a_person_are_not_help(tmp_path):
    handoff = ENTRY.replace("---\nOn", "action: handoff\n---\nOn")
    kb = loader.load(write(tmp_path, {"smalltalk/hi.en.md": ENTRY, "contact/person.en.md": handoff, "a.en.md": ENTRY}))
    assert [id_ for id_ in kb.ids if kb.entry(id_, "en").is_help] == ["a"]
    assert kb.entry("smalltalk/hi", "en").is_smalltalk


def test_out_of_scope_messages_are_one_a_line(tmp_path):
    kb = loader.load(write(tmp_path, {"a.en.md": ENTRY, "out-of-scope.es.txt": "uno\r\n\r\n  dos  \n"}))
    assert kb.out_of_scope == {"es": ("uno", "dos")}


def test_the_version_is_that_of_the_content(tmp_path):
    one = loader.load(write(tmp_path / "one", {"a.en.md": ENTRY})).version
    assert loader.load(write(tmp_path / "two", {"a.en.md": ENTRY, "README.md": "x"})).version == one
    assert loader.load(write(tmp_path / "three", {"b.en.md": ENTRY})).version != one
    assert loader.load(write(tmp_path / "four", {"a.en.md": ENTRY.replace("way", "wax")})).version != one
    assert loader.load(write(tmp_path / "five", {"a.en.md": ENTRY, "out-of-scope.en.txt": "x"})).version != one


def test_files_build_the_same_help_center_without_a_folder(tmp_path):
    folder = write(tmp_path, {"a.en.md": ENTRY, "out-of-scope.en.txt": "x"})
    assert loader.build(loader.read_files(folder)) == loader.load(folder)


def test_an_empty_answer_is_allowed_where_that_is_asked_for(tmp_path):
    folder = write(tmp_path, {"a.en.md": "---\ntitle: A\n---\n"})
    entry = loader.load(folder, allow_empty_bodies=True).entry("a", "en")
    assert (entry.body, entry.blocks, entry.variants) == ("", (), ())
    with pytest.raises(KnowledgeError):
        loader.load(folder)


def test_a_missing_translation_does_not_stop_a_help_center(tmp_path):
    assert loader.load(write(tmp_path, {"a.en.md": ENTRY, "b.es.md": ENTRY})).ids == ("a", "b")
