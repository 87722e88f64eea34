"""The tables of what goes on beside the chat: tickets, mail, orders looked up."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table, Text

from bot.store.columns import UtcDateTime, id_column, metadata, of

tickets = Table(
    "tickets",
    metadata,
    id_column(),
    of("conversations", "conversation_id"),
    Column("number", String(12), nullable=False, unique=True),
    Column("email", String(254), nullable=False),
    Column("text", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("status", String(10), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_tickets_conversation_id", "conversation_id"),
)
