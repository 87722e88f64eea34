"""An order as the shop's own system tells of it, and a shopper's question after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class OrderStatus(StrEnum):
    """Where an order is: a closed list, in the order in which things usually go."""

    PLACED = "placed"
    SHIPPED = "shipped"
    IN_CUSTOMS = "in_customs"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of an order's way."""

    status: OrderStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """An order; the last stage is where it is now."""

    number: str
    timeline: tuple[Stage, ...]
    """Oldest first, at least one."""
    expected_on: date | None = None
    tracking_number: str | None = None

    @property
    def now(self) -> Stage:
        return self.timeline[-1]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A shopper's question after an order: due until somebody has answered it."""

    id: str
    conversation_id: str
    visitor_id: str
    number: str
    email: str
    """Forgotten once it is answered."""
    language: str
    topic: str | None
    waiting: bool
    attempts: int
    status: OrderStatus | None
    """Where the order was, when it was found."""
    at: datetime
    due_at: datetime
