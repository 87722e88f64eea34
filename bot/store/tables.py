"""The tables, the same on SQLite and PostgreSQL; due times are columns."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store import correspondence, counted, safekeeping, staff  # noqa: F401  # with this module all tables are known
from bot.store.columns import ID, UtcDateTime, id_column, metadata, of

visitors = Table(
    "visitors",
    metadata,
    id_column(),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("blocked_at", UtcDateTime),
    Column("subject", String(255)),
    Column("verified_name", String(120)),
    Column("verified_email", String(254)),
    Column("verified_at", UtcDateTime),
    Column("same_as", ID),
    Index("ix_visitors_last_seen_at", "last_seen_at"),
    Index("ix_visitors_subject", "subject", unique=True),
    Index("ix_visitors_same_as", "same_as"),
)
"""A browser, by its token; `subject` is what the shop has signed, and browsers of the same person are `same_as` one."""

agents = Table(
    "agents",
    metadata,
    id_column(),
    Column("name", String(120), nullable=False),
    Column("email", String(254), nullable=False, unique=True),
    Column("password_hash", String(255), nullable=False),
    Column("role", String(20), nullable=False),
    Column("languages", JSON, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("presence", String(10), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("failed_sign_ins", Integer, nullable=False),
    Column("locked_until", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("last_assigned_at", UtcDateTime),
    Column("totp_key", String(64)),
    Column("totp_at", UtcDateTime),
    Column("totp_step", Integer),
    Column("granted", JSON),
)
"""`totp_key` without `totp_at` is one that was shown and not confirmed; `totp_step` is the last half minute whose code
was used. `granted`: rights beside those of the role."""

conversations = Table(
    "conversations",
    metadata,
    id_column(),
    of("visitors", "visitor_id"),
    Column("status", String(10), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("surface", String(10), nullable=False),
    Column("page", String(500)),
    Column("time_zone", String(60)),
    Column("episode", Integer, nullable=False),
    Column("episode_open", Boolean, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("last_event", Integer, nullable=False),
    Column("language", String(8), nullable=False),
    Column("last_entry", String(255)),
    Column("offered", JSON, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("awaiting_order_number", Boolean, nullable=False),
    Column("order_number", String(64)),
    of("agents", "agent_id", nullable=True, cascade=False),
    Column("handoff_id", ID),
    Column("disposition", String(12)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("idle_at", UtcDateTime, index=True),
    Index("ix_conversations_visitor_id_created_at", "visitor_id", "created_at"),
    Index("ix_conversations_status_updated_at", "status", "updated_at"),
    Index("ix_conversations_updated_at", "updated_at"),
    Index("ix_conversations_open", "id", postgresql_where=text("episode_open"), sqlite_where=text("episode_open = 1")),
)

messages = Table(
    "messages",
    metadata,
    id_column(),
    of("conversations", "conversation_id"),
    Column("seq", Integer, nullable=False),
    Column("episode", Integer, nullable=False),
    Column("client_id", String(64)),
    Column("author", String(8), nullable=False),
    of("agents", "agent_id", nullable=True, cascade=False),
    Column("name", String(120)),
    Column("language", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("blocks", JSON(none_as_null=True)),
    Column("choices", JSON(none_as_null=True)),
    Column("source", JSON(none_as_null=True)),
    Column("decision", String(20)),
    Column("entry", String(255)),
    Column("reason", String(30)),
    Column("at", UtcDateTime, nullable=False),
    Column("folded", Text),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "client_id"),
)

decisions = Table(
    "decisions",
    metadata,
    id_column(),
    of("conversations", "conversation_id"),
    of("messages", "message_id"),
    Column("reply_id", ID),
    Column("episode", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("action", String(20), nullable=False),
    Column("reason", String(30)),
    Column("entry", String(255)),
    Column("confidence", Float),
    Column("candidates", JSON, nullable=False),
    Column("scores", JSON, nullable=False),
    Column("language", String(8), nullable=False),
    Column("kb_version", String(64), nullable=False),
    Column("milliseconds", Float, nullable=False),
    Index("ix_decisions_conversation_id", "conversation_id"),
    Index("ix_decisions_message_id", "message_id"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("message_id", ID, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    of("conversations", "conversation_id"),
    Column("episode", Integer, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("comment", Text),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_feedback_conversation_id", "conversation_id"),
)

ratings = Table(
    "ratings",
    metadata,
    of("conversations", "conversation_id"),
    Column("episode", Integer, nullable=False),
    Column("csat", Integer),
    Column("nps", Integer),
    Column("comment", Text),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("conversation_id", "episode"),
)

notes = Table(
    "notes",
    metadata,
    id_column(),
    of("conversations", "conversation_id"),
    of("agents", "agent_id", nullable=True, cascade=False),
    Column("name", String(120)),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_notes_conversation_id", "conversation_id"),
)

handoffs = Table(
    "handoffs",
    metadata,
    id_column(),
    of("conversations", "conversation_id"),
    Column("episode", Integer, nullable=False),
    Column("status", String(10), nullable=False),
    Column("reason", String(30), nullable=False),
    Column("language", String(8), nullable=False),
    Column("topic", String(255)),
    Column("order_number", String(64)),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("waiting_since", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    of("agents", "accepted_by", nullable=True, cascade=False),
    Column("accepted_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("team_id", ID),
    Column("priority", Integer, nullable=False),
    Column("offered_to", ID),
    Column("offered_at", UtcDateTime),
    Column("offer_expires_at", UtcDateTime),
    Column("declined_by", JSON, nullable=False),
    Column("shopper_seen_at", UtcDateTime),
    Index("ix_handoffs_status_expires_at", "status", "expires_at"),
    Index("ix_handoffs_conversation_id", "conversation_id"),
)

events = Table(
    "events",
    metadata,
    id_column(),
    of("conversations", "conversation_id", nullable=True),
    Column("episode", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("type", String(30), nullable=False),
    Column("actor", String(8), nullable=False),
    Column("actor_id", ID),
    Column("at", UtcDateTime, nullable=False),
    Column("data", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("conversation_id", "number"),
    Index("ix_events_type_at", "type", "at"),
)

kb_versions = Table(
    "kb_versions",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("published_at", UtcDateTime, nullable=False),
    Column("content", JSON, nullable=False),
)

teams = Table(
    "teams",
    metadata,
    id_column(),
    Column("name", String(120), nullable=False, unique=True),
    Column("topics", JSON, nullable=False),
    Column("hours", JSON(none_as_null=True)),
)

team_members = Table(
    "team_members",
    metadata,
    Column("team_id", ID, ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True),
    Column("agent_id", ID, ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_team_members_agent_id", "agent_id"),
)

configuration = Table(
    "configuration",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", JSON(none_as_null=True)),
    Column("updated_at", UtcDateTime, nullable=False),
)
"""`hours` are the shop's own, `version` counts the changes that supervisors made to all of this."""

canned_replies = Table(
    "canned_replies",
    metadata,
    id_column(),
    Column("shortcut", String(40), nullable=False),
    Column("language", String(8), nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("shortcut", "language"),
)

help_votes = Table(
    "help_votes",
    metadata,
    id_column(),
    Column("entry", String(255), nullable=False, index=True),
    Column("language", String(8), nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""Judgements given on the help center's pages."""

facts = Table(
    "facts",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(255), nullable=False),
)
"""What this database is, such as a demo's."""
