"""Checks a document that somebody wrote: every fault is noted with its path, and reading goes on."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.domain.identifiers import new_id
from bot.errors import Fault
from bot.text.normalize import clean

MOST = 1000  # items in a list
LONGEST_NAME = 120  # characters of a field's name that a fault repeats

MISSING = "This is missing."
NO_SUCH_ID = "There is nothing with this id. Leave the id out for something new."
UNKNOWN_FIELD = "There is no such field here. There are: {known}."
NOT_FIELDS = "Expected fields with names, got something else."
NOT_A_LIST = "Expected a list of at most {most}."
NOT_A_TEXT = "Expected a text of 1 to {most} characters."
TWICE = "This is here twice: {found}."


class Checking:
    """What has been found wrong so far, and the questions that any document is asked."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: str, sentence: str, **params: Any) -> None:
        self.faults.append(Fault(path, sentence, params))

    def fields(self, value: object, path: str, known: Sequence[str], required: Iterable[str] = ()) -> Mapping[str, Any]:
        """Return the fields that are there and known."""
        if not isinstance(value, Mapping):
            self.fault(path, NOT_FIELDS)
            return {}
        before = f"{path}." if path else ""
        for name in value:
            if name not in known:
                self.fault(f"{before}{str(name)[:LONGEST_NAME]}", UNKNOWN_FIELD, known=", ".join(known))
        for name in required:
            if name not in value:
                self.fault(f"{before}{name}", MISSING)
        return {name: value[name] for name in known if name in value}

    def items(self, value: object, path: str) -> Iterator[tuple[str, Any]]:
        """Yield each item of a list with its path."""
        if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MOST:
            self.fault(path, NOT_A_LIST, most=MOST)
            return
        yield from ((f"{path}.{number}", item) for number, item in enumerate(value))

    def text(self, value: object, path: str, most: int) -> str:
        """Return the text as it is stored, empty where it is none."""
        text = clean(value).strip() if isinstance(value, str) else ""
        if not 1 <= len(text) <= most:
            self.fault(path, NOT_A_TEXT, most=most)
            return ""
        return text

    def once(self, seen: set[Hashable], what: Hashable, path: str, shown: str) -> None:
        """Note what was seen before; what is not `shown` is wrong already."""
        if shown and what in seen:
            self.fault(path, TWICE, found=shown)
        seen.add(what)

    def identity(self, fields: Mapping[str, Any], path: str, known: Mapping[str, Any], same: str | None) -> str:
        """Return the id that was given, or that of what is the same already, or a new one."""
        given = fields.get("id")
        if given is None:
            return same or new_id()
        if not isinstance(given, str) or given not in known:
            self.fault(f"{path}.id", NO_SUCH_ID)
        return str(given)
