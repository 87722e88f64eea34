"""README.md prints every figure as bot/analytics/definitions.py defines it."""

from __future__ import annotations

from bot.analytics.definitions import GLOSSARY
from tests.house.tree import ROOT, table_rows

README = ROOT / "README.md"


def printed() -> dict[str, str]:
    """Return the rows of the glossary: figure and what it counts."""
    rows = (row for row in table_rows(README) if len(row) == 2)
    return {row[0].strip("`"): row[1] for row in rows if row[0].strip("`") in GLOSSARY}


def test_readme_prints_every_figure():
    found = printed()
    lacking = [f"| `{name}` | {text} |" for name, text in GLOSSARY.items() if found.get(name) != text]
    assert lacking == [], "expected these rows in README.md:\n" + "\n".join(lacking)
