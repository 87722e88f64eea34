"""The tables by which people of the shop get in: sessions, recovery codes, one-time links."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table

from bot.store.columns import ID, UtcDateTime, metadata, of

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    of("agents", "agent_id"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("id", ID),
    Column("browser", String(60)),
    Column("needs_code", Boolean),
    Index("ix_sessions_agent_id", "agent_id"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    of("agents", "agent_id"),
    Column("used_at", UtcDateTime),
    Index("ix_recovery_codes_agent_id", "agent_id"),
)

links = Table(
    "links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("id", ID),
    Column("email", String(254)),
    Column("role", String(20)),
    of("agents", "agent_id", nullable=True),
    Index("ix_links_kind", "kind"),
)
"""One use each: `setup` makes the first admin, `invite` somebody of the address and role (`agent_id` invited them),
`password` lets `agent_id` choose a new one."""

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("subject_hash", String(64), primary_key=True),
    Column("issuer_hash", String(64), nullable=False),
    of("agents", "agent_id"),
    Column("linked_at", UtcDateTime, nullable=False),
    Index("ix_sign_in_links_agent_id", "agent_id", "issuer_hash", unique=True),
)
"""Whose account is meant by whom a sign-in service vouches for: hashes of its address, and of its name of them."""
