"""Orders are looked up beside the turn: the turn commits what is asked, an effect after the commit answers it.

A row says that an answer is due. Whoever committed it asks the shop's service at once; when that process ends first, a
sweep finds the row. Only one answer can take the row, so the shopper hears exactly one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from bot.connectors.orders import OrdersDown, OrderService
from bot.dialogue import orders as words
from bot.domain.conversations import Memory, Status
from bot.domain.events import Actor, EventType
from bot.domain.messages import Author
from bot.domain.orders import Lookup, Order
from bot.errors import NotFound, ParleyError
from bot.locale.catalogs import Catalogs
from bot.services.answering import Answering
from bot.services.exchange import Exchange
from bot.services.lookups import CLAIM
from bot.services.redaction import Redaction
from bot.services.turns import Turns, say_reply
from bot.store.transaction import News, Store, Transaction

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
"""Of a look-up during which the process ended each time; then a person gets it."""
AT_ONCE = 8  # look-ups of this process at the same time


class Orders:
    """Use-cases of looking orders up."""

    def __init__(
        self,
        store: Store,
        service: OrderService,
        turns: Turns,
        *,
        catalogs: Catalogs,
        answering: Callable[[], Answering],
        redaction: Redaction,
    ) -> None:
        self._store = store
        self._service = service
        self._turns = turns
        self._catalogs = catalogs
        self._answering = answering
        self._redaction = redaction
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(AT_ONCE)
        store.on_commit(self._listen)

    def _listen(self, news: News) -> None:
        """Answer what was asked in a commit of this process; must not block."""
        for lookup in news.lookups:
            task = asyncio.create_task(self._answer(lookup), name="order lookup")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Let go; what is not answered is due for the next process."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def sweep(self) -> int:
        """Answer what a process left behind; return how many look-ups were due."""
        due = await self._store.read(lambda tx: tx.lookups.due(tx.now, limit=AT_ONCE))
        await asyncio.gather(*(self._take_over(lookup) for lookup in due))
        return len(due)

    async def _take_over(self, lookup: Lookup) -> None:
        claimed = await self._store.write(lambda tx: tx.lookups.claim(lookup.id, now=tx.now, until=tx.now + CLAIM))
        if not claimed:
            return
        if lookup.attempts >= MOST_ATTEMPTS:
            await self._store.write(partial(self._pass_on, lookup))
        else:
            await self._answer(lookup)

    async def _answer(self, lookup: Lookup) -> None:
        """Ask the service and tell the shopper. A database that is away leaves the row due."""
        unit: Callable[[Transaction], None]
        try:
            async with self._places:
                found = await self._service.look_up(lookup.number, lookup.email)
            unit = partial(self._tell, lookup, found)
        except OrdersDown as down:
            logger.warning("order_not_looked_up", extra={"lookup": lookup.id, "reason": down.reason})
            unit = partial(self._pass_on, lookup)
        try:
            await self._store.write(unit)
        except NotFound:
            return  # the conversation was deleted meanwhile
        except ParleyError as error:
            logger.warning("order_not_told", extra={"lookup": lookup.id, "code": error.code})

    def _tell(self, lookup: Lookup, found: Order | None, tx: Transaction) -> None:
        with Exchange.open(tx, lookup.conversation_id) as exchange:
            if not tx.lookups.finish(lookup.id, found.now.status if found else None):
                return
            if exchange.conversation.status is not Status.BOT:
                return  # a person has the word and sees what was asked, or the shopper has gone
            facts: dict[str, Any] = {
                "entry": None,
                "language": lookup.language,
                "kb_version": self._answering().knowledge.version,
            }
            if found is None:
                exchange.record(EventType.TURN_CLARIFIED, Actor.BOT, None, **facts, choices=[])
                self._ask_again(exchange, lookup)
            else:
                exchange.record(EventType.TURN_ANSWERED, Actor.BOT, None, **facts)
                parcel = self._redaction.stored_if_any(found.tracking_number)
                told = words.told(replace(found, tracking_number=parcel), exchange.conversation, self._catalogs)
                say_reply(exchange, told)

    def _ask_again(self, exchange: Exchange, lookup: Lookup) -> None:
        """Say that nothing fits, in the same words whether the number or the address is wrong."""
        memory = exchange.conversation.memory
        again = Memory(memory.language, memory.last_entry, awaiting_order_number=True, order_number=lookup.number)
        exchange.remember(again)
        said = self._catalogs.say(memory.language, words.NO_MATCH)
        exchange.say(Author.BOT, said, language=memory.language, decision="clarify")

    def _pass_on(self, lookup: Lookup, tx: Transaction) -> None:
        with Exchange.open(tx, lookup.conversation_id) as exchange:
            if tx.lookups.finish(lookup.id, None) and exchange.conversation.status is Status.BOT:
                self._turns.pass_on(exchange, lookup.number, words.CANNOT_REACH, topic=lookup.topic)
