"""What the check finds in files, and with which weight."""

from __future__ import annotations

from pathlib import Path

from bot.knowledge import lint, loader

WORDS = "We send it back to you as soon as we can, and you can see each step in your account."
LONG = " ".join([WORDS] * 3)
VARIANTS = [f"way number {number} {word}" for number, word in enumerate("abcdefghijklmnopqrstuvwxyz")]


def load(folder: Path, files: dict[str, str]) -> list[lint.Finding]:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    kb = loader.load(folder)
    return [finding for finding in lint.check(kb) if finding.kind != "few_variants"]


def entry(*variants: str, title: str = "Title", body: str = LONG, action: str = "") -> str:
    listed = "".join(f"  - {variant!r}\n".replace("'", '"') for variant in variants)
    return (
        f'---\ntitle: "{title}"\n' + (f"variants:\n{listed}" if variants else "")
        + (f"action: {action}\n" if action else "") + f"---\n{body}\n"
    )  # fmt: skip


def kinds(findings: list[lint.Finding]) -> list[tuple[str, str, int, bool]]:
    return [(finding.kind, Path(finding.file).name, finding.line, finding.is_fault) for finding in findings]


def test_the_same_variant_in_two_entries_is_a_fault_where_it_stands(tmp_path):
    files = {"a.en.md": entry("Où est-il ?", title="A"), "b.en.md": entry("x", "ou  est il", title="B")}
    (finding,) = load(tmp_path, files)
    assert kinds([finding]) == [("same_variant", "b.en.md", 5, True)]
    assert finding.what == f"'ou  est il' is also a variant of a ({tmp_path}/a.en.md:4)"


def test_a_title_counts_as_a_variant_and_other_languages_do_not(tmp_path):
    files = {"a.en.md": entry(title="Hello there"), "b.en.md": entry("hello, there!", title="B")}
    assert [finding.kind for finding in load(tmp_path, files)] == ["same_variant"]
    files = {"a.en.md": entry("no"), "a.es.md": entry("no")}
    assert load(tmp_path / "other", files) == []


def test_twice_in_one_entry_is_a_remark(tmp_path):
    assert kinds(load(tmp_path, {"a.en.md": entry("lost", "Lost!")})) == [("repeated_variant", "a.en.md", 5, False)]


def test_a_variant_that_must_not_be_answered_is_a_fault(tmp_path):
    files = {"a.en.md": entry("what time is it"), "out-of-scope.en.txt": "What time is it?\n"}
    (finding,) = load(tmp_path, files)
    assert finding.what == "'what time is it' is also in out-of-scope.en.txt"
    assert finding.is_fault


def test_a_missing_translation_is_a_remark(tmp_path):
    files = {"a.en.md": entry(title="A"), "a.es.md": entry(title="A"), "b.en.md": entry(title="B")}
    assert [str(finding).split(": ", 1)[1] for finding in load(tmp_path, files)] == ["b: no es"]


def test_figures_that_differ_are_a_fault_of_the_translation(tmp_path):
    files = {
        "a.en.md": entry(body=LONG + " It costs 3.90, 10% less, from 8 am to 10 pm."),
        "a.es.md": entry(body=LONG + " Cuesta 3,90, un 10 % menos, de 8:00 a 22:00."),
        "a.fr.md": entry(body=LONG + " 4,90, 10 % de moins, de 8 h à 22 h."),
    }
    (finding,) = load(tmp_path, files)
    assert kinds([finding]) == [("figures", "a.fr.md", 4, True)]
    assert finding.what == "figures differ from en: lacks 3.9; has besides 4.9"


def test_figures_in_addresses_and_list_numbers_do_not_count(tmp_path):
    english = entry(body=LONG + "\n\n1. One [link](https://x.example/2026)\n2. Two")
    spanish = entry(body=LONG + "\n\n- Uno\n- Dos")
    assert load(tmp_path, {"a.en.md": english, "a.es.md": spanish}) == []


def test_an_action_in_one_language_only_is_a_fault(tmp_path):
    files = {"a.en.md": entry(action="handoff"), "a.es.md": entry()}
    findings = [finding for finding in load(tmp_path, files) if finding.kind == "action"]
    assert [finding.what for finding in findings] == ["action: expected handoff as in en, found none"]


def test_an_answer_too_short_or_too_long_is_a_fault(tmp_path):
    files = {"a.en.md": entry(title="A", body="Too short."), "b.en.md": entry(title="B", body=f"{LONG} {LONG} {LONG}")}
    findings = load(tmp_path, files)
    assert [finding.what for finding in findings] == [
        "expected an answer of 40 to 120 words, found 2",
        "expected an answer of 40 to 120 words, found 180",
    ]
    assert all(finding.is_fault for finding in findings)


def test_small_talk_and_the_request_for_a_person_may_be_short(tmp_path):
    files = {
        "smalltalk/hi.en.md": entry(title="Hi", body="Hello!"),
        "p.en.md": entry(title="P", body="Yes.", action="handoff"),
    }
    assert load(tmp_path, files) == []


def test_few_variants_are_a_remark(tmp_path):
    (tmp_path / "a.en.md").write_text(entry(*VARIANTS[:19], title="A"))
    (tmp_path / "b.en.md").write_text(entry(*(f"other {variant}" for variant in VARIANTS[:20]), title="B"))
    (finding,) = lint.check(loader.load(tmp_path))
    assert (finding.kind, finding.is_fault) == ("few_variants", False)
    assert finding.what == "expected at least 20 variants, found 19"
