"""How the tests of packaging build and run things."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def run(*command: object, cwd: Path, environment: dict[str, str] | None = None) -> str:
    """Run a command and return its standard output; a failure shows both streams."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def built(checkout: Path, kind: str, folder: Path) -> Path:
    run(sys.executable, "-m", "build", f"--{kind}", "--outdir", folder, checkout, cwd=checkout)
    (distribution,) = folder.iterdir()
    return distribution
