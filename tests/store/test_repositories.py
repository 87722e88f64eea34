"""What goes into the tables comes out the same, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.agents import Agent, Presence
from bot.domain.conversations import Memory, Status
from bot.domain.events import Actor, Event, EventType
from bot.domain.handoffs import Handoff, HandoffStatus, Reason
from bot.domain.identifiers import new_id
from bot.domain.messages import Author, Choice, Message, Source
from bot.domain.rights import Role
from bot.errors import NotFound
from bot.store import persons
from bot.store.decisions import Rating
from bot.store.transaction import Store, Transaction
from tests.store.conftest import a_conversation

WORDS = "¿Dónde? \U0001f600 'quoted' \"double\" \\ \u2028 {} % ; -- \n end"


def a_message(tx: Transaction, conversation_id: str, seq: int, **fields: Any) -> Message:
    """Return a message that says everything that one can."""
    message = Message(
        id=new_id(),
        conversation_id=conversation_id,
        seq=seq,
        episode=1,
        author=Author.BOT,
        language="es",
        text=WORDS,
        at=tx.now,
        blocks=({"type": "paragraph", "children": [{"type": "text", "text": WORDS}]},),
        choices=(Choice("a/b", WORDS),),
        source=Source("a/b", "A", "/help/es/a/b"),
        decision="answer",
        entry="a/b",
    )
    return replace(message, **fields)


def an_agent(tx: Transaction) -> Agent:
    """Add an agent."""
    agent = Agent(new_id(), "Amir", f"{new_id()}@x.example", Role.AGENT, ("en", "fr"), 5, Presence.OFFLINE, tx.now)
    tx.agents.add(agent, "hash")
    return agent


async def test_conversation_comes_back_the_same(store: Store, clock):
    memory = Memory("fr", last_entry="a/b", offered=("c/d", "e"), failures=2, awaiting_order_number=True)
    fields = {"memory": memory, "page": "/x", "time_zone": "Europe/Madrid", "idle_at": clock.now() + timedelta(hours=1)}
    conversation = await store.write(lambda tx: a_conversation(tx, **fields))
    assert await store.read(lambda tx: tx.conversations.get(conversation.id)) == conversation
    changed = replace(
        conversation, status=Status.WAITING, last_seq=7, memory=Memory("en"), idle_at=None, disposition="spam"
    )
    await store.write(lambda tx: tx.conversations.save(changed))
    assert await store.read(lambda tx: tx.conversations.latest_of(conversation.visitor_id)) == changed


async def test_message_comes_back_the_same(store: Store):
    def unit(tx: Transaction) -> Message:
        message = a_message(tx, a_conversation(tx).id, 1)
        tx.messages.add_all([message])
        return message

    message = await store.write(unit)
    assert await store.read(lambda tx: tx.messages.get(message.conversation_id, message.id)) == message
    with pytest.raises(NotFound):
        await store.read(lambda tx: tx.messages.get(new_id(), message.id))


@pytest.mark.parametrize("again", [{"seq": 1}, {"seq": 2, "client_id": "twice"}])
async def test_database_itself_keeps_numbers_and_client_ids_unique(store: Store, again: dict[str, object]):
    conversation = await store.write(a_conversation)
    await store.write(lambda tx: tx.messages.add_all([a_message(tx, conversation.id, 1, client_id="twice")]))
    with pytest.raises(IntegrityError):
        await store.write(lambda tx: tx.messages.add_all([a_message(tx, conversation.id, **again)]))


async def test_event_numbers_are_unique_but_presence_has_none(store: Store):
    conversation = await store.write(a_conversation)

    def event(conversation_id: str | None, number: int) -> Event:
        return Event(
            new_id(), conversation_id, 1, number, EventType.RATING_REQUESTED, Actor.SYSTEM, store._clock.now(), {}
        )

    await store.write(lambda tx: tx.events.add_all([event(None, 0), event(None, 0), event(conversation.id, 1)]))
    with pytest.raises(IntegrityError):
        await store.write(lambda tx: tx.events.add_all([event(conversation.id, 1)]))
    (kept,) = await store.read(lambda tx: tx.events.of_conversation(conversation.id))
    assert (kept.number, kept.data, kept.at.utcoffset()) == (1, {}, timedelta(0))


async def test_claim_is_won_once(store: Store, clock):
    def unit(tx: Transaction) -> tuple[Handoff, list[Agent]]:
        handoff = Handoff(
            new_id(),
            a_conversation(tx).id,
            1,
            HandoffStatus.WAITING,
            Reason.ASKED_FOR_HUMAN,
            "en",
            tx.now,
            tx.now,
            tx.now,
        )
        tx.handoffs.add(handoff)
        return handoff, [an_agent(tx) for _ in range(5)]

    for _ in range(10):
        handoff, rivals = await store.write(unit)
        assert await store.read(lambda tx, h=handoff: tx.handoffs.get(h.id)) == handoff
        wins = await asyncio.gather(
            *(store.write(lambda tx, r=r, h=handoff: tx.handoffs.claim(h.id, r.id, tx.now)) for r in rivals)
        )
        assert sum(wins) == 1
        taken = await store.read(lambda tx, h=handoff: tx.handoffs.get(h.id))
        assert taken.accepted_by == rivals[wins.index(True)].id


async def test_numbers_stay_gapless_when_many_write_at_once(store: Store):
    conversation = await store.write(a_conversation)

    def say(tx: Transaction) -> int:
        locked = tx.conversations.lock(conversation.id)
        tx.messages.add_all([a_message(tx, conversation.id, locked.last_seq + 1)])
        tx.conversations.save(replace(locked, last_seq=locked.last_seq + 1))
        return locked.last_seq + 1

    found = await asyncio.gather(*(store.write(say) for _ in range(30)))
    assert sorted(found) == list(range(1, 31))
    stored = await store.read(lambda tx: tx.messages.after(conversation.id, 0, 200))
    assert [message.seq for message in stored] == list(range(1, 31))


async def test_deleted_visitor_takes_everything_along(store: Store):
    def unit(tx: Transaction) -> str:
        conversation = a_conversation(tx)
        message = a_message(tx, conversation.id, 1)
        tx.messages.add_all([message])
        tx.decisions.set_feedback(conversation.id, message.id, episode=1, helpful=True, comment="x", at=tx.now)
        tx.decisions.set_rating(Rating(conversation.id, 1, tx.now, csat=5))
        return conversation.visitor_id

    visitor = await store.write(unit)
    await store.write(lambda tx: persons.erase(tx.connection, persons.of_visitors(tx.connection, [visitor])))
    for table in ("conversations", "messages", "feedback", "ratings"):
        left = await store.read(lambda tx, t=table: tx.connection.exec_driver_sql(f"SELECT count(*) FROM {t}").scalar())
        assert left == 0, table


async def test_rating_and_feedback_are_replaced(store: Store):
    def unit(tx: Transaction) -> tuple[str, str]:
        conversation = a_conversation(tx)
        message = a_message(tx, conversation.id, 1)
        tx.messages.add_all([message])
        for helpful in (True, False):
            tx.decisions.set_feedback(conversation.id, message.id, episode=1, helpful=helpful, comment=None, at=tx.now)
        for csat in (2, 5):
            tx.decisions.set_rating(Rating(conversation.id, 1, tx.now, csat=csat))
        return conversation.id, message.id

    conversation_id, message_id = await store.write(unit)
    assert await store.read(lambda tx: tx.decisions.feedback(message_id)) is False
    assert (await store.read(lambda tx: tx.decisions.rating(conversation_id, 1))).csat == 5


async def test_session_ends_at_its_minute_and_with_its_agent(store: Store, clock):
    agent = await store.write(an_agent)
    await store.write(lambda tx: tx.sessions.add("hash", agent.id, tx.now, tx.now + timedelta(hours=1)))
    found = await store.read(lambda tx: tx.sessions.find("hash", tx.now, seen_after=tx.now - timedelta(hours=2)))
    assert found.agent == agent
    clock.advance(hours=1)
    assert await store.read(lambda tx: tx.sessions.find("hash", tx.now, seen_after=tx.now - timedelta(hours=2))) is None


async def test_link_is_used_once_by_one_of_many(store: Store):
    await store.write(lambda tx: tx.links.add("hash", "setup", tx.now, tx.now + timedelta(hours=1)))
    used = await asyncio.gather(*(store.write(lambda tx: tx.links.use("hash", "setup", tx.now)) for _ in range(10)))
    assert sum(used) == 1


async def test_published_version_is_kept_with_its_content(store: Store, clock):
    content = {"files": {"a.en.md": WORDS}}
    assert await store.write(lambda tx: tx.publications.publish("one", content, tx.now))
    assert not await store.write(lambda tx: tx.publications.publish("one", content, tx.now))
    clock.advance(seconds=1)
    assert await store.write(lambda tx: tx.publications.publish("two", content, tx.now))
    clock.advance(seconds=1)
    assert await store.write(lambda tx: tx.publications.publish("one", content, tx.now)), "a version may come back"
    assert await store.read(lambda tx: tx.publications.newest()) == "one"


async def test_a_block_is_seen_by_whoever_locks_the_conversation(store: Store):
    conversation = await store.write(a_conversation)
    await store.write(lambda tx: tx.visitors.block(conversation.visitor_id, tx.now))
    for look in ("get", "lock"):
        found = await store.write(lambda tx, look=look: getattr(tx.conversations, look)(conversation.id))
        assert found == replace(conversation, blocked=True)
    await store.write(lambda tx: tx.visitors.block(conversation.visitor_id, None))
    assert await store.read(lambda tx: tx.conversations.latest_of(conversation.visitor_id)) == conversation


@pytest.mark.parametrize("written", [False, True])
async def test_what_no_database_can_hold_is_not_found(store: Store, *, written: bool):
    ask = store.write if written else store.read
    with pytest.raises(NotFound):
        await ask(lambda tx: tx.conversations.get("a\0b"))
    assert await ask(lambda tx: tx.agents.all()) == []
