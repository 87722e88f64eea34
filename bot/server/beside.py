"""What runs beside the requests: it starts with the application and ends with it, whatever a library does meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.bootstrap import Parley

logger = logging.getLogger(__name__)

END_SECONDS = 2.0  # that all of it has to end

Beside = Mapping[str, Callable[[], Coroutine[Any, Any, None]]]
"""What runs until cancelled, by its name in the log."""


def background(parley: Parley, beside: Beside) -> Callable[[web.Application], AsyncIterator[None]]:
    """Return the application's context: runs all of it, ends all of it, and then closes the database."""

    async def background(_app: web.Application) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(run(), name=name) for name, run in beside.items()]
        yield
        try:
            await end(tasks)
        finally:
            await parley.close()

    return background


async def end(tasks: Sequence[asyncio.Task[None]], *, seconds: float = END_SECONDS) -> None:
    """Cancel, and again: a library that was connecting may have swallowed it. Raises what a task had ended with.

    Who does not end in time is left behind, and said so: the process must end all the same.
    """
    until, pending = asyncio.get_running_loop().time() + seconds, set(tasks)
    while pending and asyncio.get_running_loop().time() < until:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=seconds / 4)
    if pending:
        logger.warning("not_ended", extra={"names": sorted(task.get_name() for task in pending)})
    for task in tasks:
        if task.done() and not task.cancelled() and (error := task.exception()):
            raise error
