"""What keeps a help center good, as far as its files tell: faults to repair, remarks to think about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.knowledge.body import words_of
from bot.knowledge.entries import DEFAULT_LANGUAGE, Entry, KnowledgeBase
from bot.knowledge.figures import figures
from bot.text.tokens import words

FEWEST_WORDS, MOST_WORDS = 40, 120
"""Words of an answer: enough to act on, short enough to read in a chat."""
FEWEST_VARIANTS = 20
"""Ways to ask, a language. Accuracy still climbs steeply below: .43 with one, .68 with 4, .82 with 8."""
_WORD = re.compile(r"[^\W_]+(?:['\u2019.,@:/-][^\W_]+)*")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that was found; a fault makes the check fail, a remark does not."""

    file: str
    line: int
    kind: str
    what: str
    is_fault: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def check(kb: KnowledgeBase) -> tuple[Finding, ...]:
    """Return every finding that the files alone give, ordered by file and line."""
    entries = tuple(_entries(kb))
    found = [
        *_same_variants(kb),
        *_missing_translations(kb),
        *_different_figures(kb),
        *_different_actions(kb),
        *(finding for entry in entries for finding in _length(entry)),
        *(finding for entry in entries for finding in _few_variants(entry)),
    ]
    return tuple(sorted(found))


def count_words(entry: Entry) -> int:
    """Return how many words a reader of the answer reads."""
    return len(_WORD.findall(words_of(entry.blocks)))


def folded(text: str) -> str:
    """Return `text` without case, accents and punctuation: what a matcher cannot tell apart."""
    return " ".join(words(text))


def texts_with_lines(entry: Entry) -> Iterator[tuple[str, int]]:
    """Yield title and variants with the line each stands on."""
    yield entry.title, entry.lines.title
    yield from zip(entry.variants, entry.lines.variants or (1,) * len(entry.variants), strict=True)


def _entries(kb: KnowledgeBase) -> Iterator[Entry]:
    for id_ in kb.ids:
        yield from (entry for _, entry in sorted(kb.entries[id_].items()))


def _same_variants(kb: KnowledgeBase) -> Iterator[Finding]:
    for language in kb.languages:
        places: dict[str, list[tuple[Entry, int, str]]] = defaultdict(list)
        for entry in (kb.entries[id_][language] for id_ in kb.ids if language in kb.entries[id_]):
            for text, line in texts_with_lines(entry):
                places[folded(text)].append((entry, line, text))
        for (first, first_line, _), *others in places.values():
            for entry, line, text in others:
                yield _repeated(entry, line, text, first, first_line)
        for message in kb.out_of_scope.get(language, ()):
            for entry, line, text in places.get(folded(message), ()):
                what = f"{text!r} is also in out-of-scope.{language}.txt"
                yield Finding(entry.source, line, "same_variant", what, is_fault=True)


def _repeated(entry: Entry, line: int, text: str, first: Entry, first_line: int) -> Finding:
    if entry.id == first.id:
        what = f"{text!r} stands here twice, first on line {first_line}"
        return Finding(entry.source, line, "repeated_variant", what, is_fault=False)
    what = f"{text!r} is also a variant of {first.id} ({first.source}:{first_line})"
    return Finding(entry.source, line, "same_variant", what, is_fault=True)


def _missing_translations(kb: KnowledgeBase) -> Iterator[Finding]:
    for id_ in kb.ids:
        here = kb.entries[id_]
        missing = [language for language in kb.languages if language not in here]
        if missing:
            source = here[min(here)].source
            yield Finding(source, 1, "missing_translation", f"{id_}: no {', '.join(missing)}", is_fault=False)


def _reference(kb: KnowledgeBase, id_: str) -> Entry:
    here = kb.entries[id_]
    return here.get(DEFAULT_LANGUAGE) or here[min(here)]


def _different_figures(kb: KnowledgeBase) -> Iterator[Finding]:
    for id_ in kb.ids:
        first = _reference(kb, id_)
        expected = figures(words_of(first.blocks), first.language)
        for language, entry in sorted(kb.entries[id_].items()):
            found = figures(words_of(entry.blocks), language)
            if not entry.body or not first.body or found == expected:
                continue
            parts = [
                f"{word} {', '.join(sorted(difference))}"
                for word, difference in (("lacks", expected - found), ("has besides", found - expected))
                if difference
            ]
            what = f"figures differ from {first.language}: {'; '.join(parts)}"
            yield Finding(entry.source, entry.lines.body, "figures", what, is_fault=True)


def _different_actions(kb: KnowledgeBase) -> Iterator[Finding]:
    for id_ in kb.ids:
        first = _reference(kb, id_)
        for entry in kb.entries[id_].values():
            if entry.action != first.action:
                expected, found = first.action or "none", entry.action or "none"
                what = f"action: expected {expected} as in {first.language}, found {found}"
                yield Finding(entry.source, 1, "action", what, is_fault=True)


def _length(entry: Entry) -> Iterable[Finding]:
    if not entry.is_help or not entry.body:
        return ()
    count = count_words(entry)
    if FEWEST_WORDS <= count <= MOST_WORDS:
        return ()
    what = f"expected an answer of {FEWEST_WORDS} to {MOST_WORDS} words, found {count}"
    return (Finding(entry.source, entry.lines.body, "length", what, is_fault=True),)


def _few_variants(entry: Entry) -> Iterable[Finding]:
    if len(entry.variants) >= FEWEST_VARIANTS:
        return ()
    what = f"expected at least {FEWEST_VARIANTS} variants, found {len(entry.variants)}"
    return (Finding(entry.source, entry.lines.title, "few_variants", what, is_fault=False),)
