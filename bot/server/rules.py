"""What every JSON route is made of: who may call it, and a body that was validated."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import web

from bot.domain.agents import Session
from bot.domain.rights import Right
from bot.errors import BadInput
from bot.server.payloads import Payload

P = TypeVar("P", bound=Payload)
Call = Callable[[web.Request, Session], Awaitable[Any]]
Open = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One route and the right that it needs; `None` means anybody."""

    method: str
    path: str
    right: Right | None
    handler: Call | Open


async def body_of(request: web.Request, payload: type[P]) -> P:
    """Return the validated JSON body. Raises BadInput."""
    if request.content_type != "application/json":
        raise BadInput("Expected application/json, got {found}.", found=request.content_type[:80])
    try:
        sent = json.loads(await request.text())
    except (ValueError, LookupError, RecursionError):  # not JSON, not its charset, or without end
        raise BadInput("Expected a JSON object, got something else.") from None
    return payload.model_validate(sent)
