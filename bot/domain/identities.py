"""Who a shopper is by the shop's own word."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """What the shop has signed: `subject` is its own id of the customer, the rest is for display."""

    subject: str
    name: str | None = None
    email: str | None = None
