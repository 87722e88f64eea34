"""Nothing of the place where the code was written is left in it, and the top level stays bare."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, all_files, files, name

TOP_LEVEL = {"pyproject.toml", "README.md", "LICENSE", "Procfile", "bot", "kb", "widget", "tests"}
TEXT = (
    ".py",
    ".ts",
    ".tsx",
    ".mjs",
    ".css",
    ".html",
    ".md",
    ".toml",
    ".json",
    ".po",
    ".txt",
    ".lock",
    ".svg",
    ".jsonl",
    "",
)
# Written so that the patterns do not match themselves.
FOREIGN = re.compile(r"/(?:work|root)/|/(?:home|Users|tmp)/\w|\.\./shared/[\w/-]*(?:eval|DESIGN|\.md|\.yaml)")
UNFINISHED = re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X)\b")


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """Return `file:line: text` for every line of ours that the pattern is in."""
    return [
        f"{name(path)}:{number}: {line.strip()[:100]}"
        for path in files(*TEXT)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_top_level_holds_only_what_the_plan_names():
    tops = {path.relative_to(ROOT).parts[0] for path in all_files()}
    assert sorted(top for top in tops - TOP_LEVEL if not top.startswith(".")) == []


def test_no_path_of_somebodys_machine():
    assert lines_with(FOREIGN) == []


def test_nothing_is_left_for_later():
    assert lines_with(UNFINISHED) == []


@pytest.mark.parametrize("path", files("", under="tests/run") + files("", under=".ci"), ids=name)
def test_scripts_can_be_run(path: Path):
    assert path.stat().st_mode & 0o111


def test_npm_lock_names_no_place_to_download_from():
    packages = json.loads((ROOT / "widget" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [where for where, package in packages.items() if "resolved" in package] == []
