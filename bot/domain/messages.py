"""A message: one utterance, in the order that everybody sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Author(StrEnum):
    """Who wrote a message."""

    SHOPPER = "shopper"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Choice:
    """One button of "did you mean"."""

    entry: str
    title: str


@dataclass(frozen=True, slots=True)
class Source:
    """The help-center entry that an answer comes from."""

    entry: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """One utterance; `seq` is 1, 2, 3 ... within its conversation, without gaps."""

    id: str
    conversation_id: str
    seq: int
    episode: int
    author: Author
    language: str
    text: str
    at: datetime
    client_id: str | None = None
    agent_id: str | None = None
    name: str | None = None
    blocks: tuple[Mapping[str, Any], ...] | None = None
    """The answer's block tree in its JSON form."""
    choices: tuple[Choice, ...] = ()
    source: Source | None = None
    decision: str | None = None
    entry: str | None = None
    reason: str | None = None


PAGE_CHARACTERS = 100_000
"""Of text on one page: far below what may wait for one reader, whatever the letters take."""


def page_of(messages: Iterable[Message]) -> list[Message]:
    """Return the first of the messages that fit on a page, one at least; who wants more asks on from there."""
    page: list[Message] = []
    room = PAGE_CHARACTERS
    for message in messages:
        room -= len(message.text)
        if room < 0 and page:
            break
        page.append(message)
    return page
