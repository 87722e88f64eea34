"""The console's lists and one conversation with its brief, over HTTP."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.bootstrap import Parley
from bot.domain.agents import Session
from bot.domain.rights import Right
from bot.server.questions import CONVERSATIONS
from bot.server.rules import Rule
from bot.server.views import (
    agent_json,
    conversation_for_agent,
    decision_json,
    handoff_json,
    listed_json,
    message_for_agent,
    note_json,
    previous_json,
)
from bot.services.briefs import Brief

WORTH_SHOWING = 0.02  # a candidate below this tells an agent nothing


class InboxApi:
    """The routes of what agents look at."""

    def __init__(self, parley: Parley) -> None:
        self._parley = parley
        self.rules: tuple[Rule, ...] = (
            Rule("GET", "/api/conversations", Right.CHAT, self._conversations, query=CONVERSATIONS),
            Rule("GET", "/api/conversations/{id}", Right.CHAT, self._conversation),
        )

    async def _conversations(self, request: web.Request, session: Session) -> Any:
        asked = request.query
        listed, following = await self._parley.inbox.listed(
            asked.get("list", "all"), session.agent, question=asked.get("q", ""), before=asked.get("before")
        )
        lines = [{**conversation_for_agent(line.conversation), **_rest(listed_json(line))} for line in listed]
        return {"conversations": lines, "next": following}

    async def _conversation(self, request: web.Request, session: Session) -> Any:
        view = await self._parley.inbox.view(request.match_info["id"][:36])
        await self._parley.readings.transcript(session.agent, view.conversation.id)
        knowledge = self._parley.desk().knowledge
        language = view.conversation.memory.language
        decisions = [decision_json(decision) for decision in view.decisions]
        for decision in decisions:
            decision["candidates"] = [c for c in decision["candidates"] if c["confidence"] >= WORTH_SHOWING]
            for candidate in decision["candidates"]:
                known = candidate["entry"] in knowledge.entries
                candidate["title"] = (
                    knowledge.entry(candidate["entry"], language).title if known else candidate["entry"]
                )
        return {
            "conversation": conversation_for_agent(view.conversation),
            "messages": [message_for_agent(message) for message in view.messages],
            "more": bool(view.messages) and view.messages[0].seq > 1,
            "handoff": handoff_json(view.handoff) if view.handoff else None,
            "brief": {
                "decisions": decisions,
                "previous_episodes": max(0, view.conversation.episode - 1),
                "previous": [previous_json(episode) for episode in view.brief.previous],
                "page": view.conversation.page,
                "order": _order_json(view.brief),
                "identity": _identity_json(view.brief),
            },
            "blocked": view.conversation.blocked,
            "notes": [note_json(note) for note in view.notes],
            "agents": [agent_json(agent) for agent in view.agents],
        }


def _order_json(brief: Brief) -> dict[str, Any] | None:
    return {"number": brief.order_number, "status": brief.order_status} if brief.order_number else None


def _identity_json(brief: Brief) -> dict[str, Any] | None:
    """Return what the shop has signed; names and addresses that somebody typed are not among it."""
    known = brief.identity
    return {"subject": known.subject, "name": known.name, "email": known.email} if known else None


def _rest(listed: dict[str, Any]) -> dict[str, Any]:
    """Return a list line without the conversation, which is spread into the line itself."""
    return {key: value for key, value in listed.items() if key != "conversation"}
