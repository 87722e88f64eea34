"""Whatever the audit log can say has a sentence on its page, in every language."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from bot.domain.audits import AuditAction

ROOT = Path(__file__).resolve().parent.parent.parent


def details() -> set[str]:
    """Return the words that the services put into rows."""
    found: set[str] = set()
    for path in sorted((ROOT / "bot" / "services").glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(("_note", "note_person", "audit.record")):
                said = [*call.args, *(one.value for one in call.keywords if one.arg == "what")]
                found |= {word for one in said for word in _words(one)}
    return found


def _words(node: ast.expr) -> set[str]:
    if isinstance(node, ast.IfExp):
        return _words(node.body) | _words(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_every_action_and_every_detail_has_its_words(language: str):
    catalog = json.loads((ROOT / "widget" / "locales" / f"staff-audit.{language}.json").read_text(encoding="utf-8"))
    found = details()
    assert {"invited", "enabled", "totp_off", "audit"} <= found
    wanted = {f"action_{action}" for action in AuditAction} | {f"detail_{word}" for word in found}
    assert sorted(wanted - set(catalog)) == []


def test_the_page_offers_every_action():
    source = (ROOT / "widget" / "src" / "agent" / "auditing.ts").read_text(encoding="utf-8")
    listed = re.findall(r'"(\w+)"', source.partition("ACTIONS = [")[2].partition("]")[0])
    assert sorted(listed) == sorted(AuditAction)
