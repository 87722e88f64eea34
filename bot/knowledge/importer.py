"""A help center from a table, and back: JSONL or CSV with `id,lang,text[,answer]`.

Many lines an id and language: the first is the title, the rest are variants. Ids stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.errors import KnowledgeError
from bot.knowledge import body, loader, table
from bot.knowledge.entries import Entry, KnowledgeBase
from bot.knowledge.faults import Fault
from bot.knowledge.writer import render, write_files


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    entries: int
    variants: int
    languages: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    """What was not taken over as it stood, `file:line: what`."""


def import_table(file: Path, folder: Path, *, merge: bool = False) -> Imported:
    """Write the entries of the table `file` into `folder`, which is made when missing.

    merge: add to a folder that holds entries; an entry that is there already in that language is replaced,
    keeping its keywords, related entries and action. Raises KnowledgeError with every fault as
    `file:line: what`; then nothing was written.
    """
    existing = _existing(folder, merge=merge)
    lines = table.Table(file)
    drafts = _Drafts(lines)
    for line in lines.lines():
        drafts.add(line)
    if not drafts.by_entry and not lines.faults:
        lines.refuse(1, "expected at least one line with id, lang and text, found none")
    files = drafts.files(existing)
    if lines.faults:
        raise KnowledgeError([str(fault) for fault in sorted(lines.faults)])
    write_files(folder, files)
    return Imported(
        entries=len({id_ for id_, _ in drafts.by_entry}),
        variants=sum(len(draft.texts) - 1 for draft in drafts.by_entry.values()),
        languages=tuple(sorted({language for _, language in drafts.by_entry})),
        remarks=tuple(map(str, sorted(drafts.remarks))),
    )


def export_table(kb: KnowledgeBase, file: Path) -> int:
    """Write every title and variant as a line of a table; return the number of lines. Raises KnowledgeError."""
    rows = list(_rows(kb))
    table.write(file, rows)
    return len(rows)


def _rows(kb: KnowledgeBase) -> Iterator[dict[str, str]]:
    for id_ in kb.ids:
        for language, entry in sorted(kb.entries[id_].items()):
            for number, text in enumerate((entry.title, *entry.variants)):
                answer = entry.body if number == 0 else ""
                yield {"id": id_, "lang": language, "text": text, "answer": answer}


def _existing(folder: Path, *, merge: bool) -> KnowledgeBase | None:
    """Return what `folder` holds, None when it holds nothing; refuse it unless `merge`."""
    files = loader.read_files(folder) if folder.exists() else {}
    if not files:
        return None
    if not merge:
        what = f"{folder}: expected an empty or new folder (or --merge), found {len(files)} files"
        raise KnowledgeError([what])
    return loader.build(files, where=folder, allow_empty_bodies=True)


@dataclass(slots=True)
class _Draft:
    """An entry in one language, as it grows line by line."""

    first: int
    texts: list[str] = field(default_factory=list)
    answer: str = ""
    answer_line: int = 0
    left_out: int = 0
    """Lines with another answer than the first one."""


@dataclass(slots=True)
class _Drafts:
    source: table.Table
    by_entry: dict[tuple[str, str], _Draft] = field(default_factory=dict)
    remarks: list[Fault] = field(default_factory=list)

    def add(self, line: table.Line) -> None:
        draft = self.by_entry.setdefault((line.id, line.lang), _Draft(line.number))
        draft.texts.append(line.text)
        if line.answer and not draft.answer:
            draft.answer, draft.answer_line = line.answer, line.number
        draft.left_out += bool(line.answer) and line.answer != draft.answer

    def files(self, existing: KnowledgeBase | None) -> dict[str, bytes]:
        """Return path below the folder -> content of every entry."""
        known = {id_ for id_, _ in self.by_entry} | set(existing.entries if existing else ())
        files: dict[str, bytes] = {}
        for (id_, language), draft in self.by_entry.items():
            before = existing.entries.get(id_, {}).get(language) if existing else None
            entry = replace(
                before or Entry(id_, language, "", ()),
                title=draft.texts[0],
                variants=tuple(draft.texts[1:]),
                body=self._answer(draft, known) or (before.body if before else ""),
            )
            content = render(entry).encode()
            if len(content) > loader.LARGEST_FILE:
                most = f"at most {loader.LARGEST_FILE // 1024} kB"
                self.source.refuse(draft.first, f"expected {most} for {id_} ({language}), found more")
            files[f"{id_}.{language}.md"] = content
        return files

    def _answer(self, draft: _Draft, known: set[str]) -> str:
        """Return the answer's Markdown; one that is not the help center's Markdown is kept as plain words."""
        read = body.parse(draft.answer)
        faults = [what for _, what in read.faults]
        faults += [f"there is no entry {entry}" for _, entry in body.dead_links(read, known)]
        if draft.left_out:
            self._remark(draft, f"the answer of this line was taken, {draft.left_out} others were left out")
        if faults:
            self._remark(draft, f"answer kept as plain text: {faults[0]}")
        return body.escape(draft.answer) if faults else draft.answer

    def _remark(self, draft: _Draft, what: str) -> None:
        self.remarks.append(Fault(str(self.source.path), draft.answer_line, what))
