"""What people wrote, folded for searching."""

import sqlalchemy as sa
from alembic import op

from bot.text.normalize import fold

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("messages", sa.Column("folded", sa.Text(), nullable=True))
    connection = op.get_bind()
    messages = sa.table("messages", sa.column("id"), sa.column("author"), sa.column("text"), sa.column("folded"))
    written = sa.select(messages.c.id, messages.c.text).where(messages.c.author.in_(("shopper", "agent")))
    fill = sa.update(messages).where(messages.c.id == sa.bindparam("key")).values(folded=sa.bindparam("words"))
    last = ""
    while rows := connection.execute(written.where(messages.c.id > last).order_by(messages.c.id).limit(AT_ONCE)).all():
        connection.execute(fill, [{"key": row.id, "words": fold(row.text)} for row in rows])
        last = rows[-1].id


def downgrade() -> None:
    op.drop_column("messages", "folded")
