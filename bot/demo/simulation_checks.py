"""What has to be true of a simulated morning, whoever tells it: the server's facts or the people who were there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_FIRST = {"done": 0, "over": 0, "away": 1, "gone": 1, "accepted": 2, "online": 3, "offered": 4}
"""Of what happened in one moment, what frees comes first: a check must not see a fault that there was not."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened to an agent: `online away gone offered over accepted done`; `over` is an offer's end."""

    at: float
    kind: str
    agent: str
    handoff: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Skills:
    """What an agent speaks, and how many conversations they may have."""

    languages: tuple[str, ...]
    capacity: int


@dataclass(slots=True)
class _State:
    online: bool = False
    looking: set[str] = field(default_factory=set)
    has: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Findings:
    """What was broken, in words; counts of the rest."""

    over_capacity: list[str] = field(default_factory=list)
    wrong_language: list[str] = field(default_factory=list)
    busiest: int = 0
    """Most conversations that one agent had at once."""


def check(facts: Iterable[Fact], skills: Mapping[str, Skills]) -> Findings:
    """Go through the morning once and find every agent over capacity and every offer in the wrong language."""
    found = Findings()
    states = {agent: _State() for agent in skills}
    for fact in sorted(facts, key=lambda fact: (fact.at, _FIRST[fact.kind])):
        if fact.kind == "offered" and fact.language and fact.language not in skills[fact.agent].languages:
            free = ", ".join(sorted(_free_for(fact.language, states, skills))) or "nobody"
            found.wrong_language.append(f"{fact.at:.0f} s: {fact.agent} was offered {fact.language}; free: {free}")
        _move(states[fact.agent], fact)
        load, capacity = len(states[fact.agent].has), skills[fact.agent].capacity
        found.busiest = max(found.busiest, load)
        if fact.kind == "accepted" and load > capacity:
            found.over_capacity.append(f"{fact.at:.0f} s: {fact.agent} had {load}, and may have {capacity}")
    return found


def _free_for(language: str, states: Mapping[str, _State], skills: Mapping[str, Skills]) -> Sequence[str]:
    return [
        agent
        for agent, state in states.items()
        if state.online
        and not state.looking
        and language in skills[agent].languages
        and len(state.has) < skills[agent].capacity
    ]


def _move(state: _State, fact: Fact) -> None:
    handoff = fact.handoff or ""
    match fact.kind:
        case "online":
            state.online = True
        case "away":
            state.online = False
        case "gone":  # whatever was in hand is lost, sooner or later
            state.online = False
            state.looking.clear()
            state.has.clear()
        case "offered":
            state.looking.add(handoff)
        case "over":
            state.looking.discard(handoff)
        case "accepted":
            state.looking.discard(handoff)
            state.has.add(handoff)
        case _:
            state.has.discard(handoff)
