"""Accounts have a second factor, sessions a name, links somebody whom they are for."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine[Any]], ...] = (
    ("agents", "totp_key", sa.String(length=64)),
    ("agents", "totp_at", sa.DateTime(timezone=True)),
    ("agents", "totp_step", sa.Integer()),
    ("sessions", "id", sa.String(length=36)),
    ("sessions", "browser", sa.String(length=60)),
    ("sessions", "needs_code", sa.Boolean()),
    ("links", "id", sa.String(length=36)),
    ("links", "email", sa.String(length=254)),
    ("links", "role", sa.String(length=20)),
)


def upgrade() -> None:
    for table, name, kind in COLUMNS:  # not in a batch: on SQLite that makes the table anew, and what refers to it goes
        op.add_column(table, sa.Column(name, kind, nullable=True))
    # A name in the form of an id, made of what nobody can sign in with.
    parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    made = " || '-' || ".join(f"substr(token_hash, {at}, {size})" for at, size in parts)
    op.execute(sa.text(f"UPDATE sessions SET id = {made}"))  # noqa: S608  # nosec B608  # of the numbers above
    op.create_index("ix_sessions_agent_id", "sessions", ["agent_id"])
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agent_id", sa.String(length=36), nullable=True))
        batch_op.create_foreign_key(op.f("fk_links_agent_id"), "agents", ["agent_id"], ["id"], ondelete="CASCADE")
    op.create_index("ix_links_kind", "links", ["kind"])
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_recovery_codes_agent_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_index("ix_recovery_codes_agent_id", "recovery_codes", ["agent_id"])


def downgrade() -> None:
    op.drop_index("ix_recovery_codes_agent_id", "recovery_codes")
    op.drop_table("recovery_codes")
    op.drop_index("ix_links_kind", "links")
    op.execute("DELETE FROM links WHERE kind <> 'setup'")
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_links_agent_id"), type_="foreignkey")
        batch_op.drop_column("agent_id")
    # Who has not given a code yet must not be let in by a program that does not ask for it.
    op.execute("DELETE FROM sessions WHERE needs_code")
    op.drop_index("ix_sessions_agent_id", "sessions")
    for table, name, _kind in reversed(COLUMNS):
        op.drop_column(table, name)
