"""Imports point down."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.house.tree import ROOT, files

FLOORS_OUTSIDE = {"__init__", "__main__"}


def test_import_linter_finds_every_contract_kept():
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_floor_of_the_plan_is_in_the_tree_and_none_besides():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    planned = {floor.strip() for layer in layers for floor in layer.split("|")}
    sources = [path.relative_to(ROOT / "bot") for path in files(".py", under="bot")]
    built = {source.parts[0].removesuffix(".py") for source in sources} - FLOORS_OUTSIDE
    assert built == planned
