"""Writes entries as files, in the form that the loader reads."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from bot.errors import KnowledgeError
from bot.knowledge.entries import Entry


def render(entry: Entry) -> str:
    """Return the file of an entry."""
    lines = ["---", f"title: {_quoted(entry.title)}"]
    if entry.variants:
        lines += ["variants:", *(f"  - {_quoted(variant)}" for variant in entry.variants)]
    if entry.related:
        lines.append(f"related: [{', '.join(map(_quoted, entry.related))}]")
    if entry.keywords:
        lines.append(f"keywords: [{', '.join(map(_quoted, entry.keywords))}]")
    if entry.action is not None:
        lines.append(f"action: {entry.action}")
    if entry.updated is not None:
        lines.append(f"updated: {entry.updated.isoformat()}")
    return "\n".join([*lines, "---", entry.body, ""])


def _quoted(text: str) -> str:
    """Return a YAML text in double quotes; JSON's escapes are YAML's."""
    return _UNQUOTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


# Line ends and marks that YAML reads as white space or not at all, and JSON leaves as they are.
_UNQUOTABLE = re.compile("[\\x7f-\\x9f\\u2028\\u2029\\ufeff\\ufffe\\uffff]")


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write path below the folder -> content; the folder is made when missing. Raises KnowledgeError."""
    made = not folder.exists()
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        if made:
            shutil.rmtree(folder, ignore_errors=True)
        raise KnowledgeError([f"{error.filename}: cannot be written: {error.strerror}"]) from error
