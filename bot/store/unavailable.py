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
        if getattr(error.orig, "sqlstate", None) == _NO_TEXT:
            raise NotFound("There is nothing at this address.") from error
        # Without a statement it is the connection that failed. SQLite's plain DatabaseError: the file is damaged, or is
        # no database at all.
        if not error.connection_invalidated and error.statement is not None and type(error) is not DatabaseError:
            raise
        logger.warning("database_unavailable", extra={"kind": type(error.orig).__name__, "why": str(error.orig)[:200]})
        raise Unavailable(AWAY) from error
    except (OSError, sqlite3.DatabaseError, PoolTimeoutError) as error:
        logger.warning("database_unavailable", extra={"kind": type(error).__name__, "why": str(error)[:200]})
        raise Unavailable(AWAY) from error
