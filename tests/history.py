"""Made-up histories of events without anybody's words: for tests of numbers, and for benchmarks over many episodes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert

from bot.domain.identifiers import new_id
from bot.store.database import Database
from bot.store.prepared import Prepared
from bot.store.tables import agents, conversations, events, visitors

LANGUAGES = ("en", "es", "fr")
TOPICS = ("shipping", "returns", "refunds", "payments", "account", "orders", "products")
AGENTS = tuple(str(UUID(int=number, version=4)) for number in range(1, 7))
REASONS = ("asked_for_human", "low_confidence", "repeated_failure", "out_of_scope")
AT_ONCE = 2000  # conversations written together

_INSERTS = {table.name: Prepared(insert(table)) for table in (visitors, conversations, events)}
Rows = dict[str, list[dict[str, Any]]]


class Conversation:
    """One conversation while it is made up."""

    def __init__(self, chance: random.Random, start: datetime, visitor: str) -> None:
        self.chance, self.at, self.visitor = chance, start, visitor
        self.id, self.start = new_id(), start
        self.language = chance.choices(LANGUAGES, (5, 3, 2))[0]
        self.episode, self.seq = 0, 0
        self.told: list[dict[str, Any]] = []
        page = f"/shop/{chance.choice(['', 'product', 'basket', 'order'])}"
        self.tell("conversation_started", "shopper", locale=self.language, surface="widget", page=page)

    def tell(self, type_: str, actor: str = "system", actor_id: str | None = None, **data: Any) -> None:
        """Record an event a moment later."""
        self.told.append(
            {
                "id": new_id(),
                "conversation_id": self.id,
                "episode": self.episode,
                "number": len(self.told) + 1,
                "type": type_,
                "actor": actor,
                "actor_id": actor_id,
                "at": self.at,
                "data": data,
                "version": 1,
            }
        )

    def passes(self, most: float) -> None:
        """Let some seconds pass."""
        self.at += timedelta(seconds=round(self.chance.expovariate(2 / most), 3))

    def says(self, author: str, actor_id: str | None = None) -> str:
        self.seq += 1
        message_id = new_id()
        self.tell(
            "message_added",
            author,
            actor_id,
            message_id=message_id,
            seq=self.seq,
            author=author,
            language=self.language,
        )
        return message_id

    def episode_(self) -> None:
        """Make up a whole episode: one of the ways in which they go."""
        chance = self.chance
        self.episode += 1
        self.tell("episode_started", "shopper", language=self.language)
        self.says("shopper")
        topic = chance.choice(TOPICS)
        entry = f"{topic}/entry-{chance.randrange(6)}"
        told = {"entry": entry, "confidence": 0.8, "language": self.language, "kb_version": "made-up", "ms": 1.0}
        self.passes(0.2)
        way = chance.choices(("answered", "judged", "failed", "clarified", "person"), (55, 12, 8, 8, 17))[0]
        outcome, answered = "bot_assumed", True
        if way == "failed":
            self.tell("turn_failed", "bot", **told, reason="low_confidence")
            outcome, answered = "abandoned_in_bot", False
        elif way == "clarified":
            self.tell("turn_clarified", "bot", **told, choices=[entry])
            self.says("bot")
            self.passes(20)
            self.says("shopper")
        if way != "failed":
            self.tell("turn_answered", "bot", **told)
        reply = self.says("bot")
        if way == "judged":
            helpful = chance.random() < 0.7
            self.tell("feedback_given", "shopper", message_id=reply, entry=entry, helpful=helpful)
            outcome = "bot_confirmed" if helpful else "abandoned_in_bot"
        if way == "person":
            outcome = self.person()
        self.passes(60)
        ended = {"entry": entry if answered else None, "topic": topic if answered else None}
        self.tell("episode_ended", "system", outcome=outcome, language=self.language, **ended)
        if outcome == "agent_resolved":
            self.tell("rating_requested")
        if chance.random() < 0.15:
            self.passes(600)
            self.tell(
                "rating_given", "shopper", csat=chance.choice((1, 3, 4, 5, 5)), nps=chance.choice((None, 0, 7, 10))
            )

    def person(self) -> str:
        """Ask for a person, who comes or not; return the outcome."""
        chance, handoff = self.chance, new_id()
        self.passes(30)
        reason = chance.choice(REASONS)
        self.tell("handoff_requested", "shopper", handoff_id=handoff, reason=reason, team=None, topic=None)
        before = self.at
        self.passes(200)
        waited = (self.at - before).total_seconds()
        if chance.random() < 0.3:
            self.tell("handoff_cancelled", "shopper", handoff_id=handoff, reason=reason, team=None, waited=waited)
            return "abandoned_in_queue"
        agent = chance.choice(AGENTS)
        self.tell("handoff_accepted", "agent", agent, handoff_id=handoff, reason=reason, team=None, waited=waited)
        self.passes(60)
        self.says("agent", agent)
        self.passes(400)
        return "agent_resolved" if chance.random() < 0.8 else "agent_unresolved"

    def row(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "visitor_id": self.visitor,
            "status": "closed",
            "locale": self.language,
            "surface": "widget",
            "page": None,
            "time_zone": None,
            "episode": self.episode,
            "episode_open": False,
            "last_seq": self.seq,
            "last_event": len(self.told),
            "language": self.language,
            "last_entry": None,
            "offered": [],
            "failures": 0,
            "awaiting_order_number": False,
            "agent_id": None,
            "handoff_id": None,
            "disposition": None,
            "created_at": self.start,
            "updated_at": self.at,
            "idle_at": None,
        }


def made_up(count: int, *, start: datetime, days: float, seed: int = 1) -> Iterator[Rows]:
    """Yield rows of visitors, conversations and events, some conversations at a time: `count` episodes in all."""
    chance = random.Random(seed)
    rows: Rows = {"visitors": [], "conversations": [], "events": []}
    made = 0
    while made < count:
        at = start + timedelta(days=chance.uniform(0, days))
        visitor = new_id()
        conversation = Conversation(chance, at, visitor)
        for _ in range(min(count - made, chance.choices((1, 2, 3), (80, 15, 5))[0])):
            conversation.episode_()
            made += 1
            conversation.at += timedelta(hours=chance.choice((1, 20, 60, 100, 300)))
        rows["visitors"].append(
            {"id": visitor, "token_hash": visitor, "created_at": at, "last_seen_at": at, "blocked_at": None}
        )
        row = conversation.row()
        rows["conversations"].append({column.name: row.get(column.name) for column in conversations.c})
        rows["events"] += conversation.told
        if len(rows["conversations"]) >= AT_ONCE:
            yield rows
            rows = {"visitors": [], "conversations": [], "events": []}
    if rows["conversations"]:
        yield rows


def write(connection: Connection, rows: Rows) -> None:
    """Insert made-up rows."""
    for name, statement in _INSERTS.items():
        statement.run(connection, rows[name])


async def fill(database: Database, count: int, *, start: datetime, days: float, seed: int = 1) -> None:
    """Fill a migrated database with made-up episodes and their agents."""

    def add_agents(connection: Connection) -> None:
        for number, agent in enumerate(AGENTS):
            row = {
                "id": agent,
                "name": f"Agent {number}",
                "email": f"agent{number}@shop.example",
                "password_hash": "x",
                "role": "agent",
                "languages": ["en"],
                "capacity": 5,
                "presence": "offline",
                "created_at": start,
                "failed_sign_ins": 0,
            }
            connection.execute(insert(agents), row)

    await database.write(add_agents)
    for rows in made_up(count, start=start, days=days, seed=seed):
        await database.write(lambda connection, rows=rows: write(connection, rows))
