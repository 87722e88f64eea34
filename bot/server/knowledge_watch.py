"""Serves a help center that changed: a version that was published, in every process soon after; or a folder."""

from __future__ import annotations

import asyncio
import logging

from watchfiles import awatch

from bot.bootstrap import Parley, reload, serve_published
from bot.errors import FaultsError, KnowledgeError, ParleyError
from bot.server.beside import look_again
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
        await look_again(self.look, seconds=LOOK_SECONDS, failed="knowledge_not_looked_for")

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


async def keep_knowledge(parley: Parley, metrics: Metrics) -> None:
    """Serve what changed, until cancelled: what is published, and, where one process serves, its folder."""
    async with asyncio.TaskGroup() as group:
        group.create_task(KnowledgeWatch(parley, metrics).run())
        if not parley.settings.redis_url:
            group.create_task(watch_folder(parley))


async def watch_folder(parley: Parley) -> None:
    """Serve a changed folder, until cancelled; a broken change keeps the old help center and says so."""
    async for _changes in awatch(parley.kb_folder, step=200, rust_timeout=1000):
        try:
            await reload(parley)
        except FaultsError as error:
            logger.warning("knowledge_refused", extra={"faults": error.faults[:20], "count": len(error.faults)})
        except ParleyError as error:  # served, but the database was away
            logger.warning("knowledge_not_published", extra={"code": error.code})
        except Exception:  # the next change must still be seen
            logger.exception("knowledge_not_reloaded")
