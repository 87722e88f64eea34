"""A unit of work: a plain function of a connection, which may be run again, so it changes nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import orjson
from sqlalchemy import Connection

T = TypeVar("T")
Unit = Callable[[Connection], T]


def to_json(value: object) -> str:
    """Return the text of a JSON column."""
    return orjson.dumps(value).decode()
