"""How well unanswered messages are grouped: adjusted Rand index and V-measure on public intent sets.

    python -m tests.quality.clusters FOLDER

FOLDER holds a folder a set with `kb.jsonl` or `kb5.jsonl` (`{"id", "lang", "text"}`) and `queries.jsonl`. Half of the
intents are withheld from the help center, and what was asked about them is grouped. The baseline is k-means on plain
TF-IDF that is told the true number of groups; ours is not told.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_rand_score, v_measure_score

from bot.analytics.clustering import groups
from bot.analytics.space import Space

WITHHELD = 0.5
SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Score:
    """One set in one language."""

    name: str
    messages: int
    intents: int
    found: float
    baseline: tuple[float, float]
    ours: tuple[float, float]


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def score(folder: Path, language: str, seed: int) -> Score:
    """Withhold some intents and group what was asked about them."""
    asked = [row for row in lines(folder / "queries.jsonl") if row["lang"] == language and row["id"]]
    small = folder / "kb5.jsonl"
    known = [row for row in lines(small if small.exists() else folder / "kb.jsonl") if row["lang"] == language]
    ids = sorted({row["id"] for row in asked})
    random.Random(seed).shuffle(ids)
    withheld = set(ids[: max(2, round(len(ids) * WITHHELD))])
    messages = [(row["text"], row["id"]) for row in asked if row["id"] in withheld]
    texts, truth = [text for text, _ in messages], [id_ for _, id_ in messages]
    space = Space.of(texts, [(row["id"], row["text"]) for row in known if row["id"] not in withheld], language)
    ours = groups(space)
    told = KMeans(len(set(truth)), n_init=10, random_state=0).fit_predict(TfidfVectorizer().fit_transform(texts))
    both = [(adjusted_rand_score(truth, labels), v_measure_score(truth, labels)) for labels in (told, ours)]
    return Score(
        f"{folder.name} {language}", len(texts), len(set(truth)), len(set(ours.tolist())) / len(set(truth)), *both
    )


def scores(sets: Path) -> Iterator[Score]:
    """Yield the mean score of every set and language in a folder of sets."""
    for folder in sorted(path for path in sets.iterdir() if (path / "kb.jsonl").exists()):
        languages = sorted({row["lang"] for row in lines(folder / "queries.jsonl") if row.get("id")})
        for language in languages:
            one = [score(folder, language, seed) for seed in SEEDS]
            yield Score(
                one[0].name,
                round(mean(s.messages for s in one)),
                round(mean(s.intents for s in one)),
                mean(s.found for s in one),
                (mean(s.baseline[0] for s in one), mean(s.baseline[1] for s in one)),
                (mean(s.ours[0] for s in one), mean(s.ours[1] for s in one)),
            )


def main() -> None:
    print("| set | messages | intents | groups / intents | k-means, told k: ARI / V | ours, not told: ARI / V |")
    print("|---|---:|---:|---:|---:|---:|")
    found = []
    for one in scores(Path(sys.argv[1])):
        found.append(one)
        figures = f"{one.baseline[0]:.2f} / {one.baseline[1]:.2f} | {one.ours[0]:.2f} / {one.ours[1]:.2f}"
        print(f"| {one.name} | {one.messages} | {one.intents} | {one.found:.2f} | {figures} |", flush=True)
    means = [mean(values) for values in zip(*((*one.baseline, *one.ours) for one in found), strict=True)]
    print(f"| mean | | | | {means[0]:.3f} / {means[1]:.3f} | {means[2]:.3f} / {means[3]:.3f} |")


if __name__ == "__main__":
    main()
