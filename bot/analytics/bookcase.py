"""Where a published draft goes: the help center's folder, or, when several processes serve, a version for all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

from bot.errors import KnowledgeError
from bot.knowledge import loader, writer
from bot.store.transaction import Store, Transaction

logger = logging.getLogger(__name__)


class Bookcase:
    """The help center's files: this process's folder; `together`, what every process serves."""

    def __init__(self, store: Store, folder: Path, *, together: bool) -> None:
        self._store = store
        self._folder = folder
        self._together = together

    async def files(self) -> dict[str, bytes]:
        """Return what the help center is made of now."""
        if self._together and (published := await self._store.read(_newest_files)):
            return published
        return await asyncio.to_thread(loader.read_files, self._folder)

    async def put(self, made: Mapping[str, bytes]) -> None:
        """Add files; who watches the folder serves them soon, and so does every process."""
        if not self._together:
            await asyncio.to_thread(writer.write_files, self._folder, made)
            return
        files = {**await self.files(), **made}
        version = loader.version_of(files)
        content = {"files": {name: data.decode("utf-8-sig") for name, data in files.items()}}
        await self._store.write(lambda tx: tx.publications.publish(version, content, tx.now))
        try:  # the folder is the source where it can be written; in a container it often cannot
            await asyncio.to_thread(writer.write_files, self._folder, made)
        except (OSError, KnowledgeError) as error:
            logger.warning("draft_not_in_folder", extra={"kind": type(error).__name__})


def _newest_files(tx: Transaction) -> dict[str, bytes] | None:
    newest = tx.publications.newest()
    return tx.publications.files(newest) if newest else None
