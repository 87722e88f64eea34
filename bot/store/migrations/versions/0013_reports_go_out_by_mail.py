"""Reports go out by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_schedules",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("every", sa.String(length=5), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("time_zone", sa.String(length=120), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedules")),
    )
    with op.batch_alter_table("report_schedules", schema=None) as batch_op:
        batch_op.create_index("ix_report_schedules_due_at", ["due_at"], unique=False)
    op.add_column("mails", sa.Column("html", sa.Text(), nullable=True))
    _conversation_of_mails(nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM mails WHERE conversation_id IS NULL")
    _conversation_of_mails(nullable=False)
    op.drop_column("mails", "html")
    with op.batch_alter_table("report_schedules", schema=None) as batch_op:
        batch_op.drop_index("ix_report_schedules_due_at")
    op.drop_table("report_schedules")


def _conversation_of_mails(*, nullable: bool) -> None:
    """Let mails be of no conversation, or not.

    SQLite has to make the table anew, and replies to tickets forget the mail of theirs with the old one: kept aside.
    """
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        op.execute(
            "CREATE TEMPORARY TABLE mails_of_replies AS"
            " SELECT id, mail_id FROM ticket_replies WHERE mail_id IS NOT NULL"
        )
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.alter_column("conversation_id", existing_type=sa.String(length=36), nullable=nullable)
    if is_sqlite:
        op.execute(
            "UPDATE ticket_replies SET mail_id = (SELECT kept.mail_id FROM mails_of_replies AS kept"
            " WHERE kept.id = ticket_replies.id) WHERE id IN (SELECT id FROM mails_of_replies)"
        )
        op.execute("DROP TABLE mails_of_replies")
