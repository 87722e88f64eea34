"""The files of this repository, and the small reading of them that several house tests share."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NOT_OURS = {"node_modules", "__pycache__", "dist", "build", "assets", "demo_kb"}
"""Folders that no clone holds, for a copy of the tree without git."""


@cache
def all_files() -> tuple[Path, ...]:
    """Return every file that a commit of this tree would hold, sorted."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if _is_ours(path.relative_to(ROOT))]
    return tuple(sorted(path for path in found if path.is_file()))


def _is_ours(path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.parts)
    return not hidden and not _NOT_OURS.intersection(path.parts) and path.suffix not in (".pyc", ".db")


def files(*suffixes: str, under: str = "") -> list[Path]:
    """Return our files with one of the suffixes, below a folder."""
    return [path for path in all_files() if path.suffix in suffixes and path.is_relative_to(ROOT / under)]


def name(path: Path) -> str:
    """Return the path as people write it: `bot/domain/events.py`."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def table_rows(document: Path) -> Iterator[list[str]]:
    """Yield the cells of every row of a Markdown document's tables, without the backticks' meaning lost."""
    for line in document.read_text(encoding="utf-8").splitlines():
        if line.startswith("|") and line.rstrip().endswith("|"):
            yield [cell.replace("\\|", "|").strip() for cell in line.strip()[1:-1].split(" | ")]
