"""A store with tables on both databases."""

from __future__ import annotations

from tests.store.conftest import store  # noqa: F401  # fixtures are found by their names here
