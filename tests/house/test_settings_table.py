"""README.md prints every setting as bot/settings.py declares it."""

from __future__ import annotations

from dataclasses import fields

from bot.settings import PREFIX, Settings
from tests.house.tree import ROOT, table_rows

README = ROOT / "README.md"
NOTHING = "\N{EN DASH}"


def expected_rows() -> dict[str, str]:
    """Return the row that the table must hold for each setting: name, default, what it is for."""
    rows = {}
    for setting in fields(Settings):
        default = setting.default
        text = ",".join(default) if isinstance(default, tuple) else "" if default is None else str(default)
        name = f"{PREFIX}{setting.name.upper()}"
        rows[name] = f"| `{name}` | {f'`{text}`' if text else NOTHING} | {setting.metadata['what']} |"
    return rows


def printed_rows() -> dict[str, str]:
    """Return the README's rows that begin with a setting's name."""
    if not README.exists():
        return {}
    named = ((row[0].strip("`"), row) for row in table_rows(README))
    return {name: f"| {' | '.join(row)} |" for name, row in named if name.startswith(PREFIX)}


def test_readme_prints_every_setting():
    printed = printed_rows()
    lacking = [row for name, row in expected_rows().items() if printed.get(name) != row]
    assert lacking == [], "expected these rows in README.md:\n" + "\n".join(lacking)


def test_readme_invents_no_setting():
    assert sorted(set(printed_rows()) - set(expected_rows())) == []
