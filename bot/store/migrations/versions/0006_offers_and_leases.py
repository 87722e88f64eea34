"""Offers to one agent at a time, and presence that has to be renewed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ASKED = 2  # the priority of who asked for a person


def upgrade() -> None:
    with op.batch_alter_table("agents") as batch_op:
        batch_op.add_column(sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("last_assigned_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("handoffs") as batch_op:
        batch_op.add_column(sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("team_id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("priority", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("offered_to", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("declined_by", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("shopper_seen_at", sa.DateTime(timezone=True), nullable=True))
    waiting = sa.text("UPDATE handoffs SET waiting_since = requested_at, priority = :asked, declined_by = '[]'")
    op.execute(waiting.bindparams(asked=ASKED))
    with op.batch_alter_table("handoffs") as batch_op:
        batch_op.alter_column("waiting_since", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.alter_column("priority", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("declined_by", existing_type=sa.JSON(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("handoffs") as batch_op:
        for name in (
            "shopper_seen_at",
            "declined_by",
            "offer_expires_at",
            "offered_at",
            "offered_to",
            "priority",
            "team_id",
            "waiting_since",
        ):
            batch_op.drop_column(name)
    with op.batch_alter_table("agents") as batch_op:
        for name in ("last_assigned_at", "lease_until"):
            batch_op.drop_column(name)
