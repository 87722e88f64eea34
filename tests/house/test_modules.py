"""Modules say what they are for, and stay small enough to read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, name, parsed

MODULE_LINES = 300
FUNCTION_LINES = 40  # without its docstring

LONG: dict[str, str] = {
    "bot/analytics/definitions.py": "every metric, one after the other, read like a table",
    "bot/bootstrap.py:assemble": "everything is built here and only here, one line each",
    "bot/cli/export.py:export": "one line an option",
    "bot/demo/stories.py": "every course that a story can take, one short method each",
    "bot/demo/stories.py:turn": "the rows of a turn, table by table",
    "bot/dialogue/cues.py": "word lists of three languages, read like a table",
    "tests/e2e/states.py:states": "a walk through every state of the chat, one step after the other",
    "tests/e2e/test_accounts.py:test_from_the_invitation_to_a_second_factor": "one story, step after step",
    "tests/e2e/test_console.py": "one story for each promise of the console",
    "tests/server/test_pain_points.py:test_pain_point_becomes_an_entry_that_answers": "one story, step after step",
    "tests/faults/people.py": "a client that speaks the protocol by itself: the official one could hide a fault",
    "tests/faults/planted.py": "one small broken server for each fault that a harness must catch",
    "tests/server/test_bad_luck.py": "one story for each kind of bad luck",
    "tests/server/test_identities.py": "one story for each way in which somebody could be taken for somebody else",
    "widget/src/agent/desk.ts": "everything that an agent can do, one short method each",
    "widget/src/shopper/later.tsx": "the chunk that is loaded later, in one file because chunks are files",
    "widget/src/shopper/main.tsx": "the chat's first chunk: element, connection and reducer are wired here",
}
"""What may be longer, `path` or `path:function`, and why."""

MIGRATIONS = ROOT / "bot" / "store" / "migrations" / "versions"
PYTHON = files(".py")
CODE = [*PYTHON, *files(".ts", ".tsx", ".mjs", under="widget"), ROOT / "tests" / "run"]


def long_ones() -> Iterator[str]:
    """Yield every module and function over the guide."""
    for path in CODE:
        if MIGRATIONS in path.parents:
            continue  # written once, and read top to bottom
        if len(path.read_text(encoding="utf-8").splitlines()) > MODULE_LINES:
            yield name(path)
        if path.suffix != ".py":
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > FUNCTION_LINES:
                yield f"{name(path)}:{node.name}"


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has, its docstring not counted."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or 0) - first.lineno + 1
    return lines


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_module_says_what_it_is_for(path: Path):
    docstring = ast.get_docstring(parsed(path))
    assert docstring, f"{name(path)}: expected a docstring that says what the module is for, got none"
    assert docstring.split("\n\n")[0].rstrip().endswith((".", ":", "?")), f"{name(path)}: expected a sentence"


def test_what_is_long_is_on_the_list_with_its_reason():
    assert sorted(set(long_ones()) - set(LONG)) == []


def test_what_is_on_the_list_is_long():
    assert sorted(set(LONG) - set(long_ones())) == []
