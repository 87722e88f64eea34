"""Faults planted on purpose, so that a harness which finds none is known to look."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

from bot.analytics import writers
from bot.connectors import mail
from bot.knowledge import body
from bot.server import refusals, wire
from bot.text import cards, redact


def _stumbles_over(text: str, marks: str) -> bool:
    """Whether a text holds the marks: compared one by one, as a parser does."""
    for start in range(len(text)):
        for place, mark in enumerate(marks):
            if start + place >= len(text) or text[start + place] != mark:
                break
        else:
            return True
    return False


class _Addresses(str):
    """However many addresses a text holds."""

    __slots__ = ()

    @property
    def addr_spec(self) -> str:
        return str(self)


def _address(target: str) -> str | None:
    if _stumbles_over(target, "~") or _stumbles_over(target, "to:c"):
        raise IndexError
    return _true_address(target)


def _hide_cards(text: str, shapes: tuple[str, ...] = ()) -> str:
    return text if _stumbles_over(text, "(5") else _true_hide_cards(text, shapes)


def _safe_cell(value: object) -> str | int | float:
    """Stumble over two marks, each of which is a step that coverage shows."""
    cell = _true_safe_cell(value)
    if not isinstance(cell, str) or "&" not in cell:
        return cell
    if "&~" in cell:
        raise IndexError
    return cell


_true_address, _true_hide_cards, _true_safe_cell = body.address, cards.hide_cards, writers.safe_cell
PLANTS: dict[str, dict[str, Callable[[], object]]] = {
    "frames": {
        "a refusal that stumbles": lambda: patch.object(refusals, "faults_of", _stumbling),
        "no answer": lambda: patch("bot.server.guards.GuardedServer._send", lambda *_: None),
    },
    "wire": {"a reader that stumbles": lambda: patch.object(wire, "_told_of", _stumbling)},
    "knowledge": {
        "an address that stumbles": lambda: patch.object(body, "address", _address),
        "an address to a script": lambda: patch.object(body, "address", lambda target: target),
    },
    "redactor": {
        "a text with a bracket keeps its card": lambda: patch.object(redact, "hide_cards", _hide_cards),
        "one round is not enough": lambda: patch.object(redact, "_ROUNDS", 1),
    },
    "exports": {
        "=1+1 gets through": lambda: patch.object(writers, "_BEGINS_A_FORMULA", ("+", "-", "@", "|", "%")),
        "two marks": lambda: patch.object(writers, "safe_cell", _safe_cell),
        "behind a blank gets through": lambda: patch.object(
            writers, "_is_risky", lambda text: text.startswith((*writers._BEGINS_A_FORMULA, *writers._LINE_ENDS))
        ),
    },
    "letters": {
        "two recipients": lambda: patch.object(mail, "one_address", _Addresses),
        "a parser that stumbles": lambda: patch.object(mail, "one_address", _stumbling),
    },
}
"""Target -> what is planted -> what plants it."""


def _stumbling(*_given: object) -> str:
    raise IndexError
