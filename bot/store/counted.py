"""The tables of what is counted: ended episodes as reports see them, packed days, mailed reports, benchmarks, drafts.

They outlive the conversations that they were read from; no column holds a person's words, drafts apart.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table

from bot.store.columns import ID, UtcDateTime, id_column, metadata, of

SECONDS = (
    "queue_wait",
    "queue_wait_business",
    "queue_left",
    "first_response",
    "first_response_bot",
    "first_response_human",
    "first_response_human_business",
    "agent_response",
    "agent_reply",
    "handle",
    "resolution",
    "resolution_human",
    "next_gap",
    "next_gap_same_topic",
    "previous_gap_same_topic",
)
"""Durations, empty where it did not happen."""
COUNTS = (
    "messages_shopper",
    "messages_bot",
    "messages_agent",
    "answered",
    "clarified",
    "failed",
    "clarified_answered",
    "wrong_answers",
    "helpful",
    "unhelpful",
    "language_switches",
    "rating_requested",
)
"""Whole numbers, 0 where nothing happened."""

episodes = Table(
    "episodes",
    metadata,
    Column("conversation_id", ID, primary_key=True),
    Column("episode", Integer, primary_key=True),
    Column("visitor_id", ID, ForeignKey("visitors.id", ondelete="SET NULL")),
    Column("last_event", Integer, nullable=False),
    Column("day", String(10), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("first_outcome", String(20), nullable=False),
    Column("disposition", String(12)),
    Column("handoff_reason", String(30)),
    Column("language", String(8), nullable=False),
    Column("topic", String(255)),
    Column("entry", String(255)),
    Column("agent", ID),
    Column("team", ID),
    Column("surface", String(10)),
    Column("page", String(500)),
    Column("kb_version", String(64)),
    *(Column(name, Integer, nullable=False) for name in COUNTS),
    Column("csat", Integer),
    Column("nps", Integer),
    *(Column(name, Float) for name in SECONDS),
    Index("ix_episodes_day_conversation_id_episode", "day", "conversation_id", "episode"),
    Index("ix_episodes_visitor_id", "visitor_id"),
)
"""One row an ended episode; rows follow events that come later (a rating, a revised outcome)."""

episode_days = Table(
    "episode_days",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("packed", LargeBinary),
    Column("keys", LargeBinary),
)
"""A UTC day's episodes in columns; nothing while a row of that day is newer."""

report_schedules = Table(
    "report_schedules",
    metadata,
    id_column(),
    Column("position", Integer, nullable=False),
    Column("every", String(5), nullable=False),
    Column("recipients", JSON, nullable=False),
    Column("language", String(8), nullable=False),
    Column("time_zone", String(120), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Index("ix_report_schedules_due_at", "due_at"),
)
"""Reports that go out by mail; part of the configuration."""

benchmarks = Table(
    "benchmarks",
    metadata,
    Column("metric", String(60), primary_key=True),
    Column("value", Float, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    id_column(),
    Column("status", String(10), nullable=False),
    Column("entry", String(255), nullable=False),
    Column("texts", JSON, nullable=False),
    Column("based_on", JSON, nullable=False),
    Column("replay", JSON(none_as_null=True)),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    of("agents", "created_by", nullable=True, cascade=False),
    Column("published_at", UtcDateTime),
)
"""Entries that are being written from pain points."""
