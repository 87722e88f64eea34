"""Shoppers of a simulated morning: they ask the bot, ask for a person, wait or lose patience, talk, and go."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

import socketio

from bot.demo.simulated_callers import Caller, Pace, RefusedError

QUESTIONS = {
    "en": ("Where is my parcel?", "I want my money back", "Can I change my address?"),
    "es": ("¿Dónde está mi pedido?", "Quiero que me devuelvan el dinero", "¿Puedo cambiar la dirección?"),
    "fr": ("Où est mon colis ?", "Je veux être remboursé", "Puis-je changer mon adresse ?"),
}
REPLIES = {"en": "Yes, please.", "es": "Sí, por favor.", "fr": "Oui, s'il vous plaît."}
ASKS_A_PERSON = 0.7
LEAVES_BY_CLOSING = 0.5  # the others press "cancel"
REPLIES_WITH = 0.6
MEAN_PATIENCE = 600.0  # seconds
READS = (5.0, 25.0)  # seconds until the next step
LONGEST = 45 * 60.0  # seconds that anybody stays


@dataclass(frozen=True, slots=True)
class Plan:
    """When a shopper comes (seconds), what they speak and want, and how long they wait for a person."""

    at: float
    language: str
    wants_person: bool
    patience: float
    closes: bool

    @classmethod
    def drawn(cls, chance: random.Random, at: float, language: str) -> Self:
        return cls(
            at,
            language,
            wants_person=chance.random() < ASKS_A_PERSON,
            patience=30 + chance.expovariate(1 / MEAN_PATIENCE),
            closes=chance.random() < LEAVES_BY_CLOSING,
        )


@dataclass(slots=True)
class ShopperLog:
    """What became of a shopper; times in simulated seconds."""

    language: str
    outcome: str = "lost"
    """`answered · served · left · cancelled · expired`; `lost` until there is an end."""
    waited: float | None = None
    word: float | None = None
    """The first estimate of the wait that was told."""
    times_lost: int = 0
    """How often an agent was lost."""
    acknowledged: list[str] = field(default_factory=list)
    """`client_id`s of messages that the server took."""
    missing: int = 0
    """Acknowledged messages that the transcript lacks in the end."""


class SimulatedShopper:
    """Lives through one plan."""

    def __init__(self, url: str, plan: Plan, pace: Pace, chance: random.Random) -> None:
        self._plan = plan
        self._pace = pace
        self._chance = chance
        self._caller = Caller(url, "/shopper")
        self._steps: dict[str, Callable[[Any], Any]] = {}
        self.log = ShopperLog(plan.language)

    async def live(self) -> None:
        """Come, do what is planned, go."""
        await self._pace.sleep(self._plan.at)
        await self._connect()
        try:
            async with self._pace.timeout(LONGEST):
                await self._visit()
                self.log.missing = await self._count_missing()
        except TimeoutError:
            self.log.outcome = "lost"
        finally:
            await self._caller.leave()

    async def _connect(self) -> None:
        for attempt in range(5):
            try:
                await self._caller.connect({"locale": self._plan.language})
            except socketio.exceptions.ConnectionError:
                await asyncio.sleep(0.2 * (attempt + 1))
            else:
                return
        await self._caller.connect({"locale": self._plan.language})

    async def _visit(self) -> None:
        await self._say(self._chance.choice(QUESTIONS[self._plan.language]))
        await self._pace.sleep(self._chance.uniform(*READS))
        if not self._plan.wants_person:
            await self._caller.ask("conversation_end")
            self.log.outcome = "answered"
            return
        await self._caller.ask("handoff_request")
        began = self._pace.now()
        if await self._wait(began):
            self.log.waited = self._pace.now() - began
            await self._talk()
        elif self.log.outcome != "expired":
            self.log.waited = self._pace.now() - began
            await self._lose_patience()

    async def _wait(self, began: float) -> bool:
        """Return whether somebody came before patience, or the hand-off, ended."""
        try:
            async with self._pace.timeout(self._plan.patience):
                while True:
                    event, data = await self._caller.heard.get()
                    if event != "handoff_updated":
                        continue
                    if data["status"] == "accepted":
                        return True
                    if data["status"] == "expired":
                        self.log.outcome, self.log.waited = "expired", self._pace.now() - began
                        return False
                    if self.log.word is None and data.get("wait_seconds") is not None:
                        self.log.word = self._pace.now() - began + data["wait_seconds"]
        except TimeoutError:
            return False

    async def _lose_patience(self) -> None:
        if not self._plan.closes:
            try:
                await self._caller.ask("handoff_cancel")
                await self._caller.ask("conversation_end")
            except RefusedError:
                await self._talk()  # somebody came in the very moment
                return
            self.log.outcome = "cancelled"
            return
        self.log.outcome = "left"

    async def _talk(self) -> None:
        """Answer what the agent writes until it is over; an agent who is lost is waited for again."""
        while True:
            event, data = await self._caller.heard.get()
            if event == "message_added" and data["author"] == "agent" and self._chance.random() < REPLIES_WITH:
                await self._pace.sleep(self._chance.uniform(*READS))
                await self._say(REPLIES[self._plan.language])
            elif event == "handoff_updated" and data["status"] == "lost":
                self.log.times_lost += 1
            elif event == "handoff_updated" and data["status"] in ("resolved", "returned", "expired", "cancelled"):
                self.log.outcome = "expired" if data["status"] == "expired" else "served"
                return

    async def _say(self, text: str) -> None:
        client_id = uuid4().hex
        await self._caller.ask("message_send", client_id=client_id, text=text)
        self.log.acknowledged.append(client_id)

    async def _count_missing(self) -> int:
        page = await self._caller.ask("resume", after_seq=0, limit=200)
        kept = {message.get("client_id") for message in page["messages"]}
        return 0 if page["more"] else len(set(self.log.acknowledged) - kept)
