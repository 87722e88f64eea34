"""Every benchmark of the server, printed in one command.

    python -m tests.bench.run [--runs 5] [--seconds 4] [--idle 5000] [--json FILE]

Ratios are against a baseline of the same run; the server has core 0, the load generator core 1.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path

from tests.bench import commits, idle, turns


def machine() -> str:
    """Return what the figures were measured on."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    versions = ", ".join(f"{name} {version(name)}" for name in ("aiohttp", "python-socketio", "SQLAlchemy", "uvloop"))
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{os.cpu_count()} x {model}, Python {platform.python_version()}, {versions}; load at start {load}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--idle", type=int, default=5000)
    parser.add_argument("--folder", type=Path, help="on the disk to measure; a temporary one otherwise")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    options = parser.parse_args()
    print(machine(), flush=True)
    found: dict[str, object] = {"machine": machine()}
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        for one in ("turns", "commits", "idle"):
            (folder / one).mkdir()
        found["turns"] = measured = turns.measure(
            folder / "turns", runs=options.runs, clients=options.clients, seconds=options.seconds
        )
        turns.show(measured)
        found["commits"] = measured = commits.measure(
            folder / "commits", runs=options.runs, conversations=100, seconds=options.seconds / 2
        )
        commits.show(measured)
        found["idle"] = measured = idle.measure(folder / "idle", count=options.idle)
        idle.show(measured)
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
