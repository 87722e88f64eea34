"""How fitting and searching grow: `python tests/bench/retrieval.py [--large] [--kb DIR]`.

Prints, for entries x variants, the CPU time to fit, the memory at its peak, and the latency of a search beside that of
one plain numpy product of the message's rows with a table of the same shape: what no search over it can undercut.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bot.knowledge.entries import Entry, KnowledgeBase  # noqa: E402  # after the path is set
from bot.knowledge.loader import load  # noqa: E402
from bot.retrieval.retriever import Retriever  # noqa: E402

SIZES = [(100, 8), (100, 30), (250, 8), (500, 8), (1000, 8)]
LARGE = (2000, 8)
SEARCHES = 500
WORDS = 6000
SYLLABLES = [first + second for first in "bcdfglmnprstv" for second in ("a", "e", "i", "o", "u", "an", "er", "on")]


def invented_kb(entries: int, variants: int, chance: random.Random) -> tuple[KnowledgeBase, list[str]]:
    """Return a help center of invented words, commoner and rarer ones as in a language, and messages for it."""
    vocabulary = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(WORDS)]
    weights = [1 / (rank + 10) for rank in range(WORDS)]
    by_id, messages = {}, []
    for number in range(entries):
        core = chance.choices(vocabulary, k=12)

        def text(core: list[str] = core) -> str:
            return " ".join(chance.sample(core, chance.randint(2, 4)) + chance.choices(vocabulary, weights, k=5))

        id_ = f"topic{number % 20}/entry{number}"
        by_id[id_] = {"en": Entry(id=id_, language="en", title=text(), variants=tuple(text() for _ in range(variants)))}
        messages.append(text())
    return KnowledgeBase(by_id, {}, f"{entries}x{variants}"), messages


def latency(call: Callable[[str], object], messages: list[str]) -> tuple[float, float]:
    """Return median and 99th percentile, in milliseconds of this thread on a core: others may use the machine too."""
    times = []
    for message in messages:
        started = time.thread_time()
        call(message)
        times.append((time.thread_time() - started) * 1000)
    median, high = np.percentile(times, [50, 99])
    return float(median), float(high)


def measure(name: str, kb: KnowledgeBase, messages: list[str]) -> None:
    """Print one line of the table."""
    started = time.thread_time()
    retriever = Retriever.fit(kb)
    fit = time.thread_time() - started
    model = retriever.languages["en"].model
    chosen = (messages * (SEARCHES // len(messages) + 1))[:SEARCHES]
    median, high = latency(lambda text: retriever.search(text, language="en"), chosen)
    columns = np.arange(0, model.vectorizer.width, max(1, model.vectorizer.width // 200))
    values = np.ones(len(columns), np.float32)
    table = model.table.rows
    plain, _ = latency(lambda _: values @ table[columns], chosen)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name:>14}  fit {fit:7.1f} s  peak {memory:6.0f} MB  search {median:6.2f} ms median {high:6.2f} ms p99"
        f"  plain product {plain:6.3f} ms  ratio {median / plain:5.1f}",
        flush=True,
    )


def main() -> None:
    """Measure the sizes asked for, on one core."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also 2,000 entries x 8 variants: a minute or two")
    parser.add_argument("--kb", type=Path, default=ROOT / "kb", help="the help center to measure first")
    options = parser.parse_args()
    with threadpool_limits(1):
        kb = load(options.kb)
        measure("help center", kb, [entry.title for by in kb.entries.values() for entry in by.values()])
        for entries, variants in [*SIZES, *([LARGE] if options.large else [])]:
            measure(f"{entries} x {variants}", *invented_kb(entries, variants, random.Random(entries)))


if __name__ == "__main__":
    main()
