"""`parley kb ...` as one types it: output, exit codes, JSON."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import kb
from bot.errors import KnowledgeError, SettingsError
from bot.store.schema import upgrade

WORDS = "You can do this in your account, under orders, whenever you like, until the parcel has left the seller. "
GOOD = f'---\ntitle: "{{title}}"\nvariants:\n{{variants}}---\n{WORDS * 3}\n'


NUMBERS = {
    "en": ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    "es": ("uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez"),
}


def entry(title: str, *variants: str) -> str:
    return GOOD.format(title=title, variants="".join(f'  - "{variant}"\n' for variant in variants))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "kb"
    (folder / "orders").mkdir(parents=True)
    cancel = [
        f"cancel the order {word}"
        for word in ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    ]
    track = [
        f"track a parcel {word}"
        for word in ["uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez"]
    ]
    (folder / "orders" / "cancel.en.md").write_text(entry("Cancel?", *cancel, "parcel tracking stop"))
    (folder / "orders" / "track.en.md").write_text(entry("Track?", *track))
    (folder / "out-of-scope.en.txt").write_text("what is the weather\n")
    return folder


def run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(kb.app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_check_exits_0_with_remarks_only(folder):
    code, out = run("check", "--kb", folder)
    assert code == 0
    assert out.endswith("2 entries in 2 files: no faults, 2 remarks.\n")
    assert f"{folder}/orders/track.en.md:2: expected at least 20 variants, found 10" in out


def test_check_exits_1_with_faults_and_lists_them_first(folder):
    (folder / "same.en.md").write_text(entry("Same?", "Track a parcel: UNO!"))
    code, out = run("check", "--kb", folder)
    assert code == 1
    place = f"{folder}/same.en.md:4"
    said = f"'Track a parcel: UNO!' is also a variant of orders/track ({folder}/orders/track.en.md:4)"
    assert out.startswith(f"Faults:\n  {place}: {said}\n\nRemarks:\n")
    assert out.endswith("3 entries in 3 files: 1 fault, 3 remarks.\n")


def test_check_tells_near_duplicates_and_confusable_entries(folder):
    (folder / "near.en.md").write_text(entry("Near?", "track a parcell uno", "something else"))
    code, out = run("check", "--kb", folder, "--pairs", 1)
    assert code == 0
    assert "near.en.md:4: 'track a parcell uno' is nearly 'track a parcel uno' of orders/track" in out
    assert "Confusable entries, en: each text taken out once and looked for;" in out
    assert len([line for line in out.splitlines() if " of " in line and line.startswith("  ") and ":" not in line]) == 1


def test_check_as_json(folder):
    code, out = run("check", "--kb", folder, "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["broken"], told["entries"], told["faults"]) == (False, 2, [])
    assert told["remarks"][0] == {
        "file": f"{folder}/orders/cancel.en.md",
        "line": 2,
        "kind": "few_variants",
        "what": "expected at least 20 variants, found 11",
        "fault": False,
    }
    assert told["leave_one_out"]["en"]["texts"] == 23


def test_a_broken_help_center_is_exit_code_2_with_every_fault(folder):
    (folder / "bad.en.md").write_text("---\ntitle: 5\n---\n")
    with pytest.raises(KnowledgeError) as refusal:
        run("check", "--kb", folder)
    assert refusal.value.exit_code == 2
    assert str(refusal.value) == (
        "Broken help center:\n"
        f"  {folder}/bad.en.md:2: title: expected a text, found the number 5 (put it in quotes)\n"
        f"  {folder}/bad.en.md:3: expected an answer behind the front matter, found none"
    )


def test_a_broken_help_center_as_json(folder):
    (folder / "bad.en.md").write_text("x")
    result = CliRunner().invoke(kb.app, ["check", "--kb", str(folder), "--json"])
    assert isinstance(result.exception, KnowledgeError)
    assert json.loads(result.stdout)["faults"] == result.exception.faults


def test_stats_are_aligned(folder):
    (folder / "orders" / "cancel.es.md").write_text(entry("¿Cancelar?", "anular"))
    code, out = run("stats", "--kb", folder)
    assert code == 0
    lines = out.splitlines()
    assert lines[0].split() == ["en", "es"]
    assert [line.split()[-2:] for line in lines[1:6]] == [
        ["2", "1"],
        ["21", "1"],
        ["83", "1"],
        ["114", "57"],
        ["1", "0"],
    ]
    assert lines[7].split() == ["entries", "by", "topic", "en", "es"]
    assert lines[8].split() == ["orders", "2", "1"]
    assert len({len(line) for line in lines[:6]}) == 1


def test_stats_as_json(folder):
    told = json.loads(run("stats", "--kb", folder, "--json")[1])
    assert told["total"] == {"entries": 2}
    assert told["languages"]["en"]["variants"] == 21
    assert told["coverage"] == {"orders": {"en": 2}}


def test_export_and_import(folder, tmp_path):
    table = tmp_path / "out.csv"
    assert run("export", table, "--kb", folder) == (0, f"Wrote 23 lines to {table}.\n")
    code, out = run("import", table, "--kb", tmp_path / "new")
    assert (code, out) == (0, f"Wrote 2 entries with 21 variants (en) to {tmp_path}/new.\n")
    with pytest.raises(KnowledgeError, match="or --merge"):
        run("import", table, "--kb", tmp_path / "new")
    assert json.loads(run("import", table, "--kb", tmp_path / "new", "--merge", "--json")[1])["entries"] == 2


def test_publish_stores_the_content_as_the_newest_version(folder, tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/p.db"
    monkeypatch.setenv("PARLEY_DATABASE_URL", url)
    with pytest.raises(SettingsError, match="found no file"):
        run("publish", "--kb", folder)
    upgrade(url)
    told = [json.loads(run("publish", "--kb", folder, "--json")[1]) for _ in range(2)]
    assert [each["published"] for each in told] == [True, False]
    with closing(sqlite3.connect(tmp_path / "p.db")) as rows:
        ((version, content),) = rows.execute("select version, content from kb_versions").fetchall()
    assert version == told[0]["version"]
    names = ["orders/cancel.en.md", "orders/track.en.md", "out-of-scope.en.txt"]
    assert sorted(json.loads(content)["files"]) == names
