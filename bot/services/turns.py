"""The bot's turn within one exchange: what it records, whom it calls, what it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.dialogue.away import away_text
from bot.dialogue.decisions import Answer, AskOrderNumber, Clarify, Decision, Handoff, SmallTalk
from bot.dialogue.orders import TOO_OFTEN, WHICH_EMAIL, WHICH_ORDER_TO_CHECK, AskEmail, LookUp, PassOn, next_step
from bot.dialogue.pipeline import Turn
from bot.dialogue.replies import Reply, handoff_text
from bot.domain.conversations import Memory
from bot.domain.events import Actor, EventType
from bot.domain.handoffs import QUEUED_AT_ONCE, Reason
from bot.domain.identifiers import new_id
from bot.domain.messages import Author, Message
from bot.locale.catalogs import Catalogs
from bot.services.answering import Answering, identify, order_number_of
from bot.services.duty import roster
from bot.services.exchange import Exchange, idle_time
from bot.services.lookups import may_look_up, start_lookup
from bot.services.queueing import request_handoff
from bot.services.redaction import Redaction
from bot.settings import Settings
from bot.store.decisions import StoredDecision

_GAVE_UP = (Reason.LOW_CONFIDENCE, Reason.OUT_OF_SCOPE, Reason.REPEATED_FAILURE)
_LISTED = 5  # candidates that a stored decision keeps


class Turns:
    """Takes the bot's turns; everything happens in the caller's exchange."""

    def __init__(self, catalogs: Catalogs, settings: Settings) -> None:
        self._catalogs = catalogs
        self._settings = settings
        self._redaction = Redaction(settings)

    def take(self, exchange: Exchange, answering: Answering, text: str, client_id: str) -> Message:
        """Add the shopper's message and, unless a person has the word, the bot's reply; return the former."""
        exchange.reopen()
        self.stay(exchange)
        memory = exchange.conversation.memory
        if exchange.conversation.status.bot_is_silent:
            language = identify(answering, memory, text)
            exchange.remember(replace(memory, language=language))
            return self._write_down(exchange, text, language=language, client_id=client_id)
        turn = answering.pipeline.turn(memory, text)
        if not isinstance(turn.decision, SmallTalk):
            exchange.begin_episode(turn.language)
        message = self._write_down(exchange, text, language=turn.language, client_id=client_id)
        exchange.remember(turn.memory)
        step = self._step(memory, turn, answering)
        if isinstance(step, LookUp):
            self._look_up(exchange, answering, turn, message, step)
        else:
            self._reply(exchange, answering, turn, message, step=step, pending=memory.order_number)
        return message

    def _write_down(self, exchange: Exchange, text: str, *, language: str, client_id: str) -> Message:
        """Add what the shopper wrote, without what the shop does not keep: read before, for a look-up may need it."""
        return exchange.say(Author.SHOPPER, self._redaction.stored(text), language=language, client_id=client_id)

    def take_choice(
        self, exchange: Exchange, answering: Answering, text: str, client_id: str, entry: str | None
    ) -> Message:
        """Add the shopper's choice under a "did you mean" and the reply; without an entry nothing fitted."""
        language = exchange.conversation.memory.language
        exchange.reopen()
        exchange.begin_episode(language)
        self.stay(exchange)
        message = exchange.say(Author.SHOPPER, text, language=language, client_id=client_id)
        decision = _chosen(exchange, entry) if entry else _nothing_fits(exchange)
        self._reply_to_choice(exchange, answering, decision, message)
        return message

    def ask_for_person(self, exchange: Exchange) -> None:
        """Queue for a person because the shopper asked."""
        exchange.reopen()
        self.stay(exchange)
        memory = exchange.conversation.memory
        number = memory.order_number
        away = self.queue(exchange, Reason.ASKED_FOR_HUMAN, topic=memory.last_entry, order_number=number)
        self._say_handoff(exchange, Reason.ASKED_FOR_HUMAN, queued=True, away=away)

    def offer_person(self, exchange: Exchange) -> None:
        """Offer a person after an answer that did not help; queue at once where the shop wants that."""
        queued = self._settings.handoff == "at_once"
        away = None
        if queued:
            away = self.queue(exchange, Reason.NEGATIVE_FEEDBACK, topic=exchange.conversation.memory.last_entry)
        self._say_handoff(exchange, Reason.NEGATIVE_FEEDBACK, queued=queued, away=away)

    def queue(
        self, exchange: Exchange, reason: Reason, *, topic: str | None = None, order_number: str | None = None
    ) -> str | None:
        """Put the conversation in the queue for as long as the shop keeps people waiting.

        Return what there is to say when nobody can come now.
        """
        minutes = self._settings.handoff_minutes
        handoff = request_handoff(exchange, reason, minutes=minutes, topic=topic, order_number=order_number)
        there = roster(exchange.tx)
        away = there.away(handoff.language, team_id=handoff.team_id)
        if away is None:
            return None
        conversation = exchange.conversation
        return away_text(
            self._catalogs,
            away.back_at,
            exchange.now,
            language=conversation.memory.language,
            locale=conversation.locale,
            time_zone=conversation.time_zone,
            shop_zone=there.hours.time_zone if there.hours else None,
        )

    def stay(self, exchange: Exchange) -> None:
        """Put off the idle close: somebody wrote."""
        exchange.stay_until(idle_time(exchange.now, self._settings.idle_minutes))

    def pass_on(self, exchange: Exchange, number: str, sentence: str, *, topic: str | None) -> Message:
        """Queue for a person who looks into the order, because Parley cannot."""
        away = self.queue(exchange, Reason.ENTRY_ACTION, topic=topic, order_number=number)
        language = exchange.conversation.memory.language
        said = " ".join(filter(None, (self._catalogs.say(language, sentence, number=number), away)))
        return exchange.say(Author.BOT, said, language=language, decision="handoff", reason=Reason.ENTRY_ACTION.value)

    def _step(self, memory: Memory, turn: Turn, answering: Answering) -> AskEmail | LookUp | PassOn | None:
        """Return what a shop with an order service does with the turn instead of handing it over."""
        if self._settings.orders_url is None:
            return None
        top = turn.ranking.top
        by_entry = top is not None and top.entry in answering.knowledge.about_orders
        return next_step(memory, turn.understanding, turn.decision, by_entry=by_entry)

    def _look_up(self, exchange: Exchange, answering: Answering, turn: Turn, message: Message, asked: LookUp) -> None:
        """Commit that an answer is due; it is looked up after the commit."""
        exchange.remember(Memory(turn.language, turn.memory.last_entry))
        reply = None
        if may_look_up(exchange, asked):
            start_lookup(exchange, asked, topic=turn.memory.last_entry)
        else:
            reply = self.pass_on(exchange, asked.number, TOO_OFTEN, topic=turn.memory.last_entry)
        exchange.decided(stored_decision(exchange, answering, turn, message, reply))

    def _reply(
        self,
        exchange: Exchange,
        answering: Answering,
        turn: Turn,
        message: Message,
        *,
        step: AskEmail | PassOn | None,
        pending: str | None,
    ) -> None:
        """Say what the turn came to; `pending` is the order that the turn before was about."""
        decision, queued, away = turn.decision, False, None
        order_number = order_number_of(turn) or pending
        if isinstance(step, AskEmail):
            decision = AskOrderNumber()
            exchange.remember(Memory(turn.language, turn.memory.last_entry, order_number=step.number))
        elif isinstance(step, PassOn):
            decision = Handoff(Reason.ENTRY_ACTION.value)
        record_turn(exchange, decision, told_of(turn, answering))
        if isinstance(decision, Handoff):
            reason = Reason(decision.reason)
            queued = reason in QUEUED_AT_ONCE or self._settings.handoff == "at_once"
            if queued:
                away = self.queue(exchange, reason, topic=turn.memory.last_entry, order_number=order_number)
        reply = answering.replies.render(decision, turn.language, queued=queued, order_number=order_number, away=away)
        if isinstance(decision, AskOrderNumber) and self._settings.orders_url:
            reply = replace(reply, text=self._ask_for(turn.language, step))
        said = say_reply(exchange, reply)
        exchange.decided(stored_decision(exchange, answering, turn, message, said))

    def _ask_for(self, language: str, step: AskEmail | PassOn | None) -> str:
        if isinstance(step, AskEmail):
            return self._catalogs.say(language, WHICH_EMAIL, number=step.number)
        return self._catalogs.say(language, WHICH_ORDER_TO_CHECK)

    def _reply_to_choice(self, exchange: Exchange, answering: Answering, decision: Decision, message: Message) -> None:
        language, version = message.language, answering.knowledge.version
        entry = decision.entry if isinstance(decision, Answer) else None
        confidence = 1.0 if entry else None  # the shopper says so
        told = {"entry": entry, "confidence": confidence, "language": language, "kb_version": version, "ms": 0.0}
        record_turn(exchange, decision, told)
        away = None
        if isinstance(decision, Handoff):
            away = self.queue(exchange, Reason(decision.reason), topic=exchange.conversation.memory.last_entry)
        reply = say_reply(exchange, answering.replies.render(decision, language, queued=True, away=away))
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

    def _say_handoff(self, exchange: Exchange, reason: Reason, *, queued: bool, away: str | None) -> None:
        language = exchange.conversation.memory.language
        text = handoff_text(self._catalogs, language, reason, queued=queued, away=away)
        exchange.say(Author.BOT, text, language=language, decision="handoff", reason=reason.value)


def _chosen(exchange: Exchange, entry: str) -> Decision:
    exchange.remember(Memory(language=exchange.conversation.memory.language, last_entry=entry))
    return Answer(entry, 1.0)


def _nothing_fits(exchange: Exchange) -> Decision:
    """Nothing that was offered fits; the question back was the first failure, so this is the second."""
    memory = exchange.conversation.memory
    exchange.remember(replace(memory, failures=memory.failures + 1, offered=()))
    return Handoff(Reason.REPEATED_FAILURE.value) if memory.failures else Clarify()


def told_of(turn: Turn, answering: Answering) -> dict[str, Any]:
    """Return what every event of a turn holds."""
    top = turn.ranking.top
    return {
        "entry": top.entry if top else None,
        "confidence": round(top.confidence, 4) if top else None,
        "language": turn.language,
        "kb_version": answering.knowledge.version,
        "ms": round(turn.milliseconds, 3),
    }


def record_turn(exchange: Exchange, decision: Decision, told: dict[str, Any]) -> None:
    """Record what became of a turn: answered, clarified or given up; a courtesy is no turn."""
    match decision:
        case Answer(entry=entry):
            exchange.record(EventType.TURN_ANSWERED, Actor.BOT, None, **{**told, "entry": entry})
        case Clarify(choices=choices):
            exchange.record(EventType.TURN_CLARIFIED, Actor.BOT, None, **told, choices=list(choices))
        case AskOrderNumber():
            exchange.record(EventType.TURN_CLARIFIED, Actor.BOT, None, **told, choices=[])
        case Handoff(reason=reason):
            if reason in _GAVE_UP:
                exchange.record(EventType.TURN_FAILED, Actor.BOT, None, **told, reason=reason)
        case SmallTalk():
            pass


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
    exchange: Exchange, answering: Answering, turn: Turn, message: Message, reply: Message | None
) -> StoredDecision:
    """Return the row that lets an analyst ask "why did it say that"."""
    top = turn.ranking.top
    candidates = [{"entry": c.entry, "confidence": round(c.confidence, 4)} for c in turn.ranking.candidates[:_LISTED]]
    return StoredDecision(
        id=new_id(),
        conversation_id=exchange.conversation.id,
        message_id=message.id,
        reply_id=reply.id if reply else None,
        episode=exchange.conversation.episode,
        at=exchange.now,
        action=turn.decision.action,
        reason=reply.reason if reply else None,
        entry=top.entry if top else None,
        confidence=top.confidence if top else None,
        candidates=candidates,
        scores={name: round(float(score), 4) for name, score in turn.ranking.scores.items()},
        language=turn.language,
        kb_version=answering.knowledge.version,
        milliseconds=round(turn.milliseconds, 3),
    )
