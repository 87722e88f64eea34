"""Orders are looked up."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order_lookups",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("visitor_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("topic", sa.String(length=255), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_order_lookups_conversation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["visitors.id"], name=op.f("fk_order_lookups_visitor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lookups")),
    )
    with op.batch_alter_table("order_lookups", schema=None) as batch_op:
        batch_op.create_index("ix_order_lookups_conversation_id", ["conversation_id"], unique=False)
        batch_op.create_index("ix_order_lookups_number_at", ["number", "at"], unique=False)
        batch_op.create_index("ix_order_lookups_visitor_id_at", ["visitor_id", "at"], unique=False)
        batch_op.create_index("ix_order_lookups_waiting_due_at", ["waiting", "due_at"], unique=False)

    op.add_column("conversations", sa.Column("order_number", sa.String(length=64), nullable=True))


def downgrade() -> None:
    # Not in a batch: on SQLite that makes the table anew, and every message goes with the old one.
    op.drop_column("conversations", "order_number")

    with op.batch_alter_table("order_lookups", schema=None) as batch_op:
        batch_op.drop_index("ix_order_lookups_waiting_due_at")
        batch_op.drop_index("ix_order_lookups_visitor_id_at")
        batch_op.drop_index("ix_order_lookups_number_at")
        batch_op.drop_index("ix_order_lookups_conversation_id")

    op.drop_table("order_lookups")
