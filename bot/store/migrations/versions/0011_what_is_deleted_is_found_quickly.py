"""What refers to a message or a mail is found by it: deleting one looked through the whole table."""

from alembic import op

revision = "0011"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_decisions_message_id", "decisions", ["message_id"], unique=False)
    op.create_index("ix_ticket_replies_mail_id", "ticket_replies", ["mail_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_ticket_replies_mail_id", table_name="ticket_replies")
    op.drop_index("ix_decisions_message_id", table_name="decisions")
