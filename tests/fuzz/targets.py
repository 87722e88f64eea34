"""What must hold whatever is sent: one function of bytes for each thing that reads what others wrote."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import json
import time
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from bot.analytics.writers import write_csv, write_jsonl
from bot.connectors import mail
from bot.errors import KnowledgeError
from bot.knowledge import body, loader
from bot.knowledge.entries import to_json
from bot.server.wire import RedisWire
from bot.text import redact
from bot.text.cards import hide_cards
from bot.text.entities import find
from bot.text.normalize import clean, fold
from tests.fuzz.frames import APART, Frames

LONGEST = 4000  # characters of a message
SECONDS = 1.0  # of CPU: twenty times what is promised, for a machine that is busy and code that is watched
CARD, HIDDEN = "4111 1111 1111 1111", "[card …1111]"
FORMULA = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n")
_ENTRY, _OTHER = "a/fuzz.en.md", "a/other.en.md"
_AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Target:
    """What is looked at: texts to begin with, and what raises AssertionError (or anything else) for a fault."""

    check: Callable[[bytes], None]
    seeds: tuple[str, ...]


def frames(data: bytes) -> None:
    """Answer every event or cut its sender off, with no fault of our own."""
    _frames().check(data.decode("utf-8", "replace"))


@cache
def _frames() -> Frames:
    return Frames()


def wire(data: bytes) -> None:
    """Tell other processes' news, or drop them; never stop listening."""
    told: list[Any] = []
    RedisWire("redis://localhost")._hand_in(data, told.append, lambda: None)
    assert all(isinstance(part, str) for one in told for part in one[:3])


def knowledge(data: bytes) -> None:
    """Make a file an entry, or refuse it with a list of its faults, each with its line; in no time."""
    files = {_ENTRY: data, _OTHER: b"---\ntitle: Other\n---\nFine.\n"}
    started = time.thread_time()
    try:
        read = loader.build(files)
    except KnowledgeError as refusal:
        lines = data.count(b"\n") + data.count(b"\r") + 2
        for fault in refusal.faults:
            place, line, _ = fault.split(":", 2)
            assert place == _ENTRY, fault
            assert 1 <= int(line) <= lines, fault
    else:
        blocks = read.entries["a/fuzz"]["en"].blocks
        body.plain(blocks)
        body.words_of(blocks)
        assert all(href.startswith(("http://", "https://", "mailto:", "entry:")) for href in _links(to_json(blocks)))
    assert time.thread_time() - started < SECONDS


def _links(nodes: Iterable[Any]) -> Iterable[str]:
    for node in nodes:
        if isinstance(node, list):
            yield from _links(node)
        elif isinstance(node, dict):
            yield from [node["href"]] if "href" in node else []
            yield from _links(node.values())


def redactor(data: bytes) -> None:
    """Hide a card whatever stands before it, twice the same as once, in no time."""
    text = data.decode("utf-8", "surrogateescape")[:LONGEST]
    started = time.thread_time()
    hidden = redact.mask(text)
    spent = time.thread_time() - started
    assert redact.mask(hidden) == hidden
    assert redact.mask(f"{text} | {CARD}").endswith(f" | {HIDDEN}")
    assert hide_cards(f"{text} | {CARD}").endswith(f" | {HIDDEN}")
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert fold(fold(cleaned)) == fold(cleaned)
    find(cleaned)
    assert spent < SECONDS


def exports(data: bytes) -> None:
    """Write cells that are no formulas and are read back."""
    texts = clean(data.decode("utf-8", "replace")).split("|")
    lines = [{"a": text, "b": number} for number, text in enumerate(texts)]
    table, objects = io.StringIO(newline=""), io.StringIO(newline="")
    write_csv(table, ["a", "b"], lines)
    write_jsonl(objects, ["a", "b"], lines)
    _head, *rows = csv.reader(io.StringIO(table.getvalue(), newline=""))
    assert [row[1] for row in rows] == [str(number) for number in range(len(texts))]
    for (cell, _), text in zip(rows, texts, strict=True):
        assert cell in (text, f"'{text}")
        assert not cell.startswith(FORMULA)
        assert not _shown(cell).startswith(FORMULA)
    assert [json.loads(line) for line in objects.getvalue().split("\n")[:-1]] == lines


def _shown(cell: str) -> str:
    """Return what a lenient spreadsheet makes of a cell: what nobody sees off, full width narrowed."""
    narrow = unicodedata.normalize("NFKC", cell)
    return "".join(c for c in narrow if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))


def letters(data: bytes) -> None:
    """Refuse a letter, or send it to one address with exactly our headers."""
    to, subject, text = [*data.decode("utf-8", "replace").split("|", 2), "", ""][:3]
    letter = mail.Letter(to, subject, text, "<1@shop.example>", _AT, "en", html=f"<p>{text}</p>")
    try:
        message, recipient = mail.Mailer("smtp://localhost", "shop@shop.example", None)._compose(letter)
    except ValueError:
        return
    read = email.message_from_bytes(bytes(message), policy=email.policy.SMTP)
    assert sorted(read.keys()) == sorted(message.keys())
    assert len(set(read.keys())) == len(read.keys())
    assert [one.addr_spec for one in read["To"].addresses] == [recipient]
    assert "," not in recipient
    assert sum(1 for _ in read.walk()) == 3, "expected the text, the same as HTML, and what holds both"


_EVENT = '42/shopper,7["MessageSend",{"client_id":"abcdefgh1","text":"hello"}]'
_MATTER = """---
title: How?
variants:
  - what now
  - "and: so"
keywords: [a, b]
related: [a/other]
updated: 2026-11-21
---
"""
TARGETS: dict[str, Target] = {
    "frames": Target(
        frames,
        (
            _EVENT,
            '42/shopper,4["MessageSend",{"text":5}]',
            '42/shopper,8["RatingSubmit",{"csat":5,"comment":"\\ud800"}]',
            '42/shopper,["TypingSet",{"on":true}]' + APART + "2" + APART + "3",
            '42/shopper,9["connect",{"role":"admin"}]' + APART + '42/shopper,1["disconnect"]',
            "41/shopper," + APART + _EVENT,
            "40/shopper,{}" + APART + "43/shopper,1[]" + APART + '451-/shopper,["x",{"_placeholder":true,"num":0}]',
            '42/shopper,1[[],{"a":NaN}]' + APART + "42/nowhere,1[]" + APART + "1",
            '42/shopper,3["PageSet",{"page":"https://shop.example/a?b=c#d"}]',
        ),
    ),
    "wire": Target(
        wire,
        (
            '["other",["/shopper","room","message_added",{"text":"x"},null]]',
            '["other"]',
            '["other",["spent","bucket","key",null,null],["/agent","r","e",{},"sid"]]',
        ),
    ),
    "knowledge": Target(
        knowledge,
        (
            _MATTER + "See [this](a/other), **or** *that*:\n\n- one\n- [two](https://shop.example/x)\n\n1. three\n",
            _MATTER + "[mail](mailto:carol@shop.example) \\* &amp; <b>\n\n| a |\n|---|\n| b |\n",
            "---\ntitle: >\n  folded\n  text\naction: handoff\n? [a]\n: &x b\n---\n> quote\n\n```\ncode\n```\n",
            '---\n{"title": "T", "variants": ["a", "b\\u00e9"]}\n---\n![x](y) `z`\n***\n',
            "---\ntitle: 'it''s'\nkeywords: [a, [b, {c: d}]]\n--- # two\n---\n",
        ),
    ),
    "redactor": Target(
        redactor,
        (
            f"my card is {CARD} exp 12/28, call +34 612 345 678 or carol@mail.example",
            "ES91 2100 0418 4502 0005 1332 FR1420041010050500013M02606",
            "order CV-204518, pedido 4111111111111111, 3782 822463 10005",
            "dora@shop.example+carol@mail.example.+34612345678-4111-1111-1111-1111",
            "0@0.0+@0.0 600 000 000+14111 1111 1111 1111",
            "\uff14\uff11\uff11\uff11 \u0661\u0662 tel 612345678 (555) 123-4567 06 12 34 56 78",
        ),
    ),
    "exports": Target(
        exports, ("=1+1|+1|-5|@SUM(A1)|%x", '"a",b\n\tc|\u200b=1|\uff1d1', "'=1|  -1|\ufeff@x|plain", "%|é|,")
    ),
    "letters": Target(
        letters,
        (
            "carol@example.com|Tu mensaje CV-7K3QX9|¡Hola!\n\nHasta mañana.\n",
            "carol@example.com|Subject: x|.\nBcc: dora@example.com\n\n--=\n",
            '"a b"@example.com|é|',
            "a@x.es, b@y.es|x|y",
            "carol@example.com|=?utf-8?q?=0ABcc:_dora=40example.com?=|x",
            "Carol <carol@example.com>|x|y",
            "a@ex\u00e4mple.com|\u202ex|\r\n.\r\n",
        ),
    ),
}


def seeds_of(name: str) -> list[bytes]:
    """Return what a target begins with."""
    return [text.encode() for text in TARGETS[name].seeds]
