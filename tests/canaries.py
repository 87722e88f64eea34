"""Words that are planted to be looked for afterwards: in the database's files, in what was told, in logs."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

CARD = "4539148803436467"
CARD_AS_TYPED = "4539 1488 0343 6467"
HIDDEN_CARD = "[card …6467]"


def bytes_of(database: Path) -> bytes:
    """Return a SQLite database's file and its write-ahead log, as somebody who steals the disk reads them."""
    files = (database, database.with_name(f"{database.name}-wal"))
    return b"".join(path.read_bytes() for path in files if path.exists())


def checkpoint(database: Path) -> None:
    """Write the log into the file and empty it, as the server's own checkpoints do sooner or later."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def shows_card(text: str | bytes) -> bool:
    """Whether the card is in it, however it is spaced."""
    digits = re.sub(rb"[ .\-]", b"", text.encode() if isinstance(text, str) else text)
    return CARD.encode() in digits
