"""The audit log: who did what when to which id, never with anybody's words; each row's hash covers the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

BEGINNING = "0" * 64
"""What stands in the place of a hash before the first row."""
KEPT_DAYS = 366
"""For how long rows are kept: twelve months."""


class AuditAction(StrEnum):
    """What is noted: a closed list."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_LOCKED = "sign_in_locked"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    TRANSCRIPT_READ = "transcript_read"
    """By somebody whose conversation it is not."""
    PERSONAL_DATA_OPENED = "personal_data_opened"
    """A transcript, a search or an export with personal data in plain text."""
    EXPORTED = "exported"
    ERASED = "erased"
    RETENTION_RUN = "retention_run"
    PERSON_CHANGED = "person_changed"
    """Somebody's account, role or rights."""
    CONFIGURATION_CHANGED = "configuration_changed"
    KB_PUBLISHED = "kb_published"
    AUDIT_PRUNED = "audit_pruned"
    """Rows over the age were deleted; `number` and `hash` are those of the last of them, so that the rest can be
    checked."""


@dataclass(frozen=True, slots=True)
class Audited:
    """One row."""

    number: int
    """1, 2, 3 ... without gaps."""
    at: datetime
    action: str
    """An `AuditAction`; another word when somebody changed the row, or a newer program wrote it."""
    agent_id: str | None
    """Who did it; None for the system itself and for the command line."""
    about: str | None
    """The id of what it was done to."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Counts and words of closed lists."""
    hash: str = ""

    def hash_after(self, previous: str) -> str:
        """Return the hash of this row behind a row with the hash `previous`: SHA-256 over both, as JSON."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        row = [previous, self.number, at, str(self.action), self.agent_id, self.about, dict(self.data)]
        return hashlib.sha256(json.dumps(row, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Chain:
    """How far the log was looked through, and whether it holds."""

    rows: int = 0
    number: int = 0
    """Of the last row that was looked at."""
    head: str = BEGINNING
    """Hash of that row: whoever noted it elsewhere can tell whether rows were cut off at the end."""
    broken: int | None = None
    """The first row that does not fit what is before it."""

    def along(self, rows: Iterable[Audited]) -> Chain:
        """Look at the rows that come next, in their order."""
        count, number, head = self.rows, self.number, self.head
        for row in rows:
            count += 1
            if row.number != number + 1 or row.hash != row.hash_after(head):
                return Chain(count, row.number, head, row.number)
            number, head = row.number, row.hash
        return Chain(count, number, head)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are looked for."""

    person: str | None = None
    """Id of whoever did it, or of whose account it is about."""
    action: AuditAction | None = None
    start: datetime | None = None
    end: datetime | None = None
    """The first moment that counts no longer."""
