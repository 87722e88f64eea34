"""Runs migrations on the connection that the caller holds."""

from alembic import context

from bot.store import tables  # noqa: F401  # with it the metadata knows every table
from bot.store.columns import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=False
)
context.run_migrations()
