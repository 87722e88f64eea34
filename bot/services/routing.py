"""Who is asked to take a waiting conversation, and what an honest word about the wait is: rules without effects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from bot.domain.agents import Agent, Presence
from bot.domain.handoffs import Handoff, HandoffStatus
from bot.domain.hours import Hours
from bot.domain.teams import Team

ASK_AGAIN_SECONDS = 60.0  # who declined or let it lapse is left alone for this long
FEWEST_WAITS = 3  # fewer say nothing


@dataclass(frozen=True, slots=True)
class Person:
    """An agent as the rules see them: with what they have in hand."""

    agent: Agent
    looking: bool = False
    """At an offer right now: one at a time."""

    @property
    def has_room(self) -> bool:
        return not self.looking and self.agent.open < self.agent.capacity

    def speaks(self, language: str) -> bool:
        return language in self.agent.languages

    def rank(self) -> tuple[float, float, str]:
        """Least loaded first, by share of capacity; then who got their last conversation longest ago, or never."""
        at = self.agent.last_assigned_at
        return self.agent.open / self.agent.capacity, at.timestamp() if at else 0.0, self.agent.id


@dataclass(frozen=True, slots=True)
class Offer:
    """One hand-off to be shown to one agent."""

    handoff_id: str
    agent_id: str
    declined_by: tuple[str, ...]
    """Who is not to be asked next: emptied when nobody else was left."""


@dataclass(frozen=True, slots=True)
class Away:
    """Nobody can come now."""

    back_at: datetime | None
    """When people are back by the timetable; None when it says that they should be there, or never."""


def team_of(handoff: Handoff, teams: Iterable[Team], hours: Hours | None, now: datetime) -> Team | None:
    """Return the hand-off's team while its hours (else the shop's) say that it is there; None: everybody's."""
    team = next((team for team in teams if team.id == handoff.team_id), None)
    if team is None:
        return None
    timetable = team.hours or hours
    return team if timetable is None or timetable.is_open(now) else None


def circle(handoff: Handoff, people: Sequence[Person], team: Team | None, now: datetime) -> list[Person]:
    """Return the people on duty who may take it: the team's, or everybody when nobody of the team is left to ask."""
    able = [p for p in people if p.agent.may_be_asked(now) and p.speaks(handoff.language)]
    theirs = [p for p in able if team and p.agent.id in team.members]
    return theirs if any(p.agent.id not in handoff.declined_by for p in theirs) else able


def choose(handoff: Handoff, people: Sequence[Person], team: Team | None, now: datetime) -> Offer | None:
    """Return whom to ask next, None while there is nobody."""
    free = [p for p in circle(handoff, people, team, now) if p.has_room]
    unasked = [p for p in free if p.agent.id not in handoff.declined_by]
    if unasked:
        return Offer(handoff.id, min(unasked, key=Person.rank).agent.id, handoff.declined_by)
    rested = handoff.offered_at is None or now >= handoff.offered_at + timedelta(seconds=ASK_AGAIN_SECONDS)
    if free and rested:
        return Offer(handoff.id, min(free, key=Person.rank).agent.id, ())
    return None


def plan(
    queue: Sequence[Handoff], people: Sequence[Person], teams: Sequence[Team], hours: Hours | None, now: datetime
) -> list[Offer]:
    """Return the offers to make now; who stands first in the queue chooses first."""
    offers = []
    left = list(people)
    for handoff in sorted(queue, key=place):
        if handoff.status is not HandoffStatus.WAITING:
            continue
        if offer := choose(handoff, left, team_of(handoff, teams, hours, now), now):
            offers.append(offer)
            left = [replace(p, looking=True) if p.agent.id == offer.agent_id else p for p in left]
    return offers


def place(handoff: Handoff) -> tuple[int, datetime, str]:
    """Return what the queue is sorted by: priority, then waiting time."""
    return handoff.priority, handoff.requested_at, handoff.id


def people_of(agents: Iterable[Agent], queue: Iterable[Handoff]) -> list[Person]:
    """Return the agents with what they look at."""
    looking = {handoff.offered_to for handoff in queue if handoff.status is HandoffStatus.OFFERED}
    return [Person(agent, agent.id in looking) for agent in agents]


def keeps_offer(agent: Agent, now: datetime) -> bool:
    """Whether an offer that an agent looks at still makes sense."""
    return agent.is_on_duty(now) and agent.presence is Presence.ONLINE and agent.open < agent.capacity


def on_duty(agents: Iterable[Agent], language: str, now: datetime) -> list[Agent]:
    """Return who could come, now or when they are done with somebody: at the console, and speaking the language."""
    return [agent for agent in agents if agent.is_on_duty(now) and language in agent.languages]


def away(agents: Iterable[Agent], language: str, team: Team | None, hours: Hours | None, now: datetime) -> Away | None:
    """Return None when somebody can come, else since when they are back. Who is there counts, whatever the hour."""
    if on_duty(agents, language, now):
        return None
    timetable = (team.hours if team else None) or hours
    if timetable is None or timetable.is_open(now):
        return Away(None)
    return Away(timetable.next_opening(now))


def estimate(position: int, waited: float, waits: Sequence[float], gaps: Sequence[float]) -> int | None:
    """Return about how many seconds more, or None when there is no ground for a word.

    `waits` are the seconds that others waited lately, `gaps` those between one acceptance and the next. Of the others
    count only those who had to wait longer than this shopper did so far; and in a place further back it takes at
    least until those before have been taken.
    """
    longer = [wait - waited for wait in waits if wait > waited]
    if len(longer) < FEWEST_WAITS:
        return None
    queue = (position - 1) * median(gaps) if gaps else 0.0
    return round(max(median(longer), queue))
