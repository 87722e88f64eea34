"""The two forms of a letter: plain text in columns, and HTML that needs nothing from anywhere. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

WIDE = 34  # characters of a line's title in the text
COLUMN = 13


@dataclass(frozen=True, slots=True)
class Line:
    """One figure, as it is read."""

    title: str
    now: str
    before: str
    change: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Figures below one another."""

    heads: tuple[str, str, str, str]
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written."""

    subject: str
    lead: str
    parts: tuple[Table | str, ...]
    link: tuple[str, str] | None
    """What it says and where it leads."""
    foot: str
    language: str


def as_text(letter: Letter) -> str:
    """Return the letter as plain text."""
    lines = [letter.subject, letter.lead, ""]
    for part in letter.parts:
        lines += [part, ""] if isinstance(part, str) else [*_columns(part), ""]
    if letter.link:
        lines += [*letter.link, ""]
    return "\n".join([*lines, "-- ", letter.foot, ""])


def _columns(table: Table) -> Iterator[str]:
    yield _row(*table.heads)
    for line in table.lines:
        yield _row(line.title, line.now, line.before, line.change)
        if line.detail:
            yield f"    {line.detail}"
    if table.note:
        yield table.note


def _row(title: str, *cells: str) -> str:
    return (title.ljust(WIDE) + "".join(cell.rjust(COLUMN) for cell in cells)).rstrip()


def as_html(letter: Letter) -> str:
    """Return the letter as a page: no picture, no script, nothing that is loaded."""
    body = "".join(f"<p>{escape(part)}</p>" if isinstance(part, str) else _table(part) for part in letter.parts)
    if letter.link:
        text, address = map(escape, letter.link)
        body += f'<p><a class="open" href="{address}">{text}</a></p>'
    return _PAGE.format(
        language=letter.language,
        style=_STYLE,
        subject=escape(letter.subject),
        lead=escape(letter.lead),
        body=body,
        foot=escape(letter.foot),
    )


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in table.heads)
    rows = "".join(
        f'<tr><th scope="row">{escape(line.title)}'
        + (f"<br><small>{escape(line.detail)}</small>" if line.detail else "")
        + f"</th><td><b>{escape(line.now)}</b></td><td>{escape(line.before)}</td><td>{escape(line.change)}</td></tr>"
        for line in table.lines
    )
    note = f"<p>{escape(table.note)}</p>" if table.note else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{note}"


_STYLE = """
body { margin: 0; padding: 24px 12px; background: #f4f5f3; color: #1d2420; font: 15px/1.45 system-ui, sans-serif; }
main { max-width: 640px; margin: 0 auto; padding: 24px; background: #ffffff; border-radius: 12px; }
h1 { margin: 0 0 4px; font-size: 20px; }
p { margin: 8px 0 16px; color: #55605a; }
table { width: 100%; margin: 0 0 16px; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { padding: 8px 0; text-align: left; font-weight: 500; border-bottom: 1px solid #e3e6e2; }
td, thead th + th { padding: 8px 0 8px 12px; text-align: right; vertical-align: top; white-space: nowrap;
  border-bottom: 1px solid #e3e6e2; }
thead th, small { color: #55605a; font-size: 13px; font-weight: 400; }
a.open { display: inline-block; padding: 10px 18px; border-radius: 8px; background: #0b6b5d; color: #ffffff;
  text-decoration: none; font-weight: 600; }
footer { color: #55605a; font-size: 13px; }
@media (prefers-color-scheme: dark) {
  body { background: #14181a; color: #e8ecea; }
  main { background: #1d2325; }
  p, thead th, small, footer { color: #a9b4ae; }
  th, td, thead th + th { border-color: #343c3e; }
}
"""
_PAGE = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><title>{subject}</title><style>{style}</style></head>'
    "<body><main><h1>{subject}</h1><p>{lead}</p>{body}<footer>{foot}</footer></main></body></html>\n"
)
