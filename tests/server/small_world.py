"""A shop in which something happened, and everybody's way in: what the permission matrix is asserted on."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.demo.seed import PASSWORD
from bot.domain.identifiers import new_id
from bot.domain.rights import RIGHTS, Right
from bot.server import agent as agents_door
from bot.server.app import GATE, SERVER
from bot.server.channel import Ask
from bot.server.rules import Rule
from tests.fakes import FrozenClock
from tests.people import Agent, Shopper, shops
from tests.server.samples import ids_of, sample
from tests.shop import STAFF, Premises, Shop

CSRF = {"X-CSRF": "1"}
MAIL = {"mail_url": "smtp://127.0.0.1:1", "mail_from": "shop@shop.example"}
AT_THE_CONSOLE = [name for name, (_, role, _) in STAFF.items() if Right.CHAT in RIGHTS[role]]


@dataclass
class World:
    """A shop in which something happened, and everybody's way in."""

    shop: Shop
    carol: Shopper
    mallory: Shopper
    staff: dict[str, Agent]
    headers: dict[str, dict[str, str]]
    known: dict[str, str]
    """Ids of Carol's: of each kind of object one."""

    @property
    def rules(self) -> list[Rule]:
        return list(self.shop._runner.app[GATE].rules.values())

    def asks(self, namespace: str) -> dict[str, Ask]:
        return dict(self.shop._runner.app[SERVER].namespace_handlers[namespace].asks())

    async def call(self, rule: Rule, who: str, id_: str = "x") -> tuple[int, Any]:
        """Call a route as somebody; return status, and the body without what differs each time."""
        path = rule.path.replace("{id}", id_).replace("{language}", "en").replace("{path:.+}", "orders/track-order")
        path = path.replace("{name}", "parley.js").replace("{number}", "1")
        body = {"json": sample(rule.body)} if rule.body else {}
        headers = {**CSRF, **self.headers[who]}
        if who in STAFF and rule.method != "GET":  # which may end sessions: those of a colleague of the same role
            headers["Cookie"] = f"parley_session={await self.shop.cookie_of(spare(who))}"
        async with self.shop.http.request(rule.method, path, headers=headers, allow_redirects=False, **body) as answer:
            return answer.status, without_number(await answer.read(), answer.content_type)


def spare(name: str) -> str:
    """Return the address of somebody with the same role, who is not at the console."""
    return f"spare.{name.lower()}@shop.example"


def without_number(body: bytes, kind: str) -> Any:
    """Return a body to compare: errors without the number of the request."""
    if kind != "application/json":
        return body
    told = json.loads(body)
    if isinstance(told, dict) and isinstance(told.get("error"), dict):
        told["error"].pop("request_id")
    return told


@asynccontextmanager
async def small_world(premises: Premises, folder: Path) -> AsyncIterator[World]:
    """Open a shop in which Carol waits for a person and left a ticket; nobody is slowed down."""
    slow, agents_door.ASKS_PER_MINUTE = agents_door.ASKS_PER_MINUTE, 6_000_000
    async with shops(premises, folder, FrozenClock()) as opening:
        shop = await opening(messages_per_minute=60_000, metrics_token="the key", routing="pick", **MAIL)
        carol, mallory = await Shopper(shop).comes(), await Shopper(shop).comes()
        answer = await carol.asked("where is my parcel")
        await mallory.asked("how do I pay")
        await carol.waits()
        for name, (_, role, languages) in STAFF.items():
            own = {"name": name, "email": spare(name), "role": role, "languages": languages}
            await shop.parley.agents.add(password=PASSWORD, **own)
        staff = {name: await Agent(shop, name).comes() for name in AT_THE_CONSOLE}
        handoff = (await staff["Amir"].sees_waiting())["handoff"]["id"]
        await carol.gets("ticket_open", email="carol@shop.example", text="Please call me")
        headers = {name: {"Cookie": f"parley_session={await shop.cookie_of(name)}"} for name in STAFF}
        headers |= {
            "nobody": {},
            **{
                name: {"Cookie": f"parley_session={one.token}", "Authorization": f"Bearer {one.token}"}
                for name, one in (("Carol", carol), ("Mallory", mallory))
            },
        }
        known = {
            "conversation": carol.id,
            "message": answer["id"],
            "handoff": handoff,
            "ticket": shop.value("SELECT id FROM tickets"),
            "agent": staff["Amir"].id,
        }
        yield World(shop, carol, mallory, staff, headers, known)
        for caller in (carol, mallory, *staff.values()):
            await caller.leave()
    agents_door.ASKS_PER_MINUTE = slow


async def refused(caller: Any, event: str, payload: dict[str, Any]) -> Any:
    """Return an acknowledgement's error without the number of the request; None for what went well."""
    error = (await caller.asks(event, payload)).get("error")
    if error:
        error.pop("request_id")
    return error


def request_of(ask: Ask, id_: str, **ids: str) -> dict[str, Any]:
    """Return a valid request in which the required ids, and the first that may be given, are all `id_`."""
    asked = ids_of(ask.payload)
    needed = [name for name in asked if ask.payload.model_fields[name].is_required()]
    named = [*needed, *[name for name in asked if name not in needed][:1]]
    return sample(ask.payload, **{name: ids.get(name, id_) for name in named})


def guesses(known: list[str], count: int) -> Iterator[str]:
    """Yield ids that nobody has: new ones, and known ones with some digits changed."""
    chance = random.Random(7)
    for number in range(count):
        if number % 2:
            yield new_id()
        else:
            start, end = chance.choice(known)[:-6], f"{chance.randrange(16**6):06x}"
            yield start + end


async def guess(caller: Any, event: str, ask: Ask, id_: str) -> Any:
    return await refused(caller, event, request_of(ask, id_))
