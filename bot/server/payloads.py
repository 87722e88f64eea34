"""What crosses the wire: requests are validated here and only here, answers are built here and only here."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.domain.agents import Agent, Presence
from bot.domain.conversations import Conversation
from bot.domain.handoffs import Disposition, Handoff
from bot.domain.messages import Message
from bot.store.decisions import StoredDecision
from bot.store.notes import Note, Ticket

_EMAIL = re.compile(r"[^@\s,;<>\"\x00-\x1f]{1,64}@[^@\s,;<>\"\x00-\x1f]{1,189}\.[^@\s,;<>\"\x00-\x1f.]{2,63}")

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Words = Annotated[str, StringConstraints(max_length=250_000)]  # the exact limit is a setting, refused with its number
Comment = Annotated[str, StringConstraints(max_length=4000)]
Email = Annotated[str, StringConstraints(max_length=254, strip_whitespace=True, pattern=f"^{_EMAIL.pattern}$")]
EntryId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._/-]{1,255}$")]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Payload(BaseModel):
    """One request's fields: strict types, nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Nothing(Payload):
    """A request without fields."""


# What shoppers ask


class ShopperAuth(BaseModel):
    """The handshake: lenient in what it ignores, because old widgets stay in browser caches."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    token: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{20,100}$")] | None = None
    locale: Annotated[str, StringConstraints(max_length=35)] | None = None
    time_zone: Annotated[str, StringConstraints(max_length=60)] | None = None
    page: Annotated[str, StringConstraints(max_length=2000)] | None = None
    surface: Annotated[str, StringConstraints(pattern=r"^(widget|page)$")] = "widget"


class MessageSend(Payload):
    client_id: ClientId
    text: Words


class Resume(Payload):
    after_seq: Count
    limit: Annotated[int, Field(ge=1, le=200)] = 200


class History(Payload):
    before_seq: Count
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class TypingSet(Payload):
    on: bool


class ChoicePick(Payload):
    message_id: Id
    entry: EntryId


class FeedbackGive(Payload):
    message_id: Id
    helpful: bool
    comment: Comment | None = None


class RatingSubmit(Payload):
    csat: Annotated[int, Field(ge=1, le=5)] | None = None
    nps: Annotated[int, Field(ge=0, le=10)] | None = None
    comment: Comment | None = None


class TicketOpen(Payload):
    email: Email
    text: Words


class Identify(Payload):
    jwt: Annotated[str, StringConstraints(min_length=10, max_length=4096)]


class TranscriptSend(Payload):
    email: Email


class LocaleSet(Payload):
    locale: Annotated[str, StringConstraints(min_length=2, max_length=35)]


class PageSet(Payload):
    page: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


# What agents ask


class OfConversation(Payload):
    conversation_id: Id


class OfHandoff(Payload):
    handoff_id: Id


class PresenceSet(Payload):
    presence: Annotated[Presence, Field(strict=False)]


class AgentMessageSend(Payload):
    conversation_id: Id
    client_id: ClientId
    text: Words


class NoteAdd(Payload):
    conversation_id: Id
    text: Words


class ConversationResolve(Payload):
    conversation_id: Id
    disposition: Annotated[Disposition, Field(strict=False)]
    topic: EntryId | None = None


class ConversationTransfer(Payload):
    conversation_id: Id
    agent_id: Id


class AgentTyping(Payload):
    conversation_id: Id
    on: bool


class AgentResume(Payload):
    conversation_id: Id
    after_seq: Count
    limit: Annotated[int, Field(ge=1, le=200)] = 200


class AgentHistory(Payload):
    conversation_id: Id
    before_seq: Count
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class SuggestionList(Payload):
    conversation_id: Id
    text: Words | None = None


# What HTTP asks


class SignIn(Payload):
    email: Annotated[str, StringConstraints(min_length=3, max_length=254, strip_whitespace=True)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=128)]


class SetUp(Payload):
    token: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{20,100}$")]
    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    email: Email
    password: Annotated[str, StringConstraints(min_length=12, max_length=128)]


# What Parley tells


def time_of(at: datetime) -> str:
    """Return an ISO 8601 time in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def message_json(message: Message) -> dict[str, Any]:
    """Return a message in the form that shoppers and agents see."""
    told: dict[str, Any] = {
        "id": message.id,
        "seq": message.seq,
        "conversation_id": message.conversation_id,
        "author": message.author.value,
        "language": message.language,
        "text": message.text,
        "at": time_of(message.at),
    }
    for name in ("client_id", "name", "decision", "entry", "reason"):
        if (value := getattr(message, name)) is not None:
            told[name] = value
    if message.blocks is not None:
        told["blocks"] = list(message.blocks)
    if message.choices:
        told["choices"] = [asdict(choice) for choice in message.choices]
    if message.source:
        told["source"] = asdict(message.source)
    return told


def message_for_agent(message: Message) -> dict[str, Any]:
    """Return a message as colleagues see it: with who of them wrote it."""
    told = message_json(message)
    return told if message.agent_id is None else {**told, "agent_id": message.agent_id}


def conversation_for_shopper(conversation: Conversation) -> dict[str, Any]:
    """Return what a shopper may know of their conversation."""
    return {
        "id": conversation.id,
        "status": conversation.status.value,
        "locale": conversation.locale,
        "language": conversation.memory.language,
        "last_seq": conversation.last_seq,
        "rateable": conversation.episode > 0 and not conversation.episode_open,
    }


def conversation_for_agent(conversation: Conversation) -> dict[str, Any]:
    """Return what the console shows in a list."""
    return {
        "id": conversation.id,
        "status": conversation.status.value,
        "locale": conversation.locale,
        "language": conversation.memory.language,
        "last_seq": conversation.last_seq,
        "surface": conversation.surface,
        "page": conversation.page,
        "time_zone": conversation.time_zone,
        "episode": conversation.episode,
        "agent_id": conversation.agent_id,
        "handoff_id": conversation.handoff_id,
        "disposition": conversation.disposition,
        "created_at": time_of(conversation.created_at),
        "updated_at": time_of(conversation.updated_at),
    }


def handoff_json(handoff: Handoff) -> dict[str, Any]:
    """Return a hand-off as the console shows it."""
    return {
        "id": handoff.id,
        "conversation_id": handoff.conversation_id,
        "status": handoff.status.value,
        "reason": handoff.reason.value,
        "language": handoff.language,
        "topic": handoff.topic,
        "order_number": handoff.order_number,
        "requested_at": time_of(handoff.requested_at),
        "expires_at": time_of(handoff.expires_at),
        "accepted_by": handoff.accepted_by,
    }


def agent_json(agent: Agent) -> dict[str, Any]:
    """Return an agent as colleagues see them."""
    return {
        "id": agent.id,
        "name": agent.name,
        "email": agent.email,
        "role": agent.role.value,
        "languages": list(agent.languages),
        "capacity": agent.capacity,
        "presence": agent.presence.value,
        "disabled": agent.disabled,
    }


def note_json(note: Note) -> dict[str, Any]:
    """Return a note; never sent to shoppers."""
    return {
        "id": note.id,
        "conversation_id": note.conversation_id,
        "name": note.name,
        "text": note.text,
        "at": time_of(note.at),
    }


def ticket_json(ticket: Ticket) -> dict[str, Any]:
    """Return a ticket as the console shows it."""
    return {
        "id": ticket.id,
        "conversation_id": ticket.conversation_id,
        "number": ticket.number,
        "email": ticket.email,
        "text": ticket.text,
        "language": ticket.language,
        "status": ticket.status,
        "at": time_of(ticket.at),
    }


def decision_json(decision: StoredDecision) -> dict[str, Any]:
    """Return why the bot said what it said."""
    return {
        "message_id": decision.message_id,
        "reply_id": decision.reply_id,
        "at": time_of(decision.at),
        "action": decision.action,
        "reason": decision.reason,
        "entry": decision.entry,
        "confidence": decision.confidence,
        "candidates": list(decision.candidates),
        "language": decision.language,
        "kb_version": decision.kb_version,
    }
