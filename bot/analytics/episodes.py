"""One ended episode as the reports count it, read from its events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import and_, func, select

from bot.domain.events import Actor, Event, EventType
from bot.domain.messages import Author
from bot.domain.outcomes import Outcome
from bot.store.events import event_of
from bot.store.tables import conversations, events
from bot.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Episode:
    """What is counted of an ended episode; durations in seconds, None where it did not happen."""

    conversation_id: str
    number: int
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    language: str
    topic: str | None
    entry: str | None
    agent_id: str | None
    handoff_reason: str | None
    disposition: str | None
    messages: Counter[str]
    answered: int
    clarified: int
    failed: int
    helpful: int
    unhelpful: int
    rating_requested: bool
    csat: int | None
    nps: int | None
    queue_wait: float | None
    first_response: float | None
    agent_response: float | None
    handle: float | None
    resolution_time: float
    kb_version: str | None


def episode_of(told: Sequence[Event]) -> Episode | None:
    """Return the episode that these events (of one episode, in order) tell; None while it is open."""
    ended = next((e for e in told if e.type is EventType.EPISODE_ENDED), None)
    if ended is None:
        return None
    first = next((e for e in told if e.type is EventType.EPISODE_STARTED), told[0])
    types = Counter(e.type for e in told)
    judged = {e.data["message_id"]: e.data["helpful"] for e in told if e.type is EventType.FEEDBACK_GIVEN}
    asked = [e for e in told if e.type is EventType.HANDOFF_REQUESTED and e.actor is not Actor.AGENT]
    accepted = [e for e in told if e.type is EventType.HANDOFF_ACCEPTED]
    written = [e for e in told if e.type is EventType.MESSAGE_ADDED]
    rated = [e for e in told if e.type is EventType.RATING_GIVEN]
    resolved = [e for e in told if e.type is EventType.HANDOFF_RESOLVED]
    return Episode(
        conversation_id=ended.conversation_id or "",
        number=ended.episode,
        started_at=first.at,
        ended_at=ended.at,
        outcome=Outcome(ended.data["outcome"]),
        language=ended.data["language"],
        topic=ended.data.get("topic"),
        entry=ended.data.get("entry"),
        agent_id=accepted[-1].actor_id if accepted else None,
        handoff_reason=asked[-1].data["reason"] if asked else None,
        disposition=resolved[-1].data.get("disposition") if resolved else None,
        messages=Counter(e.data["author"] for e in written),
        answered=types[EventType.TURN_ANSWERED],
        clarified=types[EventType.TURN_CLARIFIED],
        failed=types[EventType.TURN_FAILED],
        helpful=sum(judged.values()),
        unhelpful=len(judged) - sum(judged.values()),
        rating_requested=types[EventType.RATING_REQUESTED] > 0,
        csat=rated[-1].data.get("csat") if rated else None,
        nps=rated[-1].data.get("nps") if rated else None,
        queue_wait=next((e.data["waited"] for e in accepted if e.data["reason"] != "agent_initiated"), None),
        first_response=_between(written, (Author.SHOPPER,), (Author.BOT, Author.AGENT)),
        agent_response=_after(accepted[0], written) if accepted else None,
        handle=(ended.at - accepted[0].at).total_seconds() if accepted else None,
        resolution_time=(ended.at - first.at).total_seconds(),
        kb_version=next((e.data["kb_version"] for e in told if "kb_version" in e.data), None),
    )


def _between(written: Sequence[Event], asker: Iterable[str], answerer: Iterable[str]) -> float | None:
    asked = next((e for e in written if e.data["author"] in asker), None)
    if asked is None:
        return None
    answered = next((e for e in written if e.number > asked.number and e.data["author"] in answerer), None)
    return (answered.at - asked.at).total_seconds() if answered else None


def _after(accepted: Event, written: Sequence[Event]) -> float | None:
    wrote = next((e for e in written if e.number > accepted.number and e.data["author"] == Author.AGENT), None)
    return (wrote.at - accepted.at).total_seconds() if wrote else None


def ended_episodes(tx: Transaction, start: datetime, end: datetime) -> list[Episode]:
    """Return the episodes that ended in [start, end), in the order of their ends."""
    ended = (
        select(events.c.conversation_id, events.c.episode)
        .where(events.c.type == EventType.EPISODE_ENDED.value, events.c.at >= start, events.c.at < end)
        .subquery()
    )
    query = (
        select(events)
        .join(
            ended,
            and_(ended.c.conversation_id == events.c.conversation_id, ended.c.episode == events.c.episode),
        )
        .order_by(events.c.conversation_id, events.c.episode, events.c.number)
    )
    told = (event_of(row) for row in tx.connection.execute(query))
    found = [
        episode
        for _, group in groupby(told, key=lambda e: (e.conversation_id, e.episode))
        if (episode := episode_of(list(group))) is not None
    ]
    return sorted(found, key=lambda episode: (episode.ended_at, episode.conversation_id))


def open_episodes(tx: Transaction) -> int:
    """Return how many episodes are open now."""
    return tx.connection.scalar(select(func.count()).where(conversations.c.episode_open)) or 0
