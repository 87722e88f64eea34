"""One made-up conversation of the demo's history, with every row that a lived one leaves."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.demo import scripts
from bot.demo.scripts import Lines, Theme
from bot.domain.events import Actor, EventType, check_data
from bot.domain.identifiers import new_id
from bot.domain.messages import Author
from bot.domain.outcomes import Outcome
from bot.knowledge.entries import KnowledgeBase
from bot.store.bulk import ORDER
from bot.text.normalize import fold

PAGES = ("/", "/shop/product", "/shop/basket", "/shop/order")
ANSWER_LENGTH = 400  # characters of an answer that the history keeps
COURSES = ("answered", "helped", "disliked", "clarified", "gave_up", "person", "spam")
USUAL = (61, 15, 2.2, 8, 3, 10, 0.8)
TROUBLED = (20, 1, 12, 2, 35, 29, 1)
"""Weights of the courses where the help center answers, and where it does not."""
_ACTORS = {author: Actor(author.value) for author in Author}


class Rows(dict[str, list[dict[str, Any]]]):
    """Rows by table."""

    def __init__(self) -> None:
        super().__init__({name: [] for name in ORDER})

    def add(self, story: Story) -> None:
        for name, rows in story.rows.items():
            self[name] += rows
        self["visitors"].append(story.visitor_row())
        self["conversations"].append(story.conversation_row())


class Cast:
    """What every story draws from."""

    def __init__(self, knowledge: KnowledgeBase, agents: Mapping[str, str]) -> None:
        self.knowledge, self.agents = knowledge, agents
        ids = [id_ for id_ in knowledge.ids if any(entry.is_help for entry in knowledge.entries[id_].values())]
        self.entries = ids
        # Few things are asked often: the n-th in a shuffled order 1/n of the times.
        order = random.Random(7).sample(ids, len(ids))  # noqa: S311  # nosec B311  # the same in every demo
        self.weights = [1 / (2 + order.index(id_)) for id_ in ids]


class Story:
    """A conversation while it is told."""

    def __init__(self, cast: Cast, chance: random.Random, at: datetime, language: str) -> None:
        self.cast, self.chance, self.at, self.language = cast, chance, at, language
        self.begun, self.id, self.visitor = at, new_id(), new_id()
        self.number, self.seq, self.told = 0, 0, 0
        self.entry = ""
        self.surface = chance.choices(("widget", "page"), (85, 15))[0]
        self.page = chance.choice(PAGES) if self.surface == "widget" else "/chat"
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in ORDER}
        self.tell(EventType.CONVERSATION_STARTED, Actor.SHOPPER, locale=language, surface=self.surface, page=self.page)

    def wait(self, time: timedelta) -> None:
        self.at += time

    def passes(self, seconds: float) -> None:
        """Let about so many seconds pass."""
        self.at += timedelta(seconds=round(self.chance.lognormvariate(0, 0.6) * seconds, 3))

    def tell(self, type_: EventType, actor: Actor, actor_id: str | None = None, /, **data: Any) -> None:
        check_data(type_, data)
        self.told += 1
        self.rows["events"].append(
            {
                "id": new_id(),
                "conversation_id": self.id,
                "episode": self.number,
                "number": self.told,
                "type": type_.value,
                "actor": actor.value,
                "actor_id": actor_id,
                "at": self.at,
                "data": data,
                "version": 1,
            }
        )

    def says(self, author: Author, text: str, agent: str | None = None, **more: Any) -> str:
        """Add a message and return its id."""
        self.seq += 1
        message = {
            "id": new_id(),
            "conversation_id": self.id,
            "seq": self.seq,
            "episode": self.number,
            "author": author.value,
            "agent_id": agent,
            "name": self.cast.agents.get(agent or ""),
            "language": self.language,
            "text": text,
            "folded": fold(text),
            "at": self.at,
            **more,
        }
        self.rows["messages"].append(message)
        facts = {"message_id": message["id"], "seq": self.seq, "author": author.value, "language": self.language}
        self.tell(EventType.MESSAGE_ADDED, _ACTORS[author], agent, **facts)
        return str(message["id"])

    def line(self, lines: Lines) -> str:
        return self.chance.choice(lines[self.language])

    def asks(self, theme: Theme | None) -> str:
        """Return what the shopper writes."""
        if theme is not None:
            return self.line(theme.asks).replace("{x}", self.chance.choice(theme.slots[self.language]))
        entry = self.cast.knowledge.entry(self.entry, self.language)
        text = self.chance.choice((entry.title, *entry.variants))
        return text.lower().rstrip("?.") if self.chance.random() < 0.4 else text  # noqa: PLR2004  # as people type

    def episode(self, theme: Theme | None, *, again: bool = False) -> None:
        """Tell an episode from its first message to its end; `again`: about the same as before."""
        chance = self.chance
        if theme is not None:
            self.entry = theme.near
        elif not (again and self.entry):
            self.entry = chance.choices(self.cast.entries, self.cast.weights)[0]
        self.number += 1
        self.tell(EventType.EPISODE_STARTED, Actor.SHOPPER, language=self.language)
        course = chance.choices(COURSES, USUAL if theme is None else TROUBLED)[0]
        outcome = getattr(self, f"_{course}")(theme)
        self.end(outcome, theme)

    def turn(self, theme: Theme | None, action: str = "answer", text: str | None = None) -> str:
        """Let the shopper ask and the bot react; return the id of the reply."""
        asked = self.says(Author.SHOPPER, text or self.asks(theme))
        chance, reason = self.chance, "low_confidence" if action == "handoff" else None
        sure = {"answer": chance.uniform(0.62, 0.98), "clarify": chance.uniform(0.3, 0.55)}.get(action)
        confidence = round(chance.uniform(0.05, 0.3) if sure is None else sure, 4)
        ms = round(chance.uniform(0.8, 3.0), 3)
        told: dict[str, Any] = {
            "entry": self.entry,
            "confidence": confidence,
            "language": self.language,
            "kb_version": self.cast.knowledge.version,
            "ms": ms,
        }
        self.at += timedelta(milliseconds=round(ms) + 5)
        if action == "answer":
            self.tell(EventType.TURN_ANSWERED, Actor.BOT, None, **told)
            said = self.cast.knowledge.entry(self.entry, self.language).body[:ANSWER_LENGTH]
        elif action == "clarify":
            self.tell(EventType.TURN_CLARIFIED, Actor.BOT, None, **told, choices=[self.entry])
            said = self.line(scripts.ASKING_BACK)
        else:
            self.tell(EventType.TURN_FAILED, Actor.BOT, None, **told, reason=reason)
            said = self.line(scripts.GIVING_UP)
        entry = self.entry if action == "answer" else None
        reply = self.says(Author.BOT, said, decision=action, entry=entry, reason=reason)
        other = chance.choice(self.cast.entries)
        self.rows["decisions"].append(
            {
                "id": new_id(),
                "conversation_id": self.id,
                "message_id": asked,
                "reply_id": reply,
                "episode": self.number,
                "at": self.at,
                "action": action,
                "reason": reason,
                "entry": self.entry,
                "confidence": confidence,
                "candidates": [
                    {"entry": self.entry, "confidence": confidence},
                    {"entry": other, "confidence": round((1 - confidence) * 0.3, 4)},
                ],
                "scores": {"cosine": round(confidence * 0.9, 4)},
                "language": self.language,
                "kb_version": self.cast.knowledge.version,
                "milliseconds": ms,
            }
        )
        return reply

    def judge(self, reply: str, *, helpful: bool) -> None:
        self.passes(15)
        row = {
            "message_id": reply,
            "conversation_id": self.id,
            "episode": self.number,
            "helpful": helpful,
            "at": self.at,
        }
        self.rows["feedback"].append(row)
        self.tell(EventType.FEEDBACK_GIVEN, Actor.SHOPPER, message_id=reply, entry=self.entry, helpful=helpful)

    def _answered(self, theme: Theme | None) -> Outcome:
        self.turn(theme)
        if self.chance.random() < 0.3:  # noqa: PLR2004  # some say thanks
            self.passes(20)
            self.says(Author.SHOPPER, self.line(scripts.THANKS))
        return Outcome.BOT_ASSUMED

    def _helped(self, theme: Theme | None) -> Outcome:
        self.judge(self.turn(theme), helpful=True)
        return Outcome.BOT_CONFIRMED

    def _disliked(self, theme: Theme | None) -> Outcome:
        self.judge(self.turn(theme), helpful=False)
        return Outcome.ABANDONED_IN_BOT

    def _clarified(self, theme: Theme | None) -> Outcome:
        self.turn(theme, "clarify")
        self.passes(20)
        self.turn(theme)
        return Outcome.BOT_ASSUMED

    def _gave_up(self, theme: Theme | None) -> Outcome:
        self.turn(theme, "handoff")
        return Outcome.ABANDONED_IN_BOT

    def _spam(self, theme: Theme | None) -> Outcome:
        self.turn(theme, "handoff", "BUY CHEAP FOLLOWERS NOW www.followers.example")
        agent = self._request("low_confidence", waits=40)
        self.tell(EventType.EPISODE_ENDED, Actor.AGENT, agent, **self._ended(Outcome.SPAM))
        self._resolve(agent, "spam")
        return Outcome.SPAM

    def _person(self, theme: Theme | None) -> Outcome:
        chance = self.chance
        reason = "asked_for_human"
        if chance.random() < 0.5:  # noqa: PLR2004  # after an answer, or after none
            self.turn(theme, "answer" if theme is None or chance.random() < theme.answered else "handoff")
        else:
            self.turn(theme, "handoff")
            reason = "low_confidence"
        self.passes(30)
        handoff = new_id()
        late = not 8 <= self.at.hour < 20  # noqa: PLR2004  # when agents are there
        if late or chance.random() < 0.12:  # noqa: PLR2004  # nobody comes in time
            return self._nobody(handoff, reason, chance)
        if reason == "asked_for_human":
            self.says(Author.SHOPPER, self.line(scripts.ASKS_FOR_PERSON))
        agent = self._request(reason, waits=75 if theme is None else 190, handoff=handoff)
        self.passes(25)
        lines = [self.line(theme.agents)] if theme else self.chance.sample(scripts.AGENT_LINES[self.language], 2)
        for text in lines:
            self.says(Author.AGENT, text, agent)
            self.passes(90)
        if chance.random() < 0.6:  # noqa: PLR2004  # some say thanks
            self.says(Author.SHOPPER, self.line(scripts.THANKS))
            self.passes(20)
        solved = chance.random() < (0.9 if theme is None else 0.7)
        outcome = Outcome.AGENT_RESOLVED if solved else Outcome.AGENT_UNRESOLVED
        self.tell(EventType.EPISODE_ENDED, Actor.AGENT, agent, **self._ended(outcome))
        self._resolve(agent, "solved" if solved else "not_solved")
        return outcome

    def _nobody(self, handoff: str, reason: str, chance: random.Random) -> Outcome:
        self._ask(handoff, reason)
        if chance.random() < 0.45:  # noqa: PLR2004  # leave, or wait to the end
            self.passes(150)
            self._leave(EventType.HANDOFF_CANCELLED, Actor.SHOPPER, "cancelled")
            return Outcome.ABANDONED_IN_QUEUE
        self.at += timedelta(minutes=15)
        self._leave(EventType.HANDOFF_EXPIRED, Actor.SYSTEM, "expired")
        if chance.random() < 0.4:  # noqa: PLR2004  # missed, or a message is left
            return Outcome.MISSED
        self.passes(60)
        ticket = {
            "id": new_id(),
            "conversation_id": self.id,
            "number": f"CV-{chance.choice('23456789')}{self.id[-5:].upper().translate(str.maketrans('01', 'XY'))}",
            "email": f"shopper{chance.randrange(900)}@caravan.example",
            "text": self.rows["messages"][0]["text"],
            "language": self.language,
            "status": "closed",
            "at": self.at,
        }
        self.rows["tickets"].append(ticket)
        self.tell(EventType.TICKET_OPENED, Actor.SHOPPER, ticket_id=ticket["id"])
        return Outcome.TICKETED

    def _ask(self, handoff: str, reason: str) -> None:
        actor = Actor.SHOPPER if reason == "asked_for_human" else Actor.BOT
        topic = self.entry.rpartition("/")[0]
        self.tell(EventType.HANDOFF_REQUESTED, actor, handoff_id=handoff, reason=reason, team=None, topic=topic)
        self.rows["handoffs"].append(
            {
                "id": handoff,
                "conversation_id": self.id,
                "episode": self.number,
                "status": "waiting",
                "reason": reason,
                "language": self.language,
                "topic": topic,
                "requested_at": self.at,
                "waiting_since": self.at,
                "expires_at": self.at + timedelta(minutes=15),
                "priority": 0,
                "declined_by": [],
            }
        )

    def _leave(self, type_: EventType, actor: Actor, status: str) -> None:
        row = self.rows["handoffs"][-1]
        row |= {"status": status, "ended_at": self.at}
        waited = (self.at - row["requested_at"]).total_seconds()
        self.tell(type_, actor, handoff_id=row["id"], reason=row["reason"], team=None, waited=waited)

    def _request(self, reason: str, *, waits: float, handoff: str | None = None) -> str:
        """Queue for a person who comes; return the agent's id."""
        self._ask(handoff or new_id(), reason)
        self.passes(waits)
        row, agent = self.rows["handoffs"][-1], self.chance.choice(list(self.cast.agents))
        row |= {"status": "resolved", "accepted_by": agent, "accepted_at": self.at}
        waited = (self.at - row["requested_at"]).total_seconds()
        self.tell(
            EventType.HANDOFF_ACCEPTED,
            Actor.AGENT,
            agent,
            handoff_id=row["id"],
            reason=reason,
            team=None,
            waited=waited,
        )
        return agent

    def _resolve(self, agent: str, disposition: str) -> None:
        row = self.rows["handoffs"][-1]
        row["ended_at"] = self.at
        facts = {"handoff_id": row["id"], "reason": row["reason"], "team": None, "topic": None}
        self.tell(EventType.HANDOFF_RESOLVED, Actor.AGENT, agent, disposition=disposition, **facts)

    def _ended(self, outcome: Outcome) -> dict[str, Any]:
        answered = any(
            e["type"] == EventType.TURN_ANSWERED and e["episode"] == self.number for e in self.rows["events"]
        )
        entry = self.entry if answered else None
        topic = entry.rpartition("/")[0] if entry else None
        return {"outcome": outcome.value, "language": self.language, "entry": entry, "topic": topic}

    def end(self, outcome: Outcome, theme: Theme | None) -> None:
        """End the episode, unless an agent has, and ask for a rating, which some give."""
        by_agent = self.rows["events"][-1]["type"] == EventType.HANDOFF_RESOLVED
        if not by_agent:
            idle = self.chance.random() < 0.7  # noqa: PLR2004  # most just leave
            self.at += timedelta(minutes=60) if idle else timedelta(seconds=30)
            self.tell(EventType.EPISODE_ENDED, Actor.SYSTEM if idle else Actor.SHOPPER, **self._ended(outcome))
            if idle:
                return
        if outcome is not Outcome.SPAM:
            self.tell(EventType.RATING_REQUESTED, Actor.SYSTEM)
            self._rate(outcome, theme)

    def _rate(self, outcome: Outcome, theme: Theme | None) -> None:
        chance = self.chance
        if chance.random() > 0.45:  # noqa: PLR2004  # more than half do not
            return
        self.passes(20)
        good = outcome in (Outcome.BOT_CONFIRMED, Outcome.AGENT_RESOLVED, Outcome.BOT_ASSUMED) and theme is None
        csat = chance.choices((1, 2, 3, 4, 5), (3, 4, 9, 34, 50) if good else (34, 26, 18, 14, 8))[0]
        nps = min(10, max(0, csat * 2 + chance.choice((-2, -1, 0, 0, 1)))) if chance.random() < 0.6 else None  # noqa: PLR2004
        row = {"conversation_id": self.id, "episode": self.number, "csat": csat, "nps": nps, "at": self.at}
        self.rows["ratings"].append(row)
        self.tell(EventType.RATING_GIVEN, Actor.SHOPPER, csat=csat, nps=nps)

    def visitor_row(self) -> dict[str, Any]:
        return {
            "id": self.visitor,
            "token_hash": f"history-{self.visitor}",
            "created_at": self.begun,
            "last_seen_at": self.at,
        }

    def conversation_row(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "visitor_id": self.visitor,
            "status": "closed",
            "locale": self.language,
            "surface": self.surface,
            "page": self.page,
            "episode": self.number,
            "episode_open": False,
            "last_seq": self.seq,
            "last_event": self.told,
            "language": self.language,
            "last_entry": self.entry,
            "offered": [],
            "failures": 0,
            "awaiting_order_number": False,
            "created_at": self.begun,
            "updated_at": self.at,
        }
