"""What the server's own events say about a simulated morning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bot.demo.simulation_checks import Fact
from bot.domain.events import Event, EventType
from bot.store.transaction import Store, Transaction

_TAKES = (EventType.HANDOFF_ACCEPTED, EventType.HANDOFF_TRANSFERRED)
_ENDS_OFFER = (
    EventType.HANDOFF_ACCEPTED,
    EventType.HANDOFF_DECLINED,
    EventType.HANDOFF_LAPSED,
    EventType.HANDOFF_CANCELLED,
    EventType.HANDOFF_EXPIRED,
)
_ENDS_TALK = (
    EventType.HANDOFF_RESOLVED,
    EventType.HANDOFF_RETURNED,
    EventType.HANDOFF_TRANSFERRED,
    EventType.AGENT_LOST,
)


@dataclass(frozen=True, slots=True)
class Told:
    """The facts, how many events there are of each type, and the seconds that each accepted request had waited."""

    facts: list[Fact]
    counts: Counter[str]
    waits: list[float]


async def told_by(store: Store) -> Told:
    """Read everything that happened."""

    def unit(tx: Transaction) -> tuple[list[Event], dict[str, str], dict[str, str]]:
        return tx.events.everything(), tx.handoffs.languages(), {agent.id: agent.email for agent in tx.agents.all()}

    events, languages, emails = await store.read(unit)
    accepted = [event for event in events if event.type is EventType.HANDOFF_ACCEPTED]
    return Told(
        facts=list(_facts(events, languages, emails)),
        counts=Counter(event.type.value for event in events),
        waits=[event.data["waited"] for event in accepted],
    )


def _facts(events: list[Event], languages: dict[str, str], emails: dict[str, str]) -> Iterator[Fact]:
    """Yield what happened to agents, in seconds since the first event."""
    looks: dict[str, str] = {}
    has: dict[str, str] = {}
    for event in events:
        at = (event.at - events[0].at).total_seconds()
        handoff = str(event.data.get("handoff_id", ""))
        for kind, agent in _moves(event, handoff, looks, has):
            yield Fact(at, kind, emails[agent], handoff, languages.get(handoff))


def _moves(event: Event, handoff: str, looks: dict[str, str], has: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what the event did to whom; who looks at a hand-off, or has it, is remembered on the way."""
    if event.type is EventType.PRESENCE_CHANGED and event.actor_id:
        yield "online" if event.data["after"] == "online" else "away", event.actor_id
    if event.type in _ENDS_OFFER and handoff in looks:
        yield "over", looks.pop(handoff)
    if event.type in _ENDS_TALK and handoff in has:
        yield "done", has.pop(handoff)
    if event.type is EventType.HANDOFF_OFFERED:
        looks[handoff] = event.data["to_agent"]
        yield "offered", looks[handoff]
    taker = event.actor_id if event.type is EventType.HANDOFF_ACCEPTED else event.data.get("to_agent")
    if event.type in _TAKES and taker:
        has[handoff] = taker
        yield "accepted", taker
