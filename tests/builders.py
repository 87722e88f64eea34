"""Makes what tests begin with: a small help center in a folder."""

from __future__ import annotations

import json
from pathlib import Path

from tests.small_kb import OUT_OF_SCOPE, WORDS

ACTIONS = {"contact/human-agent": "handoff"}


def small_kb(folder: Path) -> Path:
    """Write the small help center into `folder` and return it."""
    for language, entries in WORDS.items():
        for entry, (texts, answer) in entries.items():
            write_entry(folder, entry, language, *texts.split(" | "), answer=answer)
        lines = OUT_OF_SCOPE[language].split(" | ")
        (folder / f"out-of-scope.{language}.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder


def write_entry(folder: Path, entry: str, language: str, title: str, *variants: str, answer: str) -> Path:
    """Write one entry's file and return its path."""
    path = folder / f"{entry}.{language}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["---", f"title: {json.dumps(title, ensure_ascii=False)}", "variants:"]
    lines += [f"  - {json.dumps(variant, ensure_ascii=False)}" for variant in variants]
    lines += [f"action: {ACTIONS[entry]}"] if entry in ACTIONS else []
    path.write_text("\n".join([*lines, "---", answer, ""]), encoding="utf-8")
    return path
