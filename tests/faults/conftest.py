"""What the fault tests share: which of them only the full run does, and what a killed server leaves behind."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.faults.shop import ROOT

FOLDER = ROOT / "tests" / "faults"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "full_only: runs with --full: another fault of the same harness is in the short run"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if FOLDER in item.path.parents:
            # aiohttp's client says so of a connection whose server was killed during the handshake.
            item.add_marker(pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"))
    if config.getoption("--full"):
        return
    left_out = [item for item in items if item.get_closest_marker("full_only")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """Let go of lost connections while their warning is still expected.

    What other tests left in this process is not looked at again: that takes seconds.
    """
    gc.freeze()
    yield
    gc.collect()
