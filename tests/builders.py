"""Makes what tests begin with: a small help center in a folder."""

from __future__ import annotations

import json
from pathlib import Path

WORDS = Path(__file__).parent / "small-kb"
"""A file for each language: blocks of an entry's id, its title and variants between bars, and its answer."""
ACTIONS = {"contact/human-agent": "handoff"}


def small_kb(folder: Path) -> Path:
    """Write a help center of about ten entries in three languages into `folder` and return it."""
    for path in sorted(WORDS.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
            entry, texts, *answer = block.splitlines()
            if answer:
                write_entry(folder, entry, path.stem, *texts.split(" | "), answer=answer[0].replace("\\n", "\n"))
            else:
                lines = texts.replace(" | ", "\n")
                (folder / f"{entry}.{path.stem}.txt").write_text(lines, encoding="utf-8")
    return folder


def write_entry(folder: Path, entry: str, language: str, title: str, *variants: str, answer: str) -> Path:
    """Write one entry's file and return its path."""
    path = folder / f"{entry}.{language}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["---", f"title: {json.dumps(title, ensure_ascii=False)}", *(["variants:"] if variants else [])]
    lines += [f"  - {json.dumps(variant, ensure_ascii=False)}" for variant in variants]
    lines += [f"action: {ACTIONS[entry]}"] if entry in ACTIONS else []
    path.write_text("\n".join([*lines, "---", answer, ""]), encoding="utf-8")
    return path
