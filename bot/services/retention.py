"""What is over age is deleted, a little at a time, so that nobody's message waits behind it; the statistics stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.audits import KEPT_DAYS, AuditAction
from bot.services.privacy import KeepUp
from bot.settings import Settings
from bot.store import ages, persons
from bot.store.persons import Found
from bot.store.transaction import Store, Transaction

EVERY = timedelta(hours=1)
LISTED = 1000  # conversations and visitors that are looked for at once
AT_ONCE = 20  # of them that one transaction deletes: some milliseconds
BREATH_SECONDS = 0.02  # between two transactions: whoever waits gets a turn
FACT = "retention"
"""The name under which the database keeps when everything over age was last gone."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did, or would do."""

    before: datetime
    unanswered_before: datetime
    conversations: int
    visitors: int
    rows: Mapping[str, int]


class Retention:
    """Use-cases of age."""

    def __init__(self, store: Store, clock: Clock, settings: Settings, keep_up: KeepUp) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._keep_up = keep_up
        self._done: datetime | None = None
        self._began = clock.now()

    def late_seconds(self) -> float:
        """Return how long ago the run that is due should have been done; 0 while it is on time."""
        return max(0.0, (self._clock.now() - (self._done or self._began) - EVERY).total_seconds())

    async def sweep(self) -> int:
        """Run when an hour has passed since the last one, of whichever process; return how many conversations went."""
        if self._done is not None and self._clock.now() - self._done < EVERY:
            return 0
        done = await self._store.read(_last_run)
        if done is not None and timedelta(0) <= self._clock.now() - done < EVERY:
            self._done = done
            return 0
        return (await self.run()).conversations

    async def run(self) -> Report:
        """Delete everything over age, in small transactions."""
        await self._keep_up()
        before, unanswered = self._ages()
        gone: Counter[str] = Counter()
        # Looking may take seconds, so it is a reading, which holds nobody up; what is deleted is looked at once more.
        while parts := await self._store.read(lambda tx: _parts(_due(tx, before, unanswered, LISTED))):
            for part in parts:
                gone.update(await self._store.write(lambda tx, p=part: self._delete(tx, p, before, unanswered)))  # type: ignore[misc]
                await self._clock.sleep(BREATH_SECONDS)
        await self._store.write(lambda tx: self._finish(tx, gone))
        self._done = self._clock.now()
        if gone:
            await self._store.database.scrub()
        return Report(before, unanswered, gone["conversations"], gone["visitors"], dict(gone))

    async def preview(self) -> Report:
        """Return what a run would delete now."""
        before, unanswered = self._ages()

        def unit(tx: Transaction) -> Report:
            found = _due(tx, before, unanswered, 10**9)
            rows = persons.counts_of(tx.connection, found)
            return Report(before, unanswered, len(found.conversations), len(found.visitors), rows)

        return await self._store.read(unit)

    def _ages(self) -> tuple[datetime, datetime]:
        now = self._clock.now()
        return (
            now - timedelta(days=self._settings.retention_days),
            now - timedelta(days=min(self._settings.retention_unanswered_days, self._settings.retention_days)),
        )

    @staticmethod
    def _delete(tx: Transaction, listed: Found, before: datetime, unanswered: datetime) -> dict[str, int]:
        persons.wait_for_others(tx.connection)
        found = ages.still_due(tx.connection, listed, before=before, unanswered_before=unanswered)
        return persons.erase(tx.connection, found, keep_page=True)

    @staticmethod
    def _finish(tx: Transaction, gone: Mapping[str, int]) -> None:
        persons.wait_for_others(tx.connection)
        tx.publications.set_fact(FACT, tx.now.isoformat())
        tx.audit.prune(tx.now - timedelta(days=KEPT_DAYS))
        if gone:
            conversations, rows = gone.get("conversations", 0), sum(gone.values())
            tx.audit.record(AuditAction.RETENTION_RUN, conversations=conversations, rows=rows)


def _due(tx: Transaction, before: datetime, unanswered: datetime, limit: int) -> Found:
    return ages.due(tx.connection, before=before, unanswered_before=unanswered, limit=limit)


def _parts(found: Found) -> list[Found]:
    """Return what one transaction each deletes."""
    parts = [Found((), tuple(some)) for some in persons.batches(found.conversations, AT_ONCE)]
    return parts + [Found(tuple(some), ()) for some in persons.batches(found.visitors, AT_ONCE)]


def _last_run(tx: Transaction) -> datetime | None:
    kept = tx.publications.fact(FACT)
    return datetime.fromisoformat(kept) if kept else None
