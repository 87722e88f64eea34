"""The tables of who did what (`audit`) and of who was erased (`erasures`)."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from bot.store.columns import ID, UtcDateTime, metadata

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("action", String(30), nullable=False),
    Column("agent_id", ID),
    Column("about", String(64)),
    Column("data", JSON, nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_at", "at"),
)
"""Rows are added and, when they are old, deleted from the front; nothing changes one."""

erasures = Table(
    "erasures",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
"""Hashes of the ids of visitors who were erased: a database that is restored erases them again."""
