"""What agents look at: the queue, their lists, a conversation with its brief, suggested answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bot.domain.agents import Agent
from bot.domain.conversations import Conversation, Status
from bot.domain.handoffs import Handoff
from bot.domain.messages import Author, Message
from bot.errors import BadInput
from bot.services.answering import Answering
from bot.store.decisions import StoredDecision
from bot.store.notes import Note
from bot.store.transaction import Store, Transaction

LISTED = 200
SHOWN_MESSAGES = 100
SHOWN_DECISIONS = 10
RECENT_WAITS = 20  # accepted hand-offs that an estimate looks at
FEWEST_WAITS = 3  # fewer say nothing
SUGGESTED = 3


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


class Inbox:
    """Everything that an agent reads; nothing here changes anything."""

    def __init__(self, store: Store, answering: Callable[[], Answering]) -> None:
        self._store = store
        self._answering = answering

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
        query = (text or asked).strip()
        if not query:
            return language, []
        ranking = self._answering().retriever.search(query, language=language)
        return language, [(c.entry, c.confidence) for c in ranking.candidates[:SUGGESTED]]
