"""`parley kb`: look after the help center."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.errors import KnowledgeError
from bot.knowledge import importer, lint, loader
from bot.knowledge.entries import Entry, KnowledgeBase
from bot.services.publishing import publish_version
from bot.settings import read_settings

app = typer.Typer(name="kb", help="Look after the help center.", no_args_is_help=True)

FOUND_FAULTS = 1
PAIRS = 10
"""Confusable pairs that are listed for each language."""

Folder = Annotated[
    Path | None,
    typer.Option("--kb", help="The help center's folder; PARLEY_KB, else ./kb, else the packaged demo."),
]
Machine = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def kb_folder(given: Path | None) -> Path:
    """Return the folder that a command is about. Raises SettingsError."""
    from bot import bootstrap  # noqa: PLC0415  # it brings the whole house along

    return given or bootstrap.kb_folder(read_settings())


# --- check ---


@app.command()
def check(
    kb: Folder = None,
    *,
    machine: Machine = False,
    pairs: Annotated[int, typer.Option(min=0, help="Confusable pairs to list for each language.")] = PAIRS,
) -> None:
    """Say what is wrong with the help center, and what could be better.

    Exit code 1 for faults, 0 with remarks only, 2 when the help center cannot be read at all.
    """
    folder = kb_folder(kb)
    try:
        base = loader.load(folder)
    except KnowledgeError as error:
        if machine:
            _print_json({"broken": True, "faults": error.faults})
        raise
    findings = [*lint.check(base), *_near_duplicates(base)]
    confusions = _confusions(base)
    if machine:
        _print_json(_check_as_json(base, findings, confusions, pairs))
    else:
        _print_check(base, findings, confusions, pairs)
    if any(finding.is_fault for finding in findings):
        raise typer.Exit(FOUND_FAULTS)


def _near_duplicates(base: KnowledgeBase) -> Iterator[lint.Finding]:
    from bot.retrieval import near_duplicates  # noqa: PLC0415  # imported where used: other commands start fast

    for language in base.languages:
        for pair in near_duplicates.find(base, language):
            first, second = (base.entries[text.entry][language] for text in (pair.first, pair.second))
            what = (
                f"{pair.first.text!r} is nearly {pair.second.text!r} of {second.id}"
                f" ({second.source}:{_line(second, pair.second.number)})"
            )
            yield lint.Finding(first.source, _line(first, pair.first.number), "near_duplicate", what, is_fault=False)


def _line(entry: Entry, number: int) -> int:
    return list(lint.texts_with_lines(entry))[number][1]


def _confusions(base: KnowledgeBase) -> list[Any]:
    from bot.retrieval import confusions  # noqa: PLC0415  # likewise

    return [confusions.find(base, language) for language in base.languages]


def _check_as_json(
    base: KnowledgeBase, findings: list[lint.Finding], confusions: list[Any], pairs: int
) -> dict[str, Any]:
    listed = [{"file": f.file, "line": f.line, "kind": f.kind, "what": f.what, "fault": f.is_fault} for f in findings]
    return {
        "broken": False,
        "version": base.version,
        "entries": len(base.ids),
        "faults": [found for found in listed if found["fault"]],
        "remarks": [found for found in listed if not found["fault"]],
        "leave_one_out": {
            found.language: {
                "texts": found.texts,
                "right": found.right,
                "accuracy": round(found.accuracy, 4),
                "pairs": [
                    {
                        "entry": pair.entry,
                        "taken_for": pair.other,
                        "texts": pair.count,
                        "of": pair.total,
                        "example": pair.example,
                    }
                    for pair in found.pairs[:pairs]
                ],
            }
            for found in confusions
        },
    }


def _print_check(base: KnowledgeBase, findings: list[lint.Finding], confusions: list[Any], pairs: int) -> None:
    faults = [finding for finding in findings if finding.is_fault]
    remarks = [finding for finding in findings if not finding.is_fault]
    for heading, found in (("Faults", faults), ("Remarks", remarks)):
        if found:
            typer.echo(f"{heading}:")
            typer.echo("\n".join(f"  {finding}" for finding in found) + "\n")
    for found in confusions:
        shown = found.pairs[:pairs]
        if not found.texts or not shown:
            continue
        typer.echo(
            f"Confusable entries, {found.language}: each text taken out once and looked for;"
            f" {found.right:,} of {found.texts:,} came back to their entry ({found.accuracy:.1%})."
        )
        table = [("entry", "taken for", "texts", "for example")]
        table += [(p.entry, p.other, f"{p.count} of {p.total}", _shortened(p.example)) for p in shown]
        typer.echo(_aligned(table, indent=2) + "\n")
    files = sum(len(by_language) for by_language in base.entries.values())
    typer.echo(
        f"{len(base.ids):,} entries in {files:,} files: {_counted(len(faults), 'fault')},"
        f" {_counted(len(remarks), 'remark')}."
    )


def _counted(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def _shortened(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _aligned(rows: Sequence[tuple[str, ...]], *, indent: int = 0, numbers: bool = False) -> str:
    """Return rows in columns; with `numbers` all but the first column stand at the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if numbers and column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(" " * indent + "  ".join(cells).rstrip())
    return "\n".join(lines)


# --- stats ---


@app.command()
def stats(kb: Folder = None, *, machine: Machine = False) -> None:
    """Count entries, variants and words for each language, and show what is translated."""
    base = loader.load(kb_folder(kb), allow_empty_bodies=True)
    counts = {language: _counts(base, language) for language in base.languages}
    coverage = _coverage(base)
    if machine:
        total = {"entries": len(base.ids)}
        _print_json({"version": base.version, "total": total, "languages": counts, "coverage": coverage})
        return
    names = list(next(iter(counts.values())))
    table: list[tuple[str, ...]] = [("", *base.languages)]
    table += [
        (name.replace("_", " "), *(f"{counts[language][name]:,}" for language in base.languages)) for name in names
    ]
    typer.echo(_aligned(table, numbers=True) + "\n")
    matrix: list[tuple[str, ...]] = [("entries by topic", *base.languages)]
    matrix += [
        (topic or "(no topic)", *(str(row[language]) for language in base.languages)) for topic, row in coverage.items()
    ]
    typer.echo(_aligned(matrix, numbers=True))
    typer.echo(f"\n{len(base.ids):,} entries, version {base.version[:12]}")


def _counts(base: KnowledgeBase, language: str) -> dict[str, int]:
    entries = [by_language[language] for by_language in base.entries.values() if language in by_language]
    return {
        "entries": len(entries),
        "variants": sum(len(entry.variants) for entry in entries),
        "words_in_variants": sum(len(text.split()) for entry in entries for text in entry.variants),
        "words_in_answers": sum(lint.count_words(entry) for entry in entries),
        "out_of_scope": len(base.out_of_scope.get(language, ())),
    }


def _coverage(base: KnowledgeBase) -> dict[str, dict[str, int]]:
    """Return topic -> language -> number of entries."""
    topics: dict[str, Counter[str]] = {}
    for by_language in base.entries.values():
        for language, entry in by_language.items():
            topics.setdefault(entry.topic, Counter())[language] += 1
    return {topic: {language: topics[topic][language] for language in base.languages} for topic in sorted(topics)}


# --- import, export ---


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSONL or CSV with id,lang,text[,answer].")],
    kb: Annotated[Path, typer.Option("--kb", help="The folder to write; made when missing.")],
    *,
    merge: Annotated[bool, typer.Option("--merge", help="Add to a folder that holds entries.")] = False,
    machine: Machine = False,
) -> None:
    """Make a help center from a table: the first line of an id is its title, the others are variants."""
    done = importer.import_table(file, kb, merge=merge)
    if machine:
        _print_json(
            {
                "entries": done.entries,
                "variants": done.variants,
                "languages": done.languages,
                "remarks": done.remarks,
            }
        )
        return
    for remark in done.remarks:
        typer.echo(remark, err=True)
    languages = ", ".join(done.languages)
    typer.echo(f"Wrote {done.entries:,} entries with {done.variants:,} variants ({languages}) to {kb}.")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The file to write: .csv, else JSONL.")], kb: Folder = None
) -> None:
    """Write every title, variant and answer as a line of a table: the reverse of import."""
    base = loader.load(kb_folder(kb), allow_empty_bodies=True)
    lines = importer.export_table(base, file)
    typer.echo(f"Wrote {lines:,} lines to {file}.")


# --- publish ---


@app.command()
def publish(kb: Folder = None, *, machine: Machine = False) -> None:
    """Store the help center in the database as the version that every process serves."""
    folder = kb_folder(kb)
    files = loader.read_files(folder)
    base = loader.build(files, where=folder)
    is_new = _publish(base.version, files)
    if machine:
        _print_json({"version": base.version, "published": is_new})
    elif is_new:
        typer.echo(f"Published version {base.version[:12]} from {folder}.")
    else:
        typer.echo(f"Version {base.version[:12]} is the newest already.")


def _publish(version: str, files: dict[str, bytes]) -> bool:
    import asyncio  # noqa: PLC0415  # only this command needs a database

    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.store.database import open_database  # noqa: PLC0415
    from bot.store.schema import check_current  # noqa: PLC0415
    from bot.store.transaction import Store  # noqa: PLC0415

    url = read_settings().database_url
    check_current(url)
    content = {"files": {name: data.decode("utf-8-sig") for name, data in files.items()}}

    async def run() -> bool:
        store = Store(open_database(url), SystemClock())
        try:
            return await store.write(lambda tx: publish_version(tx, version, content))
        finally:
            await store.close()

    return asyncio.run(run())


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
