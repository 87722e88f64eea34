"""What runs beside the requests: it starts with the application and ends with it, whatever a library does meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.bootstrap import Parley
from bot.errors import ParleyError

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


async def look_again(look: Callable[[], Awaitable[None]], *, seconds: float, failed: str) -> None:
    """Look every so many seconds until cancelled; `failed` is logged when a look fails, and the next one is made."""
    while True:
        try:
            await look()
        except ParleyError as error:
            logger.warning(failed, extra={"code": error.code})
        except Exception:  # what one look met must not end all looking
            logger.exception(failed)
        await asyncio.sleep(seconds)


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
