"""Agents of a simulated morning: some decline, some look away, some go for a while, some die in the middle of it."""

from __future__ import annotations

import asyncio
import contextlib
import random
from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

from bot.demo.simulated_callers import Caller, Pace, RefusedError
from bot.demo.simulation_checks import Fact

WORDS = {
    "en": "Thank you, I am looking into it for you.",
    "es": "Gracias, lo estoy mirando para ti.",
    "fr": "Merci, je regarde cela pour vous.",
}
HANDLE_MINUTES = (3.0, 14.0)
BETWEEN_MESSAGES = (20.0, 70.0)  # seconds
THINKS = (2.0, 15.0)  # seconds until an offer is answered
AWAY_MINUTES = (2.0, 10.0)
DEAD_MINUTES = (3.0, 15.0)  # longer than an agent may be gone


@dataclass(frozen=True, slots=True)
class Habits:
    """How likely they are to decline or overlook an offer, and when, if ever, their laptop dies: minutes."""

    declines: float
    overlooks: float
    away_after: float
    dies_after: float | None

    @classmethod
    def drawn(cls, chance: random.Random, *, steady: bool) -> Self:
        """Return somebody's habits; the steady one stays to the end."""
        return cls(
            declines=chance.uniform(0, 0.25),
            overlooks=chance.uniform(0, 0.2),
            away_after=chance.uniform(30, 90),
            dies_after=None if steady or chance.random() < 0.6 else chance.uniform(20, 150),  # noqa: PLR2004
        )


@dataclass(frozen=True, slots=True)
class Staff:
    """An agent as they are known to the server."""

    name: str
    email: str
    languages: tuple[str, ...]
    capacity: int
    habits: Habits


class SimulatedAgent:
    """Works until told to stop, and notes what it was offered, took and finished."""

    def __init__(self, url: str, token: str, who: Staff, pace: Pace, chance: random.Random) -> None:
        self._url = url
        self._token = token
        self._who = who
        self._pace = pace
        self._chance = chance
        self._caller = Caller(url, "/agent")
        self._busy: set[asyncio.Task[None]] = set()
        self.facts: list[Fact] = []

    async def begin(self) -> None:
        """Open the console and go online."""
        cookie = f"parley_session={self._token}"
        await self._caller.connect(Origin=self._url, Cookie=cookie)
        await self._caller.ask("presence_set", presence="online")
        self._note("online")

    async def work(self) -> None:
        """Answer offers until cancelled; go away and die as it is in the habits."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._answer_offers())
            group.create_task(self._go_away_again_and_again())
            if self._who.habits.dies_after is not None:
                group.create_task(self._die(self._who.habits.dies_after))

    async def end(self) -> None:
        """Stop everything and close the console."""
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)
        await self._caller.leave()

    async def _answer_offers(self) -> None:
        while True:
            event, data = await self._caller.heard.get()
            if event == "handoff_offered":
                self._note("offered", data["handoff"])
                self._spawn(self._answer(data["handoff"]))

    async def _answer(self, handoff: dict[str, Any]) -> None:
        habits = self._who.habits
        await self._pace.sleep(self._chance.uniform(*THINKS))
        drawn = self._chance.random()
        if drawn < habits.overlooks:
            self._note("over", handoff)
            return
        try:
            if drawn < habits.overlooks + habits.declines:
                await self._caller.ask("handoff_decline", handoff_id=handoff["id"])
                self._note("over", handoff)
                return
            await self._caller.ask("handoff_accept", handoff_id=handoff["id"])
        except RefusedError:  # the shopper left, or it had moved on
            self._note("over", handoff)
            return
        self._note("accepted", handoff)
        try:
            await self._talk(handoff)
        except RefusedError:
            self._note("done", handoff)  # it ended, or is not this agent's any more

    async def _talk(self, handoff: dict[str, Any]) -> None:
        conversation_id, words = handoff["conversation_id"], WORDS[handoff["language"]]
        ends = self._pace.now() + self._chance.uniform(*HANDLE_MINUTES) * 60
        while self._pace.now() < ends:
            try:
                await self._caller.ask(
                    "message_send", conversation_id=conversation_id, client_id=uuid4().hex, text=words
                )
            except RefusedError as refused:
                if refused.code != "too_fast":
                    raise
            await self._pace.sleep(self._chance.uniform(*BETWEEN_MESSAGES))
        self._note("done", handoff)
        await self._caller.ask(
            "conversation_resolve",
            conversation_id=conversation_id,
            disposition=self._chance.choice(("solved", "solved", "not_solved")),
        )

    async def _go_away_again_and_again(self) -> None:
        while True:
            await self._pace.sleep(self._who.habits.away_after * 60)
            with contextlib.suppress(RefusedError):
                await self._caller.ask("presence_set", presence="away")
                self._note("away")
                await self._pace.sleep(self._chance.uniform(*AWAY_MINUTES) * 60)
                await self._caller.ask("presence_set", presence="online")
                self._note("online")

    async def _die(self, minutes: float) -> None:
        """Vanish with everything in hand; come back too late for it."""
        await self._pace.sleep(minutes * 60)
        self._note("gone")
        for task in list(self._busy):
            task.cancel()
        await self._caller.leave()
        await self._pace.sleep(self._chance.uniform(*DEAD_MINUTES) * 60)
        await self.begin()

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    def _note(self, kind: str, handoff: dict[str, Any] | None = None) -> None:
        handoff_id, language = (handoff["id"], handoff["language"]) if handoff else (None, None)
        self.facts.append(Fact(self._pace.now(), kind, self._who.email, handoff_id, language))
