"""Who is there: presence is a lease that sockets renew, so a killed process or a closed laptop frees its agent.

Each process holds the agents and the waiting shoppers whose sockets it has, and renews what it holds every few
seconds. What nobody renews ends: first the agent's presence, later the conversations that the agent had; and the wait
of a shopper who left.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import partial

from bot.domain.agents import LEASE_SECONDS, RELEASE_SECONDS, Agent, Presence
from bot.domain.conversations import Change, Status
from bot.domain.events import Actor, Event, EventType
from bot.domain.identifiers import new_id
from bot.errors import NotFound
from bot.locale.catalogs import Catalogs
from bot.services.exchange import Exchange
from bot.services.queueing import finish, lose_agent
from bot.settings import Settings
from bot.store.transaction import Store, Transaction

AT_ONCE = 100  # rows that a sweep takes
LEFT_SECONDS = 120.0  # a phone that was put away for a moment has not left the queue


class Leases:
    """Holds who is connected here, and ends what nobody holds any more."""

    def __init__(self, store: Store, catalogs: Catalogs, settings: Settings) -> None:
        self._store = store
        self._catalogs = catalogs
        self._settings = settings
        self._sockets: Counter[str] = Counter()
        self._chosen: dict[str, Presence] = {}
        self._shoppers: Counter[str] = Counter()
        self._renewed_at: datetime | None = None
        self._watching_since: datetime | None = None

    async def come(self, agent_id: str) -> Agent:
        """Hold an agent who has one more socket here; return them as they are now. Raises NotFound."""

        def unit(tx: Transaction) -> Agent:
            tx.agents.hold([agent_id], tx.now + timedelta(seconds=LEASE_SECONDS))
            return tx.agents.get(agent_id)

        agent = await self._store.write(unit)
        self._sockets[agent_id] += 1
        self._chosen.setdefault(agent_id, agent.presence)
        return agent

    async def go(self, agent_id: str) -> None:
        """Let go of one socket; with the last one the lease is left to end, unless another process renews it."""
        self._sockets[agent_id] -= 1
        if self._sockets[agent_id] > 0:
            return
        del self._sockets[agent_id]
        self._chosen.pop(agent_id, None)
        ends = timedelta(seconds=RELEASE_SECONDS)
        await self._store.write(lambda tx: tx.agents.release(agent_id, tx.now + ends))

    async def choose(self, agent_id: str, presence: Presence) -> None:
        """Say whether the agent can be given conversations."""
        self._chosen[agent_id] = presence
        await self._store.write(lambda tx: _set_presence(tx, tx.agents.get(agent_id), presence, Actor.AGENT))

    def holds(self, agent_id: str) -> bool:
        """Whether a socket of the agent is open here."""
        return agent_id in self._sockets

    def sees(self, conversation_id: str) -> bool:
        """Whether a socket of the conversation's shopper is open here."""
        return conversation_id in self._shoppers

    def see_shopper(self, conversation_id: str) -> None:
        """Hold a shopper who has one more socket here."""
        self._shoppers[conversation_id] += 1

    def lose_sight(self, conversation_id: str) -> None:
        """Let go of one of a shopper's sockets."""
        self._shoppers[conversation_id] -= 1
        if self._shoppers[conversation_id] <= 0:
            del self._shoppers[conversation_id]

    async def sweep(self) -> int:
        """Renew what is held here, then end what nobody holds; return how many that were."""
        await self.renew()
        return await self.end()

    async def end(self) -> int:
        """End what nobody holds; return how many that were."""
        return await self.end_leases() + await self.lose_agents() + await self.end_waits()

    async def renew(self) -> None:
        """Renew every lease that is held here; who counted as gone meanwhile is back as before."""
        if self._sockets or self._shoppers:
            await self._store.write(self._renew)
        now = await self._store.read(lambda tx: tx.now)
        slept = self._renewed_at is None or now > self._renewed_at + timedelta(seconds=LEASE_SECONDS)
        if slept or self._watching_since is None:
            # Just started, or stopped for a while: whoever is connected has had no chance to say so.
            self._watching_since = now
        self._renewed_at = now

    def _renew(self, tx: Transaction) -> None:
        held = [agent for agent in tx.agents.all() if agent.id in self._sockets]
        tx.agents.hold([agent.id for agent in held], tx.now + timedelta(seconds=LEASE_SECONDS))
        for agent in held:
            chosen = self._chosen.get(agent.id, Presence.OFFLINE)
            if agent.presence is Presence.OFFLINE and not agent.is_connected(tx.now) and not agent.disabled:
                _set_presence(tx, agent, chosen, Actor.SYSTEM)
        there = [handoff.id for handoff in tx.handoffs.queued() if handoff.conversation_id in self._shoppers]
        if there:
            tx.handoffs.see_shoppers(there, tx.now)

    async def end_leases(self) -> int:
        """Note who is offline because nobody renewed their lease, or because their account was switched off."""
        if not await self._store.read(lambda tx: tx.agents.gone(tx.now)):
            return 0

        def unit(tx: Transaction) -> int:
            gone = tx.agents.gone(tx.now)
            for agent in gone:
                _set_presence(tx, agent, Presence.OFFLINE, Actor.SYSTEM)
            return len(gone)

        return await self._store.write(unit)

    async def lose_agents(self) -> int:
        """Put the conversations of agents who are gone for too long back at the head of the queue."""
        seconds = self._settings.agent_lost_seconds
        due = await self._store.read(lambda tx: tx.conversations.deserted(self._since(tx.now, seconds), limit=AT_ONCE))
        for conversation_id in due:
            await self._store.write(partial(self._lose, conversation_id=conversation_id))
        return len(due)

    def _since(self, now: datetime, seconds: float) -> datetime | None:
        """Return how old is too old; None while this process has not watched for so long."""
        limit = now - timedelta(seconds=seconds)
        return limit if self._watching_since is not None and self._watching_since <= limit else None

    def _lose(self, tx: Transaction, conversation_id: str) -> None:
        limit = tx.now - timedelta(seconds=self._settings.agent_lost_seconds)
        with Exchange.open(tx, conversation_id) as exchange:
            if exchange.conversation.status is not Status.AGENT:
                return  # resolved or handed back since the sweep looked
            agent_id = exchange.conversation.agent_id
            agent = tx.agents.get(agent_id) if agent_id else None
            if agent and not agent.disabled and agent.is_connected(limit):
                return  # back, or somebody else has it
            lose_agent(exchange, self._catalogs, minutes=self._settings.handoff_minutes)

    async def end_waits(self) -> int:
        """End the wait of shoppers who left: it counts as abandoned when they were seen last."""

        def look(tx: Transaction) -> list[str]:
            limit = self._since(tx.now, LEFT_SECONDS)
            return [h.conversation_id for h in tx.handoffs.left(limit, limit=AT_ONCE)] if limit else []

        due = await self._store.read(look)
        for conversation_id in due:
            await self._store.write(partial(self._end_wait, conversation_id=conversation_id))
        return len(due)

    @staticmethod
    def _end_wait(tx: Transaction, conversation_id: str) -> None:
        limit = tx.now - timedelta(seconds=LEFT_SECONDS)
        try:
            exchange = Exchange.open(tx, conversation_id)
        except NotFound:
            return  # deleted since the sweep looked
        with exchange:
            if exchange.conversation.status is not Status.WAITING:
                return
            seen_at = tx.handoffs.get(exchange.conversation.handoff_id or "").shopper_seen_at
            if seen_at is None or seen_at > limit:
                return
            finish(exchange, Change.IDLE, Actor.SHOPPER, left_at=seen_at)


def _set_presence(tx: Transaction, agent: Agent, presence: Presence, actor: Actor) -> None:
    if agent.presence is presence:
        return
    tx.agents.set_presence(agent.id, presence)
    event = Event(
        id=new_id(),
        conversation_id=None,
        episode=0,
        number=0,
        type=EventType.PRESENCE_CHANGED,
        actor=actor,
        at=tx.now,
        data={"before": agent.presence.value, "after": presence.value},
        actor_id=agent.id,
    )
    tx.events.add_all([event])
    tx.news.presence = True
