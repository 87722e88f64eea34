"""The browser's protocol types name the events that the server knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, parsed

NAMESPACES = {"Shopper": "shopper.py", "Agent": "agent.py"}


def interface(kind: str) -> set[str]:
    """Return the keys of a TypeScript interface of the browser's source; empty where there is none."""
    for path in files(".ts", under="widget/src"):
        text = path.read_text(encoding="utf-8")
        if found := re.search(rf"^export interface {kind}\b[^{{]*{{\n(.*?)^}}", text, re.MULTILINE | re.DOTALL):
            return set(re.findall(r"^  (\w+)\??:", found[1], re.MULTILINE))
    return set()


def asked(module: Path) -> set[str]:
    """Return the events that a channel's table of Ask(...) declares."""
    tables = [node for node in ast.walk(parsed(module)) if isinstance(node, ast.Dict)]
    return {
        key.value
        for table in tables
        for key, value in zip(table.keys, table.values, strict=True)
        if isinstance(key, ast.Constant)
        and isinstance(key.value, str)
        and isinstance(value, ast.Call)
        and ast.unparse(value.func) == "Ask"
    }


def told() -> set[str]:
    """Return every string in the server: what it can tell is among them."""
    nodes = (node for path in files(".py", under="bot/server") for node in ast.walk(parsed(path)))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize("who", NAMESPACES)
def test_browser_asks_only_what_the_server_answers(who: str):
    known = asked(ROOT / "bot" / "server" / NAMESPACES[who])
    assert known
    assert sorted(interface(f"{who}Asks") - known) == []


@pytest.mark.parametrize("who", NAMESPACES)
def test_browser_listens_only_to_what_the_server_tells(who: str):
    listened = interface(f"{who}Tells")
    assert listened, f"expected an interface {who}Tells in widget/src"
    assert sorted(listened - told()) == []
