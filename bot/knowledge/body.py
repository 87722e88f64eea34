"""An answer's Markdown: read into a tree of blocks, and written out as plain text.

No HTML exists anywhere on the way, so there is none to clean: what the tree has no node for is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.knowledge.entries import Block, BulletList, OrderedList, Paragraph

ENTRY_SCHEME = "entry:"
ENTRY_ID = re.compile(r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._-]{1,120}(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._-]{1,120})*")
"""An entry's id: parts of letters, digits, dot, underscore and hyphen, none of them `.` or `..`."""
DEEPEST_LIST = 3
_HTML = re.compile(r"</?[A-Za-z][^<>]*>|<!--|<[?!][A-Za-z]")
_MAIL = re.compile(r"[^\s@<>,;:/?]+@[^\s@<>,;:/?]+\.[^\s@<>,;:/?]+(?:\?[^\s<>]*)?")
_REFUSED = {
    "heading": "a heading",
    "image": "an image",
    "table": "a table",
    "fence": "a code block",
    "code_block": "a code block (a line that starts with four spaces)",
    "code_inline": "code",
    "blockquote": "a quotation",
    "hr": "a ruled line",
    "html_block": "HTML",
    "html_inline": "HTML",
}
_ALLOWED = "paragraphs, lists, links and bold"

Inline = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Body:
    """What was read: the tree, and everything that does not belong into an answer."""

    blocks: tuple[Block, ...] = ()
    faults: tuple[tuple[int, str], ...] = ()
    """Line (counted from the body's first line, 1) and what is wrong there."""
    links: tuple[tuple[int, str], ...] = ()
    """Line and entry id of every link to an entry."""


def parse(markdown: str) -> Body:
    """Read an answer; never raises."""
    reader = _Reader()
    blocks = reader.blocks(SyntaxTreeNode(_markdown().parse(markdown)).children, depth=0)
    return Body(blocks, tuple(reader.faults), tuple(reader.links))


@cache
def _markdown() -> MarkdownIt:
    """Return CommonMark without HTML, knowing tables only to refuse them, and judging no link itself."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("text_join")
    # A refused link would stay in the text as it was typed; here it becomes a fault with its line instead.
    reader.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005  # the library's way
    reader.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return reader


@dataclass(slots=True)
class _Reader:
    """Walks markdown-it's tree and keeps what it meets on the way."""

    faults: list[tuple[int, str]] = field(default_factory=list)
    links: list[tuple[int, str]] = field(default_factory=list)
    line: int = 1

    def refuse(self, what: str) -> None:
        self.faults.append((self.line, f"expected {_ALLOWED}, found {what}"))

    def blocks(self, nodes: Iterable[SyntaxTreeNode], *, depth: int) -> tuple[Block, ...]:
        found = (self.block(node, depth) for node in nodes)
        return tuple(block for block in found if block is not None)

    def block(self, node: SyntaxTreeNode, depth: int) -> Block | None:
        self.line = node.map[0] + 1 if node.map else self.line
        if node.type == "paragraph":
            return Paragraph(tuple(self.inlines(node.children[0].children)))
        if node.type not in ("bullet_list", "ordered_list"):
            self.refuse(_REFUSED.get(node.type, node.type))
            return None
        if depth == DEEPEST_LIST:
            self.refuse(f"lists nested more than {DEEPEST_LIST} deep")
            return None
        if (start := node.attrGet("start")) is not None:
            self.refuse(f"a list that starts at {start} and not at 1")
        items = tuple(self.blocks(item.children, depth=depth + 1) for item in node.children)
        return OrderedList(items) if node.type == "ordered_list" else BulletList(items)

    def inlines(self, nodes: Iterable[SyntaxTreeNode]) -> list[Inline]:
        found: list[Inline] = []
        for node in nodes:
            inline = self.inline(node)
            if inline is None:
                continue
            if found and inline["type"] == found[-1]["type"] == "text":
                found[-1]["text"] += inline["text"]
            else:
                found.append(inline)
        return found

    def inline(self, node: SyntaxTreeNode) -> Inline | None:  # noqa: PLR0911  # one return a kind
        match node.type:
            case "text" | "text_special":
                if node.type == "text" and (tag := _HTML.search(node.content)):
                    self.refuse(f"HTML ({tag[0]})")
                return {"type": "text", "text": node.content} if node.content else None
            case "softbreak":
                self.line += 1
                return {"type": "text", "text": " "}
            case "hardbreak":
                self.line += 1
                return {"type": "break"}
            case "strong":
                return {"type": "bold", "children": self.inlines(node.children)}
            case "em":
                return {"type": "emphasis", "children": self.inlines(node.children)}
            case "link":
                return self.link(node)
            case _:
                self.refuse(_REFUSED.get(node.type, node.type))
                return None

    def link(self, node: SyntaxTreeNode) -> Inline:
        target = str(node.attrGet("href") or "")
        href = address(target)
        if href is None:
            self.faults.append(
                (self.line, f"expected a link to http, https, mailto or an entry's id, found {target!r}")
            )
        elif href.startswith(ENTRY_SCHEME):
            self.links.append((self.line, href.removeprefix(ENTRY_SCHEME)))
        children = self.inlines(node.children)
        if not text_of_inlines(children).strip():
            self.faults.append((self.line, f"expected a link with words, found none on the link to {target!r}"))
        return {"type": "link", "href": href or "", "children": children}


def address(target: str) -> str | None:
    """Return a link target's href: a web or mail address as it is, `entry:<id>` for an id, else None."""
    if not target.isprintable() or " " in target:
        return None
    if target.startswith("mailto:"):
        return target if _MAIL.fullmatch(target.removeprefix("mailto:")) else None
    if target.startswith(("http://", "https://")):
        return target if _has_host(target) else None
    return f"{ENTRY_SCHEME}{target}" if ENTRY_ID.fullmatch(target) else None


def _has_host(target: str) -> bool:
    try:
        parts = urlsplit(target)
        return bool(parts.hostname) and parts.username is None and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def text_of_inlines(children: Iterable[Mapping[str, Any]]) -> str:
    """Return the words of inline nodes, links by their label."""
    return "".join(_text_of_inline(child) for child in children)


def _text_of_inline(child: Mapping[str, Any]) -> str:
    match child["type"]:
        case "text":
            return str(child["text"])
        case "break":
            return "\n"
        case _:
            return text_of_inlines(child["children"])


def words_of(blocks: Iterable[Block]) -> str:
    """Return what a reader reads: the words of an answer, one block a line, without marks or addresses."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(text_of_inlines(block.children))
        else:
            lines.extend(words_of(item) for item in block.items)
    return "\n".join(lines)


def plain(blocks: Iterable[Block]) -> str:
    """Return an answer as plain text: `-` and `1.` for lists, addresses in parentheses behind their label."""
    return "\n\n".join(_plain_block(block) for block in blocks)


def _plain_block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return "".join(_plain_inline(child) for child in block.children)
    marks = (f"{number}. " if isinstance(block, OrderedList) else "- " for number in range(1, len(block.items) + 1))
    return "\n".join(mark + _indented(item, len(mark)) for mark, item in zip(marks, block.items, strict=True))


def _indented(item: Iterable[Block], width: int) -> str:
    text = "\n".join(_plain_block(block) for block in item)
    return text.replace("\n", "\n" + " " * width)


def _plain_inline(child: Mapping[str, Any]) -> str:
    match child["type"]:
        case "text":
            return str(child["text"])
        case "break":
            return "\n"
        case "link":
            label = "".join(_plain_inline(inner) for inner in child["children"])
            shown = str(child["href"]).removeprefix("mailto:")
            known = shown == label or shown.startswith(ENTRY_SCHEME)
            return label if known else f"{label} ({shown})"
        case _:
            return "".join(_plain_inline(inner) for inner in child["children"])


def escape(text: str) -> str:
    """Return Markdown that reads as exactly these words: every mark in `text` is made a plain character."""
    lines = [_ESCAPED.sub(r"\\\g<0>", line.strip()) for line in text.splitlines()]
    return "\n".join(_NUMBERED.sub(r"\1\\\2", line) for line in lines).strip()


_ESCAPED = re.compile(r"[\\`*_{}\[\]<>#+\-!|~=&]")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


def dead_links(body: Body, ids: Collection[str]) -> list[tuple[int, str]]:
    """Return line and id of every link to an entry that is not there."""
    return [(line, entry) for line, entry in body.links if entry not in ids]
