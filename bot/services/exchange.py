"""One conversation being changed within one transaction: messages numbered, facts recorded, status by the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from bot.domain.conversations import Change, Conversation, Memory, next_status
from bot.domain.events import Actor, Event, EventType, check_data
from bot.domain.handoffs import Disposition
from bot.domain.identifiers import new_id
from bot.domain.messages import Author, Message
from bot.domain.outcomes import facts_of, outcome_of
from bot.errors import NotFound
from bot.store.decisions import StoredDecision
from bot.store.transaction import Transaction

NO_CONVERSATION = "There is no such conversation."
_ACTORS = {
    Author.SHOPPER: Actor.SHOPPER,
    Author.BOT: Actor.BOT,
    Author.AGENT: Actor.AGENT,
    Author.SYSTEM: Actor.SYSTEM,
}


def owns(tx: Transaction, visitor_id: str, conversation: Conversation) -> bool:
    """Whether the conversation is the visitor's; a tab may not know yet that its browser was found to be somebody's."""
    return conversation.visitor_id == visitor_id or tx.visitors.is_same(visitor_id, conversation.visitor_id)


class Exchange:
    """Holds the conversation as it changes; leaving the `with` block without an error saves it and tells the news."""

    def __init__(self, tx: Transaction, conversation: Conversation) -> None:
        self.tx = tx
        self.conversation = conversation
        # A clock that was set back must not show an answer before its question.
        self.now = max(tx.now, conversation.updated_at)
        self._before = conversation
        self._last_seq = conversation.last_seq
        self._last_event = conversation.last_event
        self._events: list[Event] = []
        self._messages: list[Message] = []
        self._decisions: list[StoredDecision] = []

    @classmethod
    def open(cls, tx: Transaction, conversation_id: str, *, visitor_id: str | None = None) -> Self:
        """Lock the conversation for changing.

        With `visitor_id` it must be that visitor's; a foreign one looks like none. Raises NotFound.
        """
        conversation = tx.conversations.lock(conversation_id)
        if visitor_id is not None and not owns(tx, visitor_id, conversation):
            raise NotFound(NO_CONVERSATION)
        return cls(tx, conversation)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        changed = self.conversation is not self._before or self._last_event != self._before.last_event
        if kind is None and changed:
            self.save()

    def save(self) -> None:
        """Write what changed, and add it to the news."""
        self.conversation = replace(
            self.conversation, updated_at=self.now, last_seq=self._last_seq, last_event=self._last_event
        )
        self.flush()
        self.tx.conversations.save(self.conversation)
        self.tx.news.conversations[self.conversation.id] = self.conversation
        self.tx.news.before.setdefault(self.conversation.id, self._before)

    def flush(self) -> None:
        """Write what was said, decided and recorded so far; each kind goes in one statement."""
        self.tx.messages.add_all(self._messages)
        self.tx.decisions.add_all(self._decisions)
        self.tx.events.add_all(self._events)
        self.tx.news.messages.extend(self._messages)
        self.tx.news.events.extend(self._events)
        self._messages, self._decisions, self._events = [], [], []

    def say(self, author: Author, text: str, *, language: str, actor_id: str | None = None, **more: Any) -> Message:
        """Add a message with the next number."""
        self._last_seq += 1
        message = Message(
            id=new_id(),
            conversation_id=self.conversation.id,
            seq=self._last_seq,
            episode=self.conversation.episode,
            author=author,
            language=language,
            text=text,
            at=self.now,
            agent_id=actor_id if author is Author.AGENT else None,
            **more,
        )
        self._messages.append(message)
        self.record(
            EventType.MESSAGE_ADDED,
            _ACTORS[author],
            actor_id,
            message_id=message.id,
            seq=message.seq,
            author=author.value,
            language=language,
        )
        return message

    def decided(self, decision: StoredDecision) -> None:
        """Keep a decision with all that led to it."""
        self._decisions.append(decision)

    def record(
        self, type_: EventType, actor: Actor, actor_id: str | None = None, /, *, episode: int | None = None, **data: Any
    ) -> None:
        """Record a fact with the next number; `episode` when it is about an earlier one."""
        check_data(type_, data)
        self._last_event += 1
        self._events.append(
            Event(
                id=new_id(),
                conversation_id=self.conversation.id,
                episode=self.conversation.episode if episode is None else episode,
                number=self._last_event,
                type=type_,
                actor=actor,
                at=self.now,
                data=data,
                actor_id=actor_id,
            )
        )

    def change(self, change: Change, **fields: Any) -> None:
        """Move the status by the table. Raises Conflict for what is not in it."""
        status = next_status(self.conversation.status, change)
        self.conversation = replace(self.conversation, status=status, **fields)

    def remember(self, memory: Memory) -> None:
        """Keep the bot's memory; a new language is a fact."""
        before = self.conversation.memory.language
        if memory.language != before:
            self.record(EventType.LANGUAGE_SWITCHED, Actor.SHOPPER, None, before=before, after=memory.language)
        self.conversation = replace(self.conversation, memory=memory)

    def reopen(self) -> None:
        """Let an ended conversation go on with the bot."""
        if not self.conversation.status.is_open:
            self.change(Change.SHOPPER_WROTE_AGAIN)

    def stay_until(self, idle_at: datetime) -> None:
        """Set when the conversation closes if nobody writes."""
        self.conversation = replace(self.conversation, idle_at=idle_at)

    def begin_episode(self, language: str) -> None:
        """Open the next episode unless one is open."""
        if self.conversation.episode_open:
            return
        episode = self.conversation.episode + 1
        self.conversation = replace(self.conversation, episode=episode, episode_open=True, disposition=None)
        self.record(EventType.EPISODE_STARTED, Actor.SHOPPER, None, language=language)

    def end_episode(self, *, actor: Actor, actor_id: str | None = None, disposition: Disposition | None = None) -> None:
        """Close the open episode with exactly one outcome; before the status changes."""
        if not self.conversation.episode_open:
            return
        self.flush()
        events = self.tx.events.of_conversation(self.conversation.id, self.conversation.episode)
        facts = facts_of(events, status=self.conversation.status, disposition=disposition)
        entry = next((e.data.get("entry") for e in reversed(events) if e.type is EventType.TURN_ANSWERED), None)
        self.record(
            EventType.EPISODE_ENDED,
            actor,
            actor_id,
            outcome=outcome_of(facts).value,
            language=self.conversation.memory.language,
            entry=entry,
            topic=entry.rpartition("/")[0] if entry else None,
        )
        self.conversation = replace(
            self.conversation,
            episode_open=False,
            idle_at=None,
            disposition=disposition.value if disposition else None,
            memory=Memory(language=self.conversation.memory.language),
        )


def idle_time(now: datetime, minutes: int) -> datetime:
    """Return when a conversation without messages closes."""
    return now + timedelta(minutes=minutes)
