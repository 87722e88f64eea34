"""The agents' side: take, write, note, transfer, return, resolve."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.agents import Agent
from bot.domain.conversations import Change, Conversation, Status
from bot.domain.events import Actor, EventType
from bot.domain.handoffs import Disposition, HandoffStatus
from bot.domain.identifiers import new_id
from bot.domain.messages import Author, Message
from bot.domain.rights import Right
from bot.errors import BadInput, Conflict, Forbidden
from bot.locale.catalogs import Catalogs
from bot.services.answering import Answering, identify
from bot.services.exchange import Exchange, idle_time
from bot.services.languages import check_language
from bot.services.queueing import BACK, ENDED, check_room, finish, pass_to_agent, pass_to_team, record, say, take
from bot.services.redaction import Redaction
from bot.services.shoppers import checked_text
from bot.settings import Settings
from bot.store.notes import Note
from bot.store.transaction import Store, Transaction

OVER = "This request is over: somebody else was faster, or the shopper went on without a person."
NOBODYS = "Nobody has taken this conversation yet. Take it first."
ANOTHERS = "This conversation belongs to another agent. Take it over first."
BACK_IN_QUEUE = "This conversation is in the queue: nobody has it. Take it first, then write."
NOT_YOURS = "This is not offered to you any more."
COLLEAGUE_FULL = "{name} already has {capacity} conversations, which is the limit. Choose somebody else."


class Handoffs:
    """Use-cases of agents."""

    def __init__(
        self, store: Store, answering: Callable[[], Answering], catalogs: Catalogs, settings: Settings
    ) -> None:
        self._store = store
        self._answering = answering
        self._catalogs = catalogs
        self._settings = settings
        self._redaction = Redaction(settings)

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

    async def has(self, agent: Agent, conversation_id: str) -> bool:
        """Return whether the agent has this conversation. Raises NotFound."""
        conversation = await self._store.read(lambda tx: tx.conversations.get(conversation_id))
        return conversation.status is Status.AGENT and conversation.agent_id == agent.id

    async def take(self, agent: Agent, conversation_id: str) -> None:
        """Step into a conversation, waiting or with the bot. Raises Conflict."""
        await self._store.write(lambda tx: self._take(tx, agent, conversation_id))

    def _take(self, tx: Transaction, agent: Agent, conversation_id: str) -> None:
        current = tx.agents.get(agent.id)  # what the socket knows of them may be hours old
        if current.disabled or not current.may(Right.CHAT):
            raise Forbidden("Your role may read conversations, not take part in them.")
        with Exchange.open(tx, conversation_id) as exchange:
            take(exchange, current, self._catalogs)
            exchange.stay_until(idle_time(exchange.now, self._settings.idle_minutes))

    async def decline(self, agent: Agent, handoff_id: str) -> None:
        """Say no to an offer, so that the next one is asked. Raises Conflict when it is not this agent's (any more)."""

        def unit(tx: Transaction) -> None:
            with Exchange.open(tx, tx.handoffs.get(handoff_id).conversation_id) as exchange:
                handoff = tx.handoffs.get(handoff_id)
                asked = (*handoff.declined_by, agent.id)
                if not tx.handoffs.end_offer(handoff_id, agent.id, declined_by=asked):
                    raise Conflict(NOT_YOURS)
                record(exchange, EventType.HANDOFF_DECLINED, Actor.AGENT, agent.id, handoff=handoff)

        await self._store.write(unit)

    async def transfer(self, agent: Agent, conversation_id: str, *, agent_id: str | None, team_id: str | None) -> None:
        """Pass a conversation to a colleague who is there, or to a team. Raises Conflict, Forbidden, NotFound."""

        def unit(tx: Transaction) -> None:
            with Exchange.open(tx, conversation_id) as exchange:
                if exchange.conversation.status is not Status.AGENT:
                    raise Conflict(NOBODYS)
                if exchange.conversation.agent_id != agent.id and not agent.may(Right.SUPERVISE):
                    raise Forbidden(ANOTHERS)
                if team_id is not None:
                    team = tx.teams.get(team_id)
                    pass_to_team(exchange, agent, team, self._catalogs, minutes=self._settings.handoff_minutes)
                elif agent_id != exchange.conversation.agent_id:
                    self._pass_on(exchange, agent, agent_id or "")

        await self._store.write(unit)

    async def assign(self, supervisor: Agent, conversation_id: str, agent_id: str) -> None:
        """Give a conversation to somebody who is there, whoever has it now. Raises Conflict, Forbidden, NotFound."""
        if not supervisor.may(Right.SUPERVISE):
            raise Forbidden("Only a supervisor gives conversations to others.")

        def unit(tx: Transaction) -> None:
            with Exchange.open(tx, conversation_id) as exchange:
                if exchange.conversation.agent_id == agent_id:
                    return
                if exchange.conversation.status is Status.AGENT:
                    self._pass_on(exchange, supervisor, agent_id)
                else:
                    take(exchange, self._colleague(exchange, agent_id), self._catalogs)
                exchange.stay_until(idle_time(exchange.now, self._settings.idle_minutes))

        await self._store.write(unit)

    def _pass_on(self, exchange: Exchange, by: Agent, agent_id: str) -> None:
        pass_to_agent(exchange, by, self._colleague(exchange, agent_id), self._catalogs)

    @staticmethod
    def _colleague(exchange: Exchange, agent_id: str) -> Agent:
        """Return somebody who is there and has room. Raises Conflict, NotFound."""
        colleague = exchange.tx.agents.get(agent_id)
        if not colleague.is_on_duty(exchange.tx.now):
            raise Conflict("{name} is not there right now. Choose somebody who is.", name=colleague.name)
        check_room(exchange, colleague, COLLEAGUE_FULL)
        return colleague

    async def say(
        self, agent: Agent, conversation_id: str, *, client_id: str, text: str, anyway: bool = False
    ) -> Message:
        """Write to the shopper; the same `client_id` again changes nothing.

        Raises Forbidden when the conversation is not this agent's, BadInput, TooLarge; and unless it is to be sent
        `anyway`, Conflict when the text is clearly not in the shopper's language.
        """
        cleaned = self._redaction.stored(checked_text(text, self._settings.message_length))

        def unit(tx: Transaction) -> Message:
            with Exchange.open(tx, conversation_id) as exchange:
                if known := tx.messages.find_by_client_id(conversation_id, client_id):
                    return known
                self._require_mine(exchange.conversation, agent)
                if not anyway:
                    check_language(self._answering(), exchange.conversation, cleaned)
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
        cleaned = self._redaction.stored(checked_text(text, self._settings.message_length))

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
                    record(exchange, EventType.HANDOFF_RETURNED, Actor.AGENT, agent.id, handoff=handoff)
                say(exchange, self._catalogs, BACK)

        await self._store.write(unit)

    async def resolve(self, agent: Agent, conversation_id: str, *, disposition: Disposition, topic: str | None) -> None:
        """Close the conversation with how it went; the shopper is asked for a rating, spam is not.

        `topic` is a folder of the help center. Raises BadInput for another, Conflict, Forbidden.
        """
        if topic is not None and topic not in self._answering().knowledge.topics:
            raise BadInput("The help center has no topic {found}.", found=topic)

        def unit(tx: Transaction) -> None:
            with Exchange.open(tx, conversation_id) as exchange:
                self._require_mine(exchange.conversation, agent)
                say(exchange, self._catalogs, ENDED)
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
        if conversation.status is Status.WAITING:
            raise Conflict(BACK_IN_QUEUE)
        if conversation.status is not Status.AGENT:
            raise Conflict(NOBODYS)
        if conversation.agent_id != agent.id:
            raise Forbidden(ANOTHERS)
