"""Databases with tables in them: each test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.conversations import Conversation, Memory, Status
from bot.domain.identifiers import new_id
from bot.store.database import open_database
from bot.store.schema import upgrade
from bot.store.transaction import Store, Transaction
from tests.fakes import FrozenClock


@pytest.fixture
async def store(database_url: str, clock: FrozenClock) -> AsyncIterator[Store]:
    """Give a store with tables."""
    await asyncio.to_thread(upgrade, database_url)
    store = Store(open_database(database_url), clock)
    yield store
    await store.close()


def a_conversation(tx: Transaction, **fields: Any) -> Conversation:
    """Add a visitor with a conversation."""
    visitor_id = new_id()
    tx.visitors.add(visitor_id, new_id(), tx.now)
    conversation = Conversation(
        id=new_id(),
        visitor_id=visitor_id,
        status=Status.BOT,
        locale="en",
        surface="widget",
        episode=1,
        episode_open=True,
        last_seq=0,
        last_event=0,
        memory=Memory("en"),
        created_at=tx.now,
        updated_at=tx.now,
    )
    conversation = replace(conversation, **fields)
    tx.conversations.add(conversation)
    return conversation
