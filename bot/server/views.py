"""What is told over the wire: answers are built here and only here."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bot.domain.agents import Agent
from bot.domain.configuration import Configuration
from bot.domain.conversations import Conversation
from bot.domain.handoffs import Handoff
from bot.domain.hours import document_of
from bot.domain.messages import Message
from bot.domain.teams import Team
from bot.domain.tickets import Ticket, TicketReply
from bot.services.briefs import Previous
from bot.services.inbox import Listed
from bot.services.routing import Away
from bot.services.supervision import Overview
from bot.store.decisions import Rating, StoredDecision
from bot.store.notes import Note
from bot.text.cards import hides_card

PERSON = ("id", "name", "email", "role", "languages", "capacity", "teams", "disabled")


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
    if hides_card(message.text):
        told["hidden"] = ["card"]
    if message.blocks is not None:
        told["blocks"] = list(message.blocks)
    if message.choices:
        told["choices"] = [asdict(choice) for choice in message.choices]
    if message.source:
        told["source"] = asdict(message.source)
    return told


def acknowledged_json(message: Message, sent: str) -> dict[str, Any]:
    """Return where a message stands; with its text when other words were stored than were sent."""
    told = message_json(message)
    names = ("id", "seq") if told["text"] == sent else ("id", "seq", "text", "hidden")
    return {name: told[name] for name in names if name in told}


def message_for_agent(message: Message) -> dict[str, Any]:
    """Return a message as colleagues see it: with who of them wrote it."""
    told = message_json(message)
    return told if message.agent_id is None else {**told, "agent_id": message.agent_id}


def rating_json(rating: Rating) -> dict[str, Any]:
    """Return what a shopper gave so far."""
    return {"csat": rating.csat, "nps": rating.nps}


def conversation_for_shopper(conversation: Conversation) -> dict[str, Any]:
    """Return what a shopper may know of their conversation."""
    return {
        "id": conversation.id,
        "status": conversation.status.value,
        "locale": conversation.locale,
        "language": conversation.memory.language,
        "last_seq": conversation.last_seq,
        "rateable": conversation.is_rateable,
        "blocked": conversation.blocked,
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
        "blocked": conversation.blocked,
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
        "priority": int(handoff.priority),
        "team_id": handoff.team_id,
        "offered_to": handoff.offered_to,
        "offer_expires_at": time_of(handoff.offer_expires_at) if handoff.offer_expires_at else None,
    }


def away_json(away: Away | None) -> dict[str, Any] | None:
    """Return since when people are back, where nobody can come now."""
    return None if away is None else {"back_at": time_of(away.back_at) if away.back_at else None}


def accepted_json(agent: Agent) -> dict[str, Any]:
    """Return what a shopper is told of the person who is there."""
    about = {"name": agent.name, "languages": list(agent.languages)}
    return {"status": "accepted", "position": None, "wait_seconds": None, "agent": about}


def agent_json(agent: Agent) -> dict[str, Any]:
    """Return an agent as colleagues see them."""
    return {
        "id": agent.id,
        "name": agent.name,
        "email": agent.email,
        "role": agent.role.value,
        "languages": list(agent.languages),
        "capacity": agent.capacity,
        "open": agent.open,
        "presence": agent.presence.value,
        "disabled": agent.disabled,
        "teams": list(agent.teams),
        "rights": sorted(agent.granted),
    }


def team_json(team: Team) -> dict[str, Any]:
    """Return a team; who is in it is said by its people."""
    return {
        "id": team.id,
        "name": team.name,
        "topics": list(team.topics),
        "hours": document_of(team.hours) if team.hours else None,
    }


def person_json(agent: Agent) -> dict[str, Any]:
    """Return somebody as the settings show them."""
    told = agent_json(agent)
    return {name: told[name] for name in PERSON}


def configuration_json(configuration: Configuration) -> dict[str, Any]:
    """Return everything that supervisors set up."""
    return {
        "version": configuration.version,
        "hours": document_of(configuration.hours) if configuration.hours else None,
        "teams": [team_json(team) for team in configuration.teams],
        "canned_replies": [asdict(reply) for reply in configuration.canned_replies],
        "people": [person_json(agent) for agent in configuration.people],
        "reports": [asdict(schedule) for schedule in configuration.reports],
    }


def overview_json(overview: Overview) -> dict[str, Any]:
    """Return what a supervisor sees beside the queue."""
    return {
        "agents": [
            {
                **agent_json(agent),
                "conversations": [
                    {
                        "id": held.conversation.id,
                        "language": held.conversation.memory.language,
                        "waiting_reply_seconds": None if held.waiting_reply is None else round(held.waiting_reply),
                    }
                    for held in in_hand
                ],
            }
            for agent, in_hand in overview.agents
        ],
        "waits": {
            "longest_seconds": None if overview.longest_wait is None else round(overview.longest_wait),
            "median_seconds": None if overview.median_wait is None else round(overview.median_wait),
            "n": overview.waits,
        },
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


def ticket_json(ticket: Ticket, reply_to: str | None) -> dict[str, Any]:
    """Return a ticket as the console shows it; `reply_to` is where answers to its mails go, if mail is set up."""
    return {
        "id": ticket.id,
        "conversation_id": ticket.conversation_id,
        "number": ticket.number,
        "email": ticket.email,
        "text": ticket.text,
        "language": ticket.language,
        "status": ticket.status.value,
        "topic": ticket.topic,
        "at": time_of(ticket.at),
        "replies": [_reply_json(reply) for reply in ticket.replies],
        "confirmation": ticket.confirmation.value if ticket.confirmation else None,
        "reply_to": reply_to,
    }


def _reply_json(reply: TicketReply) -> dict[str, Any]:
    return {
        "name": reply.name,
        "text": reply.text,
        "at": time_of(reply.at),
        "mail": reply.mail.value if reply.mail else None,
    }


def previous_json(previous: Previous) -> dict[str, Any]:
    """Return an episode that has ended."""
    return {
        "id": previous.conversation_id,
        "episode": previous.episode,
        "ended_at": time_of(previous.ended_at),
        "outcome": previous.outcome,
        "topic": previous.topic,
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


def queue_item(listed: Listed, now: datetime) -> dict[str, Any]:
    """Return one waiting conversation as the console shows it."""
    handoff = listed.handoff
    waited = (now - handoff.waiting_since).total_seconds() if handoff else 0.0
    offered = handoff_json(handoff) if handoff else {}
    routed = {name: offered.get(name) for name in ("priority", "team_id", "offered_to", "offer_expires_at")}
    asked = listed.asked[:200] if listed.asked else None
    return {**listed_json(listed), **routed, "asked": asked, "waited_seconds": max(0, round(waited))}


def listed_json(listed: Listed) -> dict[str, Any]:
    """Return one line of a list."""
    hit = listed.hit
    found = {"found": {"seq": hit.seq, "author": hit.author.value, "text": hit.text}} if hit else {}
    return {
        **found,
        "conversation": conversation_for_agent(listed.conversation),
        "last": {"author": listed.last[0].value, "text": listed.last[1][:200]} if listed.last else None,
        "handoff": handoff_json(listed.handoff) if listed.handoff else None,
        "agent_name": listed.agent_name,
    }
