"""Scripted conversations of each language, run through the real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.people import Agent, Shopper

LEAST = 4
"""Conversations in each language."""


def scripts() -> Iterator[tuple[str, str, list[str]]]:
    """Yield language, title and lines of every scripted conversation."""
    for path in sorted(Path(__file__).parent.glob("*.md")):
        for script in path.read_text(encoding="utf-8").split("\n## ")[1:]:
            title, *lines = script.strip().splitlines()
            yield path.stem, title, [line for line in lines if line]


SCRIPTS = list(scripts())


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_each_language_has_its_conversations(language: str):
    assert sum(spoken == language for spoken, _, _ in SCRIPTS) >= LEAST


@pytest.mark.parametrize(
    ("language", "title", "lines"), SCRIPTS, ids=lambda value: value if isinstance(value, str) else ""
)
async def test_conversation_goes_as_written(carol: Shopper, amir: Agent, language: str, title: str, lines: list[str]):
    await carol.gets("locale_set", locale=language)
    for line in lines:
        kind, _, rest = line.partition(" ")
        await {"shopper:": _shopper, "bot:": _bot, "->": _decision, "silence": _silence, "agent:": _agent}[kind](
            carol, amir, rest
        )


async def _shopper(carol: Shopper, _amir: Agent, text: str) -> None:
    await carol.says(text)


async def _bot(carol: Shopper, _amir: Agent, expected: str) -> None:
    reply = await carol.hears("bot")
    said = (reply.get("entry"), reply["text"])
    assert expected == said[0] or expected in said[1], said


async def _decision(carol: Shopper, _amir: Agent, expected: str) -> None:
    reply = await carol.hears("bot")
    assert " ".join(filter(None, (reply["decision"], reply.get("reason")))) == expected, reply["text"]


async def _silence(carol: Shopper, _amir: Agent, _nothing: str) -> None:
    assert await carol.hears_nothing_from("bot")


async def _agent(carol: Shopper, amir: Agent, text: str) -> None:
    if await carol.status() == "waiting":
        await amir.accepts(await amir.sees_waiting())
    if text == "resolves":
        await amir.resolves(carol)
    elif text == "returns":
        await amir.gets("conversation_return", conversation_id=carol.id)
    else:
        await amir.writes(carol, text)
