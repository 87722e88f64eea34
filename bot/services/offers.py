"""Offers: a waiting conversation is shown to one agent at a time, until somebody takes it.

Driven by facts: whenever something was committed that could free an agent or add to the queue, and by the sweep. Any
number of processes may do it at once: a conditional UPDATE decides.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from functools import partial

from bot.domain.events import Actor, EventType
from bot.domain.handoffs import Handoff
from bot.errors import NotFound, ParleyError
from bot.services.exchange import Exchange
from bot.services.queueing import record
from bot.services.routing import Offer, Person, keeps_offer, people_of, plan
from bot.settings import Settings
from bot.store.transaction import News, Store, Transaction

logger = logging.getLogger(__name__)

_MOVES = frozenset(
    {
        EventType.HANDOFF_REQUESTED,
        EventType.HANDOFF_DECLINED,
        EventType.HANDOFF_LAPSED,
        EventType.HANDOFF_ACCEPTED,
        EventType.HANDOFF_TRANSFERRED,
        EventType.HANDOFF_RETURNED,
        EventType.HANDOFF_EXPIRED,
        EventType.HANDOFF_CANCELLED,
        EventType.HANDOFF_RESOLVED,
        EventType.AGENT_LOST,
    }
)


class Offers:
    """Makes offers and ends them."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._wanted = asyncio.Event()
        store.on_commit(self._hear)

    def _hear(self, news: News) -> None:
        if news.presence or any(event.type in _MOVES for event in news.events):
            self._wanted.set()

    async def run(self) -> None:
        """Make offers whenever they may be due, until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self.move()
            except ParleyError as error:  # the database is away: the sweep comes again
                logger.warning("offers_not_made", extra={"code": error.code})
            except Exception:  # whatever one conversation met must not end all offering
                logger.exception("offers_not_made")

    async def move(self) -> int:
        """End the offers that are over, then make those that are due; return how many changed."""
        if self._settings.routing != "offer":
            return 0
        ended = [await self._store.write(partial(self._end, found=found)) for found in await self._over()]
        planned = await self._store.read(self._plan)
        made = [await self._store.write(partial(self._make, planned=offer)) for offer in planned]
        return sum(ended) + sum(made)

    async def _over(self) -> list[Handoff]:
        def unit(tx: Transaction) -> list[Handoff]:
            offered = tx.handoffs.offered()
            agents = {agent.id: agent for agent in tx.agents.all()} if offered else {}
            return [h for h in offered if _is_due(tx, h) or not keeps_offer(agents[h.offered_to or ""], tx.now)]

        return await self._store.read(unit)

    @staticmethod
    def _end(tx: Transaction, found: Handoff) -> bool:
        """Take an offer back; who let it lapse is not asked next, who is gone may be asked when they are back."""
        try:
            exchange = Exchange.open(tx, found.conversation_id)
        except NotFound:
            return False
        with exchange:
            handoff = tx.handoffs.get(found.id)
            due, agent_id = _is_due(tx, handoff), handoff.offered_to
            if agent_id is None or (not due and keeps_offer(tx.agents.get(agent_id), tx.now)):
                return False  # accepted, or offered anew, since the sweep looked
            declined_by = (*handoff.declined_by, agent_id) if due else handoff.declined_by
            ended = tx.handoffs.end_offer(handoff.id, agent_id, declined_by=declined_by)
            if ended:
                record(exchange, EventType.HANDOFF_LAPSED, Actor.SYSTEM, handoff=handoff, to_agent=agent_id)
        return ended

    @staticmethod
    def _plan(tx: Transaction) -> list[Offer]:
        agents = tx.agents.all()
        if not any(agent.may_be_asked(tx.now) for agent in agents):
            return []  # before the queue is read, which may be long by then
        queue = tx.handoffs.queued()
        return plan(queue, people_of(agents, queue), tx.teams.all(), tx.configuration.hours(), tx.now)

    def _make(self, tx: Transaction, planned: Offer) -> bool:
        """Make one offer if it is still right: the plan was made outside this transaction."""
        try:
            exchange = Exchange.open(tx, tx.handoffs.get(planned.handoff_id).conversation_id)
        except NotFound:
            return False
        with exchange:
            agent = tx.agents.lock(planned.agent_id)
            person = Person(agent, looking=bool(tx.handoffs.offered_to(agent.id)))
            if not (agent.may_be_asked(tx.now) and person.has_room):
                return False
            until = exchange.now + timedelta(seconds=self._settings.offer_seconds)
            made = tx.handoffs.offer(
                planned.handoff_id, agent.id, at=exchange.now, until=until, declined_by=planned.declined_by
            )
            if made:
                handoff = tx.handoffs.get(planned.handoff_id)
                record(exchange, EventType.HANDOFF_OFFERED, Actor.SYSTEM, handoff=handoff, to_agent=agent.id)
        return made


def _is_due(tx: Transaction, handoff: Handoff) -> bool:
    return handoff.offer_expires_at is not None and handoff.offer_expires_at <= tx.now
