"""Shoppers are known by the shop's signature."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0011"
branch_labels = None
depends_on = None

COLUMNS: tuple[tuple[str, sa.types.TypeEngine[Any]], ...] = (
    ("subject", sa.String(length=255)),
    ("verified_name", sa.String(length=120)),
    ("verified_email", sa.String(length=254)),
    ("verified_at", sa.DateTime(timezone=True)),
    ("same_as", sa.String(length=36)),
)


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("visitors", sa.Column(name, kind, nullable=True))
    op.create_index("ix_visitors_subject", "visitors", ["subject"], unique=True)
    op.create_index("ix_visitors_same_as", "visitors", ["same_as"])


def downgrade() -> None:
    op.drop_index("ix_visitors_same_as", "visitors")
    op.drop_index("ix_visitors_subject", "visitors")
    for name, _kind in reversed(COLUMNS):
        op.drop_column("visitors", name)
