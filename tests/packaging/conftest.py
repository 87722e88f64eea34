"""A clean checkout, and the wheel that is built from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.house.tree import ROOT, all_files
from tests.packaging.building import built


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what a clone holds: no built assets, no packages of npm."""
    folder = tmp_path_factory.mktemp("checkout")
    for path in all_files():
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return folder


@pytest.fixture(scope="session")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the checkout; this builds the browser side."""
    return built(checkout, "wheel", tmp_path_factory.mktemp("wheel"))
