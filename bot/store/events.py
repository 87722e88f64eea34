"""Events: append-only facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from bot.domain.events import Actor, Event, EventType
from bot.store.prepared import Prepared
from bot.store.tables import conversations, events

_INSERT = Prepared(insert(events))
_ENDS = (EventType.EPISODE_ENDED.value, EventType.OUTCOME_REVISED.value)


class Events:
    """Rows of events."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_all(self, added: Iterable[Event]) -> None:
        rows = [
            {
                "id": event.id,
                "conversation_id": event.conversation_id,
                "episode": event.episode,
                "number": event.number,
                "type": event.type.value,
                "actor": event.actor.value,
                "actor_id": event.actor_id,
                "at": event.at,
                "data": dict(event.data),
                "version": event.version,
            }
            for event in added
        ]
        _INSERT.run(self._connection, rows)

    def of_conversation(self, conversation_id: str, episode: int | None = None) -> list[Event]:
        """Return the conversation's events in order."""
        query = select(events).where(events.c.conversation_id == conversation_id).order_by(events.c.number)
        if episode is not None:
            query = query.where(events.c.episode == episode)
        return [event_of(row) for row in self._connection.execute(query)]

    def ends_of(self, visitor_id: str, *, limit: int) -> list[Event]:
        """Return how the visitor's last episodes ended and how judgements revised that, newest first."""
        query = (
            select(events)
            .join(conversations, conversations.c.id == events.c.conversation_id)
            .where(conversations.c.visitor_id == visitor_id, events.c.type.in_(_ENDS))
            .order_by(events.c.at.desc(), events.c.number.desc())
            .limit(limit)
        )
        return [event_of(row) for row in self._connection.execute(query)]

    def everything(self) -> list[Event]:
        """Return every event there is, in the order of time; for a database that is small."""
        query = select(events).order_by(events.c.at, events.c.conversation_id, events.c.number)
        return [event_of(row) for row in self._connection.execute(query)]


_TYPES: Mapping[str, EventType] = {type_.value: type_ for type_ in EventType}
_ACTORS: Mapping[str, Actor] = {actor.value: actor for actor in Actor}


def event_of(row: Row[Any]) -> Event:
    """Return the fact that a row of the whole table holds; by place, because counting reads hundreds of thousands."""
    id_, conversation_id, episode, number, type_, actor, actor_id, at, data, version = tuple(row)
    return Event(
        id=id_,
        conversation_id=conversation_id,
        episode=episode,
        number=number,
        type=_TYPES[type_],
        actor=_ACTORS[actor],
        at=at,
        data=data,
        actor_id=actor_id,
        version=version,
    )
