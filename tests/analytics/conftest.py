"""A store with tables on both databases, and the people with their server."""

from __future__ import annotations

from tests.people import (  # noqa: F401  # fixtures are found by their names here
    _quiet,
    amir,
    beth,
    carol,
    ground,
    mallory,
    open_shop,
    people,
    premises,
    shop,
    zoe,
)
from tests.store.conftest import store  # noqa: F401
