"""One ended episode as it is counted, read from its events: a pure function of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.domain.events import Actor, Event, EventType
from bot.domain.handoffs import Reason
from bot.domain.messages import Author
from bot.domain.outcomes import Outcome

Row = dict[str, Any]
OpenSeconds = Callable[[datetime, datetime], float]
"""How many seconds between two times are opening hours."""

_TURNS = (EventType.TURN_ANSWERED, EventType.TURN_CLARIFIED, EventType.TURN_FAILED)
_ENDS_HANDLING = (
    EventType.HANDOFF_RETURNED,
    EventType.HANDOFF_RESOLVED,
    EventType.AGENT_LOST,
    EventType.EPISODE_ENDED,
)
_LEFT_QUEUE = (EventType.HANDOFF_CANCELLED, EventType.HANDOFF_EXPIRED)


def episode_of(told: Sequence[Event], started: Event | None, open_seconds: OpenSeconds | None = None) -> Row | None:
    """Return the row that an episode's events (in order) tell; None while it is open.

    `started` is the conversation's `conversation_started`, which says where it began.
    """
    ended = next((e for e in told if e.type is EventType.EPISODE_ENDED), None)
    if ended is None:
        return None
    first = next((e for e in told if e.type is EventType.EPISODE_STARTED), told[0])
    where = started.data if started is not None else {}
    resolved = _last(told, EventType.HANDOFF_RESOLVED)
    revised = _last(told, EventType.OUTCOME_REVISED)
    rated = _last(told, EventType.RATING_GIVEN)
    topic = resolved.data.get("topic") if resolved else None
    return {
        "conversation_id": ended.conversation_id or "",
        "episode": ended.episode,
        "last_event": told[-1].number,
        "day": ended.at.date().isoformat(),
        "started_at": first.at,
        "ended_at": max(ended.at, first.at),
        "outcome": (revised.data["after"] if revised else ended.data["outcome"]),
        "first_outcome": ended.data["outcome"],
        "disposition": resolved.data.get("disposition") if resolved else None,
        "language": ended.data["language"],
        "topic": topic or ended.data.get("topic"),
        "entry": ended.data.get("entry"),
        "surface": where.get("surface"),
        "page": where.get("page"),
        "kb_version": next((e.data["kb_version"] for e in told if "kb_version" in e.data), None),
        "rating_requested": int(any(e.type is EventType.RATING_REQUESTED for e in told)),
        "csat": rated.data.get("csat") if rated else None,
        "nps": rated.data.get("nps") if rated else None,
        **_people(told),
        **_turns(told),
        **_times(told, first, ended, open_seconds),
    }


def _last(told: Sequence[Event], type_: EventType) -> Event | None:
    return next((e for e in reversed(told) if e.type is type_), None)


def _people(told: Sequence[Event]) -> Row:
    """Return who took part: agent and team that had it last, why a person was asked for, how many messages."""
    had = [
        e.actor_id if e.type is EventType.HANDOFF_ACCEPTED else e.data.get("to_agent")
        for e in told
        if e.type in (EventType.HANDOFF_ACCEPTED, EventType.HANDOFF_TRANSFERRED)
    ]
    asked = [e for e in told if e.type is EventType.HANDOFF_REQUESTED and e.actor is not Actor.AGENT]
    teams = [e.data["team"] for e in told if e.data.get("team")]
    said = Counter(e.data["author"] for e in told if e.type is EventType.MESSAGE_ADDED)
    return {
        "agent": next((agent for agent in reversed(had) if agent), None),
        "team": teams[-1] if teams else None,
        "handoff_reason": asked[-1].data["reason"] if asked else None,
        "messages_shopper": said[Author.SHOPPER.value],
        "messages_bot": said[Author.BOT.value],
        "messages_agent": said[Author.AGENT.value],
        "language_switches": sum(e.type is EventType.LANGUAGE_SWITCHED for e in told),
    }


def _turns(told: Sequence[Event]) -> Row:
    turns = [e for e in told if e.type in _TURNS]
    types = Counter(e.type for e in turns)
    judged = {e.data["message_id"]: e.data["helpful"] for e in told if e.type is EventType.FEEDBACK_GIVEN}
    followed = sum(
        one.type is EventType.TURN_CLARIFIED and after.type is EventType.TURN_ANSWERED for one, after in pairwise(turns)
    )
    return {
        "answered": types[EventType.TURN_ANSWERED],
        "clarified": types[EventType.TURN_CLARIFIED],
        "failed": types[EventType.TURN_FAILED],
        "clarified_answered": followed,
        "wrong_answers": len(wrong_answers(told)),
        "helpful": sum(judged.values()),
        "unhelpful": len(judged) - sum(judged.values()),
    }


def wrong_answers(told: Sequence[Event]) -> dict[str, str]:
    """Return the message id of each answer that was wrong by the shopper's own sign, with the sign.

    `thumbs_down`, or `asked_for_person` when that was the next thing that the shopper did.
    """
    judged = {e.data["message_id"]: e.data["helpful"] for e in told if e.type is EventType.FEEDBACK_GIVEN}
    signs: dict[str, str] = {}
    answer: str | None = None
    answering = False
    for event in told:
        if event.type in _TURNS:
            answering, answer = event.type is EventType.TURN_ANSWERED, None
        elif event.type is EventType.MESSAGE_ADDED and event.data["author"] == Author.BOT and answering:
            answering, answer = False, event.data["message_id"]
            if judged.get(answer) is False:
                signs[answer] = "thumbs_down"
        elif (
            event.type is EventType.HANDOFF_REQUESTED
            and event.data["reason"] == Reason.ASKED_FOR_HUMAN.value
            and answer
        ):
            signs.setdefault(answer, "asked_for_person")
            answer = None
    return signs


def _times(told: Sequence[Event], first: Event, ended: Event, open_seconds: OpenSeconds | None) -> Row:
    written = [e for e in told if e.type is EventType.MESSAGE_ADDED]
    accepted = [e for e in told if e.type is EventType.HANDOFF_ACCEPTED]
    asked = next((e for e in told if e.type is EventType.HANDOFF_REQUESTED and e.actor is not Actor.AGENT), None)
    waits = [e.data["waited"] for e in accepted if e.data["reason"] != Reason.AGENT_INITIATED.value]
    left = [e.data["waited"] for e in told if e.type in _LEFT_QUEUE and e.data.get("waited") is not None]
    spoken = [e for e in written if e.data["author"] != Author.SYSTEM.value and e.number <= ended.number]
    last = spoken[-1].at if spoken else ended.at
    human = _after(asked, written, Author.AGENT) if asked else None
    business = open_seconds or (lambda start, end: (end - start).total_seconds())
    served = next((e for e in accepted if e.data["reason"] != Reason.AGENT_INITIATED.value), None)
    return {
        "queue_wait": waits[0] if waits else None,
        "queue_wait_business": business(served.at - timedelta(seconds=waits[0]), served.at) if served else None,
        "queue_left": left[-1] if left and not waits else None,
        "first_response": _between(written, Author.BOT, Author.AGENT),
        "first_response_bot": _between(written, Author.BOT),
        "first_response_human": (human.at - asked.at).total_seconds() if human and asked else None,
        "first_response_human_business": business(asked.at, human.at) if human and asked else None,
        "agent_response": _gap(accepted[0], _after(accepted[0], written, Author.AGENT)) if accepted else None,
        "agent_reply": _mean(_replies(told)),
        "handle": _handled(told),
        "resolution": max(0.0, (last - first.at).total_seconds()),
        "resolution_human": max(0.0, (last - asked.at).total_seconds()) if asked else None,
    }


def _between(written: Sequence[Event], *answerers: Author) -> float | None:
    asked = next((e for e in written if e.data["author"] == Author.SHOPPER), None)
    if asked is None:
        return None
    return _gap(asked, next((e for e in written if e.number > asked.number and e.data["author"] in answerers), None))


def _after(event: Event, written: Sequence[Event], author: Author) -> Event | None:
    return next((e for e in written if e.number > event.number and e.data["author"] == author), None)


def _gap(before: Event, after: Event | None) -> float | None:
    return (after.at - before.at).total_seconds() if after else None


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _replies(told: Iterable[Event]) -> list[float]:
    """Return the seconds from a shopper's message to the agent's next one, while an agent had the conversation."""
    gaps: list[float] = []
    has, asked_at = False, None
    for event in told:
        if event.type is EventType.HANDOFF_ACCEPTED:
            has = True
        elif event.type in _ENDS_HANDLING:
            has, asked_at = False, None
        elif event.type is EventType.MESSAGE_ADDED and has:
            if event.data["author"] == Author.SHOPPER:
                asked_at = asked_at or event.at
            elif event.data["author"] == Author.AGENT and asked_at is not None:
                gaps.append((event.at - asked_at).total_seconds())
                asked_at = None
    return gaps


def _handled(told: Iterable[Event]) -> float | None:
    """Return the seconds in which an agent had the open conversation; None when nobody ever had."""
    spans = handled_spans(told)
    return sum((end - start).total_seconds() for _, start, end in spans) if spans else None


def handled_spans(told: Iterable[Event]) -> list[tuple[str, datetime, datetime]]:
    """Return (agent, from, until) of each stretch in which an agent had the open conversation."""
    spans: list[tuple[str, datetime, datetime]] = []
    agent, since = None, None
    for event in told:
        if since is not None and event.type in (*_ENDS_HANDLING, EventType.HANDOFF_TRANSFERRED):
            spans.append((agent or "", since, event.at))
            since = None
        if event.type is EventType.HANDOFF_ACCEPTED:
            agent, since = event.actor_id, event.at
        elif event.type is EventType.HANDOFF_TRANSFERRED and event.data.get("to_team") is None:
            agent, since = event.data.get("to_agent") or agent, event.at
    return spans


def link(rows: Sequence[Row]) -> list[Row]:
    """Return what each of one shopper's episodes is told by the others: how soon the next followed, and on which topic.

    rows: `started_at`, `ended_at`, `topic`, `outcome` of every episode of one shopper.
    """
    ordered = sorted(rows, key=lambda row: (row["started_at"], row["ended_at"], row["episode"]))
    counted = [row for row in ordered if row["outcome"] != Outcome.SPAM.value]
    linked = {(row["conversation_id"], row["episode"]): _unlinked(row) for row in ordered}
    for place, row in enumerate(counted):
        mine = linked[row["conversation_id"], row["episode"]]
        if place + 1 < len(counted):
            mine["next_gap"] = _seconds_between(row, counted[place + 1])
        same = next((later for later in counted[place + 1 :] if row["topic"] and later["topic"] == row["topic"]), None)
        if same is not None:
            gap = _seconds_between(row, same)
            mine["next_gap_same_topic"] = gap
            linked[same["conversation_id"], same["episode"]]["previous_gap_same_topic"] = gap
    return list(linked.values())


def _unlinked(row: Row) -> Row:
    key = {name: row[name] for name in ("conversation_id", "episode")}
    return {**key, "next_gap": None, "next_gap_same_topic": None, "previous_gap_same_topic": None}


def _seconds_between(row: Row, later: Row) -> float:
    return float(max(0.0, (later["started_at"] - row["ended_at"]).total_seconds()))
