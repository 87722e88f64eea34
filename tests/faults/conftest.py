"""What the fault tests share: what a killed server leaves behind."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.ground import Fleet, Ground
from tests.faults.shop import ROOT

FOLDER = ROOT / "tests" / "faults"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if FOLDER in item.path.parents:
            # aiohttp's client says so of a connection whose server was killed during the handshake.
            item.add_marker(pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"))


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """Let go of lost connections while their warning is still expected.

    What other tests left in this process is not looked at again: that takes seconds.
    """
    gc.freeze()
    yield
    gc.collect()


@pytest.fixture
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """Give the ground that the test's mark names (`on_both` and the like in ground.py)."""
    if request.param == "sqlite":
        yield Ground(tmp_path)
        return
    fleet = Fleet(tmp_path, request.getfixturevalue("postgres"), request.getfixturevalue("redis_url"))
    yield fleet
    fleet.leave()
