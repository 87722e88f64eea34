"""The shopper's side: begin, write, pick, look back, judge, end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.dialogue.decisions import Answer, AskOrderNumber, Clarify, Decision, Handoff, SmallTalk
from bot.dialogue.pipeline import Turn
from bot.dialogue.replies import Reply, handoff_text
from bot.domain.conversations import Change, Conversation, Memory, Status
from bot.domain.events import Actor, EventType
from bot.domain.handoffs import QUEUED_AT_ONCE, HandoffStatus, Reason
from bot.domain.identifiers import hash_token, new_id, new_token
from bot.domain.messages import Author, Message
from bot.errors import BadInput, Conflict, NotFound, TooLarge
from bot.locale.catalogs import Catalogs
from bot.locale.negotiate import language_of, valid_locale
from bot.services.answering import Answering, identify, order_number_of
from bot.services.exchange import NO_CONVERSATION, Exchange, idle_time
from bot.services.queueing import BACK, ENDED, finish, leave_queue, request_handoff
from bot.settings import Settings
from bot.store.decisions import Rating, StoredDecision
from bot.store.transaction import Store, Transaction
from bot.text.normalize import clean

MOST_MESSAGES = 200
COMMENT_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Shopper:
    """Whom a connection belongs to, and the conversation that it is about."""

    visitor_id: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A conversation that a shopper came back to or has begun; `token` only when it is new."""

    shopper: Shopper
    conversation: Conversation
    token: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a transcript."""

    messages: list[Message]
    status: Status
    last_seq: int
    more: bool


class Conversations:
    """Use-cases of the shopper."""

    def __init__(
        self, store: Store, answering: Callable[[], Answering], catalogs: Catalogs, settings: Settings
    ) -> None:
        self._store = store
        self._answering = answering
        self._catalogs = catalogs
        self._settings = settings

    async def begin(
        self, *, token: str | None, locale: str | None, surface: str, page: str | None, time_zone: str | None
    ) -> Begun:
        """Return the token's conversation, or begin one with a new token when there is none."""
        tag = valid_locale(locale, self._settings.default_language)
        language = language_of(tag)
        if language not in self._answering().languages:
            language = self._settings.default_language

        def unit(tx: Transaction) -> Begun:
            visitor_id = tx.visitors.find(hash_token(token)) if token else None
            if visitor_id is not None:
                tx.visitors.seen(visitor_id, tx.now)
                existing = tx.conversations.latest_of(visitor_id)
                if existing is not None:
                    return Begun(Shopper(visitor_id, existing.id), existing, None)
            fresh = None
            if visitor_id is None:
                visitor_id, fresh = new_id(), new_token()
                tx.visitors.add(visitor_id, hash_token(fresh), tx.now)
            conversation = Conversation(
                id=new_id(),
                visitor_id=visitor_id,
                status=Status.BOT,
                locale=tag,
                surface=surface,
                episode=0,
                episode_open=False,
                last_seq=0,
                last_event=0,
                memory=Memory(language=language),
                created_at=tx.now,
                updated_at=tx.now,
                page=page,
                time_zone=time_zone,
            )
            tx.conversations.add(conversation)
            exchange = Exchange(tx, conversation)
            exchange.record(EventType.CONVERSATION_STARTED, Actor.SHOPPER, None, locale=tag, surface=surface, page=page)
            exchange.save()
            return Begun(Shopper(visitor_id, conversation.id), exchange.conversation, fresh)

        return await self._store.write(unit)

    async def receive(self, shopper: Shopper, *, client_id: str, text: str) -> Message:
        """Store the shopper's message and the bot's reply in one transaction; return the shopper's message.

        The same `client_id` again changes nothing and returns the same message.
        Raises BadInput for an empty text, TooLarge for a long one.
        """
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
        answering = self._answering()

        def unit(tx: Transaction) -> Message:
            with Exchange.open(tx, shopper.conversation_id, visitor_id=shopper.visitor_id) as exchange:
                if known := tx.messages.find_by_client_id(shopper.conversation_id, client_id):
                    return known
                return self._take_turn(exchange, answering, cleaned, client_id)

        return await self._store.write(unit)

    def _take_turn(self, exchange: Exchange, answering: Answering, text: str, client_id: str) -> Message:
        exchange.reopen()
        memory = exchange.conversation.memory
        exchange.stay_until(idle_time(exchange.now, self._settings.idle_minutes))
        if exchange.conversation.status.bot_is_silent:
            language = identify(answering, memory, text)
            exchange.remember(replace(memory, language=language))
            return exchange.say(Author.SHOPPER, text, language=language, client_id=client_id)
        turn = answering.pipeline.turn(memory, text)
        if not isinstance(turn.decision, SmallTalk):
            exchange.begin_episode(turn.language)
        message = exchange.say(Author.SHOPPER, text, language=turn.language, client_id=client_id)
        exchange.remember(turn.memory)
        self._reply(exchange, answering, turn, message)
        return message

    def _reply(self, exchange: Exchange, answering: Answering, turn: Turn, message: Message) -> None:
        decision, order_number, queued = turn.decision, order_number_of(turn), False
        top = turn.ranking.top
        shared: dict[str, Any] = {
            "entry": top.entry if top else None,
            "confidence": round(top.confidence, 4) if top else None,
            "language": turn.language,
            "kb_version": answering.knowledge.version,
            "ms": round(turn.milliseconds, 3),
        }
        match decision:
            case Answer():
                exchange.record(EventType.TURN_ANSWERED, Actor.BOT, None, **{**shared, "entry": decision.entry})
            case Clarify(choices=choices):
                exchange.record(EventType.TURN_CLARIFIED, Actor.BOT, None, **shared, choices=list(choices))
            case AskOrderNumber():
                exchange.record(EventType.TURN_CLARIFIED, Actor.BOT, None, **shared, choices=[])
            case SmallTalk():
                pass
            case Handoff(reason=reason):
                queued = Reason(reason) in QUEUED_AT_ONCE or self._settings.handoff == "at_once"
                if reason in (Reason.LOW_CONFIDENCE, Reason.OUT_OF_SCOPE, Reason.REPEATED_FAILURE):
                    exchange.record(EventType.TURN_FAILED, Actor.BOT, None, **shared, reason=reason)
        if isinstance(decision, Handoff) and queued:
            self._queue(exchange, Reason(decision.reason), topic=top.entry if top else None, order_number=order_number)
        reply = answering.replies.render(decision, turn.language, queued=queued, order_number=order_number)
        said = say_reply(exchange, reply)
        exchange.decided(stored_decision(exchange, answering, turn, message, said))

    def _queue(
        self, exchange: Exchange, reason: Reason, *, topic: str | None = None, order_number: str | None = None
    ) -> None:
        request_handoff(
            exchange, reason, minutes=self._settings.handoff_minutes, topic=topic, order_number=order_number
        )

    async def pick(self, shopper: Shopper, *, message_id: str, choice: str) -> Message | None:
        """Answer the choice that the shopper made under a "did you mean"; return the shopper's line.

        `human` asks for a person, `none` says that nothing fits. Raises NotFound, BadInput.
        """
        answering = self._answering()

        def unit(tx: Transaction) -> Message | None:
            with Exchange.open(tx, shopper.conversation_id, visitor_id=shopper.visitor_id) as exchange:
                asked = tx.messages.get(shopper.conversation_id, message_id)
                offered = {c.entry: c.title for c in asked.choices}
                client_id = f"pick:{message_id}"
                if known := tx.messages.find_by_client_id(shopper.conversation_id, client_id):
                    return known
                if exchange.conversation.status.bot_is_silent:
                    raise Conflict("A person has been asked for, so the assistant is silent now.")
                language = exchange.conversation.memory.language
                if choice == "human":
                    self._ask_for_person(exchange)
                    return None
                if choice != "none" and choice not in offered:
                    raise BadInput("Expected one of the choices that were offered, got {choice}.", choice=choice[:80])
                text = offered.get(choice) or self._catalogs.say(language, "None of these")
                exchange.reopen()
                exchange.begin_episode(language)
                exchange.stay_until(idle_time(exchange.now, self._settings.idle_minutes))
                message = exchange.say(Author.SHOPPER, text, language=language, client_id=client_id)
                decision = self._nothing_fits(exchange) if choice == "none" else self._chosen(exchange, choice)
                self._reply_to_pick(exchange, answering, decision, message)
                return message

        return await self._store.write(unit)

    @staticmethod
    def _chosen(exchange: Exchange, entry: str) -> Decision:
        exchange.remember(Memory(language=exchange.conversation.memory.language, last_entry=entry))
        return Answer(entry, 1.0)

    def _nothing_fits(self, exchange: Exchange) -> Decision:
        """Nothing that was offered fits: the first time the bot asks to put it differently, then a person comes."""
        memory = exchange.conversation.memory
        exchange.remember(replace(memory, failures=memory.failures + 1, offered=()))
        # The question back was the first failure, this is the second; the third calls a person.
        return Clarify() if memory.failures < 2 else Handoff(Reason.REPEATED_FAILURE.value)  # noqa: PLR2004

    def _reply_to_pick(self, exchange: Exchange, answering: Answering, decision: Decision, message: Message) -> None:
        language, version = message.language, answering.knowledge.version
        entry = decision.entry if isinstance(decision, Answer) else None
        confidence = 1.0 if entry else None
        told: dict[str, Any] = {"entry": entry, "confidence": confidence, "language": language, "kb_version": version}
        told["ms"] = 0.0
        match decision:
            case Answer():
                exchange.record(EventType.TURN_ANSWERED, Actor.BOT, None, **told)
            case Handoff(reason=reason):
                exchange.record(EventType.TURN_FAILED, Actor.BOT, None, **told, reason=reason)
                self._queue(exchange, Reason(reason), topic=exchange.conversation.memory.last_entry)
            case _:
                exchange.record(EventType.TURN_CLARIFIED, Actor.BOT, None, **told, choices=[])
        reply = say_reply(exchange, answering.replies.render(decision, language, queued=True))
        exchange.decided(
            StoredDecision(
                id=new_id(),
                conversation_id=exchange.conversation.id,
                message_id=message.id,
                reply_id=reply.id,
                episode=exchange.conversation.episode,
                at=exchange.now,
                action=decision.action,
                reason=reply.reason,
                entry=entry,
                confidence=confidence,
                candidates=[],  # the shopper chose, no matcher did
                scores={},
                language=language,
                kb_version=version,
                milliseconds=0.0,
            )
        )

    def _ask_for_person(self, exchange: Exchange) -> None:
        exchange.reopen()
        conversation = exchange.conversation
        language = conversation.memory.language
        self._queue(exchange, Reason.ASKED_FOR_HUMAN, topic=conversation.memory.last_entry)
        text = handoff_text(self._catalogs, language, Reason.ASKED_FOR_HUMAN, queued=True)
        exchange.stay_until(idle_time(exchange.now, self._settings.idle_minutes))
        exchange.say(Author.BOT, text, language=language, decision="handoff", reason=Reason.ASKED_FOR_HUMAN.value)

    async def request_person(self, shopper: Shopper) -> None:
        """Queue for a person; asked twice it changes nothing."""

        def unit(tx: Transaction) -> None:
            with Exchange.open(tx, shopper.conversation_id, visitor_id=shopper.visitor_id) as exchange:
                if not exchange.conversation.status.bot_is_silent:
                    self._ask_for_person(exchange)

        await self._store.write(unit)

    async def cancel_request(self, shopper: Shopper) -> None:
        """Leave the queue, back to the bot. Raises Conflict when not waiting."""

        def unit(tx: Transaction) -> None:
            with Exchange.open(tx, shopper.conversation_id, visitor_id=shopper.visitor_id) as exchange:
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
        conversation = self._owned(tx, shopper)
        messages = tx.messages.after(conversation.id, after_seq, min(limit, MOST_MESSAGES))
        reached = messages[-1].seq if messages else after_seq
        return Page(messages, conversation.status, conversation.last_seq, reached < conversation.last_seq)

    async def history(self, shopper: Shopper, *, before_seq: int, limit: int) -> Page:
        """Return what came before `before_seq`, in order. Raises NotFound."""

        def unit(tx: Transaction) -> Page:
            conversation = self._owned(tx, shopper)
            messages = tx.messages.before(conversation.id, before_seq, min(limit, MOST_MESSAGES))
            more = bool(messages) and messages[0].seq > 1
            return Page(messages, conversation.status, conversation.last_seq, more)

        return await self._store.read(unit)

    @staticmethod
    def _owned(tx: Transaction, shopper: Shopper) -> Conversation:
        conversation = tx.conversations.get(shopper.conversation_id)
        if conversation.visitor_id != shopper.visitor_id:
            raise NotFound(NO_CONVERSATION)
        return conversation

    async def judge(self, shopper: Shopper, *, message_id: str, helpful: bool, comment: str | None) -> None:
        """Keep the shopper's thumb on an answer; down offers a person. Raises NotFound, BadInput."""

        def unit(tx: Transaction) -> None:
            with Exchange.open(tx, shopper.conversation_id, visitor_id=shopper.visitor_id) as exchange:
                answer = tx.messages.get(shopper.conversation_id, message_id)
                if answer.author is not Author.BOT:
                    raise BadInput("Only an answer of the assistant can be judged.")
                before = tx.decisions.feedback(message_id)
                tx.decisions.set_feedback(
                    shopper.conversation_id,
                    message_id,
                    episode=answer.episode,
                    helpful=helpful,
                    comment=clean(comment)[:COMMENT_LENGTH] if comment else None,
                    at=exchange.now,
                )
                exchange.record(
                    EventType.FEEDBACK_GIVEN,
                    Actor.SHOPPER,
                    None,
                    episode=answer.episode,
                    message_id=message_id,
                    entry=answer.entry,
                    helpful=helpful,
                )
                is_news = before is not False  # a retry, or a comment on it, offers no second time
                if not helpful and is_news and exchange.conversation.status is Status.BOT:
                    self._offer_person(exchange)

        await self._store.write(unit)

    def _offer_person(self, exchange: Exchange) -> None:
        reason = Reason.NEGATIVE_FEEDBACK
        queued = self._settings.handoff == "at_once"
        if queued:
            self._queue(exchange, reason, topic=exchange.conversation.memory.last_entry)
        language = exchange.conversation.memory.language
        text = handoff_text(self._catalogs, language, reason, queued=queued)
        exchange.say(Author.BOT, text, language=language, decision="handoff", reason=reason.value)

    async def rate(self, shopper: Shopper, *, csat: int | None, nps: int | None, comment: str | None) -> None:
        """Keep the rating of the last episode; later fields fill in. Raises Conflict before there is one."""

        def unit(tx: Transaction) -> None:
            with Exchange.open(tx, shopper.conversation_id, visitor_id=shopper.visitor_id) as exchange:
                episode = exchange.conversation.episode
                if episode == 0:
                    raise Conflict("There is nothing to rate yet.")
                before = tx.decisions.rating(shopper.conversation_id, episode) or Rating(
                    shopper.conversation_id, episode, exchange.now
                )
                text = clean(comment)[:COMMENT_LENGTH] if comment else None
                rating = Rating(
                    shopper.conversation_id,
                    episode,
                    exchange.now,
                    csat=before.csat if csat is None else csat,
                    nps=before.nps if nps is None else nps,
                    comment=text or before.comment,
                )
                tx.decisions.set_rating(rating)
                exchange.record(EventType.RATING_GIVEN, Actor.SHOPPER, None, csat=rating.csat, nps=rating.nps)

        await self._store.write(unit)

    async def set_locale(self, shopper: Shopper, locale: str) -> str:
        """Change the language of interface and answers; return the locale. Raises BadInput."""
        tag = valid_locale(locale, "")
        if not tag or language_of(tag) not in self._answering().languages:
            known = ", ".join(self._answering().languages)
            raise BadInput("Expected one of the languages {known}, got {locale}.", known=known, locale=locale[:35])

        def unit(tx: Transaction) -> None:
            with Exchange.open(tx, shopper.conversation_id, visitor_id=shopper.visitor_id) as exchange:
                memory = exchange.conversation.memory
                exchange.remember(replace(memory, language=language_of(tag)))
                exchange.conversation = replace(exchange.conversation, locale=tag)

        await self._store.write(unit)
        return tag

    async def set_page(self, shopper: Shopper, page: str) -> None:
        """Note the page that the shopper is on: its path without the query."""

        def unit(tx: Transaction) -> None:
            with Exchange.open(tx, shopper.conversation_id, visitor_id=shopper.visitor_id) as exchange:
                exchange.conversation = replace(exchange.conversation, page=page)

        await self._store.write(unit)

    async def end(self, shopper: Shopper) -> None:
        """End the conversation; ended already is fine."""

        def unit(tx: Transaction) -> None:
            with Exchange.open(tx, shopper.conversation_id, visitor_id=shopper.visitor_id) as exchange:
                if not exchange.conversation.status.is_open:
                    return
                rated = exchange.conversation.episode_open
                self._say_system(exchange, ENDED)
                finish(exchange, Change.ENDED_BY_SHOPPER, Actor.SHOPPER)
                if rated:
                    exchange.record(EventType.RATING_REQUESTED, Actor.SYSTEM, None)

        await self._store.write(unit)

    async def delete(self, shopper: Shopper) -> None:
        """Delete the visitor with every word of theirs; the events keep no words."""

        def unit(tx: Transaction) -> None:
            self._owned(tx, shopper)
            tx.visitors.delete(shopper.visitor_id)

        await self._store.write(unit)

    def _say_system(self, exchange: Exchange, sentence: str, **params: Any) -> None:
        language = exchange.conversation.memory.language
        exchange.say(Author.SYSTEM, self._catalogs.say(language, sentence, **params), language=language)


def say_reply(exchange: Exchange, reply: Reply) -> Message:
    """Add the bot's reply to the conversation."""
    return exchange.say(
        Author.BOT,
        reply.text,
        language=reply.language,
        blocks=reply.blocks,
        choices=reply.choices,
        source=reply.source,
        decision=reply.decision,
        entry=reply.entry,
        reason=reply.reason,
    )


def stored_decision(
    exchange: Exchange, answering: Answering, turn: Turn, message: Message, reply: Message
) -> StoredDecision:
    """Return the row that lets an analyst ask "why did it say that"."""
    top = turn.ranking.top
    return StoredDecision(
        id=new_id(),
        conversation_id=exchange.conversation.id,
        message_id=message.id,
        reply_id=reply.id,
        episode=exchange.conversation.episode,
        at=exchange.now,
        action=turn.decision.action,
        reason=reply.reason,
        entry=top.entry if top else None,
        confidence=top.confidence if top else None,
        candidates=[{"entry": c.entry, "confidence": round(c.confidence, 4)} for c in turn.ranking.candidates[:5]],
        scores={name: round(float(score), 4) for name, score in turn.ranking.scores.items()},
        language=turn.language,
        kb_version=answering.knowledge.version,
        milliseconds=round(turn.milliseconds, 3),
    )
