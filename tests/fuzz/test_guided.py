"""The same properties, sought for by coverage: half a minute each, in processes of their own, with --full."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS
from tests.house.tree import ROOT

pytest.importorskip("atheris", reason="atheris has no wheel for this Python or machine")
pytestmark = [pytest.mark.full_only, pytest.mark.timeout(300)]

SECONDS = 20
FEWEST = 500  # inputs in that time, on a machine that has other things to do


def guided(target: str, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.fuzz.guided", target, "--corpus", folder / "corpus", *more]
    return subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("target", TARGETS)
def test_it_holds_for_what_reaches_new_code(target: str, tmp_path: Path):
    done = guided(target, tmp_path, "--seconds", str(SECONDS))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    assert found, done.stderr[-3000:]
    kept = sum(1 for _ in (tmp_path / "corpus").iterdir())
    print(f"\n{target}: {found[1]} inputs in {SECONDS} s, {kept} kept")
    assert int(found[1]) >= FEWEST


@pytest.mark.parametrize(
    ("target", "fault"),
    [("knowledge", "an address that stumbles"), ("exports", "=1+1 gets through"), ("exports", "two marks")],
)
def test_a_planted_fault_is_caught(target: str, fault: str, tmp_path: Path):
    done = guided(target, tmp_path, "--seconds", "60", "--planted", fault)
    assert done.returncode != 0
    assert re.search(r"Uncaught Python exception|IndexError|AssertionError", done.stdout + done.stderr)
