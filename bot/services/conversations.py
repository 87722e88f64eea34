"""The shopper's side: begin, write, pick, look back, end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.agents import Agent
from bot.domain.conversations import Change, Conversation, Memory, Status
from bot.domain.events import Actor, EventType
from bot.domain.handoffs import HandoffStatus
from bot.domain.identifiers import hash_token, new_id, new_token
from bot.domain.messages import Author, Message, page_of
from bot.errors import BadInput, Conflict
from bot.locale.catalogs import Catalogs
from bot.locale.negotiate import language_of, valid_locale
from bot.services.answering import Answering
from bot.services.exchange import Exchange
from bot.services.queueing import BACK, ENDED, finish, leave_queue
from bot.services.redaction import Redaction
from bot.services.shoppers import Shopper, checked_text
from bot.services.turns import Turns
from bot.settings import Settings
from bot.store.decisions import Rating
from bot.store.transaction import Store, Transaction
from bot.store.visitors import Visitor

MOST_MESSAGES = 200


@dataclass(frozen=True, slots=True)
class Begun:
    """A conversation that a shopper came back to or has begun; `token` only when it is new."""

    shopper: Shopper
    conversation: Conversation
    token: str | None
    agent: Agent | None = None
    """Who is there, when somebody is."""
    rating: Rating | None = None
    """What was said so far of an episode that was ended by somebody; it can be rated."""


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a transcript."""

    messages: list[Message]
    status: Status
    last_seq: int
    more: bool
    helpful: Mapping[str, bool]
    """What the shopper thought of the answers among them, by message id."""


class Conversations:
    """Use-cases of the shopper."""

    def __init__(
        self,
        store: Store,
        answering: Callable[[], Answering],
        turns: Turns,
        *,
        catalogs: Catalogs,
        settings: Settings,
    ) -> None:
        self._store = store
        self._answering = answering
        self._turns = turns
        self._catalogs = catalogs
        self._settings = settings
        self._redaction = Redaction(settings)

    async def begin(
        self, *, token: str | None, locale: str | None, surface: str, page: str | None, time_zone: str | None
    ) -> Begun:
        """Return the token's conversation, or begin one with a new token when there is none."""
        tag = valid_locale(locale, self._settings.default_language)
        page, time_zone = self._redaction.stored_if_any(page), self._redaction.stored_if_any(time_zone)
        language = language_of(tag)
        if language not in self._answering().languages:
            language = self._settings.default_language

        def unit(tx: Transaction) -> Begun:
            visitor = tx.visitors.find(hash_token(token), tx.now) if token else None
            if visitor is not None:
                tx.visitors.seen(visitor, tx.now)
                existing = tx.conversations.latest_of(visitor.person_id)
                if existing is not None:
                    existing = _in_the_pages_language(tx, existing, tag, language) if locale else existing
                    return _come_back(tx, Shopper(visitor.person_id, existing.id, visitor.id), existing)
            fresh = None
            if visitor is None:
                fresh, device_id = new_token(), new_id()
                visitor = Visitor(device_id, device_id)
                tx.visitors.add(device_id, hash_token(fresh), tx.now)
            conversation = new_conversation(
                visitor.person_id, tag, language, surface=surface, page=page, time_zone=time_zone, at=tx.now
            )
            tx.conversations.add(conversation)
            exchange = Exchange(tx, conversation)
            exchange.record(EventType.CONVERSATION_STARTED, Actor.SHOPPER, None, locale=tag, surface=surface, page=page)
            exchange.save()
            return Begun(Shopper(visitor.person_id, conversation.id, visitor.id), exchange.conversation, fresh)

        return await self._store.write(unit)

    async def receive(self, shopper: Shopper, *, client_id: str, text: str) -> Message:
        """Store the shopper's message and the bot's reply in one transaction; return the shopper's message.

        The same `client_id` again changes nothing and returns the same message.
        Raises BadInput for an empty text, TooLarge for a long one.
        """
        cleaned = self._redaction.without_cards(checked_text(text, self._settings.message_length))
        answering = self._answering()

        def unit(tx: Transaction) -> Message:
            with shopper.open(tx) as exchange:
                if known := tx.messages.find_by_client_id(shopper.conversation_id, client_id):
                    return known
                return self._turns.take(exchange, answering, cleaned, client_id)

        return await self._store.write(unit)

    async def pick(self, shopper: Shopper, *, message_id: str, choice: str) -> Message | None:
        """Answer the choice that the shopper made under a "did you mean"; return the shopper's line.

        `human` asks for a person, `none` says that nothing fits. Raises NotFound, BadInput.
        """
        answering = self._answering()

        def unit(tx: Transaction) -> Message | None:
            with shopper.open(tx) as exchange:
                asked = tx.messages.get(shopper.conversation_id, message_id)
                offered = {c.entry: c.title for c in asked.choices}
                client_id = f"pick:{message_id}"
                if known := tx.messages.find_by_client_id(shopper.conversation_id, client_id):
                    return known
                if exchange.conversation.status.bot_is_silent:
                    raise Conflict("A person has been asked for, so the assistant is silent now.")
                language = exchange.conversation.memory.language
                if choice == "human":
                    self._turns.ask_for_person(exchange)
                    return None
                if choice != "none" and choice not in offered:
                    raise BadInput("Expected one of the choices that were offered, got {choice}.", choice=choice[:80])
                text = offered.get(choice) or self._catalogs.say(language, "None of these")
                entry = None if choice == "none" else choice
                return self._turns.take_choice(exchange, answering, text, client_id, entry)

        return await self._store.write(unit)

    async def request_person(self, shopper: Shopper) -> None:
        """Queue for a person; asked twice it changes nothing."""

        def unit(tx: Transaction) -> None:
            with shopper.open(tx) as exchange:
                if not exchange.conversation.status.bot_is_silent:
                    self._turns.ask_for_person(exchange)

        await self._store.write(unit)

    async def cancel_request(self, shopper: Shopper) -> None:
        """Leave the queue, back to the bot. Raises Conflict when not waiting."""

        def unit(tx: Transaction) -> None:
            with shopper.open(tx) as exchange:
                leave_queue(
                    exchange,
                    Change.CANCELLED,
                    HandoffStatus.CANCELLED,
                    EventType.HANDOFF_CANCELLED,
                    Actor.SHOPPER,
                )
                self._say_system(exchange, BACK)

        await self._store.write(unit)

    async def resume(self, shopper: Shopper, *, after_seq: int, limit: int) -> Page:
        """Return what came after `after_seq`. Raises NotFound."""
        return await self._store.read(lambda tx: self._page(tx, shopper, after_seq, limit))

    def _page(self, tx: Transaction, shopper: Shopper, after_seq: int, limit: int) -> Page:
        conversation = shopper.read(tx)
        messages = page_of(tx.messages.after(conversation.id, after_seq, min(limit, MOST_MESSAGES)))
        reached = messages[-1].seq if messages else after_seq
        more = reached < conversation.last_seq
        return Page(messages, conversation.status, conversation.last_seq, more, _judged(tx, messages))

    async def history(self, shopper: Shopper, *, before_seq: int, limit: int) -> Page:
        """Return what came before `before_seq`, in order. Raises NotFound."""

        def unit(tx: Transaction) -> Page:
            conversation = shopper.read(tx)
            earlier = tx.messages.before(conversation.id, before_seq, min(limit, MOST_MESSAGES))
            messages = page_of(reversed(earlier))[::-1]
            more = bool(messages) and messages[0].seq > 1
            return Page(messages, conversation.status, conversation.last_seq, more, _judged(tx, messages))

        return await self._store.read(unit)

    async def set_locale(self, shopper: Shopper, locale: str) -> str:
        """Change the language of interface and answers; return the locale. Raises BadInput."""
        tag = valid_locale(locale, "")
        if not tag or language_of(tag) not in self._answering().languages:
            known = ", ".join(self._answering().languages)
            raise BadInput("Expected one of the languages {known}, got {locale}.", known=known, locale=locale[:35])

        def unit(tx: Transaction) -> None:
            with shopper.open(tx) as exchange:
                memory = exchange.conversation.memory
                exchange.remember(replace(memory, language=language_of(tag)))
                exchange.conversation = replace(exchange.conversation, locale=tag)

        await self._store.write(unit)
        return tag

    async def set_page(self, shopper: Shopper, page: str) -> None:
        """Note the page that the shopper is on: its path without the query."""
        path = self._redaction.stored(page)

        def unit(tx: Transaction) -> None:
            with shopper.open(tx) as exchange:
                exchange.conversation = replace(exchange.conversation, page=path)

        await self._store.write(unit)

    async def end(self, shopper: Shopper) -> None:
        """End the conversation; ended already is fine."""

        def unit(tx: Transaction) -> None:
            with shopper.open(tx) as exchange:
                if not exchange.conversation.status.is_open:
                    return
                rated = exchange.conversation.episode_open
                self._say_system(exchange, ENDED)
                finish(exchange, Change.ENDED_BY_SHOPPER, Actor.SHOPPER)
                if rated:
                    exchange.record(EventType.RATING_REQUESTED, Actor.SYSTEM, None)

        await self._store.write(unit)

    def _say_system(self, exchange: Exchange, sentence: str, **params: Any) -> None:
        language = exchange.conversation.memory.language
        exchange.say(Author.SYSTEM, self._catalogs.say(language, sentence, **params), language=language)


def _judged(tx: Transaction, messages: Sequence[Message]) -> Mapping[str, bool]:
    return tx.decisions.judged([message.id for message in messages if message.author is Author.BOT])


def _in_the_pages_language(tx: Transaction, existing: Conversation, locale: str, language: str) -> Conversation:
    """Let a conversation in which nobody wrote yet speak the language of the page that it is now opened on."""
    if existing.last_seq or existing.locale == locale:
        return existing
    with Exchange.open(tx, existing.id) as exchange:
        exchange.remember(replace(exchange.conversation.memory, language=language))
        exchange.conversation = replace(exchange.conversation, locale=locale)
    return exchange.conversation


def _come_back(tx: Transaction, shopper: Shopper, conversation: Conversation) -> Begun:
    agent = tx.agents.get(conversation.agent_id) if conversation.agent_id else None
    rating = None
    if conversation.status is Status.RESOLVED and conversation.is_rateable:
        rating = tx.decisions.rating(conversation.id, conversation.episode)
        rating = rating or Rating(conversation.id, conversation.episode, tx.now)
    return Begun(shopper, conversation, None, agent, rating)


def new_conversation(
    visitor_id: str,
    locale: str,
    language: str,
    *,
    surface: str,
    page: str | None,
    time_zone: str | None,
    at: datetime,
) -> Conversation:
    """Return a conversation that nobody has written in yet."""
    return Conversation(
        id=new_id(),
        visitor_id=visitor_id,
        status=Status.BOT,
        locale=locale,
        surface=surface,
        episode=0,
        episode_open=False,
        last_seq=0,
        last_event=0,
        memory=Memory(language=language),
        created_at=at,
        updated_at=at,
        page=page,
        time_zone=time_zone,
    )
