"""The agents' side: see the queue, take, write, note, return, resolve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bot.domain.agents import Agent, Presence, Right
from bot.domain.conversations import Change, Conversation, Status
from bot.domain.events import Actor, EventType
from bot.domain.handoffs import Disposition, Handoff, HandoffStatus
from bot.domain.identifiers import new_id
from bot.domain.messages import Author, Message
from bot.errors import BadInput, Conflict, Forbidden, TooLarge
from bot.locale.catalogs import Catalogs
from bot.services.answering import Answering, identify
from bot.services.exchange import Exchange, idle_time
from bot.services.queueing import BACK, ENDED, JOINED, finish, take
from bot.settings import Settings
from bot.store.decisions import StoredDecision
from bot.store.notes import Note
from bot.store.transaction import Store, Transaction
from bot.text.normalize import clean

OVER = "This request is over: somebody else was faster, or the shopper went on without a person."
LISTED = 200
SHOWN_MESSAGES = 100
SHOWN_DECISIONS = 10
RECENT_WAITS = 20  # accepted hand-offs that an estimate looks at
FEWEST_WAITS = 3  # fewer say nothing


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list in the console."""

    conversation: Conversation
    last: tuple[Author, str] | None
    handoff: Handoff | None
    agent_name: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a waiting shopper stands."""

    conversation_id: str
    handoff: Handoff
    position: int
    wait_seconds: int | None


@dataclass(frozen=True, slots=True)
class View:
    """A conversation with everything that an agent needs to take it over."""

    conversation: Conversation
    messages: list[Message]
    handoff: Handoff | None
    decisions: list[StoredDecision]
    notes: list[Note]
    agents: list[Agent]


class Handoffs:
    """Use-cases of agents."""

    def __init__(
        self, store: Store, answering: Callable[[], Answering], catalogs: Catalogs, settings: Settings
    ) -> None:
        self._store = store
        self._answering = answering
        self._catalogs = catalogs
        self._settings = settings

    async def queue(self) -> list[Listed]:
        """Return the waiting conversations, longest first."""

        def unit(tx: Transaction) -> list[Listed]:
            waiting = tx.handoffs.queued()
            conversations = {h.id: tx.conversations.get(h.conversation_id) for h in waiting}
            last = tx.messages.last_texts([h.conversation_id for h in waiting])
            return [Listed(conversations[h.id], last.get(h.conversation_id), h, None) for h in waiting]

        return await self._store.read(unit)

    async def places(self) -> list[Place]:
        """Return where every waiting shopper stands, with an estimate from what others waited lately."""

        def unit(tx: Transaction) -> list[Place]:
            waits = tx.handoffs.recent_waits(RECENT_WAITS)
            estimate = median(waits) if len(waits) >= FEWEST_WAITS else None
            return [
                Place(
                    handoff.conversation_id,
                    handoff,
                    position,
                    None if estimate is None else max(0, round(estimate * position)),
                )
                for position, handoff in enumerate(tx.handoffs.queued(), start=1)
            ]

        return await self._store.read(unit)

    async def listed(self, which: str, agent: Agent) -> list[Listed]:
        """Return one of the console's lists: mine, waiting, all, bot. Raises BadInput."""
        statuses = {
            "mine": (Status.AGENT,),
            "waiting": (Status.WAITING,),
            "bot": (Status.BOT,),
            "all": tuple(Status),
        }.get(which)
        if statuses is None:
            raise BadInput("Expected one of the lists mine, waiting, all, bot, got {which}.", which=which[:40])

        def unit(tx: Transaction) -> list[Listed]:
            mine = agent.id if which == "mine" else None
            found = tx.conversations.with_status(statuses, limit=LISTED, agent_id=mine)
            last = tx.messages.last_texts([c.id for c in found])
            names = {a.id: a.name for a in tx.agents.all()}
            waiting = {h.conversation_id: h for h in tx.handoffs.queued()}
            return [
                Listed(c, last.get(c.id), waiting.get(c.id), names.get(c.agent_id) if c.agent_id else None)
                for c in found
            ]

        return await self._store.read(unit)

    async def view(self, conversation_id: str) -> View:
        """Return the conversation with its brief. Raises NotFound."""

        def unit(tx: Transaction) -> View:
            conversation = tx.conversations.get(conversation_id)
            return View(
                conversation,
                tx.messages.before(conversation_id, conversation.last_seq + 1, SHOWN_MESSAGES),
                tx.handoffs.get(conversation.handoff_id) if conversation.handoff_id else None,
                tx.decisions.of_conversation(conversation_id, limit=SHOWN_DECISIONS),
                tx.notes.of_conversation(conversation_id),
                tx.agents.all(),
            )

        return await self._store.read(unit)

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
        cleaned = self._checked(text)

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
        cleaned = self._checked(text)

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

    async def resume(self, conversation_id: str, *, after_seq: int, limit: int) -> tuple[Conversation, list[Message]]:
        """Return what came after `after_seq`. Raises NotFound."""
        return await self._store.read(
            lambda tx: (
                tx.conversations.get(conversation_id),
                tx.messages.after(conversation_id, after_seq, limit),
            )
        )

    async def history(self, conversation_id: str, *, before_seq: int, limit: int) -> tuple[Conversation, list[Message]]:
        """Return what came before `before_seq`, in order. Raises NotFound."""
        return await self._store.read(
            lambda tx: (
                tx.conversations.get(conversation_id),
                tx.messages.before(conversation_id, before_seq, limit),
            )
        )

    async def suggestions(self, conversation_id: str, text: str | None) -> tuple[str, list[tuple[str, float]]]:
        """Return the shopper's language and up to three entries for the text, or for what the shopper wrote last."""

        def unit(tx: Transaction) -> tuple[str, str]:
            conversation = tx.conversations.get(conversation_id)
            recent = tx.messages.before(conversation_id, conversation.last_seq + 1, 20)
            asked = [m.text for m in recent if m.author is Author.SHOPPER]
            return conversation.memory.language, asked[-1] if asked else ""

        language, asked = await self._store.read(unit)
        query = (text or asked).strip()[: self._settings.message_length]
        if not query:
            return language, []
        ranking = self._answering().retriever.search(query, language=language)
        return language, [(c.entry, c.confidence) for c in ranking.candidates[:3]]

    def _checked(self, text: str) -> str:
        cleaned = clean(text).strip()
        if not cleaned:
            raise BadInput("The message is empty. Please write something first.")
        limit = self._settings.message_length
        if len(cleaned) > limit:
            raise TooLarge(
                "The message is too long: at most {limit} characters, and this has {length}. Please shorten it.",
                limit=limit,
                length=len(cleaned),
            )
        return cleaned

    @staticmethod
    def _require_mine(conversation: Conversation, agent: Agent) -> None:
        if conversation.status is not Status.AGENT:
            raise Conflict("Nobody has taken this conversation yet. Take it first.")
        if conversation.agent_id != agent.id:
            raise Forbidden("This conversation belongs to another agent. Take it over first.")

    def _say_system(self, exchange: Exchange, sentence: str) -> None:
        language = exchange.conversation.memory.language
        exchange.say(Author.SYSTEM, self._catalogs.say(language, sentence), language=language)
