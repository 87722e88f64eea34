"""Ninety days of plausible history for the demo: trends, seasons of the day and the week, and two incidents.

Made in bulk and with a fixed seed; only the days move with the clock. What the incidents are is in `scripts`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.demo.scripts import OUTAGE, STANDING, STRIKE, Theme
from bot.demo.stories import Cast, Rows, Story
from bot.domain.agents import Presence
from bot.domain.events import Actor, EventType
from bot.domain.identifiers import new_id
from bot.domain.rights import Right
from bot.knowledge.entries import KnowledgeBase
from bot.store.bulk import add_rows
from bot.store.transaction import Store, Transaction

DAYS = 90
A_DAY = 100  # conversations
GROWTH = 0.3  # over the whole time
STRIKE_DAYS = range(35, 42)
"""Week six."""
OUTAGE_DAY = 61
STRIKE_SHARE, OUTAGE_SHARE, STANDING_SHARE = 0.3, 0.35, 0.06
WEEKDAYS = (1.15, 1.05, 1.0, 1.0, 1.05, 0.75, 0.7)
HOURS = (1, 1, 0, 0, 0, 1, 2, 4, 7, 10, 12, 12, 10, 9, 9, 9, 10, 11, 12, 13, 13, 10, 6, 3)
LANGUAGES, SHARES = ("en", "es", "fr"), (45, 30, 25)
COMES_BACK = 0.12
AT_ONCE = 100  # conversations in one transaction: nobody's message waits long behind them
SEED = 1955
FACT, DONE = "history", "yes"


async def seed(store: Store, knowledge: KnowledgeBase, *, a_day: int = A_DAY) -> int:
    """Write the history once and return how many conversations were written; goes on where it was cut off."""
    kept = await store.read(lambda tx: tx.publications.fact(FACT))
    if kept == DONE:
        return 0
    now, done = await store.read(lambda tx: (tx.now, 0))
    if kept is not None:
        at, _, count = kept.partition(" ")
        now, done = datetime.fromisoformat(at), int(count)
    agents = await store.read(lambda tx: {agent.id: agent.name for agent in tx.agents.all() if agent.may(Right.CHAT)})
    batches = enumerate(made(Cast(knowledge, agents), now, a_day=a_day), start=1)
    written = 0
    # Making them takes longer than writing them: off the loop, and a batch at a time.
    while (batch := await asyncio.to_thread(next, batches, None)) is not None:
        number, rows = batch
        if number > done:
            await store.write(partial(_write, rows=rows, fact=f"{now.isoformat()} {number}"))
            written += len(rows["conversations"])
    await store.write(lambda tx: tx.publications.set_fact(FACT, DONE))
    return written


def _write(tx: Transaction, rows: Rows, fact: str) -> None:
    add_rows(tx.connection, rows)
    tx.publications.set_fact(FACT, fact)


def made(cast: Cast, now: datetime, *, a_day: int = A_DAY) -> Iterator[Rows]:
    """Yield the rows of the history, some conversations at a time, oldest first."""
    chance = random.Random(SEED)  # noqa: S311  # nosec B311  # a story, not a secret
    first = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS)
    rows = Rows()
    for day in range(DAYS):
        start = first + timedelta(days=day)
        _add_presence(rows, cast.agents, start)
        for _ in range(_count(chance, day, start, a_day)):
            at = start + timedelta(hours=chance.choices(range(24), HOURS)[0], seconds=chance.uniform(0, 3600))
            story = Story(cast, chance, at, chance.choices(LANGUAGES, SHARES)[0])
            story.episode(_theme(chance, day))
            if chance.random() < COMES_BACK:
                story.wait(timedelta(hours=chance.choice((2, 20, 44, 70, 150))))
                if story.at < now - timedelta(hours=2):
                    story.episode(_theme(chance, day), again=chance.random() < 0.5)  # noqa: PLR2004  # as often as not
            rows.add(story)
            if len(rows["conversations"]) >= AT_ONCE:
                yield rows
                rows = Rows()
    if rows["conversations"]:
        yield rows


def _count(chance: random.Random, day: int, start: datetime, a_day: int) -> int:
    incident = 1.25 if day in STRIKE_DAYS else 1.35 if day == OUTAGE_DAY else 1.0
    trend = 1 - GROWTH / 2 + GROWTH * day / DAYS
    return round(a_day * trend * WEEKDAYS[start.weekday()] * incident * chance.uniform(0.88, 1.12))


def _theme(chance: random.Random, day: int) -> Theme | None:
    """Return what this conversation is about; None: something that the help center answers."""
    if day in STRIKE_DAYS and chance.random() < STRIKE_SHARE:
        return STRIKE
    if day == OUTAGE_DAY and chance.random() < OUTAGE_SHARE:
        return OUTAGE
    return chance.choice(STANDING) if chance.random() < STANDING_SHARE else None


def _add_presence(rows: Mapping[str, list[dict[str, object]]], agents: Mapping[str, str], day: datetime) -> None:
    """Let every agent be there from eight to eight, and be away at the weekend in turns."""
    for number, agent in enumerate(agents):
        if day.weekday() == 5 + number % 2:
            continue
        steps: Sequence[tuple[int, Presence, Presence]] = (
            (8, Presence.OFFLINE, Presence.ONLINE),
            (20, Presence.ONLINE, Presence.OFFLINE),
        )
        for hour, before, after in steps:
            rows["events"].append(
                {
                    "id": new_id(),
                    "conversation_id": None,
                    "episode": 0,
                    "number": 0,
                    "type": EventType.PRESENCE_CHANGED.value,
                    "actor": Actor.AGENT.value,
                    "actor_id": agent,
                    "at": (day + timedelta(hours=hour)).astimezone(UTC),
                    "data": {"before": before.value, "after": after.value},
                    "version": 1,
                }
            )
