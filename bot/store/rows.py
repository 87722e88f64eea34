"""Between rows and the domain: no row leaves the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, cast

from sqlalchemy import Row

from bot.domain.agents import Agent, Presence
from bot.domain.conversations import Conversation, Memory, Status
from bot.domain.handoffs import Handoff, HandoffStatus, Priority, Reason
from bot.domain.messages import Author, Choice, Message, Source
from bot.domain.rights import GRANTABLE, Right, Role
from bot.text.normalize import fold

PEOPLE = (Author.SHOPPER, Author.AGENT)
"""Whose words are searched: what the bot says is in the help center."""


def _fields_of(row: Row[Any] | Mapping[str, Any]) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", row._mapping) if isinstance(row, Row) else row  # noqa: SLF001  # SQLAlchemy's public name for it


def conversation_of(row: Row[Any] | Mapping[str, Any]) -> Conversation:
    r = _fields_of(row)
    return Conversation(
        id=r["id"],
        visitor_id=r["visitor_id"],
        status=Status(r["status"]),
        locale=r["locale"],
        surface=r["surface"],
        episode=r["episode"],
        episode_open=r["episode_open"],
        last_seq=r["last_seq"],
        last_event=r["last_event"],
        memory=Memory(
            language=r["language"],
            last_entry=r["last_entry"],
            offered=tuple(r["offered"]),
            failures=r["failures"],
            awaiting_order_number=r["awaiting_order_number"],
            order_number=r["order_number"],
        ),
        created_at=r["created_at"],
        updated_at=r["updated_at"],
        idle_at=r["idle_at"],
        page=r["page"],
        time_zone=r["time_zone"],
        agent_id=r["agent_id"],
        handoff_id=r["handoff_id"],
        disposition=r["disposition"],
        blocked=r["blocked_at"] is not None,
    )


def row_of_conversation(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "visitor_id": conversation.visitor_id,
        "status": conversation.status.value,
        "locale": conversation.locale,
        "surface": conversation.surface,
        "page": conversation.page,
        "time_zone": conversation.time_zone,
        "episode": conversation.episode,
        "episode_open": conversation.episode_open,
        "last_seq": conversation.last_seq,
        "last_event": conversation.last_event,
        "language": conversation.memory.language,
        "last_entry": conversation.memory.last_entry,
        "offered": list(conversation.memory.offered),
        "failures": conversation.memory.failures,
        "awaiting_order_number": conversation.memory.awaiting_order_number,
        "order_number": conversation.memory.order_number,
        "agent_id": conversation.agent_id,
        "handoff_id": conversation.handoff_id,
        "disposition": conversation.disposition,
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
        "idle_at": conversation.idle_at,
    }


def message_of(row: Row[Any] | Mapping[str, Any]) -> Message:
    r = _fields_of(row)
    return Message(
        id=r["id"],
        conversation_id=r["conversation_id"],
        seq=r["seq"],
        episode=r["episode"],
        author=Author(r["author"]),
        language=r["language"],
        text=r["text"],
        at=r["at"],
        client_id=r["client_id"],
        agent_id=r["agent_id"],
        name=r["name"],
        blocks=None if r["blocks"] is None else tuple(r["blocks"]),
        choices=tuple(Choice(**choice) for choice in r["choices"] or ()),
        source=Source(**r["source"]) if r["source"] else None,
        decision=r["decision"],
        entry=r["entry"],
        reason=r["reason"],
    )


def row_of_message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "seq": message.seq,
        "episode": message.episode,
        "client_id": message.client_id,
        "author": message.author.value,
        "agent_id": message.agent_id,
        "name": message.name,
        "language": message.language,
        "text": message.text,
        "blocks": None if message.blocks is None else list(message.blocks),
        "choices": [{"entry": choice.entry, "title": choice.title} for choice in message.choices] or None,
        "source": _row_of_source(message.source) if message.source else None,
        "decision": message.decision,
        "entry": message.entry,
        "reason": message.reason,
        "at": message.at,
        "folded": fold(message.text) if message.author in PEOPLE else None,
    }


def _row_of_source(source: Source) -> dict[str, str]:
    return {"entry": source.entry, "title": source.title, "url": source.url}


def handoff_of(row: Row[Any]) -> Handoff:
    r = row._mapping  # noqa: SLF001
    return Handoff(
        id=r["id"],
        conversation_id=r["conversation_id"],
        episode=r["episode"],
        status=HandoffStatus(r["status"]),
        reason=Reason(r["reason"]),
        language=r["language"],
        requested_at=r["requested_at"],
        waiting_since=r["waiting_since"],
        expires_at=r["expires_at"],
        topic=r["topic"],
        order_number=r["order_number"],
        accepted_by=r["accepted_by"],
        accepted_at=r["accepted_at"],
        ended_at=r["ended_at"],
        team_id=r["team_id"],
        priority=Priority(r["priority"]),
        offered_to=r["offered_to"],
        offered_at=r["offered_at"],
        offer_expires_at=r["offer_expires_at"],
        declined_by=tuple(r["declined_by"]),
        shopper_seen_at=r["shopper_seen_at"],
    )


def row_of_handoff(handoff: Handoff) -> dict[str, Any]:
    return {
        **{field.name: getattr(handoff, field.name) for field in fields(handoff)},
        "status": handoff.status.value,
        "reason": handoff.reason.value,
        "priority": int(handoff.priority),
        "declined_by": list(handoff.declined_by),
    }


def granted_of(stored: object) -> frozenset[Right]:
    """Return what somebody was given; what this program does not know, or gives to nobody, is not among it."""
    return frozenset(right for right in GRANTABLE if isinstance(stored, list) and right.value in stored)


def agent_of(row: Row[Any]) -> Agent:
    r = row._mapping  # noqa: SLF001
    return Agent(
        id=r["id"],
        name=r["name"],
        email=r["email"],
        role=Role(r["role"]),
        languages=tuple(r["languages"]),
        capacity=r["capacity"],
        presence=Presence(r["presence"]),
        created_at=r["created_at"],
        disabled=r["disabled_at"] is not None,
        teams=tuple(sorted(r["team_ids"].split(","))) if r["team_ids"] else (),
        lease_until=r["lease_until"],
        last_assigned_at=r["last_assigned_at"],
        open=r["open"],
        granted=granted_of(r["granted"]),
        totp=r["totp_at"] is not None,
    )
