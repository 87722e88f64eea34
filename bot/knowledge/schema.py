"""What an entry's front matter may hold: every key, its type, and the words for what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.knowledge.body import ENTRY_ID
from bot.knowledge.entries import ACTIONS
from bot.knowledge.faults import Fault, nearest
from bot.knowledge.front_matter import Node, Pairs, Scalar, Sequence, described

KEYS = ("title", "variants", "keywords", "related", "action", "updated")
# Control characters except tab and line feed, and lone surrogates.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(slots=True)
class Fields:
    """The values that are right, the lines of all, and a fault for each that is not."""

    values: dict[str, Any] = field(default_factory=dict)
    title_line: int = 1
    variant_lines: tuple[int, ...] = ()
    related_lines: tuple[int, ...] = ()
    faults: list[Fault] = field(default_factory=list)


def check(pairs: Pairs, file: str) -> Fields:
    """Return the fields of one file's front matter."""
    return _Check(file).fields_of(pairs)


class _Check:
    def __init__(self, file: str) -> None:
        self.file = file
        self.fields = Fields()

    def refuse(self, line: int, what: str) -> None:
        self.fields.faults.append(Fault(self.file, line, what))

    def fields_of(self, pairs: Pairs) -> Fields:
        seen: dict[str, int] = {}
        for key, value in pairs.pairs:
            name = key.value if isinstance(key, Scalar) else described(key)
            if name in seen:
                self.refuse(key.line, f"duplicate key {name!r}, first on line {seen[name]}")
                continue
            seen[name] = key.line
            reader = _READERS.get(name)
            if reader is None:
                self.refuse(
                    key.line,
                    f"expected one of {', '.join(KEYS)}; found the key {name!r}{nearest(name, KEYS)}",
                )
                continue
            self.fields.values[name] = reader(self, name, value)
        if "title" not in seen:
            self.refuse(pairs.line, "expected a title, found none")
        return self.fields

    def title(self, name: str, node: Node) -> str:
        self.fields.title_line = node.line
        return self.text(name, node)

    def text(self, name: str, node: Node) -> str:
        if not isinstance(node, Scalar) or node.kind != "text":
            hint = " (put it in quotes)" if isinstance(node, Scalar) and node.kind not in ("nothing", "text") else ""
            self.refuse(node.line, f"{name}: expected a text, found {described(node)}{hint}")
            return ""
        if not node.value.strip():
            self.refuse(node.line, f"{name}: expected a text, found an empty one")
        elif (bad := unstorable(node.value)) is not None:
            self.refuse(node.line, f"{name}: expected printable text, found the character {bad}")
        return node.value.strip()

    def texts(self, name: str, node: Node) -> tuple[str, ...]:
        return tuple(text for text, _ in self.texts_and_lines(name, node))

    def texts_and_lines(self, name: str, node: Node) -> list[tuple[str, int]]:
        if not isinstance(node, Sequence):
            self.refuse(node.line, f"{name}: expected a list of texts, found {described(node)}")
            return []
        return [(self.text(name, item), item.line) for item in node.items]

    def variants(self, name: str, node: Node) -> tuple[str, ...]:
        found = self.texts_and_lines(name, node)
        self.fields.variant_lines = tuple(line for _, line in found)
        return tuple(text for text, _ in found)

    def related(self, name: str, node: Node) -> tuple[str, ...]:
        found = self.texts_and_lines(name, node)
        self.fields.related_lines = tuple(line for _, line in found)
        for position, (entry, line) in enumerate(found):
            if entry and not ENTRY_ID.fullmatch(entry):
                self.refuse(line, f"related: expected an entry's id such as returns/start-return, found {entry!r}")
            if entry in (earlier for earlier, _ in found[:position]):
                self.refuse(line, f"related: {entry} stands there twice")
        return tuple(text for text, _ in found)

    def action(self, name: str, node: Node) -> str | None:
        action = self.text(name, node)
        if action and action not in ACTIONS:
            self.refuse(
                node.line,
                f"action: expected {' or '.join(ACTIONS)}, found {action!r}{nearest(action, ACTIONS)}",
            )
        return action or None

    def updated(self, name: str, node: Node) -> date | None:
        if isinstance(node, Scalar) and node.kind in ("date", "text"):
            try:
                return date.fromisoformat(node.value)
            except ValueError:
                pass
        self.refuse(node.line, f"{name}: expected a date such as 2026-11-21, found {described(node)}")
        return None


_READERS: Mapping[str, Callable[[_Check, str, Node], Any]] = {
    "title": _Check.title,
    "variants": _Check.variants,
    "keywords": _Check.texts,
    "related": _Check.related,
    "action": _Check.action,
    "updated": _Check.updated,
}


def unstorable(text: str) -> str | None:
    """Return the name (U+0007) of the first character that no database or page takes, or None."""
    found = _UNSTORABLE.search(text)
    return f"U+{ord(found[0]):04X}" if found else None
