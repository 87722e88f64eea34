"""Tables become help centers and help centers tables; nothing is lost on the way."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import KnowledgeError
from bot.knowledge import importer, loader
from bot.text.normalize import clean

Rows = list[dict[str, object]]


def jsonl(path: Path, rows: Rows) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def faults_of(table: Path, folder: Path, *, merge: bool = False) -> list[str]:
    with pytest.raises(KnowledgeError) as refusal:
        importer.import_table(table, folder, merge=merge)
    return refusal.value.faults


def load(folder: Path):
    return loader.load(folder, allow_empty_bodies=True)


def test_the_first_line_is_the_title_and_the_rest_are_variants(tmp_path):
    table = tmp_path / "kb.csv"
    table.write_text(
        "id,lang,text,answer\ncancel_order,en,Cancel an order?,Press **Cancel**.\ncancel_order,en,stop it,\n"
        'cancel_order,es,"¿Cómo, cancelo?",\ncancel_order,en,"never, mind",Press **Cancel**.\n'
    )
    done = importer.import_table(table, tmp_path / "kb")
    assert (done.entries, done.variants, done.languages, done.remarks) == (1, 2, ("en", "es"), ())
    kb = load(tmp_path / "kb")
    entry = kb.entry("cancel_order", "en")
    assert (entry.title, entry.variants, entry.body) == (
        "Cancel an order?",
        ("stop it", "never, mind"),
        "Press **Cancel**.",
    )
    assert (kb.entry("cancel_order", "es").title, kb.entry("cancel_order", "es").body) == ("¿Cómo, cancelo?", "")
    assert (tmp_path / "kb" / "cancel_order.en.md").is_file()


def test_unusual_ids_stay_as_they_are(tmp_path):
    ids = ["A.b-C_9", "faq.v2", "Topic/Sub/x", "-", "README", "out-of-scope", "x" * 120, "a.en"]
    rows: Rows = [{"id": id_, "lang": "en", "text": f"about {id_[:9]}"} for id_ in ids]
    importer.import_table(jsonl(tmp_path / "kb.jsonl", rows), tmp_path / "kb")
    assert load(tmp_path / "kb").ids == tuple(sorted(ids))


IDS = st.from_regex(r"\A[A-Za-z0-9_-][A-Za-z0-9._-]{0,8}(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,8})?\Z")
MARKS = st.sampled_from("#>*_`[]()!<&|~=+-@%'\"\\,;:{}?\n\t\r\u2028\ufeff\x85\x00é中\U0001f600 ")
TEXTS = st.text(MARKS | st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30).filter(
    lambda text: clean(text).strip()
)
ROWS = st.lists(
    st.tuples(IDS, st.sampled_from(["en", "es", "fr"]), TEXTS, TEXTS | st.just("")), min_size=1, max_size=12
)


@settings(max_examples=120, deadline=None)
@given(ROWS, st.sampled_from(["csv", "jsonl"]))
def test_import_and_export_are_a_round_trip(rows, suffix):
    rows = [row for row in rows if not any(other[0].startswith(f"{row[0]}.") for other in rows)]
    if not rows:
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = [{"id": id_, "lang": lang, "text": text, "answer": answer} for id_, lang, text, answer in rows]
        importer.import_table(jsonl(folder / "in.jsonl", table), folder / "one")
        one = load(folder / "one")
        for id_, lang, text, _ in rows:
            entry = one.entries[id_][lang]
            assert clean(text).strip() in (entry.title, *entry.variants)
        out = folder / f"out.{suffix}"
        lines = importer.export_table(one, out)
        assert lines == len(rows)
        again = importer.import_table(out, folder / "two")
        assert again.remarks == ()
        two = load(folder / "two")
        assert two.entries == one.entries
        assert two.version == one.version
        assert importer.export_table(two, folder / f"again.{suffix}") == lines
        assert (folder / f"again.{suffix}").read_bytes() == out.read_bytes()


def test_an_answer_that_is_no_help_center_markdown_is_kept_as_words(tmp_path):
    rows: Rows = [{"id": "a", "lang": "en", "text": "A", "answer": "# One\n<b>two</b> [x](nowhere)\n\n    3. three"}]
    done = importer.import_table(jsonl(tmp_path / "kb.jsonl", rows), tmp_path / "kb")
    assert done.remarks == (
        (
            f"{tmp_path}/kb.jsonl:1: answer kept as plain text: "
            "expected paragraphs, lists, links and bold, found a heading"
        ),
    )
    from bot.knowledge.body import plain  # noqa: PLC0415

    answer = plain(load(tmp_path / "kb").entry("a", "en").blocks)
    assert answer.split() == ["#", "One", "<b>two</b>", "[x](nowhere)", "3.", "three"]


def test_of_many_answers_the_first_is_taken_and_that_is_said(tmp_path):
    rows: Rows = [{"id": "a", "lang": "en", "text": f"t{n}", "answer": f"Answer {n}."} for n in range(3)]
    done = importer.import_table(jsonl(tmp_path / "kb.jsonl", rows), tmp_path / "kb")
    assert done.remarks == (f"{tmp_path}/kb.jsonl:1: the answer of this line was taken, 2 others were left out",)
    assert load(tmp_path / "kb").entry("a", "en").body == "Answer 0."


def test_every_fault_is_named_with_its_line_and_nothing_is_written(tmp_path):
    table = tmp_path / "kb.jsonl"
    lines = [
        '{"id": "a", "lang": "en", "text": "fine"}',
        "",
        "not json",
        "[1]",
        '{"id": "a b", "lang": "de", "text": "x"}',
        '{"id": "../a", "lang": "en", "text": "x"}',
        '{"id": "a", "language": "en", "text": "x"}',
        '{"id": 5, "lang": "en", "text": " "}',
        "[" * 100_000,
    ]
    table.write_text("\n".join(lines))
    faults = [fault.removeprefix(f"{table}:") for fault in faults_of(table, tmp_path / "kb")]
    assert faults == [
        "3: expected a JSON object with id, lang and text, found bad JSON: Expecting value",
        "4: expected a JSON object with id, lang and text, found [1]",
        "5: expected a lang among en, es, fr, found 'de'",
        "5: expected an id of letters, digits, '.', '_' and '-', found 'a b'",
        "6: expected an id of letters, digits, '.', '_' and '-', found '../a'",
        "7: expected lang, found none; did you mean language?",
        "8: id: expected a text, found 5",
        "8: text: expected a text, found an empty one",
        "9: expected a JSON object with id, lang and text, found bad JSON: nested too deep",
    ]
    assert not (tmp_path / "kb").exists()


def test_csv_faults_are_named_with_the_line_where_the_row_begins(tmp_path):
    table = tmp_path / "kb.csv"
    table.write_text('id,lang,text\na,en,"two\nlines"\nb,xx,x\nc,en,x,y,z\n')
    faults = [fault.removeprefix(f"{table}:") for fault in faults_of(table, tmp_path / "kb")]
    assert faults == ["4: expected a lang among en, es, fr, found 'xx'", "5: expected 3 cells, found 5"]
    table.write_text("id,text\na,b\n")
    assert faults_of(table, tmp_path / "kb") == [
        f"{table}:1: expected a first line id,lang,text[,answer], found no lang"
    ]
    table.write_bytes(b"id,lang,text\na,en,caf\xe9\n")
    assert faults_of(table, tmp_path / "kb")[0].startswith(f"{table}:2: expected UTF-8")
    table.write_text("id,lang,text\na,en," + "x" * 200_000)
    assert "bad CSV: field larger than field limit" in faults_of(table, tmp_path / "kb")[0]


def test_an_empty_table_and_a_missing_one_are_refused(tmp_path):
    (tmp_path / "empty.jsonl").write_text("\n")
    assert "expected at least one line" in faults_of(tmp_path / "empty.jsonl", tmp_path / "kb")[0]
    assert "expected a readable file" in faults_of(tmp_path / "none.jsonl", tmp_path / "kb")[0]


def test_a_folder_that_holds_entries_is_only_merged_into_when_asked(tmp_path):
    folder = tmp_path / "kb"
    folder.mkdir()
    (folder / "README.md").write_text("x")
    old = jsonl(tmp_path / "old.jsonl", [{"id": "a", "lang": "en", "text": "A", "answer": "Old."}])
    importer.import_table(old, folder)
    (folder / "b.en.md").write_text("---\ntitle: B\nrelated: [a]\nkeywords: [k]\naction: order_status\n---\nB.\n")
    new = jsonl(
        tmp_path / "new.jsonl",
        [
            {"id": "b", "lang": "en", "text": "New B"},
            {"id": "b", "lang": "en", "text": "way"},
            {"id": "c", "lang": "es", "text": "C"},
        ],
    )
    assert "expected an empty or new folder (or --merge), found 2 files" in faults_of(new, folder)[0]
    importer.import_table(new, folder, merge=True)
    kb = load(folder)
    assert kb.ids == ("a", "b", "c")
    entry = kb.entry("b", "en")
    assert (entry.title, entry.variants, entry.body) == ("New B", ("way",), "B.")
    assert (entry.related, entry.keywords, entry.action) == (("a",), ("k",), "order_status")


def test_what_a_spreadsheet_would_run_is_made_a_text_and_comes_back_as_it_was(tmp_path):
    texts = ["=1+1", "+x", "-5", "@a", "'=quoted", "''-x", "|x", "%x", "\uff1dx", "'plain"]
    rows: Rows = [{"id": "a", "lang": "en", "text": text} for text in texts]
    importer.import_table(jsonl(tmp_path / "in.jsonl", rows), tmp_path / "one")
    importer.export_table(load(tmp_path / "one"), tmp_path / "out.csv")
    cells = [line.split(",")[2] for line in (tmp_path / "out.csv").read_text().splitlines()[1:]]
    assert all(cell.startswith("'") for cell in cells)
    importer.import_table(tmp_path / "out.csv", tmp_path / "two")
    entry = load(tmp_path / "two").entry("a", "en")
    assert [entry.title, *entry.variants] == texts


def test_an_entry_too_large_for_a_file_is_refused(tmp_path):
    rows: Rows = [{"id": "a", "lang": "en", "text": "x" * 3000} for _ in range(100)]
    assert "expected at most 256 kB for a (en)" in faults_of(jsonl(tmp_path / "kb.jsonl", rows), tmp_path / "kb")[0]


def test_five_thousand_lines_take_seconds(tmp_path):
    rows: Rows = [
        {
            "id": f"topic/entry-{n % 500}",
            "lang": ("en", "es", "fr")[n % 3],
            "text": f"how do I do {n}",
            "answer": f"Like {n % 500}.",
        }
        for n in range(5000)
    ]
    started = time.perf_counter()
    done = importer.import_table(jsonl(tmp_path / "kb.jsonl", rows), tmp_path / "kb")
    assert importer.export_table(load(tmp_path / "kb"), tmp_path / "out.csv") == 5000
    assert time.perf_counter() - started < 15
    assert done.entries == 500


def test_an_export_that_cannot_be_written_is_one_sentence(tmp_path):
    importer.import_table(jsonl(tmp_path / "in.jsonl", [{"id": "a", "lang": "en", "text": "A"}]), tmp_path / "kb")
    with pytest.raises(KnowledgeError, match="cannot be written: No such file or directory"):
        importer.export_table(load(tmp_path / "kb"), tmp_path / "none" / "out.csv")
