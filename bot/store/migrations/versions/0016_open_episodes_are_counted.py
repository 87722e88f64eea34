"""The few open episodes are found without looking at every conversation: each report counts them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_conversations_open",
        "conversations",
        ["id"],
        postgresql_where=sa.text("episode_open"),
        sqlite_where=sa.text("episode_open = 1"),  # as it is asked there
    )


def downgrade() -> None:
    op.drop_index("ix_conversations_open", table_name="conversations")
