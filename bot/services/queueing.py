"""What happens to a conversation when a person is asked for, comes, leaves or does not come; within one exchange."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.domain.agents import Agent
from bot.domain.conversations import Change, Status
from bot.domain.events import Actor, EventType
from bot.domain.handoffs import Disposition, Handoff, HandoffStatus, Priority, Reason, priority_of
from bot.domain.identifiers import new_id
from bot.domain.messages import Author
from bot.domain.teams import Team, team_for
from bot.errors import Conflict
from bot.locale.catalogs import Catalogs
from bot.services.exchange import Exchange
from bot.services.routing import on_duty

TAKEN = "Somebody else was faster: this conversation is taken."
FULL = "You already have {capacity} conversations, which is your limit. Close one first."
JOINED = "{name} joined the conversation."
BACK = "The assistant is back. What else can I do for you?"
EXPIRED = "I'm sorry: nobody could come in time. You can leave a message with your e-mail address, or go on with me."
ENDED = "This conversation has ended. Write any time to begin a new one."
LOST = (
    "I'm sorry: the person you were talking to is not here any more. "
    "You are at the head of the queue, and a colleague will take over."
)
PASSED_ON = "{name} is passing you on to the team {team}."


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
    team = team_for(exchange.tx.teams.all(), topic)
    handoff = Handoff(
        id=new_id(),
        conversation_id=exchange.conversation.id,
        episode=exchange.conversation.episode,
        status=HandoffStatus.WAITING,
        reason=reason,
        language=language,
        requested_at=exchange.now,
        waiting_since=exchange.now,
        expires_at=exchange.now + timedelta(minutes=minutes),
        topic=topic,
        order_number=order_number,
        team_id=team.id if team else None,
        priority=priority_of(reason),
        shopper_seen_at=exchange.now,
    )
    exchange.change(Change.HANDOFF_REQUESTED, handoff_id=handoff.id)
    exchange.tx.handoffs.add(handoff)
    actor = Actor.AGENT if agent else Actor.SHOPPER if reason is Reason.ASKED_FOR_HUMAN else Actor.BOT
    agent_id = agent.id if agent else None
    record(exchange, EventType.HANDOFF_REQUESTED, actor, agent_id, handoff=handoff, topic=topic)
    return handoff


def record(
    exchange: Exchange, type_: EventType, actor: Actor, actor_id: str | None = None, *, handoff: Handoff, **data: Any
) -> None:
    """Record a fact about a hand-off with what every one of them says."""
    facts: dict[str, Any] = {"handoff_id": handoff.id, "reason": handoff.reason.value, "team": handoff.team_id}
    exchange.record(type_, actor, actor_id, **facts, **data)
    exchange.tx.news.handoffs[handoff.id] = handoff


def waited(handoff: Handoff, until: datetime) -> float:
    """Return the seconds of this wait."""
    return max(0.0, (until - handoff.waiting_since).total_seconds())


def take(exchange: Exchange, agent: Agent, catalogs: Catalogs) -> None:
    """Give the conversation to the agent: from the queue by claim, or from the bot. Raises Conflict.

    The agent's row is locked first, so that of two claims at once the second sees what the first took.
    """
    conversation = exchange.conversation
    if conversation.status is Status.AGENT:
        if conversation.agent_id == agent.id:
            return
        raise Conflict(TAKEN)
    check_room(exchange, agent)
    if conversation.status is Status.BOT:
        request_handoff(exchange, Reason.AGENT_INITIATED, minutes=1, agent=agent)
    handoff_id = exchange.conversation.handoff_id
    if handoff_id is None or not exchange.tx.handoffs.claim(handoff_id, agent.id, exchange.now):
        raise Conflict(TAKEN)
    handoff = exchange.tx.handoffs.get(handoff_id)
    exchange.change(Change.ACCEPTED, agent_id=agent.id)
    exchange.tx.agents.note_assigned(agent.id, exchange.now)
    exchange.tx.news.agents[agent.id] = agent
    seconds = waited(handoff, exchange.now)
    record(exchange, EventType.HANDOFF_ACCEPTED, Actor.AGENT, agent.id, handoff=handoff, waited=seconds)
    say(exchange, catalogs, JOINED, name=agent.name)


def check_room(exchange: Exchange, agent: Agent, sentence: str = FULL) -> None:
    """Raise Conflict when the agent has as many conversations as they may have."""
    locked = exchange.tx.agents.lock(agent.id)
    if locked.open >= locked.capacity:
        raise Conflict(sentence, capacity=locked.capacity, name=locked.name)


def leave_queue(exchange: Exchange, change: Change, after: HandoffStatus, type_: EventType, actor: Actor) -> None:
    """Take the conversation out of the queue, back to the bot. Raises Conflict when it is not waiting."""
    handoff_id = exchange.conversation.handoff_id
    exchange.change(change, handoff_id=None)
    if handoff_id is not None and not _end_wait(exchange, exchange.tx.handoffs.get(handoff_id), after, type_, actor):
        raise Conflict(TAKEN)


def _end_wait(
    exchange: Exchange,
    handoff: Handoff,
    after: HandoffStatus,
    type_: EventType,
    actor: Actor,
    *,
    until: datetime | None = None,
) -> bool:
    """Record that the wait is over without anybody having come, and how many could have."""
    if not exchange.tx.handoffs.end(handoff.id, handoff.status, after, exchange.now):
        return False
    there = on_duty(exchange.tx.agents.all(), handoff.language, exchange.now)
    seconds = waited(handoff, until or exchange.now)
    record(exchange, type_, actor, handoff=handoff, waited=seconds, on_duty=len(there))
    return True


def back_to_queue(
    exchange: Exchange, priority: Priority, *, minutes: int, team_id: str | None, declined_by: tuple[str, ...] = ()
) -> Handoff:
    """Let the conversation wait again, in its old place or before it; its agent has it no more. Raises Conflict."""
    handoff = exchange.tx.handoffs.get(exchange.conversation.handoff_id or "")
    change = Change.AGENT_LOST if priority is Priority.LOST else Change.TRANSFERRED_TO_TEAM
    exchange.change(change, agent_id=None)
    back = exchange.tx.handoffs.requeue(
        handoff.id,
        priority=priority,
        team_id=team_id,
        declined_by=declined_by,
        at=exchange.now,
        expires_at=exchange.now + timedelta(minutes=minutes),
    )
    if not back:
        raise Conflict(TAKEN)
    return exchange.tx.handoffs.get(handoff.id)


def lose_agent(exchange: Exchange, catalogs: Catalogs, *, minutes: int) -> None:
    """Put the shopper whose agent is gone at the head of the queue, and say so."""
    agent_id = exchange.conversation.agent_id
    before = exchange.tx.handoffs.get(exchange.conversation.handoff_id or "")
    handoff = back_to_queue(exchange, Priority.LOST, minutes=minutes, team_id=before.team_id)
    record(exchange, EventType.AGENT_LOST, Actor.SYSTEM, agent_id, handoff=handoff)
    say(exchange, catalogs, LOST)


def pass_to_team(exchange: Exchange, agent: Agent, team: Team, catalogs: Catalogs, *, minutes: int) -> None:
    """Let the conversation wait for a team; who passes it on is asked last."""
    handoff = back_to_queue(exchange, Priority.TRANSFERRED, minutes=minutes, team_id=team.id, declined_by=(agent.id,))
    record(exchange, EventType.HANDOFF_TRANSFERRED, Actor.AGENT, agent.id, handoff=handoff, to_team=team.id)
    say(exchange, catalogs, PASSED_ON, name=agent.name, team=team.name)


def pass_to_agent(exchange: Exchange, by: Agent, colleague: Agent, catalogs: Catalogs) -> None:
    """Give the conversation to a colleague. Raises Conflict."""
    exchange.change(Change.TRANSFERRED_TO_PERSON, agent_id=colleague.id)
    handoff = exchange.tx.handoffs.get(exchange.conversation.handoff_id or "")
    exchange.tx.handoffs.pass_on(handoff.id, colleague.id)
    exchange.tx.agents.note_assigned(colleague.id, exchange.now)
    exchange.tx.news.agents[colleague.id] = colleague
    record(exchange, EventType.HANDOFF_TRANSFERRED, Actor.AGENT, by.id, handoff=handoff, to_agent=colleague.id)
    say(exchange, catalogs, JOINED, name=colleague.name)


def finish(
    exchange: Exchange,
    change: Change,
    actor: Actor,
    *,
    agent: Agent | None = None,
    disposition: Disposition | None = None,
    topic: str | None = None,
    left_at: datetime | None = None,
) -> None:
    """End the hand-off that there is, the episode, then the conversation; `left_at` when the shopper went before."""
    conversation = exchange.conversation
    agent_id = agent.id if agent else None
    if conversation.handoff_id is not None:
        handoff = exchange.tx.handoffs.get(conversation.handoff_id)
        if handoff.status.is_queued:
            type_ = EventType.HANDOFF_CANCELLED
            _end_wait(exchange, handoff, HandoffStatus.CANCELLED, type_, actor, until=left_at)
        elif exchange.tx.handoffs.end(handoff.id, handoff.status, HandoffStatus.RESOLVED, exchange.now):
            closed = {"disposition": disposition.value if disposition else None, "topic": topic}
            record(exchange, EventType.HANDOFF_RESOLVED, actor, agent_id, handoff=handoff, **closed)
    exchange.end_episode(actor=actor, actor_id=agent_id, disposition=disposition)
    exchange.change(change, handoff_id=None, agent_id=None)


def say(exchange: Exchange, catalogs: Catalogs, sentence: str, **params: object) -> None:
    """Add a line of the system's, in the conversation's language."""
    language = exchange.conversation.memory.language
    exchange.say(Author.SYSTEM, catalogs.say(language, sentence, **params), language=language)
