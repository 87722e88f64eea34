"""`parley evaluate`: how good the answers are on a set of judged messages."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.ask import open_pipeline
from bot.dialogue.rehearsal import rehearse
from bot.errors import BadInput
from bot.retrieval.evaluation import POOLED, read_cases, report
from bot.retrieval.measures import Judged, Measure, columns, precision_coverage, reliability


def evaluate(
    file: Annotated[Path, typer.Argument(help='JSON lines with "text", "lang" and "id" (null: not answerable).')],
    *,
    kb: Annotated[Path | None, typer.Option(help="The help center's folder.")] = None,
    machine: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    given_language: Annotated[
        bool, typer.Option("--given-language", help='Take each line\'s "lang" instead of finding out.')
    ] = False,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw the reliability diagram and the precision-coverage curve into this folder."),
    ] = None,
) -> None:
    """Measure the answers on a set of judged messages, with 95 % bootstrap intervals."""
    cases = read_cases(file)
    if not cases:
        raise BadInput("{file}: expected at least one line, found none.", file=str(file))
    results = list(rehearse(open_pipeline(kb), cases, given_language=given_language))
    groups = report((case, judged) for case, judged, _ in results)
    if plot is not None:
        draw([judged for _, judged, _ in results], plot)
    typer.echo(_as_json(groups) if machine else _as_table(groups))


def _as_json(groups: Mapping[str, Mapping[str, Measure]]) -> str:
    def plain(measure: Measure) -> dict[str, float | int | None]:
        return {name: None if math.isnan(value) else value for name, value in asdict(measure).items()}

    return json.dumps(
        {group: {name: plain(one) for name, one in measures.items()} for group, measures in groups.items()}
    )


def _as_table(groups: Mapping[str, Mapping[str, Measure]]) -> str:
    names = list(groups[POOLED])
    width = max(map(len, names))
    lines = [" " * width + "".join(f"{f'{group} (n={_size(groups[group])})':>24}" for group in groups)]
    lines += [f"{name:<{width}}" + "".join(f"{_cell(groups[group][name]):>24}" for group in groups) for name in names]
    return "\n".join(lines)


def _size(measures: Mapping[str, Measure]) -> int:
    return next(iter(measures.values())).n


def _cell(measure: Measure) -> str:
    if math.isnan(measure.value):
        return "-"
    return f"{measure.value:.3f} [{measure.low:.3f}, {measure.high:.3f}]"


def draw(judged: list[Judged], folder: Path) -> None:
    """Write `reliability.png` and `precision-coverage.png` into the folder."""
    try:
        import matplotlib as mpl  # noqa: PLC0415  # an extra of its own
    except ImportError:
        raise BadInput("--plot needs matplotlib: install parley[plot].") from None
    mpl.use("Agg")
    from matplotlib.figure import Figure  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    table = columns(judged)
    right = table.right & table.answerable
    bins = reliability(table.confidence, right)
    curve = precision_coverage(table.confidence, right, int(table.answerable.sum()))
    plots = {
        "reliability": ([x for x, _, _ in bins], [y for _, y, _ in bins], "confidence", "share right", "o-"),
        "precision-coverage": (
            [x for x, _ in curve],
            [y for _, y in curve],
            "answerable messages answered rightly",
            "precision",
            "-",
        ),
    }
    for name, (across, up, across_label, up_label, style) in plots.items():
        figure = Figure(figsize=(5, 5))
        axes = figure.subplots()
        if name == "reliability":
            axes.plot([0, 1], [0, 1], "--", color="grey")
        axes.plot(across, up, style)
        axes.set(xlabel=across_label, ylabel=up_label, xlim=(0, 1), ylim=(0, 1.02))
        figure.savefig(folder / f"{name}.png", dpi=120)
