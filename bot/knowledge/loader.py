"""Reads a help-center folder, and refuses it with every fault when it is broken."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import KnowledgeError
from bot.knowledge import body, front_matter, schema
from bot.knowledge.entries import Entry, KnowledgeBase, Lines
from bot.knowledge.faults import Fault, nearest

LANGUAGES = ("en", "es", "fr")
LARGEST_FILE = 256 * 1024
"""Bytes. An entry has about 2,000; a reader must not be kept busy by something that is none."""
OUT_OF_SCOPE = "out-of-scope"
README = "README.md"
_FENCE = "---"
_BOMS = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


def load(folder: Path, *, allow_empty_bodies: bool = False) -> KnowledgeBase:
    """Return the help center in `folder`; raise KnowledgeError listing every fault as `file:line: what`."""
    return build(read_files(folder), where=folder, allow_empty_bodies=allow_empty_bodies)


def read_files(folder: Path) -> dict[str, bytes]:
    """Return path below the folder -> content of every file that belongs to the help center, sorted.

    A file over the size limit comes as its first bytes, one more than the limit. Raises KnowledgeError.
    """
    if not folder.is_dir():
        raise KnowledgeError([f"{folder}: expected a folder with the help center, found {_found(folder)}"])
    files: dict[str, bytes] = {}
    faults: list[Fault] = []

    def unreadable(error: OSError) -> None:
        faults.append(Fault(str(error.filename), 1, f"expected a readable folder, got: {error.strerror}"))

    for parent, _, names in os.walk(folder, onerror=unreadable):
        for name in names:
            path = Path(parent, name)
            relative = path.relative_to(folder).as_posix()
            if not _belongs(relative):
                continue
            try:
                with path.open("rb") as stream:
                    files[relative] = stream.read(LARGEST_FILE + 1)
            except OSError as error:
                faults.append(Fault(str(path), 1, f"expected a readable file, got: {error.strerror}"))
    if faults:
        raise KnowledgeError([str(fault) for fault in sorted(faults)])
    return dict(sorted(files.items()))


def build(files: Mapping[str, bytes], *, where: Path = Path(), allow_empty_bodies: bool = False) -> KnowledgeBase:
    """Return the help center that these files are; raise KnowledgeError listing every fault.

    files: path below the help center's folder -> content, as `read_files` returns it and a published version
    keeps it. where: what the paths in faults begin with.
    """
    reading = _Reading(where, allow_empty_bodies)
    for name, content in files.items():
        reading.read(name, content)
    reading.check_references()
    if reading.faults:
        raise KnowledgeError([str(fault) for fault in sorted(set(reading.faults))])
    if not reading.entries:
        raise KnowledgeError([f"{where}: expected at least one entry <topic>/<entry>.<language>.md, found none"])
    return KnowledgeBase(reading.entries, reading.out_of_scope, version_of(files))


def version_of(files: Mapping[str, bytes]) -> str:
    """Return the hex digest of names and contents."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _found(folder: Path) -> str:
    return "a file" if folder.exists() else "none"


def _belongs(relative: str) -> bool:
    """Tell whether a file is ours: Markdown (not README.md, not what editors hide) or out-of-scope."""
    name = relative.rpartition("/")[2]
    if name == README or relative.startswith(".git/"):
        return False
    if name.lower().endswith((".md", ".markdown")):
        hidden = name.startswith((".#", "#", "~"))
        return not hidden
    return "/" not in relative and name.startswith(f"{OUT_OF_SCOPE}.") and name.endswith(".txt")


@dataclass(slots=True)
class _Reading:
    """One pass over the files: what was right, and every fault."""

    where: Path
    allow_empty_bodies: bool
    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)
    out_of_scope: dict[str, tuple[str, ...]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    references: list[tuple[str, int, str, str]] = field(default_factory=list)
    """File, line, id that is referred to, what refers to it."""
    names: set[str] = field(default_factory=set)
    """Every id that has a file, also one with faults: a reference to it is not dead."""

    def refuse(self, file: str, line: int, what: str) -> None:
        self.faults.append(Fault(file, line, what))

    def read(self, name: str, content: bytes) -> None:
        file = str(self.where / name)
        is_entry = not name.startswith(f"{OUT_OF_SCOPE}.") or not name.endswith(".txt")
        stem, _, suffix = name.rpartition(".")
        id_, _, language = stem.rpartition(".")
        named = self._check_name(file, id_, language, suffix) if is_entry else self._check_language(file, language)
        if named and is_entry:
            self.names.add(id_)
        text = self._decoded(file, content)
        if text is None or not named:
            return
        if is_entry:
            self._read_entry(file, id_, language, text)
        else:
            self.out_of_scope[language] = tuple(line.strip() for line in text.splitlines() if line.strip())

    def _check_language(self, file: str, language: str) -> bool:
        if language in LANGUAGES:
            return True
        self.refuse(file, 1, f"expected a language among {', '.join(LANGUAGES)}, found {language!r}")
        return False

    def _check_name(self, file: str, id_: str, language: str, suffix: str) -> bool:
        if suffix != "md" or not id_ or id_.endswith("/"):
            self.refuse(file, 1, f"expected a name <entry>.<language>.md, found {Path(file).name}")
            return False
        if not body.ENTRY_ID.fullmatch(id_):
            self.refuse(
                file,
                1,
                f"expected an id of letters, digits, '.', '_' and '-' (at most 120 a part), found {id_!r}",
            )
            return False
        return self._check_language(file, language)

    def _decoded(self, file: str, content: bytes) -> str | None:
        """Return the text with plain line ends, without a byte order mark; None after a fault."""
        if len(content) > LARGEST_FILE:
            self.refuse(file, 1, f"expected at most {LARGEST_FILE // 1024} kB, found more")
            return None
        if (encoding := _BOMS.get(content[:2])) is not None:
            self.refuse(file, 1, f"expected UTF-8, found {encoding}")
            return None
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            byte = content[error.start]
            self.refuse(file, line, f"expected UTF-8, found the byte 0x{byte:02X} (saved as Latin-1 or Windows-1252?)")
            return None
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if (bad := schema.unstorable(text)) is not None:
            line = next(n for n, row in enumerate(text.split("\n"), 1) if schema.unstorable(row) is not None)
            self.refuse(file, line, f"expected printable text, found the character {bad}")
            return None
        return text

    def _read_entry(self, file: str, id_: str, language: str, text: str) -> None:
        parts = self._split(file, text)
        if parts is None:
            return
        matter, answer, before = parts
        try:
            pairs = front_matter.read(matter, 2, schema.KEYS)
        except front_matter.FrontMatterError as error:
            self.refuse(file, error.line, str(error))
            return
        fields = schema.check(pairs, file)
        read = body.parse(answer)
        self.faults += fields.faults
        self.faults += (Fault(file, before + line, what) for line, what in read.faults)
        if not answer.strip() and not self.allow_empty_bodies:
            self.refuse(file, before, "expected an answer behind the front matter, found none")
        self._note_references(file, id_, fields)
        self.references += ((file, before + line, other, "a link") for line, other in read.links)
        blank = len(answer) - len(answer.lstrip("\n"))
        self.entries.setdefault(id_, {})[language] = Entry(
            id=id_,
            language=language,
            body=answer.strip(),
            blocks=read.blocks,
            source=file,
            lines=Lines(fields.title_line, fields.variant_lines, before + blank + 1),
            **{"title": "", "variants": (), **fields.values},
        )

    def _split(self, file: str, text: str) -> tuple[str, str, int] | None:
        """Return front matter, answer, and the number of lines before the answer; None with a fault."""
        lines = text.split("\n")
        if lines[0].rstrip() != _FENCE:
            found = repr(lines[0][:60])
            self.refuse(file, 1, f"expected front matter that begins with a line {_FENCE}, found {found}")
            return None
        end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
        if end is None:
            self.refuse(file, 1, f"expected a second line {_FENCE} behind the front matter, found none")
            return None
        return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 1

    def _note_references(self, file: str, id_: str, fields: schema.Fields) -> None:
        for other, line in zip(fields.values.get("related", ()), fields.related_lines, strict=True):
            self.references.append((file, line, other, "related"))
            if other == id_:
                self.refuse(file, line, "related: names itself")

    def check_references(self) -> None:
        """Refuse every `related` and every link that leads to no entry."""
        for file, line, other, what in self.references:
            if body.ENTRY_ID.fullmatch(other) and other not in self.names:
                self.refuse(file, line, f"{what}: there is no entry {other}{nearest(other, self.names)}")
