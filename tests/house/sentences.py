"""Every English sentence that Parley says, found in its source: the keys of the catalogs.

A sentence is the message of a ParleyError, what is passed to `catalogs.say`, or a constant in capitals (a
string, or a table of strings) that reads like a sentence; and `say("...")` in a template.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot import errors
from tests.house.tree import ROOT, files, parsed

ERRORS = frozenset(
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.ParleyError)
)
_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")
_SENTENCE = re.compile(r"[A-Z'].* .*[.?!…}a-z]", re.DOTALL)
_QUERY = re.compile(r"(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|BEGIN|WITH)\b")
_IN_TEMPLATE = re.compile(r"""\b(?:say|_)\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
FLOORS_THAT_SPEAK = ("domain", "dialogue", "store", "connectors", "services", "analytics", "server")


def sentences() -> dict[str, Path]:
    """Return each sentence with one file that says it."""
    found: dict[str, Path] = {}
    for path in files(".py", under="bot"):
        if path.is_relative_to(ROOT / "bot" / "cli"):
            continue  # commands speak English to whoever runs the server
        for sentence in in_module(parsed(path), speaks=path.parent.name in FLOORS_THAT_SPEAK):
            found.setdefault(sentence, path)
    for path in files(".html", ".jinja", ".j2", under="bot"):
        for literal in _IN_TEMPLATE.findall(path.read_text(encoding="utf-8")):
            found.setdefault(ast.literal_eval(literal), path)
    return found


def in_module(module: ast.Module, *, speaks: bool) -> Iterator[str]:
    """Yield the sentences of one module; constants count only where the floor `speaks` to people."""
    constants: dict[str, list[str]] = {}
    for statement in module.body:
        constants |= _constants(statement)
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and (spoken := _spoken(node)) is not None:
            yield from _strings(spoken, constants)
    if speaks:
        for texts in constants.values():
            yield from (text for text in texts if _SENTENCE.fullmatch(text) and not _QUERY.match(text))


def _constants(statement: ast.stmt) -> dict[str, list[str]]:
    """Return a module-level constant in capitals with the strings that it is or holds as values."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            pass
        case _:
            return {}
    if not _CONSTANT.fullmatch(name):
        return {}
    values = value.values if isinstance(value, ast.Dict) else [value]
    return {name: [text for part in values for text in _strings(part, {})]}


def _spoken(call: ast.Call) -> ast.expr | None:
    """Return the argument that is said to people, if this call says something."""
    match call:
        case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in ERRORS:
            return first
        case ast.Call(func=ast.Attribute(attr="say", value=receiver), args=[_, second, *_]):
            return second if ast.unparse(receiver).endswith("catalogs") else None
    return None


def _strings(node: ast.expr, constants: dict[str, list[str]]) -> list[str]:
    """Return what an expression may be: a literal, a constant, a side of a choice, an entry of a table."""
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.Name(id=name):
            return constants.get(name, [])
        case ast.IfExp(body=yes, orelse=no):
            parts = [yes, no]
        case ast.BoolOp(values=values):
            parts = values
        case ast.Subscript(value=table):
            parts = [table]
        case ast.Call(func=ast.Attribute(attr="get", value=table), args=arguments):
            parts = [table, *arguments]
        case _:
            parts = []
    return [text for part in parts for text in _strings(part, constants)]


def literals() -> frozenset[str]:
    """Return every string literal in the source: what a catalog may hold at all."""
    nodes = (node for path in files(".py", under="bot") for node in ast.walk(parsed(path)))
    return frozenset(n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))
