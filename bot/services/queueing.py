"""What happens to a conversation when a person is asked for, comes, leaves or does not come; within one exchange."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.agents import Agent
from bot.domain.conversations import Change, Status
from bot.domain.events import Actor, EventType
from bot.domain.handoffs import Disposition, Handoff, HandoffStatus, Reason
from bot.domain.identifiers import new_id
from bot.domain.messages import Author
from bot.errors import Conflict
from bot.locale.catalogs import Catalogs
from bot.services.exchange import Exchange

TAKEN = "Somebody else was faster: this conversation is taken."
JOINED = "{name} joined the conversation."
BACK = "The assistant is back. What else can I do for you?"
EXPIRED = "I'm sorry: nobody could come in time. You can leave a message with your e-mail address, or go on with me."
ENDED = "This conversation has ended. Write any time to begin a new one."


def request_handoff(
    exchange: Exchange,
    reason: Reason,
    *,
    minutes: int,
    topic: str | None = None,
    order_number: str | None = None,
    agent: Agent | None = None,
) -> Handoff:
    """Put the conversation in the queue, `agent` when a person steps in unasked. Raises Conflict when it is there."""
    language = exchange.conversation.memory.language
    exchange.begin_episode(language)
    handoff = Handoff(
        id=new_id(),
        conversation_id=exchange.conversation.id,
        episode=exchange.conversation.episode,
        status=HandoffStatus.WAITING,
        reason=reason,
        language=language,
        requested_at=exchange.now,
        expires_at=exchange.now + timedelta(minutes=minutes),
        topic=topic,
        order_number=order_number,
    )
    exchange.change(Change.HANDOFF_REQUESTED, handoff_id=handoff.id)
    exchange.tx.handoffs.add(handoff)
    actor = Actor.AGENT if agent else Actor.SHOPPER if reason is Reason.ASKED_FOR_HUMAN else Actor.BOT
    exchange.record(
        EventType.HANDOFF_REQUESTED,
        actor,
        agent.id if agent else None,
        handoff_id=handoff.id,
        reason=reason.value,
        topic=topic,
        team=None,
    )
    return handoff


def take(exchange: Exchange, agent: Agent, catalogs: Catalogs) -> None:
    """Give the conversation to the agent: from the queue by claim, or from the bot. Raises Conflict."""
    conversation = exchange.conversation
    if conversation.status is Status.AGENT:
        if conversation.agent_id == agent.id:
            return
        raise Conflict(TAKEN)
    if conversation.status is Status.BOT:
        request_handoff(exchange, Reason.AGENT_INITIATED, minutes=1, agent=agent)
    handoff_id = exchange.conversation.handoff_id
    if handoff_id is None or not exchange.tx.handoffs.claim(handoff_id, agent.id, exchange.now):
        raise Conflict(TAKEN)
    handoff = exchange.tx.handoffs.get(handoff_id)
    exchange.change(Change.ACCEPTED, agent_id=agent.id)
    exchange.tx.news.agents[agent.id] = agent
    waited = (exchange.now - handoff.requested_at).total_seconds()
    exchange.record(
        EventType.HANDOFF_ACCEPTED,
        Actor.AGENT,
        agent.id,
        handoff_id=handoff.id,
        reason=handoff.reason.value,
        waited=waited,
        team=None,
    )
    language = conversation.memory.language
    exchange.say(Author.SYSTEM, catalogs.say(language, JOINED, name=agent.name), language=language)


def leave_queue(exchange: Exchange, change: Change, after: HandoffStatus, type_: EventType, actor: Actor) -> None:
    """Take the conversation out of the queue, back to the bot. Raises Conflict when it is not waiting."""
    handoff_id = exchange.conversation.handoff_id
    exchange.change(change, handoff_id=None)
    if handoff_id is None:
        return
    handoff = exchange.tx.handoffs.get(handoff_id)
    if not exchange.tx.handoffs.end(handoff_id, handoff.status, after, exchange.now):
        raise Conflict(TAKEN)
    waited = (exchange.now - handoff.requested_at).total_seconds()
    exchange.record(type_, actor, None, handoff_id=handoff_id, reason=handoff.reason.value, waited=waited, team=None)


def finish(
    exchange: Exchange,
    change: Change,
    actor: Actor,
    *,
    agent: Agent | None = None,
    disposition: Disposition | None = None,
    topic: str | None = None,
) -> None:
    """End the episode and whatever hand-off it has, then the conversation."""
    conversation = exchange.conversation
    handoff_id = conversation.handoff_id
    agent_id = agent.id if agent else None
    exchange.end_episode(actor=actor, actor_id=agent_id, disposition=disposition)
    if handoff_id is not None:
        handoff = exchange.tx.handoffs.get(handoff_id)
        after = HandoffStatus.CANCELLED if handoff.status.is_queued else HandoffStatus.RESOLVED
        exchange.tx.handoffs.end(handoff_id, handoff.status, after, exchange.now)
        if after is HandoffStatus.RESOLVED:
            exchange.record(
                EventType.HANDOFF_RESOLVED,
                actor,
                agent_id,
                handoff_id=handoff_id,
                reason=handoff.reason.value,
                disposition=disposition.value if disposition else None,
                topic=topic,
                team=None,
            )
        else:
            waited = (exchange.now - handoff.requested_at).total_seconds()
            exchange.record(
                EventType.HANDOFF_CANCELLED,
                actor,
                None,
                handoff_id=handoff_id,
                reason=handoff.reason.value,
                waited=waited,
            )
    exchange.change(change, handoff_id=None, agent_id=None)
