"""What every route is made of: who may call it, what it is sent, who answers; and a body that was validated."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from aiohttp import web

from bot.domain.agents import Needs, Session
from bot.domain.rights import Right
from bot.errors import BadInput, Unauthorized
from bot.server.payloads import Payload
from bot.server.questions import Question

P = TypeVar("P", bound=Payload)
Call = Callable[[web.Request, Session], Awaitable[Any]]
Open = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door(StrEnum):
    """Who may call without a right."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed_in"
    """Everybody of the staff: what concerns only themselves."""
    KEY = "key"
    """A program with a key of the configuration, which the handler compares."""


Caller = Right | Door


@dataclass(frozen=True, slots=True)
class Rule:
    """One route: who may call it, and who answers; with a session unless anybody may, or a key decides."""

    method: str
    path: str
    caller: Caller
    handler: Call | Open
    body: type[Payload] | None = None
    """What is sent as JSON: the very payload that the handler validates."""
    query: Question = field(default_factory=dict)
    """What the address may ask after its `?`."""
    answer: int = 200
    """The status of what went well."""
    kind: str = "application/json"
    """Of what is answered."""
    form: bool = False
    """Sent by a page's own form, without script, so without a header of ours."""
    lacks: Needs | None = None
    """What a session may still lack for this: the route by which it gets it."""

    @property
    def with_session(self) -> bool:
        """Whether the handler gets the session of somebody signed in."""
        return self.caller not in (Door.ANYBODY, Door.KEY)


def complete(session: Session) -> Session:
    """Return the session when nothing of signing in is missing. Raises Unauthorized, naming what is."""
    match session.needs:
        case Needs.CODE:
            raise Unauthorized("Please enter the code of your authenticator app.", needs=session.needs.value)
        case Needs.TOTP:
            raise Unauthorized("Please set up the second factor first.", needs=session.needs.value)
        case None:
            return session


async def body_of(request: web.Request, payload: type[P]) -> P:
    """Return the validated JSON body. Raises BadInput."""
    if request.content_type != "application/json":
        raise BadInput("Expected application/json, got {found}.", found=request.content_type[:80])
    try:
        sent = json.loads(await request.text())
    except (ValueError, LookupError, RecursionError):  # not JSON, not its charset, or without end
        raise BadInput("Expected a JSON object, got something else.") from None
    return payload.model_validate(sent)
