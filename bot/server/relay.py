"""Tells the world what was committed, in the order of the commits."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from typing import Any

from bot.bootstrap import Parley
from bot.domain.conversations import Conversation
from bot.domain.events import Event, EventType
from bot.domain.messages import Author
from bot.errors import ParleyError
from bot.server.guards import GuardedServer
from bot.server.metrics import Metrics
from bot.server.shared_limits import SharedLimits
from bot.server.views import (
    agent_json,
    away_json,
    conversation_for_agent,
    conversation_for_shopper,
    handoff_json,
    message_for_agent,
    message_json,
    note_json,
    queue_item,
    ticket_json,
    time_of,
)
from bot.server.wire import NoWire, Told, Wire
from bot.store.transaction import News

logger = logging.getLogger(__name__)

SHOPPER = "/shopper"
AGENT = "/agent"
LOBBY = "lobby"
ROOM = "conversation:"
READ_AGAIN_SECONDS = 15.0
BREATH = 50  # events told in one go: far below what may wait for one reader
QUEUE_SHARE = 0.05  # of the time may go into telling how the queue stands ...
QUEUE_REST_SECONDS = 1.0  # ... but nobody waits longer for it
AT_ONCE = 500  # conversations that one query reads
_STATUS = {
    EventType.HANDOFF_REQUESTED: "waiting",
    EventType.HANDOFF_OFFERED: "offered",
    EventType.HANDOFF_DECLINED: "waiting",
    EventType.HANDOFF_LAPSED: "waiting",
    EventType.HANDOFF_ACCEPTED: "accepted",
    EventType.HANDOFF_TRANSFERRED: "accepted",
    EventType.HANDOFF_RETURNED: "returned",
    EventType.HANDOFF_EXPIRED: "expired",
    EventType.HANDOFF_CANCELLED: "cancelled",
    EventType.HANDOFF_RESOLVED: "resolved",
    EventType.AGENT_LOST: "lost",
}
"""What a hand-off is after each fact about it."""
_IN_QUEUE = ("waiting", "offered")


def room_of(conversation_id: str) -> str:
    """Return the room of everybody who sees this conversation."""
    return f"{ROOM}{conversation_id}"


def room_of_agent(agent_id: str) -> str:
    """Return the room of one agent's sockets."""
    return f"agent:{agent_id}"


class Relay:
    """One queue, one teller: what is put in first is told first."""

    def __init__(self, parley: Parley, sockets: GuardedServer, metrics: Metrics, wire: Wire) -> None:
        self._parley = parley
        self._sockets = sockets
        self._metrics = metrics
        self._wire = wire
        self._told_seq: dict[str, int] = {}
        self._catch_up = asyncio.Event()
        self._untold: deque[tuple[Told, bool]] = deque()
        self._queue_changed = asyncio.Event()
        self.limits = SharedLimits(None if isinstance(wire, NoWire) else wire.send)
        metrics.untold.set_function(lambda: len(self._untold))
        parley.store.on_commit(self.publish)

    def tell(self, namespace: str, room: str, event: str, data: Any, skip: str | None = None) -> None:
        """Send an event to a room (or one socket) after all that was told before."""
        self._will_tell((namespace, room, event, data, skip), ours=True)

    def _will_tell(self, told: Told, *, ours: bool) -> None:
        """Tell it in a moment: whoever asked is answered first."""
        if not self._untold:
            asyncio.get_running_loop().call_soon(self._tell_some)
        self._untold.append((told, ours))

    def tell_here(self, namespace: str, room: str, event: str, data: Any) -> None:
        """Send an event to the sockets of this process only: the others learn of it by themselves."""
        self._will_tell((namespace, room, event, data, None), ours=False)

    def publish(self, news: News) -> None:
        """Pass on what a transaction changed."""
        for message in news.messages:
            room = room_of(message.conversation_id)
            self.tell(SHOPPER, room, "message_added", message_json(message))
            if self._is_watched(AGENT, room):
                self.tell(AGENT, room, "message_added", message_for_agent(message))
        for conversation in news.conversations.values():
            self._publish_conversation(conversation, news.before[conversation.id])
        for note in news.notes:
            self.tell(AGENT, room_of(note.conversation_id), "note_added", note_json(note))
        self._publish_tickets(news)
        for lookup in news.lookups:
            self.typing(lookup.conversation_id, Author.BOT, on=True)
        for event in news.events:
            self._publish_event(event, news)
        if news.presence:
            self._queue_changed.set()
        if any(event.type in _STATUS for event in news.events):
            self._queue_changed.set()

    def _publish_tickets(self, news: News) -> None:
        reply_to = self._parley.tickets.reply_to
        for ticket in news.tickets:
            self.tell(AGENT, LOBBY, "ticket_added", ticket_json(ticket, reply_to))
        for ticket in news.changed_tickets:
            self.tell(AGENT, LOBBY, "ticket_updated", {"ticket": ticket_json(ticket, reply_to)})

    def _is_watched(self, namespace: str, room: str) -> bool:
        """Return whether anybody may be in the room; what nobody hears need not be put together."""
        return not isinstance(self._wire, NoWire) or room in self._sockets.manager.rooms.get(namespace, {})

    def _publish_event(self, event: Event, news: News) -> None:
        if event.conversation_id is None:
            return
        room = room_of(event.conversation_id)
        if event.type is EventType.RATING_REQUESTED:
            self.tell(SHOPPER, room, "rating_requested", {})
        if event.type in _STATUS:
            self._publish_handoff(event, event.conversation_id, news)

    def _publish_handoff(self, event: Event, conversation_id: str, news: News) -> None:
        """Tell every agent how the hand-off stands, the shopper what is final, and who is asked that they are."""
        status = "waiting" if event.data.get("to_team") else _STATUS[event.type]
        agent_id = event.data.get("to_agent") or (None if status in _IN_QUEUE else event.actor_id)
        told = {"handoff_id": event.data["handoff_id"], "conversation_id": conversation_id}
        self.tell(AGENT, LOBBY, "handoff_updated", {**told, "status": status, "agent_id": agent_id})
        handoff = news.handoffs[event.data["handoff_id"]]
        if status == "offered" and handoff.offer_expires_at:
            offer = {
                "handoff": handoff_json(handoff),
                "conversation": conversation_for_agent(news.conversations[conversation_id]),
                "expires_at": time_of(handoff.offer_expires_at),
            }
            self.tell(AGENT, room_of_agent(event.data["to_agent"]), "handoff_offered", offer)
        if status not in _IN_QUEUE:  # the place in the queue is told with everybody else's
            final: dict[str, Any] = {"status": status, "position": None, "wait_seconds": None}
            if agent := news.agents.get(agent_id or ""):
                final["agent"] = {"name": agent.name, "languages": list(agent.languages)}
            self.tell(SHOPPER, room_of(conversation_id), "handoff_updated", final)

    def _publish_conversation(self, conversation: Conversation, before: Conversation) -> None:
        told = conversation_for_shopper(conversation)
        # That there are more messages is what each of them says.
        if told != {**conversation_for_shopper(before), "last_seq": conversation.last_seq}:
            self.tell(SHOPPER, room_of(conversation.id), "conversation_updated", told)
        if conversation.last_seq and self._is_watched(AGENT, LOBBY):
            self.tell(AGENT, LOBBY, "conversation_updated", conversation_for_agent(conversation))

    def typing(
        self,
        conversation_id: str,
        author: Author,
        *,
        on: bool,
        skip: str | None = None,
        name: str | None = None,
        to_shopper: bool = True,
    ) -> None:
        """Say who is writing, to agents and maybe to the shopper; never stored."""
        told = {"conversation_id": conversation_id, "author": author.value, "on": on}
        if name is not None:
            told["name"] = name
        namespaces = (SHOPPER, AGENT) if to_shopper and author is not Author.SHOPPER else (AGENT,)
        for namespace in namespaces:
            self.tell(namespace, room_of(conversation_id), "typing_changed", told, skip)

    def queue_may_have_changed(self) -> None:
        """Tell everybody in the queue, and every agent, how it stands."""
        self._queue_changed.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tell_queue())
            group.create_task(self._wire.run(self._told_elsewhere, self._catch_up.set))
            if not isinstance(self._wire, NoWire):
                group.create_task(self._read_again())

    def _tell_some(self) -> None:
        """Tell what waits, but not all of it in one go: what was told must get out, and who asks must be heard."""
        for _ in range(min(BREATH, len(self._untold))):
            (namespace, room, event, data, skip), ours = told = self._untold[0]
            if event == "message_added" and not isinstance(self._wire, NoWire):
                self._told_seq[data["conversation_id"]] = data["seq"]
            try:
                self._sockets.tell(event, data, namespace=namespace, room=room, skip=skip)
            except Exception:  # one message that cannot be sent must not end all telling
                logger.exception("telling_failed", extra={"event_name": event})
            if ours:
                self._wire.send(told[0])
            self._untold.popleft()
        if self._untold:
            asyncio.get_running_loop().call_soon(self._tell_some)

    def _told_elsewhere(self, told: Told) -> None:
        if not self.limits.hear(told):
            self._will_tell(told, ours=False)

    async def _read_again(self) -> None:
        """Look in the database for what the wire may have lost: when it is back, and every few seconds."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._catch_up.wait(), READ_AGAIN_SECONDS)
            self._catch_up.clear()
            try:
                await self._tell_what_was_missed()
            except ParleyError as error:
                logger.warning("not_read_again", extra={"code": error.code})
            self._queue_changed.set()

    async def _tell_what_was_missed(self) -> None:
        """Say of every open conversation how far it is; a client that lacks something then asks for it."""
        watched = sorted(self._watched())
        self._told_seq = {id_: seq for id_, seq in self._told_seq.items() if id_ in set(watched)}
        for start in range(0, len(watched), AT_ONCE):
            ids = watched[start : start + AT_ONCE]
            found = await self._parley.store.read(lambda tx, ids=ids: tx.conversations.of(ids))  # type: ignore[misc]
            for conversation in found:
                if self._told_seq.get(conversation.id) != conversation.last_seq:
                    self._told_seq[conversation.id] = conversation.last_seq
                    self._tell_here(conversation)

    def _watched(self) -> set[str]:
        rooms = self._sockets.manager.rooms
        names = {str(room) for namespace in (SHOPPER, AGENT) for room in rooms.get(namespace, {})}
        return {name.removeprefix(ROOM) for name in names if name.startswith(ROOM)}

    def _tell_here(self, conversation: Conversation) -> None:
        room = room_of(conversation.id)
        for namespace, told in (
            (SHOPPER, conversation_for_shopper(conversation)),
            (AGENT, conversation_for_agent(conversation)),
        ):
            self.tell_here(namespace, room, "conversation_updated", told)

    async def _tell_queue(self) -> None:
        while True:
            await self._queue_changed.wait()
            self._queue_changed.clear()
            started, rest = asyncio.get_running_loop().time(), QUEUE_REST_SECONDS
            try:
                await self._tell_how_it_stands()
                # A long queue that changes with every turn would be read and told all the time.
                rest = min(rest, (asyncio.get_running_loop().time() - started) / QUEUE_SHARE)
            except Exception as error:  # telling goes on, whatever one reading of the queue met
                logger.warning("queue_not_told", exc_info=None if isinstance(error, ParleyError) else error)
                self._queue_changed.set()
            await asyncio.sleep(rest)

    async def _tell_how_it_stands(self) -> None:
        if self._is_watched(AGENT, LOBBY):
            queue, now = await self._parley.inbox.queue(), self._parley.clock.now()
            self.tell(AGENT, LOBBY, "queue_changed", {"queue": [queue_item(listed, now) for listed in queue]})
            agents = [agent_json(agent) for agent in await self._parley.agents.everybody()]
            self.tell(AGENT, LOBBY, "presence_changed", {"agents": agents})
        places = await self._parley.inbox.places()
        self._metrics.waiting.set(len(places))
        if self._queue_changed.is_set():
            return  # somebody was taken while this was read: they must not be told that they wait, after that
        for place in places:
            room = room_of(place.conversation_id)
            if not self._is_watched(SHOPPER, room):
                continue
            told = {
                "status": "waiting",  # whom it is offered to is the shop's affair
                "position": place.position,
                "wait_seconds": place.wait_seconds,
                "away": away_json(place.away),
            }
            self.tell(SHOPPER, room, "handoff_updated", told)
