"""The tables of what goes on beside the chat: tickets, mail, orders looked up."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

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
    Column("topic", String(255)),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_tickets_conversation_id", "conversation_id"),
    Index("ix_tickets_status_at", "status", "at"),
)

mails = Table(
    "mails",
    metadata,
    id_column(),
    of("conversations", "conversation_id", nullable=True),
    of("tickets", "ticket_id", nullable=True),
    Column("kind", String(20), nullable=False),
    Column("email", String(254), nullable=False),
    Column("language", String(8), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text),
    Column("message_id", String(320), nullable=False, unique=True),
    Column("answers", String(320)),
    Column("status", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("refusal", String(60)),
    Column("at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Index("ix_mails_status_due_at", "status", "due_at"),
    Index("ix_mails_email_at", "email", "at"),
    Index("ix_mails_conversation_id", "conversation_id"),
    Index("ix_mails_ticket_id", "ticket_id"),
)
"""The outbox: a row is written with what it tells of, and sent by whoever finds it due."""

ticket_replies = Table(
    "ticket_replies",
    metadata,
    id_column(),
    of("tickets", "ticket_id"),
    of("agents", "agent_id", nullable=True, cascade=False),
    Column("name", String(120), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    of("mails", "mail_id", nullable=True, cascade=False),
    Index("ix_ticket_replies_ticket_id", "ticket_id"),
    Index("ix_ticket_replies_mail_id", "mail_id"),
)

mail_codes = Table(
    "mail_codes",
    metadata,
    id_column(),
    of("conversations", "conversation_id"),
    Column("email", String(254), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("used_at", UtcDateTime),
    Index("ix_mail_codes_conversation_id_email", "conversation_id", "email"),
)
"""Codes that prove that somebody reads an address."""

order_lookups = Table(
    "order_lookups",
    metadata,
    id_column(),
    of("conversations", "conversation_id"),
    of("visitors", "visitor_id"),
    Column("number", String(64), nullable=False),
    Column("email", String(254), nullable=False),
    Column("waiting", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("status", String(20)),
    Column("language", String(8), nullable=False),
    Column("topic", String(255)),
    Column("at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Index("ix_order_lookups_waiting_due_at", "waiting", "due_at"),
    Index("ix_order_lookups_visitor_id_at", "visitor_id", "at"),
    Index("ix_order_lookups_number_at", "number", "at"),
    Index("ix_order_lookups_conversation_id", "conversation_id"),
)
"""Orders that shoppers asked for: due until somebody has answered."""
