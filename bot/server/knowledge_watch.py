"""Sees that another version of the help center was published, and serves it: every process by itself, soon after."""

from __future__ import annotations

import asyncio
import logging

from bot.bootstrap import Parley, serve_published
from bot.errors import KnowledgeError, ParleyError
from bot.server.metrics import Metrics

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0


class KnowledgeWatch:
    """Follows the newest published version; one that cannot be built is said so, and the old one stays."""

    def __init__(self, parley: Parley, metrics: Metrics) -> None:
        self._parley = parley
        self._metrics = metrics
        self._seen: str | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except ParleyError as error:
                logger.warning("knowledge_not_looked_for", extra={"code": error.code})
            except Exception:  # the next version must still be seen
                logger.exception("knowledge_not_taken")
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Serve the newest version, unless it was tried before. Raises Unavailable."""
        newest = await self._parley.store.read(lambda tx: tx.publications.newest())
        # Only what changed: between a change of this process's own folder and its publication the newest is older.
        changed, self._seen = newest != self._seen, newest
        if newest is None or not changed or newest == self._parley.desk().knowledge.version:
            return
        try:
            await serve_published(self._parley, newest)
        except KnowledgeError as error:
            self._metrics.knowledge_refused.set(1)
            logger.warning(
                "knowledge_refused", extra={"version": newest, "faults": error.faults[:20], "count": len(error.faults)}
            )
        except ParleyError:
            self._seen = None  # the database went away meanwhile: the next look tries again
            raise
        else:
            self._metrics.knowledge_refused.set(0)
