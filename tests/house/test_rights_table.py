"""README.md prints the table of rights as bot/domain/rights.py holds it."""

from __future__ import annotations

from bot.domain.rights import MEANINGS, RIGHTS, SHOPPER_RIGHTS, Right, Role
from tests.house.tree import ROOT, table_rows

YES, NO = "yes", "\N{EN DASH}"
HEAD = ["right", "what it allows", "shopper", *Role]


def expected_rows() -> list[list[str]]:
    """Return the head, and a row for each right."""
    holders = [SHOPPER_RIGHTS, *(RIGHTS[role] for role in Role)]
    rows = [[f"`{right}`", MEANINGS[right], *(YES if right in held else NO for held in holders)] for right in Right]
    return [HEAD, *rows]


def test_readme_prints_the_table_of_rights():
    rows = list(table_rows(ROOT / "README.md"))
    names = {f"`{right}`" for right in Right}
    printed = [row for row in rows if row == HEAD or row[0] in names]
    lines = "\n".join(f"| {' | '.join(row)} |" for row in expected_rows())
    assert printed == expected_rows(), f"expected in README.md:\n{lines}"
