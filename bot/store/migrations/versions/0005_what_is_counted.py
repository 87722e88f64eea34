"""What is counted: episodes, packed days, benchmarks, drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COUNTS = (
    "messages_shopper",
    "messages_bot",
    "messages_agent",
    "answered",
    "clarified",
    "failed",
    "clarified_answered",
    "wrong_answers",
    "helpful",
    "unhelpful",
    "language_switches",
    "rating_requested",
)
SECONDS = (
    "queue_wait",
    "queue_wait_business",
    "queue_left",
    "first_response",
    "first_response_bot",
    "first_response_human",
    "first_response_human_business",
    "agent_response",
    "agent_reply",
    "handle",
    "resolution",
    "resolution_human",
    "next_gap",
    "next_gap_same_topic",
    "previous_gap_same_topic",
)


def upgrade() -> None:
    op.create_table(
        "episodes",
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("visitor_id", sa.String(length=36), nullable=True),
        sa.Column("last_event", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("first_outcome", sa.String(length=20), nullable=False),
        sa.Column("disposition", sa.String(length=12), nullable=True),
        sa.Column("handoff_reason", sa.String(length=30), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("topic", sa.String(length=255), nullable=True),
        sa.Column("entry", sa.String(length=255), nullable=True),
        sa.Column("agent", sa.String(length=36), nullable=True),
        sa.Column("team", sa.String(length=36), nullable=True),
        sa.Column("surface", sa.String(length=10), nullable=True),
        sa.Column("page", sa.String(length=500), nullable=True),
        sa.Column("kb_version", sa.String(length=64), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("csat", sa.Integer(), nullable=True),
        sa.Column("nps", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Float(), nullable=True) for name in SECONDS),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["visitors.id"], name=op.f("fk_episodes_visitor_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "episode", name=op.f("pk_episodes")),
    )
    op.create_index(
        "ix_episodes_day_conversation_id_episode", "episodes", ["day", "conversation_id", "episode"], unique=False
    )
    op.create_index("ix_episodes_visitor_id", "episodes", ["visitor_id"], unique=False)
    op.create_table(
        "episode_days",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=True),
        sa.Column("keys", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_episode_days")),
    )
    op.create_table(
        "benchmarks",
        sa.Column("metric", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("metric", name=op.f("pk_benchmarks")),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("entry", sa.String(length=255), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("based_on", sa.JSON(), nullable=False),
        sa.Column("replay", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["agents.id"], name=op.f("fk_drafts_created_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )


def downgrade() -> None:
    op.drop_table("drafts")
    op.drop_table("benchmarks")
    op.drop_table("episode_days")
    op.drop_index("ix_episodes_visitor_id", table_name="episodes")
    op.drop_index("ix_episodes_day_conversation_id_episode", table_name="episodes")
    op.drop_table("episodes")
