"""The front matter of an entry: YAML 1.2, read with the line of every value.

Two readers that agree. The short one knows only what nearly every file is made of: keys with one-line texts,
lists of them, dates. It is thirty times faster than a complete YAML reader and gives up (returns None) at
anything else; then ruamel.yaml reads. A test holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import ScalarNode

DEEPEST = 4
"""Levels of nesting that are read; an entry needs two."""
MOST_BRACKETS = 64
"""Open brackets at one time. A YAML reader takes seconds over 20,000 of them in a row."""


class FrontMatterError(ValueError):
    """Cannot be read: `line` says where, counted from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


@dataclass(frozen=True, slots=True)
class Scalar:
    value: str
    kind: str
    """`text`, `date`, `number`, `truth value`, `nothing`: what YAML takes it for."""
    line: int


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping, its keys in order, a repeated one still there twice."""

    pairs: tuple[tuple[Node, Node], ...]
    line: int


Node = Scalar | Sequence | Pairs


def read(text: str, first_line: int, known_keys: Collection[str]) -> Pairs:
    """Return the mapping in `text`, which begins on that line of its file. Raises FrontMatterError."""
    pairs = read_simple(text, first_line, known_keys)
    return read_yaml(text, first_line) if pairs is None else pairs


# --- the short reader ---

# One-line texts in double quotes, with no escapes but \" and \\, made of what YAML calls printable.
_QUOTED = re.compile(
    r'"((?:[ !#-\[\]-~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|\\["\\])*)"'
)
# Plain texts that start with a letter and hold nothing that means something to YAML, anywhere.
_PLAIN = re.compile(r"[^\W\d_](?:[\w ./()'\u2019?!;+-]*[\w./()'\u2019?!;+-])?")
_PLAIN_IN_BRACKETS = re.compile(r"[^\W\d_](?:[\w ./-]*[\w./-])?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_KEY = re.compile(r"([a-z]+):(?: (.+))?")
_ITEM = "  - "
# YAML, or an older YAML, takes these for something else than text.
_NOT_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def read_simple(text: str, first_line: int, known_keys: Collection[str]) -> Pairs | None:
    """Return the mapping if `text` has the usual form, None if a complete reader is needed."""
    pairs: dict[str, tuple[Node, Node]] = {}
    lines = list(enumerate(text.split("\n"), first_line))
    if lines and not lines[-1][1]:
        lines.pop()
    position = 0
    while position < len(lines):
        number, line = lines[position]
        position += 1
        key = _KEY.fullmatch(line)
        if key is None or key[1] not in known_keys or key[1] in pairs:
            return None
        value: Node | None
        if key[2] is None:
            items = []
            while position < len(lines) and lines[position][1].startswith(_ITEM):
                items.append(_simple_scalar(lines[position][1][len(_ITEM) :], lines[position][0], _PLAIN))
                position += 1
            value = _sequence(items, number + 1) if items else None
        else:
            value = _simple_value(key[2], number)
        if value is None:
            return None
        pairs[key[1]] = (Scalar(key[1], "text", number), value)
    return Pairs(tuple(pairs.values()), first_line) if pairs else None


def _simple_value(text: str, line: int) -> Node | None:
    if _DATE.fullmatch(text):
        return Scalar(text, "date", line)
    if not text.startswith("["):
        return _simple_scalar(text, line, _PLAIN)
    if text == "[]":
        return Sequence((), line)
    if not text.endswith("]"):
        return None
    return _sequence([_simple_scalar(item, line, _PLAIN_IN_BRACKETS) for item in text[1:-1].split(", ")], line)


def _sequence(items: list[Scalar | None], line: int) -> Sequence | None:
    kept = tuple(item for item in items if item is not None)
    return Sequence(kept, line) if len(kept) == len(items) else None


def _simple_scalar(text: str, line: int, plain: re.Pattern[str]) -> Scalar | None:
    if quoted := _QUOTED.fullmatch(text):
        value = re.sub(r"\\(.)", r"\1", quoted[1]) if "\\" in quoted[1] else quoted[1]
        return Scalar(value, "text", line)
    if plain.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return Scalar(text, "text", line)
    return None


# --- the complete reader ---

_KINDS = {
    "str": "text",
    "int": "number",
    "float": "number",
    "bool": "truth value",
    "null": "nothing",
    "timestamp": "date",
}


def read_yaml(text: str, first_line: int) -> Pairs:
    """Return the mapping as YAML 1.2 defines it; anchors, aliases, tags and deep nesting are refused."""
    _refuse_brackets(text, first_line)
    yaml = YAML(typ="safe", pure=True)
    try:
        node = _build(_events(yaml, text, first_line), yaml, first_line)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line if mark is not None else 0
        raise FrontMatterError(first_line + line, f"bad YAML: {_explained(error)}") from error
    except (YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, FrontMatterError):
            raise
        raise FrontMatterError(first_line, f"bad YAML: {str(error).splitlines()[0]}") from error
    if node is None:
        raise FrontMatterError(first_line, "expected keys such as title and variants, found none")
    if not isinstance(node, Pairs):
        raise FrontMatterError(node.line, "expected keys such as title and variants, found " + described(node))
    return node


def _explained(error: MarkedYAMLError) -> str:
    parts = [str(part) for part in (error.context, error.problem) if part]
    return ", ".join(parts) or "cannot be read"


def _refuse_brackets(text: str, first_line: int) -> None:
    depth = 0
    for number, line in enumerate(text.split("\n"), first_line):
        for character in line:
            if character in "[{":
                depth += 1
                if depth > MOST_BRACKETS:
                    raise FrontMatterError(number, f"expected at most {MOST_BRACKETS} open brackets, found more")
            elif character in "]}":
                depth = max(0, depth - 1)


def _events(yaml: YAML, text: str, first_line: int) -> Iterator[Any]:
    """Yield the events of one document; refuse what an entry has no use for, at the first sight of it."""
    depth = 0
    documents = 0
    for event in yaml.parse(text):
        line = first_line + event.start_mark.line
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if event.explicit or documents > 1:
                raise FrontMatterError(line, "expected one YAML document, found a second one or a directive")
        if isinstance(event, AliasEvent):
            raise FrontMatterError(line, f"expected no aliases, found *{event.anchor}")
        if getattr(event, "anchor", None):
            raise FrontMatterError(line, f"expected no anchors, found &{event.anchor}")
        if isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent) and event.tag is not None:
            raise FrontMatterError(line, f"expected no tags, found {event.tag}")
        depth += isinstance(event, SequenceStartEvent | MappingStartEvent)
        depth -= isinstance(event, SequenceEndEvent | MappingEndEvent)
        if depth > DEEPEST:
            raise FrontMatterError(line, f"expected at most {DEEPEST} levels of nesting, found more")
        yield event


def _build(events: Iterator[Any], yaml: YAML, first_line: int) -> Node | None:
    """Return the tree of the events; None for an empty document."""
    open_nodes: list[tuple[Any, list[Node]]] = []
    root: Node | None = None
    for event in events:
        node: Node | None = None
        line = first_line + event.start_mark.line
        if isinstance(event, SequenceStartEvent | MappingStartEvent):
            open_nodes.append((line, []))
        elif isinstance(event, ScalarEvent):
            tag = yaml.resolver.resolve(ScalarNode, event.value, event.implicit)
            kind = _KINDS.get(str(tag).rpartition(":")[2], "text")
            node = Scalar(event.value, kind, line)
        elif isinstance(event, SequenceEndEvent):
            start, children = open_nodes.pop()
            node = Sequence(tuple(children), start)
        elif isinstance(event, MappingEndEvent):
            start, children = open_nodes.pop()
            node = Pairs(tuple(zip(children[::2], children[1::2], strict=True)), start)
        if node is None:
            continue
        if open_nodes:
            open_nodes[-1][1].append(node)
        else:
            root = node
    return root


def described(node: Node) -> str:
    """Return what a node is, for a message."""
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Pairs):
        return "keys with values (quotes around a text that holds a colon and a space make it a text)"
    if node.kind == "nothing":
        return "nothing"
    return f"the {node.kind} {node.value}"
