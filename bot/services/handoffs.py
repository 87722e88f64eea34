"""The agents' side: take, write, note, transfer, return, resolve."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.agents import Agent, Presence, Right
from bot.domain.conversations import Change, Conversation, Status
from bot.domain.events import Actor, EventType
from bot.domain.handoffs import Disposition, HandoffStatus
from bot.domain.identifiers import new_id
from bot.domain.messages import Author, Message
from bot.errors import Conflict, Forbidden
from bot.locale.catalogs import Catalogs
from bot.services.answering import Answering, identify
from bot.services.exchange import Exchange, idle_time
from bot.services.queueing import BACK, ENDED, JOINED, finish, take
from bot.services.shoppers import checked_text
from bot.settings import Settings
from bot.store.notes import Note
from bot.store.transaction import Store, Transaction

OVER = "This request is over: somebody else was faster, or the shopper went on without a person."


class Handoffs:
    """Use-cases of agents."""

    def __init__(
        self, store: Store, answering: Callable[[], Answering], catalogs: Catalogs, settings: Settings
    ) -> None:
        self._store = store
        self._answering = answering
        self._catalogs = catalogs
        self._settings = settings

    async def accept(self, agent: Agent, handoff_id: str) -> str:
        """Take a waiting hand-off; return its conversation. Raises Conflict when somebody else was faster."""

        def unit(tx: Transaction) -> str:
            conversation_id = tx.handoffs.get(handoff_id).conversation_id
            # An old request must not take what its conversation has become since.
            if tx.conversations.lock(conversation_id).handoff_id != handoff_id:
                raise Conflict(OVER)
            self._take(tx, agent, conversation_id)
            return conversation_id

        return await self._store.write(unit)

    async def check_mine(self, agent: Agent, conversation_id: str) -> None:
        """Raise NotFound, Conflict or Forbidden unless the agent has this conversation."""
        self._require_mine(await self._store.read(lambda tx: tx.conversations.get(conversation_id)), agent)

    async def take(self, agent: Agent, conversation_id: str) -> None:
        """Step into a conversation, waiting or with the bot. Raises Conflict."""
        await self._store.write(lambda tx: self._take(tx, agent, conversation_id))

    def _take(self, tx: Transaction, agent: Agent, conversation_id: str) -> None:
        if not agent.may(Right.CHAT):
            raise Forbidden("Your role may read conversations, not take part in them.")
        with Exchange.open(tx, conversation_id) as exchange:
            if exchange.conversation.agent_id != agent.id and tx.conversations.load_of(agent.id) >= agent.capacity:
                raise Conflict(
                    "You already have {capacity} conversations, which is your limit. Close one first.",
                    capacity=agent.capacity,
                )
            take(exchange, agent, self._catalogs)
            exchange.stay_until(idle_time(exchange.now, self._settings.idle_minutes))

    async def transfer(self, agent: Agent, conversation_id: str, to: str) -> None:
        """Give the conversation to a colleague who is there. Raises Conflict, Forbidden, NotFound."""

        def unit(tx: Transaction) -> None:
            colleague = tx.agents.get(to)
            if colleague.presence is Presence.OFFLINE or colleague.disabled or not colleague.may(Right.CHAT):
                raise Conflict("{name} is not there right now. Choose somebody who is.", name=colleague.name)
            with Exchange.open(tx, conversation_id) as exchange:
                if exchange.conversation.status is not Status.AGENT:
                    raise Conflict("Nobody has taken this conversation yet. Take it first.")
                if exchange.conversation.agent_id != agent.id and not agent.may(Right.REPORTS):
                    raise Forbidden("This conversation belongs to another agent. Take it over first.")
                exchange.change(Change.TRANSFERRED_TO_PERSON, agent_id=colleague.id)
                handoff = tx.handoffs.get(exchange.conversation.handoff_id or "")
                exchange.record(
                    EventType.HANDOFF_TRANSFERRED,
                    Actor.AGENT,
                    agent.id,
                    handoff_id=handoff.id,
                    reason=handoff.reason.value,
                    team=None,
                )
                language = exchange.conversation.memory.language
                joined = self._catalogs.say(language, JOINED, name=colleague.name)
                exchange.say(Author.SYSTEM, joined, language=language)

        await self._store.write(unit)

    async def say(self, agent: Agent, conversation_id: str, *, client_id: str, text: str) -> Message:
        """Write to the shopper; the same `client_id` again changes nothing.

        Raises Forbidden when the conversation is not this agent's, BadInput, TooLarge.
        """
        cleaned = checked_text(text, self._settings.message_length)

        def unit(tx: Transaction) -> Message:
            with Exchange.open(tx, conversation_id) as exchange:
                if known := tx.messages.find_by_client_id(conversation_id, client_id):
                    return known
                self._require_mine(exchange.conversation, agent)
                language = identify(self._answering(), exchange.conversation.memory, cleaned)
                exchange.stay_until(idle_time(exchange.now, self._settings.idle_minutes))
                return exchange.say(
                    Author.AGENT,
                    cleaned,
                    language=language,
                    actor_id=agent.id,
                    name=agent.name,
                    client_id=client_id,
                )

        return await self._store.write(unit)

    async def note(self, agent: Agent, conversation_id: str, text: str) -> Note:
        """Keep a remark that only agents see. Raises NotFound, BadInput, TooLarge."""
        cleaned = checked_text(text, self._settings.message_length)

        def unit(tx: Transaction) -> Note:
            tx.conversations.get(conversation_id)
            note = Note(new_id(), conversation_id, agent.id, agent.name, cleaned, tx.now)
            tx.notes.add(note)
            tx.news.notes.append(note)
            return note

        return await self._store.write(unit)

    async def give_back(self, agent: Agent, conversation_id: str) -> None:
        """Return the conversation to the bot. Raises Conflict, Forbidden."""

        def unit(tx: Transaction) -> None:
            with Exchange.open(tx, conversation_id) as exchange:
                self._require_mine(exchange.conversation, agent)
                handoff_id = exchange.conversation.handoff_id
                exchange.change(Change.RETURNED, agent_id=None, handoff_id=None)
                if handoff_id:
                    handoff = tx.handoffs.get(handoff_id)
                    tx.handoffs.end(handoff_id, handoff.status, HandoffStatus.RETURNED, exchange.now)
                    exchange.record(
                        EventType.HANDOFF_RETURNED,
                        Actor.AGENT,
                        agent.id,
                        handoff_id=handoff_id,
                        reason=handoff.reason.value,
                        team=None,
                    )
                self._say_system(exchange, BACK)

        await self._store.write(unit)

    async def resolve(self, agent: Agent, conversation_id: str, *, disposition: Disposition, topic: str | None) -> None:
        """Close the conversation with how it went; the shopper is asked for a rating, spam is not."""

        def unit(tx: Transaction) -> None:
            with Exchange.open(tx, conversation_id) as exchange:
                self._require_mine(exchange.conversation, agent)
                self._say_system(exchange, ENDED)
                finish(
                    exchange,
                    Change.RESOLVED_BY_AGENT,
                    Actor.AGENT,
                    agent=agent,
                    disposition=disposition,
                    topic=topic,
                )
                if disposition is not Disposition.SPAM:
                    exchange.record(EventType.RATING_REQUESTED, Actor.SYSTEM, None)

        await self._store.write(unit)

    @staticmethod
    def _require_mine(conversation: Conversation, agent: Agent) -> None:
        if conversation.status is not Status.AGENT:
            raise Conflict("Nobody has taken this conversation yet. Take it first.")
        if conversation.agent_id != agent.id:
            raise Forbidden("This conversation belongs to another agent. Take it over first.")

    def _say_system(self, exchange: Exchange, sentence: str) -> None:
        language = exchange.conversation.memory.language
        exchange.say(Author.SYSTEM, self._catalogs.say(language, sentence), language=language)
