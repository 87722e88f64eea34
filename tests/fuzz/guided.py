"""One target, guided by coverage: what reaches new code is kept and changed further. A process of its own.

    python -m tests.fuzz.guided knowledge --seconds 60 --corpus FOLDER

It ends with 0 and says how many inputs it ran, or with the traceback of what does not hold and the input in the corpus'
parent. `--planted NAME` plants a fault of tests/fuzz/planted.py first.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["bot", "tests.fuzz.planted"]):
    from tests.fuzz.planted import PLANTS
    from tests.fuzz.targets import TARGETS, seeds_of

LONGEST_INPUT = 4096  # bytes
HANGS_SECONDS = 10


def main() -> None:
    """Run one target for a while."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--planted")
    options = parser.parse_args()
    options.corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds_of(options.target)):
        (options.corpus / f"seed-{number}").write_bytes(seed)
    fuzzer = (
        f"-max_total_time={options.seconds}",
        f"-max_len={LONGEST_INPUT}",
        f"-timeout={HANGS_SECONDS}",
        f"-artifact_prefix={options.corpus.parent}/",
        "-seed=9",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
        "-verbosity=0",
    )
    plant = PLANTS[options.target][options.planted]() if options.planted else contextlib.nullcontext()
    with plant:  # type: ignore[attr-defined]
        atheris.Setup([sys.argv[0], *fuzzer, str(options.corpus)], TARGETS[options.target].check)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
