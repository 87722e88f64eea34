"""Tells the world what was committed, in the order of the commits."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import socketio

from bot.bootstrap import Parley
from bot.domain.conversations import Conversation
from bot.domain.events import Event, EventType
from bot.domain.messages import Author
from bot.errors import ParleyError
from bot.server.metrics import Metrics
from bot.server.payloads import (
    agent_json,
    conversation_for_agent,
    conversation_for_shopper,
    handoff_json,
    message_json,
    note_json,
    ticket_json,
)
from bot.services.handoffs import Listed
from bot.store.transaction import News

logger = logging.getLogger(__name__)

SHOPPER = "/shopper"
AGENT = "/agent"
LOBBY = "lobby"
_QUEUE = frozenset(
    {
        EventType.HANDOFF_REQUESTED,
        EventType.HANDOFF_ACCEPTED,
        EventType.HANDOFF_RETURNED,
        EventType.HANDOFF_EXPIRED,
        EventType.HANDOFF_CANCELLED,
        EventType.HANDOFF_RESOLVED,
        EventType.AGENT_LOST,
    }
)
_ENDS = {
    EventType.HANDOFF_ACCEPTED: "accepted",
    EventType.HANDOFF_RETURNED: "returned",
    EventType.HANDOFF_EXPIRED: "expired",
    EventType.HANDOFF_CANCELLED: "cancelled",
    EventType.HANDOFF_RESOLVED: "resolved",
}


def room_of(conversation_id: str) -> str:
    """Return the room of everybody who sees this conversation."""
    return f"conversation:{conversation_id}"


class Relay:
    """One queue, one teller: what is put in first is told first."""

    def __init__(self, parley: Parley, sockets: socketio.AsyncServer, metrics: Metrics) -> None:
        self._parley = parley
        self._sockets = sockets
        self._metrics = metrics
        self._told: asyncio.Queue[tuple[str, str, str, Any, str | None] | None] = asyncio.Queue()
        self._queue_changed = asyncio.Event()
        metrics.untold.set_function(self._told.qsize)
        parley.store.on_commit(self.publish)

    def tell(self, namespace: str, room: str, event: str, data: Any, skip: str | None = None) -> None:
        """Send an event to a room (or one socket) after all that was told before."""
        self._told.put_nowait((namespace, room, event, data, skip))

    def publish(self, news: News) -> None:
        """Pass on what a transaction changed."""
        for message in news.messages:
            told, room = message_json(message), room_of(message.conversation_id)
            self.tell(SHOPPER, room, "message_added", told)
            self.tell(AGENT, room, "message_added", told)
        for conversation in news.conversations.values():
            self._publish_conversation(conversation)
        for note in news.notes:
            self.tell(AGENT, room_of(note.conversation_id), "note_added", note_json(note))
        for ticket in news.tickets:
            self.tell(AGENT, LOBBY, "ticket_added", ticket_json(ticket))
        for event in news.events:
            self._publish_event(event)
        if news.presence:
            self._queue_changed.set()
        if any(event.type in _QUEUE for event in news.events):
            self._queue_changed.set()

    def _publish_event(self, event: Event) -> None:
        if event.conversation_id is None:
            return
        room = room_of(event.conversation_id)
        if event.type is EventType.RATING_REQUESTED:
            self.tell(SHOPPER, room, "rating_requested", {})
        if event.type in _ENDS:
            ended = {"status": _ENDS[event.type], "position": None, "wait_seconds": None}
            self.tell(SHOPPER, room, "handoff_updated", ended)

    def _publish_conversation(self, conversation: Conversation) -> None:
        room = room_of(conversation.id)
        self.tell(SHOPPER, room, "conversation_updated", conversation_for_shopper(conversation))
        if conversation.last_seq:
            self.tell(AGENT, LOBBY, "conversation_updated", conversation_for_agent(conversation))

    def typing(self, conversation_id: str, author: Author, *, on: bool, skip: str, name: str | None = None) -> None:
        """Say who is writing; never stored."""
        told = {"conversation_id": conversation_id, "author": author.value, "on": on}
        if name is not None:
            told["name"] = name
        namespaces = (AGENT,) if author is Author.SHOPPER else (SHOPPER, AGENT)
        for namespace in namespaces:
            self.tell(namespace, room_of(conversation_id), "typing_changed", told, skip)

    def queue_may_have_changed(self) -> None:
        """Tell everybody in the queue, and every agent, how it stands."""
        self._queue_changed.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tell_all())
            group.create_task(self._tell_queue())

    async def _tell_all(self) -> None:
        while (told := await self._told.get()) is not None:
            namespace, room, event, data, skip = told
            try:
                await self._sockets.emit(event, data, room=room, namespace=namespace, skip_sid=skip)
            except Exception:  # one message that cannot be sent must not end all telling
                logger.exception("telling_failed", extra={"event_name": event})

    async def _tell_queue(self) -> None:
        while True:
            await self._queue_changed.wait()
            self._queue_changed.clear()
            try:
                await self._tell_how_it_stands()
            except ParleyError as error:
                logger.warning("queue_not_told", extra={"code": error.code})
                await asyncio.sleep(1)
                self._queue_changed.set()

    async def _tell_how_it_stands(self) -> None:
        queue = [queue_item(listed, self._parley) for listed in await self._parley.handoffs.queue()]
        self._metrics.waiting.set(len(queue))
        self.tell(AGENT, LOBBY, "queue_changed", {"queue": queue})
        agents = [agent_json(agent) for agent in await self._parley.agents.everybody()]
        self.tell(AGENT, LOBBY, "presence_changed", {"agents": agents})
        for place in await self._parley.handoffs.places():
            told = {
                "status": place.handoff.status.value,
                "position": place.position,
                "wait_seconds": place.wait_seconds,
            }
            self.tell(SHOPPER, room_of(place.conversation_id), "handoff_updated", told)


def queue_item(listed: Listed, parley: Parley) -> dict[str, Any]:
    """Return one waiting conversation as the console shows it."""
    handoff = listed.handoff
    waited = (parley.clock.now() - handoff.requested_at).total_seconds() if handoff else 0.0
    return {**listed_json(listed), "waited_seconds": max(0, round(waited))}


def listed_json(listed: Listed) -> dict[str, Any]:
    """Return one line of a list."""
    return {
        "conversation": conversation_for_agent(listed.conversation),
        "last": {"author": listed.last[0].value, "text": listed.last[1][:200]} if listed.last else None,
        "handoff": handoff_json(listed.handoff) if listed.handoff else None,
        "agent_name": listed.agent_name,
    }
