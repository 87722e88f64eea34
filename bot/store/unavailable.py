"""One error for every way in which a database can be away, full, locked or damaged."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.errors import NotFound, Unavailable

logger = logging.getLogger(__name__)

AWAY = "The database is not available right now; nothing was saved. Please try again in a moment."

_NO_TEXT = "22021"
"""PostgreSQL refuses a zero byte, wherever it is looked for; SQLite finds nothing."""

_PASSES = ("25006", "40", "53", "55P03", "57", "58")
"""How the states of PostgreSQL begin that are no fault of the statement: it takes no writes (a standby), gave way to
another transaction, has no disk, memory or connection left, is locked, is being stopped, or its files fail it."""


@contextmanager
def as_unavailable() -> Iterator[None]:
    """Map every way in which a database can be away, full or locked to one error.

    Raises NotFound for what only a text could be that no database holds.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        logger.warning("database_unavailable", extra={"kind": type(error.orig).__name__, "why": str(error.orig)[:200]})
        raise Unavailable(AWAY) from error
    except DBAPIError as error:
        state = str(getattr(error.orig, "sqlstate", None) or "")
        if state == _NO_TEXT:
            raise NotFound("There is nothing at this address.") from error
        # Without a statement it is the connection that failed. SQLite's plain DatabaseError: the file is damaged, or is
        # no database at all.
        lost = error.connection_invalidated or error.statement is None or type(error) is DatabaseError
        if not lost and not state.startswith(_PASSES):
            raise
        logger.warning("database_unavailable", extra={"kind": type(error.orig).__name__, "why": str(error.orig)[:200]})
        raise Unavailable(AWAY) from error
    except (OSError, sqlite3.DatabaseError, PoolTimeoutError) as error:
        logger.warning("database_unavailable", extra={"kind": type(error).__name__, "why": str(error)[:200]})
        raise Unavailable(AWAY) from error
