"""One transaction: every repository on one connection, and what to tell the world after the commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from bot.clock import Clock
from bot.domain.agents import Agent
from bot.domain.conversations import Conversation
from bot.domain.events import Event
from bot.domain.handoffs import Handoff
from bot.domain.messages import Message
from bot.domain.orders import Lookup
from bot.domain.tickets import Ticket
from bot.store.agents import Agents
from bot.store.audits import Audits
from bot.store.configuration import Configuration
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.decisions import Decisions
from bot.store.events import Events
from bot.store.factors import Factors
from bot.store.handoffs import Handoffs
from bot.store.links import Links
from bot.store.lookups import Lookups
from bot.store.mails import Codes, Mails
from bot.store.messages import Messages
from bot.store.notes import Note, Notes
from bot.store.publications import Publications
from bot.store.schedules import Schedules
from bot.store.searches import Searches
from bot.store.sessions import Sessions
from bot.store.sign_in_links import SignInLinks
from bot.store.teams import Teams
from bot.store.tickets import Tickets
from bot.store.visitors import Visitors

T = TypeVar("T")


@dataclass(slots=True)
class News:
    """What a transaction changed, for those who listen after its commit."""

    events: list[Event] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    before: dict[str, Conversation] = field(default_factory=dict)
    """The same conversations as they were."""
    agents: dict[str, Agent] = field(default_factory=dict)
    """Who took part, by id: events name them by id only."""
    handoffs: dict[str, Handoff] = field(default_factory=dict)
    """Hand-offs that events tell about, as they are after the last of them."""
    notes: list[Note] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    """New ones."""
    changed_tickets: list[Ticket] = field(default_factory=list)
    lookups: list[Lookup] = field(default_factory=list)
    presence: bool = False

    def __bool__(self) -> bool:
        changed = (
            self.events,
            self.messages,
            self.conversations,
            self.notes,
            self.tickets,
            self.changed_tickets,
            self.lookups,
        )
        return any(changed) or self.presence


class Transaction:
    """The repositories, the time, and the news."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self.news = News()
        self.visitors = Visitors(connection)
        self.conversations = Conversations(connection)
        self.messages = Messages(connection)
        self.decisions = Decisions(connection)
        self.handoffs = Handoffs(connection)
        self.agents = Agents(connection)
        self.sessions = Sessions(connection)
        self.factors = Factors(connection)
        self.links = Links(connection)
        self.sign_in_links = SignInLinks(connection)
        self.events = Events(connection)
        self.notes = Notes(connection)
        self.tickets = Tickets(connection)
        self.mails = Mails(connection)
        self.codes = Codes(connection)
        self.lookups = Lookups(connection)
        self.publications = Publications(connection)
        self.teams = Teams(connection)
        self.searches = Searches(connection)
        self.schedules = Schedules(connection)
        self.configuration = Configuration(connection)
        self.audit = Audits(connection, now)


class Store:
    """Runs use-cases in transactions and passes their news on, in the order of the commits."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._listeners: list[Callable[[News], None]] = []

    @property
    def url(self) -> URL:
        return self._database.url

    @property
    def database(self) -> Database:
        return self._database

    def on_commit(self, listener: Callable[[News], None]) -> None:
        """Call `listener` with the news of each commit; it must not block."""
        self._listeners.append(listener)

    async def write(self, unit: Callable[[Transaction], T]) -> T:
        """Run `unit`; on return its changes are on disk. Raises what `unit` raises, or Unavailable."""

        def run(connection: Connection) -> tuple[T, News]:
            transaction = Transaction(connection, self._clock.now())
            return unit(transaction), transaction.news

        result, _news = await self._database.write(run, self._tell)
        return result

    def _tell(self, committed: tuple[object, News]) -> None:
        """Pass the news on: once begun a change is finished and told, even when the socket that asked is gone."""
        _result, news = committed
        if news:
            for listener in self._listeners:
                listener(news)

    async def read(self, unit: Callable[[Transaction], T]) -> T:
        """Run `unit` for reading."""
        return await self._database.read(lambda connection: unit(Transaction(connection, self._clock.now())))

    async def leads(self) -> bool:
        """Whether this process is the one that sweeps."""
        return await self._database.leads()

    async def close(self) -> None:
        await self._database.close()
