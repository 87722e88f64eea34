"""What a reviewer would stop: secrets compared with ==, raw CSV, raw HTML, words in logs, events told to everybody."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import files, name, parsed

_SECRET = re.compile(r"(^|_)(token|secret|signature|hash|digest|hmac|password)s?$")
_WORDS = {"text", "body", "message_text", "words", "password", "token", "email"}
_LOGS = {"debug", "info", "warning", "error", "exception"}
_RAW_HTML = re.compile(r"\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML)\b|document\.write\b")
ALLOWED = {
    "bot/analytics/writers.py": "CSV",  # the one writer, safe against formulas
    "bot/domain/audits.py": "secret",  # a chain of hashes that anybody may compute holds none
}
"""Modules, and the word of the rule that they may break."""


def careless(tree: ast.Module) -> Iterator[str]:
    """Yield what is careless in a module, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]) if _is_secret(
                left, right
            ) or _is_secret(right, left):
                yield f"{node.lineno}: a secret is compared with ==, not hmac.compare_digest"
            case ast.Attribute(value=ast.Name(id="csv"), attr="writer" | "DictWriter"):
                yield f"{node.lineno}: CSV is written past the one writer"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="logger"), attr=level)) if level in _LOGS:
                if words := _logged(node) & _WORDS:
                    yield f"{node.lineno}: {', '.join(sorted(words))} in a log line"
            case ast.Call(func=ast.Attribute(attr="emit"), keywords=keywords) if not {
                "room",
                "to",
            } & {keyword.arg for keyword in keywords}:
                yield f"{node.lineno}: an event is told without a room"


def _is_secret(one: ast.expr, other: ast.expr) -> bool:
    """Whether a secret's name is compared with something that is no column of a query and no constant."""
    named = one.attr if isinstance(one, ast.Attribute) else one.id if isinstance(one, ast.Name) else ""
    column = any(isinstance(side, ast.Attribute) and ".c." in ast.unparse(side) for side in (one, other))
    if named.isupper():
        return False  # the name of a kind
    return bool(_SECRET.search(named.lower())) and not column and not isinstance(other, ast.Constant)


def _logged(call: ast.Call) -> set[str]:
    """Return the names of what a log line holds, but not of what is only measured."""
    found = {key.value for k in call.keywords for key in getattr(k.value, "keys", []) if isinstance(key, ast.Constant)}
    values = [value for k in call.keywords for value in getattr(k.value, "values", [])]
    for node in [*call.args[1:], *values]:
        found |= {node.attr} if isinstance(node, ast.Attribute) else {node.id} if isinstance(node, ast.Name) else set()
    return found


@pytest.mark.parametrize("path", files(".py", under="bot"), ids=name)
def test_code_is_not_careless(path: Path):
    found = [line for line in careless(parsed(path)) if ALLOWED.get(name(path), line + "!") not in line]
    assert found == [], name(path)


def test_browsers_are_given_no_raw_html():
    found = {
        f"{name(path)}:{number}"
        for path in files(".ts", ".tsx", under="widget/src")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _RAW_HTML.search(line) and not line.lstrip().startswith(("//", "*"))
    }
    assert found == set()


@pytest.mark.parametrize(
    "sample",
    [
        "if given_token == stored: pass",
        "ok = row.password_hash != digest_of(given)",
        "csv.writer(file).writerow(rows)",
        "csv.DictWriter(file, names)",
        "logger.info('said', extra={'text': message.text})",
        "logger.warning('said %s', body)",
        "await sio.emit('message_added', told)",
    ],
)
def test_planted_carelessness_is_found(sample: str):
    assert list(careless(ast.parse(sample)))


@pytest.mark.parametrize(
    "sample",
    [
        "query.where(sessions.c.token_hash == token_hash)",
        "compare_digest(given_token, stored)",
        "logger.info('said', extra={'length': len(message.text)})",
        "await sio.emit('message_added', told, room=room)",
    ],
)
def test_careful_code_is_left_alone(sample: str):
    assert list(careless(ast.parse(sample))) == []


@pytest.mark.parametrize("line", ["node.innerHTML = text", "document.write(text)", "node.insertAdjacentHTML('x', y)"])
def test_planted_html_is_found(line: str):
    assert _RAW_HTML.search(line)
