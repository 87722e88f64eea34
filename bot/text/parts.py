"""Splits a message into the parts that can carry a question of their own."""

from __future__ import annotations

import re

from bot.text.tokens import words

_BREAK = re.compile(r"[.!?;:\u2026\n]+\s|[.!?;:\u2026\n]+$|,\s| - |\u2013|\u2014")
FEWEST_WORDS = 3
"""A shorter part is a courtesy or a fragment."""
MOST_PARTS = 4


def parts(text: str) -> list[str]:
    """Return the parts of `text` that hold enough words, in order; none when there is nothing to split."""
    pieces = [piece for piece in _BREAK.split(text) if piece.strip()]
    if len(pieces) < 2:  # noqa: PLR2004
        return []
    return [piece for piece in pieces if len(words(piece)) >= FEWEST_WORDS][:MOST_PARTS]
