"""The people and their server, for scripted conversations."""

from __future__ import annotations

from tests.people import _quiet, amir, carol, ground, open_shop, people, premises, shop  # noqa: F401  # found by their names
