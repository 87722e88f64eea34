"""What somebody is told who cannot have what they asked for: one shape, in their language."""

from __future__ import annotations

import logging
from typing import Any

from aiohttp import hdrs, web
from pydantic import ValidationError

from bot.errors import BadInput, ParleyError
from bot.locale.catalogs import Catalogs
from bot.locale.negotiate import LANGUAGES, negotiate, wishes_of_header
from bot.text.redact import mask

logger = logging.getLogger(__name__)


def browser_language(request: web.BaseRequest) -> str:
    """Return the language in which this browser reads errors."""
    return negotiate(wishes_of_header(request.headers.get(hdrs.ACCEPT_LANGUAGE, "")), LANGUAGES, "en")


def explain(error: Exception, catalogs: Catalogs, language: str, request_id: str) -> dict[str, Any]:
    """Return the one error shape of HTTP and acknowledgements."""
    if isinstance(error, ValidationError):
        error = BadInput("The request is not valid: {why}.", why=faults_of(error))
    if not isinstance(error, ParleyError):
        logger.error("request_failed", exc_info=error, extra={"request_id": request_id})
        error = ParleyError("Something went wrong here. It was noted; please try again.")
    said = {key: _quotable(key, value) for key, value in error.params.items()}
    params: dict[str, Any] = {key: value for key, value in said.items() if isinstance(value, str | int | float | bool)}
    if isinstance(error, BadInput) and error.faults:
        params["faults"] = [
            {"path": fault.path, "message": catalogs.say(language, fault.message, **fault.params)}
            for fault in error.faults
        ]
    return {
        "error": {
            "code": error.code,
            "message": catalogs.say(language, error.message, **said),
            "params": params,
            "request_id": request_id,
        }
    }


def _quotable(name: str, value: object) -> object:
    """Return what an error may quote of what was sent: nothing that charges or names a person.

    An `email` is quoted only to the colleague who typed it for somebody's account.
    """
    return mask(value) if isinstance(value, str) and name != "email" else value


def faults_of(error: ValidationError) -> str:
    """Return what is wrong with each field, without what was sent."""
    named = (
        f"{'.'.join(map(str, fault['loc'])) or 'payload'}: {fault['msg'][0].lower()}{fault['msg'][1:]}"
        for fault in error.errors(include_url=False, include_input=False, include_context=False)[:5]
    )
    return "; ".join(named)
