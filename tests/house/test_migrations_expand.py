"""Migrations expand first: an old process serves while they run and after; what takes away says since when it may.

A migration may add tables, indexes, and columns that an old program need not fill. What it takes away or forbids must
be in its `unread_since = {"table.column": "1.4.0"}`: the release, out of the changelog, that stopped using it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import ROOT, name

VERSIONS = ROOT / "bot" / "store" / "migrations" / "versions"
LAST_OF_ONE_PROCESS = 13  # before it, nothing served while a migration ran
MARKER = "unread_since"
TAKES_AWAY = {"drop_table", "drop_column", "rename_table", "drop_constraint"}
FORBIDS = {"create_foreign_key", "create_unique_constraint", "create_check_constraint", "create_exclude_constraint"}
HARMLESS_CHANGES = {"server_default", "comment", "existing_type", "existing_nullable", "existing_server_default"}
HARMFUL_SQL = re.compile(r"\b(drop|alter|rename|truncate|delete|replace)\b", re.IGNORECASE)


class Reading:
    """What a migration does on its way up that an old process could not bear."""

    def __init__(self, source: str) -> None:
        tree = ast.parse(source)
        self._functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        self._tables: dict[tuple[str, int], str] = {}
        self._made: set[str] = set()
        self._added: set[tuple[str, str]] = set()
        self.marked = next((ast.literal_eval(node.value) for node in tree.body if _sets_marker(node)), {})
        self.harm = dict(self._harm(self._functions["upgrade"], {"upgrade"}))

    def _harm(self, function: ast.FunctionDef, seen: set[str]) -> Iterator[tuple[str, str]]:
        """Yield what is touched, and how, in the order of the source."""
        batches = [item for node in ast.walk(function) if isinstance(node, ast.With) for item in node.items]
        for item in batches:
            if isinstance(item.context_expr, ast.Call) and isinstance(item.optional_vars, ast.Name):
                self._tables[item.optional_vars.id, item.context_expr.lineno] = _text(item.context_expr.args[0])
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
            if isinstance(call.func, ast.Name) and call.func.id in self._functions.keys() - seen:
                yield from self._harm(self._functions[call.func.id], seen | {call.func.id})
            if isinstance(call.func, ast.Attribute):
                yield from self._harm_of(call, call.func.attr)

    def _harm_of(self, call: ast.Call, what: str) -> Iterator[tuple[str, str]]:
        if what in ("execute", "exec_driver_sql"):
            said = " ".join(ast.unparse(argument) for argument in call.args)
            if HARMFUL_SQL.search(said):
                yield said, what
            return
        table, rest = self._table(call, what)
        if what == "create_table":
            self._made.add(table)
        elif table in self._made:
            return  # nobody knows it yet
        elif what == "add_column":
            yield from self._column(table, rest[0])
        elif what in TAKES_AWAY or (what == "alter_column" and not _is_harmless(call)):
            yield ".".join([table, *map(_text, rest[:1])]), what
        elif (what in FORBIDS or (what == "create_index" and _is_unique(call))) and not self._is_new(table, rest):
            yield table, what

    def _table(self, call: ast.Call, what: str) -> tuple[str, list[ast.expr]]:
        """Return the table that a call is about, and the arguments without it."""
        assert isinstance(call.func, ast.Attribute)
        owner = ast.unparse(call.func.value)
        opened = [(line, table) for (name_, line), table in self._tables.items() if name_ == owner]
        if before := [one for one in opened if one[0] <= call.lineno]:
            return max(before)[1], call.args
        # The name of what is made comes first, of an index, a key or a rule.
        at = 1 if what in FORBIDS | {"create_index", "drop_constraint"} and len(call.args) > 1 else 0
        arguments = [*call.args, *(one.value for one in call.keywords if one.arg == "table_name")]
        return (_text(arguments[at]) if len(arguments) > at else ""), arguments[:at] + arguments[at + 1 :]

    def _column(self, table: str, column: ast.expr) -> Iterator[tuple[str, str]]:
        if not isinstance(column, ast.Call):
            yield f"{table}.{ast.unparse(column)}", "add_column"
            return
        given = {one.arg: ast.unparse(one.value) for one in column.keywords}
        self._added.add((table, _text(column.args[0])))
        if given.get("nullable", "True") != "True" and "server_default" not in given:
            yield f"{table}.{_text(column.args[0])}", "add_column"

    def _is_new(self, table: str, arguments: list[ast.expr]) -> bool:
        """Whether a rule is about columns alone that this migration adds: an old program leaves them empty."""
        lists = [one for one in arguments if isinstance(one, ast.List)]
        columns = [_text(one) for one in lists[0].elts] if lists else []
        return bool(columns) and all((table, column) in self._added for column in columns)


def _sets_marker(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == MARKER


def _text(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ast.unparse(node)


def _is_unique(call: ast.Call) -> bool:
    return any(one.arg == "unique" and ast.unparse(one.value) != "False" for one in call.keywords)


def _is_harmless(call: ast.Call) -> bool:
    """Whether a change of a column only lets more in."""
    changes = {one.arg: ast.unparse(one.value) for one in call.keywords if one.arg not in HARMLESS_CHANGES}
    return all(change == "nullable" and value == "True" for change, value in changes.items())


def released() -> set[str]:
    """Return every version that the changelog says was released."""
    return set(re.findall(r"^## (\d+\.\d+\.\d+) \(", (ROOT / "bot" / "CHANGELOG.md").read_text(), re.MULTILINE))


def faults_of(source: str) -> list[str]:
    """Return what an old process could not bear, and markers that say nothing true."""
    reading, versions = Reading(source), released()
    unmarked = [f"{how}: {what}" for what, how in reading.harm.items() if what not in reading.marked]
    claims = {what: at for what, at in reading.marked.items() if at not in versions}
    unknown = [f"{what}: expected a release of the changelog, got {at}" for what, at in claims.items()]
    idle = [f"{what}: marked, but untouched" for what in reading.marked if what not in reading.harm]
    return unmarked + unknown + idle


def new_ones() -> list[Path]:
    return [path for path in sorted(VERSIONS.glob("[0-9]*.py")) if int(path.name[:4]) > LAST_OF_ONE_PROCESS]


def test_new_migrations_only_add():
    assert {name(path): faults for path in new_ones() if (faults := faults_of(path.read_text()))} == {}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('op.drop_table("mails")', "drop_table: mails"),
        ('op.drop_column("mails", "html")', "drop_column: mails.html"),
        ('op.rename_table("mails", "letters")', "rename_table: mails.letters"),
        ('op.drop_constraint("fk_mails", "mails")', "drop_constraint: mails.fk_mails"),
        ('op.add_column("mails", sa.Column("kind", sa.Text(), nullable=False))', "add_column: mails.kind"),
        ('op.add_column("mails", kind)', "add_column: mails.kind"),
        ('op.alter_column("mails", "html", nullable=False)', "alter_column: mails.html"),
        ('op.alter_column("mails", "html", new_column_name="body")', "alter_column: mails.html"),
        ('op.alter_column("mails", "html", type_=sa.String(10))', "alter_column: mails.html"),
        ('op.create_index("ix_mails_html", "mails", ["html"], unique=True)', "create_index: mails"),
        ('op.create_unique_constraint("uq", "mails", ["html"])', "create_unique_constraint: mails"),
        ('op.create_foreign_key("fk", "mails", "agents", ["a"], ["id"])', "create_foreign_key: mails"),
        ("""op.execute("DELETE FROM mails")""", "execute: 'DELETE FROM mails'"),
        ("""op.get_bind().execute(sa.text(f"alter table {name} x"))""", "execute: sa.text(f'alter table {name} x')"),
        ('with op.batch_alter_table("mails") as b:\n        b.drop_column("html")', "drop_column: mails.html"),
        ("_down()", "drop_table: mails"),
    ],
)
def test_what_an_old_process_cannot_bear_is_found(line: str, fault: str):
    source = f"def upgrade():\n    {line}\n\n\ndef _down():\n    op.drop_table('mails')\n"
    assert faults_of(source) == [fault]
    what = fault.split(": ", 1)[1]
    assert faults_of(f"{MARKER} = {{{what!r}: '0.1.0'}}\n{source}") == []
    assert faults_of(f"{MARKER} = {{{what!r}: '99.0.0'}}\n{source}") == [
        f"{what}: expected a release of the changelog, got 99.0.0"
    ]


@pytest.mark.parametrize(
    "line",
    [
        'op.create_table("stamps", sa.Column("id", sa.Text(), nullable=False)); op.drop_column("stamps", "id")',
        'op.create_index("ix_mails_html", "mails", ["html"], unique=False)',
        'op.add_column("mails", sa.Column("k", sa.Text())); op.create_index("ix", "mails", ["k"], unique=True)',
        'op.add_column("mails", sa.Column("kind", sa.Text(), nullable=False, server_default="x"))',
        'op.alter_column("mails", "html", existing_type=sa.Text(), nullable=True)',
        """op.execute("UPDATE mails SET html = ''")""",
    ],
)
def test_what_adds_is_let_through(line: str):
    assert faults_of(f"def upgrade():\n    {line}\n\n\ndef downgrade():\n    op.drop_table('mails')\n") == []


def test_a_marker_that_no_longer_means_anything_is_found():
    assert faults_of(f"{MARKER} = {{'mails.html': '0.1.0'}}\ndef upgrade():\n    pass\n") == [
        "mails.html: marked, but untouched"
    ]


def test_real_ones_of_before_are_read():
    """The reading is proved on migrations of when nothing served meanwhile: these would not do now."""
    old = [path for path in sorted(VERSIONS.glob("[0-9]*.py")) if path not in new_ones()]
    found = {path.name[:4]: set(Reading(path.read_text()).harm.values()) for path in old}
    assert {number: harm for number, harm in found.items() if harm} == {
        "0006": {"alter_column"},
        "0010": {"create_index"},  # of columns that a loop adds: written out it would do
        "0013": {"alter_column", "execute"},
    }
