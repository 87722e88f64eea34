"""Orders in the dialogue: what a look-up still needs, and how a found order is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from bot.dialogue.decisions import Answer, AskOrderNumber, Clarify, Decision, Handoff
from bot.dialogue.replies import Reply
from bot.dialogue.understanding import Understanding
from bot.domain.conversations import Conversation, Memory
from bot.domain.orders import Order, OrderStatus
from bot.locale.catalogs import Catalogs
from bot.locale.dates import day, locale_of
from bot.locale.times import zone_of
from bot.text.normalize import fold

WHICH_ORDER_TO_CHECK = (
    "I can check that. What is your order number? You'll find it in the confirmation e-mail and under My orders."
)
WHICH_EMAIL = "Which e-mail address was order {number} placed with? I tell about an order only when both fit."
NO_MATCH = (
    "I can't find an order with this number and e-mail address. Please check both and send them again, or ask for a "
    "person."
)
CANNOT_REACH = "I can't reach our order system right now, so I'm passing order {number} on to a colleague."
TOO_OFTEN = "I have looked up as many orders as I may in an hour, so I'm passing order {number} on to a colleague."
TOLD: dict[OrderStatus, str] = {
    OrderStatus.PLACED: "Order {number} was placed on {date} and is being prepared.",
    OrderStatus.SHIPPED: "Order {number} was shipped on {date} and is on its way.",
    OrderStatus.IN_CUSTOMS: "Order {number} has been in customs since {date}.",
    OrderStatus.OUT_FOR_DELIVERY: "Order {number} went out for delivery on {date}.",
    OrderStatus.DELIVERED: "Order {number} was delivered on {date}.",
    OrderStatus.RETURNED: "Order {number} came back to us on {date}.",
}
STAGES: dict[OrderStatus, str] = {
    OrderStatus.PLACED: "Placed: {date}",
    OrderStatus.SHIPPED: "Shipped: {date}",
    OrderStatus.IN_CUSTOMS: "In customs: {date}",
    OrderStatus.OUT_FOR_DELIVERY: "Out for delivery: {date}",
    OrderStatus.DELIVERED: "Delivered: {date}",
    OrderStatus.RETURNED: "Returned: {date}",
}
EXPECTED = "It should arrive on {date}."
TRACKED = "Its tracking number is {number}."
_WHERE = re.compile(
    r"\b(?:where|status|track\w*|look|check|find|arriv\w*|when|late|delay\w*|deliver\w*|ship\w*|donde|estado|seguimiento"
    r"|revis\w*|compr(?:ob|ueb)\w*|mir\w*|consult\w*|llega\w*|cuando|entreg\w*|envi\w*|ou (?:en )?(?:est|sont)|statut"
    r"|etat|suivi\w*|suivre|verif\w*|regard\w*|quand|livr\w*|expedi\w*|recu)\b"
)
_ELSE = re.compile(
    r"\b(?:cancel\w*|return\w*|refund\w*|chang\w*|address|invoice|receipt|wrong|broken|damaged|missing|anul\w*|dev(?:ol|uel)\w*"
    r"|reembols\w*|cambi\w*|direccion|factura|rot[oa]|danad\w*|falta\w*|annul\w*|retour\w*|renvoy\w*|rembours\w*|modifi\w*"
    r"|adresse|facture|casse\w*|endommag\w*|manqu\w*)\b"
)
"""With an order's number beside it, the one asks where the order is; the other wants something else with it."""
_OVER = (OrderStatus.DELIVERED, OrderStatus.RETURNED)


@dataclass(frozen=True, slots=True)
class AskEmail:
    """The number is known: ask which address the order was placed with."""

    number: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """Both are known: look the order up."""

    number: str
    email: str


@dataclass(frozen=True, slots=True)
class PassOn:
    """The address was asked for and is not coming: a person takes over, with the number."""


def about_orders(
    decision: Decision, memory: Memory, understanding: Understanding, entries: AbstractSet[str]
) -> Decision:
    """Return the decision for an entry that looks an order up (`action: order_status`): ask once for the number."""
    if not isinstance(decision, Answer) or decision.entry not in entries:
        return decision
    if understanding.has_order_number:
        return Handoff("entry_action")
    return decision if memory.awaiting_order_number else AskOrderNumber()


def next_step(
    memory: Memory, understanding: Understanding, decision: Decision, *, by_entry: bool
) -> AskEmail | LookUp | PassOn | None:
    """Return what a shop that can look orders up does instead of handing over; None when it is not about an order.

    `by_entry` says that the message fits an entry that looks an order up.
    """
    if decision == Handoff("asked_for_human"):
        return None
    numbers, emails = understanding.entities.order_numbers, understanding.entities.emails
    if memory.order_number is not None:
        if emails:
            return LookUp(numbers[0] if numbers else memory.order_number, emails[0])
        if not numbers and isinstance(decision, Clarify | Handoff):
            return PassOn()
    awaited = memory.awaiting_order_number or memory.order_number is not None
    if not numbers or not (awaited or by_entry or understanding.asks_for_a_look or asks_where(understanding)):
        return None
    return LookUp(numbers[0], emails[0]) if emails else AskEmail(numbers[0])


def asks_where(understanding: Understanding) -> bool:
    """Whether a message that names an order asks where it is: "where is CV-204518?", or the number alone."""
    said = fold(understanding.entities.rest)
    return understanding.contentless or (_WHERE.search(said) is not None and not _ELSE.search(said))


def told(order: Order, conversation: Conversation, catalogs: Catalogs) -> Reply:
    """Return where the order is, in words of the conversation's language, with its way so far."""
    language = conversation.memory.language
    locale, zone = locale_of(language, conversation.locale), zone_of(conversation.time_zone)
    here = order.now
    sentences = [catalogs.say(language, TOLD[here.status], number=order.number, date=day(here.at, locale, zone))]
    if order.expected_on and here.status not in _OVER:
        sentences.append(catalogs.say(language, EXPECTED, date=day(order.expected_on, locale, zone)))
    if order.tracking_number:
        sentences.append(catalogs.say(language, TRACKED, number=order.tracking_number))
    way = [catalogs.say(language, STAGES[one.status], date=day(one.at, locale, zone)) for one in order.timeline]
    first, blocks, text = " ".join(sentences), [_paragraph(" ".join(sentences))], " ".join(sentences)
    if len(way) > 1:
        blocks.append({"type": "list", "ordered": True, "items": [[_paragraph(line)] for line in way]})
        text = "\n".join([first, "", *way])
    return Reply(text, language, "answer", blocks=tuple(blocks))


def _paragraph(text: str) -> Mapping[str, Any]:
    return {"type": "paragraph", "children": [{"type": "text", "text": text}]}
