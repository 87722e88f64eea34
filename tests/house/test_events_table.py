"""bot/README.md prints every event with the facts that it holds, as bot/domain/events.py declares them."""

from __future__ import annotations

import re

from bot.domain.events import DATA, EventType
from tests.house.tree import ROOT, table_rows

README = ROOT / "bot" / "README.md"


def printed() -> dict[str, tuple[str, ...]]:
    """Return the rows that begin with an event's name; the second cell holds its facts."""
    rows = table_rows(README) if README.exists() else iter([])
    named = ((row[0].strip("`"), row[1]) for row in rows if len(row) > 1)
    known = {type_.value for type_ in EventType}
    return {event: tuple(re.findall(r"`(\w+)`", cell)) for event, cell in named if event in known}


def test_readme_prints_every_event_with_its_facts():
    found = printed()
    lacking = [
        f"| `{type_.value}` | {', '.join(f'`{fact}`' for fact in facts)} |"
        for type_, facts in DATA.items()
        if found.get(type_.value) != facts
    ]
    assert lacking == [], "expected these rows in bot/README.md:\n" + "\n".join(lacking)
