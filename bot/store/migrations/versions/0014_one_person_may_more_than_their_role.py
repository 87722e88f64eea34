"""One person may be given a right beside those of their role."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agents", sa.Column("granted", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("agents", "granted")
