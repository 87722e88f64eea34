"""What the bot can decide to do with a message: five kinds, each a type of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

Action = Literal["answer", "clarify", "ask_order_number", "handoff", "smalltalk"]
Reason = Literal[
    "asked_for_human",
    "low_confidence",
    "out_of_scope",
    "repeated_failure",
    "negative_feedback",
    "entry_action",
    "agent_initiated",
]

MOST_CHOICES = 3
"""More than three choices are read by nobody."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Give the answer of this entry."""

    action: ClassVar[Action] = "answer"
    entry: str
    confidence: float
    """Calibrated probability that the entry is the right one."""


@dataclass(frozen=True, slots=True)
class Clarify:
    """Ask back: "did you mean" with up to three entries, or "could you put it differently" with none."""

    action: ClassVar[Action] = "clarify"
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskOrderNumber:
    """The shopper wants an order looked up: ask which."""

    action: ClassVar[Action] = "ask_order_number"


@dataclass(frozen=True, slots=True)
class Handoff:
    """Bring in a person, for this reason."""

    action: ClassVar[Action] = "handoff"
    reason: Reason


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """Answer a courtesy with this entry."""

    action: ClassVar[Action] = "smalltalk"
    entry: str


Decision = Answer | Clarify | AskOrderNumber | Handoff | SmallTalk
