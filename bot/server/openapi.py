"""The JSON API described by its own rules: /api/openapi.json can name no route that is not there, and misses none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import version
from typing import Any

from aiohttp import web
from pydantic import TypeAdapter

from bot.analytics.writers import TYPES
from bot.domain.rights import MEANINGS, Right
from bot.server.middleware import STATUSES
from bot.server.questions import EXPORTED, one_of
from bot.server.rules import Door, Rule

API = "/api/"
CSRF = {"name": "X-CSRF", "in": "header", "required": True, "schema": {"const": "1"}}
ERROR = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "settings": {"type": "object", "description": "Beside `unauthorized` of GET /api/session: how to sign in."},
        "error": {
            "type": "object",
            "required": ["code", "message", "params", "request_id"],
            "additionalProperties": False,
            "properties": {
                "code": {"type": "string", "enum": sorted(STATUSES)},
                "message": {"type": "string"},
                "params": {"type": "object"},
                "request_id": {"type": "string"},
            },
        },
    },
}
_JSON = "application/json"
_WHO = {
    Door.ANYBODY: "anybody",
    Door.SIGNED_IN: "everybody of the staff",
    Door.KEY: "a program with a key of the configuration",
}
_REFUSED = {
    str(status): {
        "description": f"Refused: `{code}`.",
        "content": {_JSON: {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    for code, status in STATUSES.items()
    if code != "internal"
}
_SAFE = ("GET", "HEAD")


def description_rule(rules: Callable[[], Iterable[Rule]], cookie: str) -> Rule:
    """Return the route's rule; the document is made when it is first asked for: this very route is in it."""
    made = cache(lambda: describe(rules(), cookie))

    async def described(_request: web.Request) -> web.StreamResponse:
        return web.json_response(made())

    return Rule("GET", "/api/openapi.json", Door.ANYBODY, described)


def describe(rules: Iterable[Rule], cookie: str) -> dict[str, Any]:
    """Return the document (OpenAPI 3.1)."""
    schemas: dict[str, Any] = {"Error": ERROR}
    paths: dict[str, Any] = {}
    for rule in rules:
        if rule.path.startswith(API):
            paths.setdefault(rule.path, {})[rule.method.lower()] = _operation(rule, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Parley", "version": version("parley")},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": cookie}},
        },
    }


def _operation(rule: Rule, schemas: dict[str, Any]) -> dict[str, Any]:
    who = MEANINGS[rule.caller] if isinstance(rule.caller, Right) else _WHO[rule.caller]
    told: dict[str, Any] = {
        "operationId": re.sub(r"[^a-z]+", "_", f"{rule.method} {rule.path}".lower()).strip("_"),
        "description": f"`{rule.caller}`: {who}",
        "parameters": [*_parameters(rule), *([] if rule.method in _SAFE else [CSRF])],
        "responses": {str(rule.answer): {"description": "Done.", "content": _content(rule)}, **_REFUSED},
    }
    if rule.with_session:
        told["security"] = [{"session": []}]
    if rule.body is not None:
        schema = TypeAdapter(rule.body).json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[rule.body.__name__] = schema
        reference = {"$ref": f"#/components/schemas/{rule.body.__name__}"}
        told["requestBody"] = {"required": True, "content": {_JSON: {"schema": reference}}}
    return told


def _parameters(rule: Rule) -> Iterable[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", rule.path):
        schema = one_of(*EXPORTED) if rule.kind in TYPES.values() else {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    for name, schema in rule.query.items():
        yield {"name": name, "in": "query", "schema": schema}


def _content(rule: Rule) -> dict[str, Any]:
    if rule.kind in TYPES.values():
        return {kind: {} for kind in TYPES.values()}
    return {rule.kind: {"schema": {"type": "object"}}}
