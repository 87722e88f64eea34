"""A valid request of every payload, made from the payload's own schema: new payloads come by themselves."""

from __future__ import annotations

from typing import Any

from bot.demo.seed import PASSWORD
from bot.domain.identifiers import new_id
from bot.server.payloads import Payload

TEXTS = {
    "client_id": "matrix-client-id",
    "email": "matrix@shop.example",
    "locale": "en",
    "page": "/shop",
    "jwt": "not.a.token-of-this-shop",
    "entry": "orders/cancel-order",
    "password": PASSWORD,
    "new": PASSWORD,
    "code": "000000",
    "token": "A" * 43,
}
"""What texts with a form of their own hold, by their field's name; `..._id` is an id, anything else a word."""


def sample(payload: type[Payload], **ids: str) -> dict[str, Any]:
    """Return a request with every required field and the given ids; fails naming the field that needs a sample."""
    schema = payload.model_json_schema()
    told = {
        name: ids.get(name) or _value(name, field, schema.get("$defs", {}))
        for name, field in schema.get("properties", {}).items()
        if name in schema.get("required", ()) or name in ids
    }
    payload.model_validate(told)
    return told


def ids_of(payload: type[Payload]) -> list[str]:
    """Return the fields that name an object of the shop."""
    return [name for name in payload.model_fields if name.endswith("_id") and name != "client_id"]


def _value(name: str, field: dict[str, Any], known: dict[str, Any]) -> Any:  # noqa: PLR0911  # one for each type
    if reference := field.get("$ref"):
        return _value(name, known[reference.rpartition("/")[2]], known)
    match field:
        case {"enum": [first, *_]}:
            return first
        case {"type": "boolean"}:
            return True
        case {"type": "integer"}:
            return field.get("minimum", 0)
        case {"type": "array"}:
            return []
        case {"type": "object", "properties": properties}:
            return {key: _value(key, properties[key], known) for key in field.get("required", ())}
        case {"type": "object", "additionalProperties": dict(inner)}:
            key = next(iter(field.get("propertyNames", {}).get("enum", ["csat"])))
            return {key: _value(key, inner, known)} if field.get("minProperties") else {}
    return new_id() if name.endswith("_id") else TEXTS.get(name, "word")
