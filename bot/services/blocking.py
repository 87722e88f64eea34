"""Shutting a spammer out, and letting somebody in again."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.agents import Agent
from bot.domain.conversations import Change, Status
from bot.domain.events import Actor, EventType
from bot.domain.handoffs import Disposition
from bot.domain.messages import Author
from bot.domain.rights import Right
from bot.errors import Forbidden
from bot.locale.catalogs import Catalogs
from bot.services.exchange import Exchange
from bot.services.queueing import finish
from bot.services.shoppers import BLOCKED
from bot.store.transaction import Store, Transaction


class Blocking:
    """Use-cases of agents against spam."""

    def __init__(self, store: Store, catalogs: Catalogs) -> None:
        self._store = store
        self._catalogs = catalogs

    async def block(self, agent: Agent, conversation_id: str) -> None:
        """Close the conversation as spam; its shopper may read, and no longer write, on every process.

        Blocked already is fine. Raises NotFound, Forbidden when a colleague has the conversation.
        """

        def unit(tx: Transaction) -> None:
            with Exchange.open(tx, conversation_id) as exchange:
                conversation = exchange.conversation
                if conversation.blocked:
                    return
                others = conversation.status is Status.AGENT and conversation.agent_id != agent.id
                if others and not agent.may(Right.SUPERVISE):
                    raise Forbidden("This conversation belongs to another agent. Take it over first.")
                self._set(exchange, agent, blocked=True)
                if conversation.status.is_open:
                    language = conversation.memory.language
                    exchange.begin_episode(language)  # small talk alone opened none, and spam is counted
                    exchange.say(Author.SYSTEM, self._catalogs.say(language, BLOCKED), language=language)
                    spam = Disposition.SPAM
                    finish(exchange, Change.RESOLVED_BY_AGENT, Actor.AGENT, agent=agent, disposition=spam)

        await self._store.write(unit)

    async def unblock(self, agent: Agent, conversation_id: str) -> None:
        """Let the shopper write again; what was counted as spam stays so. Raises NotFound."""

        def unit(tx: Transaction) -> None:
            with Exchange.open(tx, conversation_id) as exchange:
                if exchange.conversation.blocked:
                    self._set(exchange, agent, blocked=False)

        await self._store.write(unit)

    @staticmethod
    def _set(exchange: Exchange, agent: Agent, *, blocked: bool) -> None:
        exchange.tx.visitors.block(exchange.conversation.visitor_id, exchange.now if blocked else None)
        exchange.record(EventType.SHOPPER_BLOCKED if blocked else EventType.SHOPPER_UNBLOCKED, Actor.AGENT, agent.id)
        exchange.conversation = replace(exchange.conversation, blocked=blocked)
