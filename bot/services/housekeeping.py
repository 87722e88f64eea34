"""What time does: leases end, offers lapse, hand-offs expire, idle conversations close. Due times are columns."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from bot.clock import Clock
from bot.domain.agents import RENEW_SECONDS
from bot.domain.conversations import Change, Status
from bot.domain.events import Actor, EventType
from bot.domain.handoffs import HandoffStatus
from bot.errors import ParleyError
from bot.locale.catalogs import Catalogs
from bot.services.exchange import Exchange
from bot.services.leases import Leases
from bot.services.queueing import EXPIRED, finish, leave_queue, say
from bot.store.transaction import Store, Transaction

logger = logging.getLogger(__name__)

SWEEP_SECONDS = RENEW_SECONDS
AT_ONCE = 100  # rows a sweep takes in one transaction

Sweep = Callable[[], Awaitable[int]]


class Housekeeping:
    """Runs every sweep, again and again: of several processes the one that leads, or all of them (it does no harm)."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        catalogs: Catalogs,
        leases: Leases,
        more: Sequence[Sweep] = (),
        *,
        everywhere: Sequence[Sweep] = (),
    ) -> None:
        """`everywhere`: what each process does for itself, or of which it sees by itself whether another did it."""
        self._store = store
        self._clock = clock
        self._catalogs = catalogs
        self._leases = leases
        self._led: tuple[Sweep, ...] = (self.expire_handoffs, self.close_idle, *more)
        self._everywhere = tuple(everywhere)

    async def run(self) -> None:
        """Sweep until cancelled, each kind by itself: mail that a slow server takes holds up nobody's lease."""
        async with asyncio.TaskGroup() as group:
            for sweep in (self._keep_leases, *self._everywhere):
                group.create_task(self._again_and_again(sweep))
            for sweep in self._led:
                group.create_task(self._again_and_again(partial(self._when_leading, sweep)))

    async def _keep_leases(self) -> int:
        """Renew what is held here, which nobody else can, and then end what nobody holds."""
        await self._leases.renew()
        return await self._when_leading(self._leases.end)

    async def _when_leading(self, sweep: Sweep) -> int:
        return await sweep() if await self._store.leads() else 0

    async def _again_and_again(self, sweep: Sweep) -> None:
        """Sweep every few seconds; a database that is away is tried again the next time."""
        while True:
            await self._clock.sleep(SWEEP_SECONDS)
            try:
                await sweep()
            except ParleyError as error:
                logger.warning("sweep_failed", extra={"code": error.code})
            except Exception:  # one bad row must not end all sweeping
                logger.exception("sweep_failed")

    async def sweep(self) -> int:
        """Run each sweep once; return how many rows were due."""
        return sum([await sweep() for sweep in (self._leases.sweep, *self._led, *self._everywhere)])

    async def expire_handoffs(self) -> int:
        """Give back to the bot who waited too long."""
        due = await self._store.read(lambda tx: tx.handoffs.due(tx.now, limit=AT_ONCE))
        for handoff in due:
            await self._store.write(partial(self._expire, conversation_id=handoff.conversation_id))
        return len(due)

    def _expire(self, tx: Transaction, conversation_id: str) -> None:
        with Exchange.open(tx, conversation_id) as exchange:
            if exchange.conversation.status is not Status.WAITING:
                return  # taken or cancelled since the sweep looked
            handoff = tx.handoffs.get(exchange.conversation.handoff_id or "")
            if handoff.expires_at > tx.now:
                return
            leave_queue(exchange, Change.EXPIRED, HandoffStatus.EXPIRED, EventType.HANDOFF_EXPIRED, Actor.SYSTEM)
            say(exchange, self._catalogs, EXPIRED)

    async def close_idle(self) -> int:
        """Close conversations in which nobody wrote for long."""
        due = await self._store.read(lambda tx: tx.conversations.idle(tx.now, limit=AT_ONCE))
        for conversation_id in due:
            await self._store.write(partial(self._close, conversation_id=conversation_id))
        return len(due)

    @staticmethod
    def _close(tx: Transaction, conversation_id: str) -> None:
        with Exchange.open(tx, conversation_id) as exchange:
            idle_at = exchange.conversation.idle_at
            if not exchange.conversation.status.is_open or idle_at is None or idle_at > tx.now:
                return
            finish(exchange, Change.IDLE, Actor.SYSTEM)
