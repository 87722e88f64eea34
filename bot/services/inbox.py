"""What agents look at: the queue, their lists, a conversation with its brief, suggested answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.agents import Agent
from bot.domain.conversations import Conversation, Status
from bot.domain.handoffs import Handoff
from bot.domain.messages import Author, Message, page_of
from bot.errors import BadInput
from bot.services.answering import Answering
from bot.services.briefs import Brief, brief_of
from bot.services.places import Place, places
from bot.store.decisions import StoredDecision
from bot.store.notes import Note
from bot.store.searches import Hit
from bot.store.transaction import Store, Transaction
from bot.text.normalize import clean, fold

LISTED = 200
SHOWN_MESSAGES = 100
SHOWN_DECISIONS = 10
SUGGESTED = 3
READ_BACK = 20  # messages among which the shopper's last are looked for
LONGEST_QUESTION = 200  # characters of a search; each word is one look through all messages
MOST_WORDS = 6
SHOWN_AROUND = 80  # characters before and after a word that was found


_LISTS: dict[str, tuple[Status, ...]] = {
    "mine": (Status.AGENT,),
    "waiting": (Status.WAITING,),
    "bot": (Status.BOT,),
    "all": tuple(Status),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list in the console."""

    conversation: Conversation
    last: tuple[Author, str] | None
    handoff: Handoff | None
    agent_name: str | None
    hit: Hit | None = None
    """Where the words that were searched for are, if in a message; the text is cut around them."""
    asked: str | None = None
    """What the shopper wrote last, of one who waits."""


@dataclass(frozen=True, slots=True)
class View:
    """A conversation with everything that an agent needs to take it over."""

    conversation: Conversation
    messages: list[Message]
    handoff: Handoff | None
    decisions: list[StoredDecision]
    notes: list[Note]
    agents: list[Agent]
    brief: Brief


class Inbox:
    """Everything that an agent reads; nothing here changes anything."""

    def __init__(self, store: Store, answering: Callable[[], Answering]) -> None:
        self._store = store
        self._answering = answering

    async def queue(self) -> list[Listed]:
        """Return the waiting conversations, in the order in which they are served."""

        def unit(tx: Transaction) -> list[Listed]:
            waiting = tx.handoffs.queued()
            ids = [h.conversation_id for h in waiting]
            conversations = {c.id: c for c in tx.conversations.of(ids)}
            last, asked = tx.messages.last_texts(ids), tx.messages.last_words_of_shoppers(ids)
            return [
                Listed(conversations[id_], last.get(id_), handoff, None, asked=asked.get(id_))
                for id_, handoff in zip(ids, waiting, strict=True)
            ]

        return await self._store.read(unit)

    async def places(self) -> list[Place]:
        """Return where every waiting shopper stands."""
        return await self._store.read(places)

    async def listed(
        self, which: str, agent: Agent, *, question: str = "", before: str | None = None
    ) -> tuple[list[Listed], str | None]:
        """Return one of the console's lists (mine, waiting, all, bot), and where the next page begins.

        `question`: words that people wrote, a ticket's number or address, an order's number; all of them are in it.
        `before`: what the page above ended with. Raises BadInput.
        """
        statuses = _LISTS.get(which)
        if statuses is None:
            raise BadInput("Expected one of the lists mine, waiting, all, bot, got {which}.", which=which[:40])
        words = fold(clean(question[:LONGEST_QUESTION])).split()[:MOST_WORDS]
        place = _place_of(before) if before else None

        def unit(tx: Transaction) -> list[Listed]:
            mine = agent.id if which == "mine" else None
            found = tx.conversations.with_status(statuses, limit=LISTED + 1, agent_id=mine, words=words, before=place)
            ids = [conversation.id for conversation in found]
            last, hits = tx.messages.last_texts(ids), tx.searches.hits(ids, words)
            names = {a.id: a.name for a in tx.agents.all()}
            waiting = {h.conversation_id: h for h in tx.handoffs.queued()}
            return [
                Listed(
                    c,
                    last.get(c.id),
                    waiting.get(c.id),
                    names.get(c.agent_id) if c.agent_id else None,
                    _around(hits[c.id], words) if c.id in hits else None,
                )
                for c in found
            ]

        found = await self._store.read(unit)
        page = found[:LISTED]
        if len(found) == len(page):
            return page, None
        end = page[-1].conversation
        return page, f"{end.updated_at.astimezone(UTC).isoformat()}~{end.id}"

    async def view(self, conversation_id: str) -> View:
        """Return the conversation with its brief. Raises NotFound."""

        def unit(tx: Transaction) -> View:
            conversation = tx.conversations.get(conversation_id)
            messages = tx.messages.before(conversation_id, conversation.last_seq + 1, SHOWN_MESSAGES)
            handoff = tx.handoffs.get(conversation.handoff_id) if conversation.handoff_id else None
            return View(
                conversation,
                messages,
                handoff,
                tx.decisions.of_conversation(conversation_id, limit=SHOWN_DECISIONS),
                tx.notes.of_conversation(conversation_id),
                tx.agents.all(),
                brief_of(tx, conversation, messages, handoff),
            )

        return await self._store.read(unit)

    async def resume(self, conversation_id: str, *, after_seq: int, limit: int) -> tuple[Conversation, list[Message]]:
        """Return what came after `after_seq`. Raises NotFound."""
        return await self._store.read(
            lambda tx: (
                tx.conversations.get(conversation_id),
                page_of(tx.messages.after(conversation_id, after_seq, limit)),
            )
        )

    async def history(self, conversation_id: str, *, before_seq: int, limit: int) -> tuple[Conversation, list[Message]]:
        """Return what came before `before_seq`, in order. Raises NotFound."""
        return await self._store.read(
            lambda tx: (
                tx.conversations.get(conversation_id),
                page_of(reversed(tx.messages.before(conversation_id, before_seq, limit)))[::-1],
            )
        )

    async def suggestions(self, conversation_id: str, text: str | None) -> tuple[str, list[tuple[str, float]]]:
        """Return the shopper's language and up to three entries for the text, or for what the shopper wrote last."""

        def unit(tx: Transaction) -> tuple[str, str]:
            conversation = tx.conversations.get(conversation_id)
            recent = tx.messages.before(conversation_id, conversation.last_seq + 1, READ_BACK)
            return conversation.memory.language, _last_asked(recent)

        language, asked = await self._store.read(unit)
        query = (text or asked).strip()
        if not query:
            return language, []
        ranking = self._answering().retriever.search(query, language=language)
        return language, [(c.entry, c.confidence) for c in ranking.candidates[:SUGGESTED]]


def _place_of(before: str) -> tuple[datetime, str]:
    """Return the time and id that a page ended with. Raises BadInput."""
    at, _, last = before.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return moment.astimezone(UTC), last[:36]
    except (ValueError, OverflowError):
        raise BadInput("Expected the end of the page above, got {before}.", before=before[:80]) from None


def _around(hit: Hit, words: Sequence[str]) -> Hit:
    """Return the hit with its text cut around the first word that is in it; folding hardly moves a word."""
    folded = fold(hit.text)
    at = min((place for word in words if (place := folded.find(word)) >= 0), default=0)
    start, end = max(0, at - SHOWN_AROUND), at + SHOWN_AROUND
    text = hit.text[start:end].strip()
    return replace(hit, text=f"{'…' if start else ''}{text}{'…' if end < len(hit.text) else ''}")


def _last_asked(messages: Sequence[Message]) -> str:
    """Return what the shopper wrote last: all of it, when it came in several messages with nothing between."""
    last: list[str] = []
    for message in reversed(messages):
        if message.author is Author.SHOPPER:
            last.append(message.text)
        elif last:
            break
    return "\n".join(reversed(last))
