"""How many processes PostgreSQL has connections for."""

from __future__ import annotations

from sqlalchemy import Connection, text

from bot.errors import SettingsError
from bot.store.once import run_once
from bot.store.postgres import POOL_SIZE

CONNECTIONS = POOL_SIZE + 1
"""What one process may hold: its pool, and the connection on which it asks whether it leads."""

_ALLOWED = """
SELECT least(
  current_setting('max_connections')::int - CASE WHEN rolsuper THEN 0 ELSE
    current_setting('superuser_reserved_connections')::int
    + coalesce(current_setting('reserved_connections', true), '0')::int END,
  CASE WHEN rolsuper OR rolconnlimit < 0 THEN NULL ELSE rolconnlimit END,
  CASE WHEN rolsuper OR datconnlimit < 0 THEN NULL ELSE datconnlimit END)
FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()
"""  # `least` leaves out what is NULL


def allowed_connections(url: str) -> int | None:
    """Return how many connections Parley's user may have, taken or free; None where nobody counts (SQLite).

    Raises SettingsError when the database does not answer.
    """
    return None if url.startswith("sqlite") else run_once(url, _allowed)


def _allowed(connection: Connection) -> int:
    return int(connection.execute(text(_ALLOWED)).scalar_one())


def check_capacity(url: str, processes: int) -> None:
    """Refuse more processes than PostgreSQL has connections for. Raises SettingsError."""
    allowed, wanted = allowed_connections(url), processes * CONNECTIONS
    if allowed is not None and allowed < wanted:
        each = f"{CONNECTIONS} for each of {processes} processes"
        why = "raise max_connections or the limit of Parley's role, or serve with fewer processes"
        raise SettingsError([f"--workers: expected room for {wanted} connections ({each}), found {allowed}; {why}"])
