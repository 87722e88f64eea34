"""A simulated morning: who comes when, and everybody's course through it. Seeded, so that it can be had again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp

from bot.demo.simulated_agents import Habits, SimulatedAgent, Staff
from bot.demo.simulated_callers import Pace
from bot.demo.simulated_shoppers import Plan, ShopperLog, SimulatedShopper
from bot.demo.simulation_checks import Fact
from bot.errors import SettingsError

SPOKEN = (("en",), ("es",), ("fr",), ("en", "es"), ("en", "fr"), ("es", "fr"), ("en", "es", "fr"))
SHOPPERS_SPEAK = {"en": 0.5, "es": 0.3, "fr": 0.2}
LAST_CALL_MINUTES = 45.0  # simulated, after the last shopper came: longer than any wait may be


@dataclass(frozen=True, slots=True)
class Morning:
    """How much of everything."""

    agents: int
    shoppers: int
    minutes: float
    speed: float
    seed: int

    def staff(self) -> list[Staff]:
        """Return the agents: skills and room mixed, every language spoken by somebody who does not leave early."""
        chance = _chance(self.seed)
        return [
            Staff(
                name=f"Agent {number:02}",
                email=f"agent{number:02}@caravan.example",
                languages=SPOKEN[(number - 1) % len(SPOKEN)] if number > 1 else SPOKEN[-1],
                capacity=chance.choice((2, 3, 4)),
                habits=Habits.drawn(chance, steady=number == 1),
            )
            for number in range(1, self.agents + 1)
        ]

    def plans(self) -> list[Plan]:
        """Return the shoppers in the order in which they come: more in the middle of the morning."""
        chance = _chance(self.seed + 1)
        times = sorted(chance.triangular(0, self.minutes * 60) for _ in range(self.shoppers))
        languages, weights = zip(*SHOPPERS_SPEAK.items(), strict=True)
        return [Plan.drawn(chance, at, chance.choices(languages, weights)[0]) for at in times]


@dataclass(slots=True)
class Course:
    """What the simulated people did and heard."""

    facts: list[Fact] = field(default_factory=list)
    shoppers: list[ShopperLog] = field(default_factory=list)
    seconds: float = 0.0
    """Simulated."""


async def play(url: str, morning: Morning, staff: Mapping[Staff, str]) -> Course:
    """Let everybody live through the morning; `staff` with each one's session token."""
    pace = Pace(morning.speed)
    course = Course()
    agents = [
        SimulatedAgent(url, token, who, pace, _chance(f"{morning.seed}/{who.email}")) for who, token in staff.items()
    ]
    for agent in agents:
        await agent.begin()
    at_work = [asyncio.create_task(agent.work()) for agent in agents]
    plans = morning.plans()
    courses = [
        SimulatedShopper(url, plan, pace, _chance(f"{morning.seed}/{number}")) for number, plan in enumerate(plans)
    ]
    try:
        async with asyncio.timeout((morning.minutes + LAST_CALL_MINUTES) * 60 / morning.speed):
            await asyncio.gather(*(shopper.live() for shopper in courses))
    except TimeoutError:
        pass  # whoever has no end by now is reported as lost
    for task in at_work:
        task.cancel()
    await asyncio.gather(*at_work, return_exceptions=True)
    for agent in agents:
        await agent.end()
        course.facts += agent.facts
    course.shoppers = [shopper.log for shopper in courses]
    course.seconds = pace.now()
    return course


async def ready(url: str, seconds: float) -> None:
    """Wait until the server answers. Raises SettingsError."""
    async with aiohttp.ClientSession() as session:
        try:
            async with asyncio.timeout(seconds):
                while not await _answers(session, url):  # noqa: ASYNC110  # another process says when
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise SettingsError([f"--url: expected a server that answers at {url}, got none"]) from None


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(f"{url}/healthz") as response:
            return response.status == 200  # noqa: PLR2004
    except aiohttp.ClientError:
        return False


async def sign_in(url: str, staff: Sequence[Staff], password: str) -> dict[Staff, str]:
    """Return the session tokens of people who are known at a running server. Raises SettingsError."""
    tokens = {}
    async with aiohttp.ClientSession() as session:
        for who in staff:
            credentials = {"email": who.email, "password": password}
            headers = {"X-CSRF": "1", "Origin": url}
            async with session.post(f"{url}/api/session", json=credentials, headers=headers) as response:
                cookie = next((c for name, c in response.cookies.items() if name.endswith("parley_session")), None)
                if cookie is None:
                    raise SettingsError([f"--url: expected a demo's server, where {who.email} can sign in, at {url}"])
                tokens[who] = cookie.value
    return tokens


def _chance(seed: int | str) -> random.Random:
    return random.Random(seed)  # noqa: S311  # nosec B311  # a simulation has to be repeatable
