"""Who did what is noted, and who was erased; conversations are found by their age."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=True),
        sa.Column("about", sa.String(length=64), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_at", "audit", ["at"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_erasures")),
    )
    op.create_index("ix_conversations_updated_at", "conversations", ["updated_at"], unique=False)
    op.create_index("ix_visitors_last_seen_at", "visitors", ["last_seen_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_visitors_last_seen_at", table_name="visitors")
    op.drop_index("ix_conversations_updated_at", table_name="conversations")
    op.drop_table("erasures")
    op.drop_index("ix_audit_at", table_name="audit")
    op.drop_table("audit")
