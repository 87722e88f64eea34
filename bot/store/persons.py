"""Everything that is stored about shoppers: one rule a table says how it is found, written out and erased.

A table without a rule fails a test; so does a column for words in a table whose rows stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from bot.domain.privacy import Person, erasure_hash
from bot.store.columns import metadata
from bot.store.correspondence import mail_codes, mails, order_lookups, tickets
from bot.store.counted import drafts, episode_days, episodes
from bot.store.safekeeping import audit, erasures
from bot.store.tables import conversations, messages, visitors

AT_ONCE = 200  # values of one statement
_LOCK = 0xE2A5E  # any number that nobody else takes

OWN: Mapping[str, str] = {
    # Children first: rows that others refer to go last.
    "feedback": "conversation_id",
    "decisions": "conversation_id",
    "ratings": "conversation_id",
    "notes": "conversation_id",
    "handoffs": "conversation_id",
    "events": "conversation_id",
    "mail_codes": "conversation_id",
    "order_lookups": "conversation_id",
    "ticket_replies": "ticket_id",
    "mails": "conversation_id",
    "tickets": "conversation_id",
    "messages": "conversation_id",
    "conversations": "id",
    "visitors": "id",
}
"""Tables whose rows are a shopper's, and the column that says whose: they are written out, and deleted."""

BLANKED: Mapping[str, tuple[str, ...]] = {"episodes": ("page", "visitor_id")}
"""Statistics stay when somebody is erased; what could tell about one person in them is emptied."""

CLOSED: Mapping[str, tuple[str, ...]] = {
    "episodes": (
        "conversation_id", "day", "outcome", "first_outcome", "disposition", "handoff_reason", "language", "topic",
        "entry", "agent", "team", "surface", "kb_version",
    )
}  # fmt: skip
"""Columns of statistics that hold ids, and words of closed lists or of the help center."""

QUOTING: Mapping[str, str] = {"drafts": "made of shoppers' messages, which they name: unpublished ones are deleted"}
"""Tables that may quote shoppers."""

OTHERS: Mapping[str, str] = {
    "agents": "the staff",
    "audit": "ids and counts: who did what; it must not change",
    "benchmarks": "numbers that analysts set",
    "canned_replies": "the shop's own words",
    "configuration": "the shop's own settings",
    "episode_days": "packed statistics: made anew when their rows change",
    "erasures": "hashes of who was erased",
    "facts": "what the database is",
    "help_votes": "a judgement of a page, nobody's",
    "kb_versions": "the help center",
    "links": "invitations of the staff",
    "sign_in_links": "of the staff",
    "recovery_codes": "the staff's",
    "report_schedules": "to whom of the staff reports go",
    "sessions": "the staff's",
    "team_members": "the staff's",
    "teams": "the staff's",
}
"""Tables that hold nothing about shoppers, each with its reason."""

SECRETS: Mapping[str, tuple[str, ...]] = {"visitors": ("token_hash",), "mail_codes": ("code_hash",)}
"""What opens something is erased with the row, and written out nowhere."""


@dataclass(frozen=True, slots=True)
class Found:
    """Whose rows are meant."""

    visitors: tuple[str, ...]
    conversations: tuple[str, ...]


def batches(values: Iterable[str], size: int = AT_ONCE) -> Iterator[list[str]]:
    """Yield the values, `size` at a time: a statement takes so many and no more."""
    held = list(values)
    yield from (held[start : start + size] for start in range(0, len(held), size))


def wait_for_others(connection: Connection) -> None:
    """Let one process at a time erase: two that delete the same rows could wait for one another for ever."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def find(connection: Connection, person: Person) -> Found:
    """Return who is meant; nobody when there is nobody."""
    if person.visitor:
        owner = func.coalesce(visitors.c.same_as, visitors.c.id)  # a browser of somebody's means whom it belongs to
        ids = list(connection.scalars(select(owner).where(visitors.c.id == person.visitor)))
    else:
        one_of = [person.conversation] if person.conversation else _with_address(connection, person.email or "")
        ids = []
        for some in batches(one_of):
            query = select(conversations.c.visitor_id).where(conversations.c.id.in_(some))
            ids += connection.scalars(query.distinct())
        if person.email:
            verified = func.lower(visitors.c.verified_email) == person.email.strip().lower()
            ids += connection.scalars(select(visitors.c.id).where(verified))
    return of_visitors(connection, tuple(dict.fromkeys(ids)))


def of_visitors(connection: Connection, ids: Sequence[str]) -> Found:
    """Return the visitors with all conversations and browsers of theirs."""
    theirs: list[str] = []
    browsers: list[str] = []
    for some in batches(ids):
        query = select(conversations.c.id).where(conversations.c.visitor_id.in_(some))
        theirs += connection.scalars(query.order_by(conversations.c.created_at, conversations.c.id))
        browsers += connection.scalars(select(visitors.c.id).where(visitors.c.same_as.in_(some)))
    return Found(tuple(dict.fromkeys((*ids, *browsers))), tuple(theirs))


def _with_address(connection: Connection, email: str) -> list[str]:
    address = email.strip().lower()
    if "@" not in address:
        return []
    found: set[str] = set()
    for table in (tickets, mails, mail_codes, order_lookups):
        query = select(table.c.conversation_id).where(func.lower(table.c.email) == address)
        found |= set(connection.scalars(query.distinct()))
    wrote = messages.c.author == "shopper"
    said = func.lower(messages.c.text).contains(address, autoescape=True)
    return sorted(found | set(connection.scalars(select(messages.c.conversation_id).where(wrote, said).distinct())))


def _conditions(connection: Connection, name: str, found: Found) -> list[ColumnElement[bool]]:
    """Return conditions that together select a table's rows of these people; each with a bounded list of values."""
    table, column = metadata.tables[name], OWN[name]
    values: Sequence[str] = found.conversations
    if column == "ticket_id":
        values = _tickets_of(connection, found)
    elif name == "visitors":
        values = found.visitors
    return [table.c[column].in_(some) for some in batches(values)]


def _tickets_of(connection: Connection, found: Found) -> list[str]:
    ids: list[str] = []
    for some in batches(found.conversations):
        ids += connection.scalars(select(tickets.c.id).where(tickets.c.conversation_id.in_(some)))
    return ids


def rows_of(connection: Connection, found: Found) -> dict[str, list[dict[str, Any]]]:
    """Return every row about these people, by table; what opens something is left out."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for name in reversed(list(OWN)):
        table, hidden = metadata.tables[name], SECRETS.get(name, ())
        columns = [column for column in table.c if column.name not in hidden]
        for condition in _conditions(connection, name, found):
            rows.setdefault(name, []).extend(_read(connection, table, columns, condition))
    for some in batches(found.conversations):
        rows.setdefault("episodes", []).extend(
            _read(connection, episodes, list(episodes.c), episodes.c.conversation_id.in_(some))
        )
    quoting = _drafts_about(connection, found)
    for some in batches(quoting):
        rows.setdefault("drafts", []).extend(_read(connection, drafts, list(drafts.c), drafts.c.id.in_(some)))
    for some in batches((*found.visitors, *found.conversations)):
        rows.setdefault("audit", []).extend(_read(connection, audit, list(audit.c), audit.c.about.in_(some)))
    return rows


def _read(
    connection: Connection, table: Table, columns: Sequence[Any], condition: ColumnElement[bool]
) -> list[dict[str, Any]]:
    query = select(*columns).where(condition).order_by(*table.primary_key.columns)
    return [dict(row._mapping) for row in connection.execute(query)]  # noqa: SLF001  # SQLAlchemy's public name for it


def counts_of(connection: Connection, found: Found) -> dict[str, int]:
    """Return how many rows erasing would delete, by table."""
    counts: dict[str, int] = {}
    for name in OWN:
        for condition in _conditions(connection, name, found):
            query = select(func.count()).select_from(metadata.tables[name]).where(condition)
            counts[name] = counts.get(name, 0) + int(connection.scalar(query) or 0)
    return {name: count for name, count in counts.items() if count}


def _drafts_about(connection: Connection, found: Found) -> list[str]:
    """Return the drafts that were made of messages of these people; there are few drafts."""
    made = connection.execute(select(drafts.c.id, drafts.c.based_on)).all()
    named = {message for row in made for message in row.based_on.get("messages", ())}
    theirs: set[str] = set()
    for some in batches(sorted(named)):
        query = select(messages.c.id, messages.c.conversation_id).where(messages.c.id.in_(some))
        theirs |= {row.id for row in connection.execute(query) if row.conversation_id in set(found.conversations)}
    return [row.id for row in made if theirs & set(row.based_on.get("messages", ()))]


def erase(connection: Connection, found: Found, *, keep_page: bool = False) -> dict[str, int]:
    """Delete every row about these people; statistics stay. Return how many rows went, by table.

    `keep_page`: the pages on which episodes began stay in the statistics, as for those who are merely over age.
    """
    wait_for_others(connection)
    gone = {"drafts": _erase_drafts(connection, found)}
    for name in OWN:
        for condition in _conditions(connection, name, found):
            count = connection.execute(delete(metadata.tables[name]).where(condition)).rowcount
            gone[name] = gone.get(name, 0) + count
    if not keep_page:
        _blank(connection, found)
    return {name: count for name, count in gone.items() if count}


def _erase_drafts(connection: Connection, found: Found) -> int:
    """Delete unpublished drafts made of these people's messages; published ones are the help center's words."""
    count = 0
    for some in batches(_drafts_about(connection, found)):
        here = drafts.c.id.in_(some)
        count += connection.execute(delete(drafts).where(here, drafts.c.status == "draft")).rowcount
        connection.execute(update(drafts).where(here).values(replay=None, based_on={"messages": []}))
    return count


def _blank(connection: Connection, found: Found) -> None:
    """Empty what the statistics still hold, and let the days that were packed with it be packed again."""
    for some in batches(found.conversations):
        here = episodes.c.conversation_id.in_(some)
        days = list(connection.scalars(select(episodes.c.day).where(here, episodes.c.page.isnot(None)).distinct()))
        connection.execute(update(episodes).where(here).values(dict.fromkeys(BLANKED["episodes"])))
        for of_days in batches(days):
            stale = {"packed": None, "keys": None, "version": episode_days.c.version + 1}
            connection.execute(update(episode_days).where(episode_days.c.day.in_(of_days)).values(stale))


def note_erased(connection: Connection, visitor_ids: Sequence[str], at: datetime) -> None:
    """Put the visitors on the erase list, for databases that are restored."""
    hashes = {erasure_hash(visitor_id) for visitor_id in visitor_ids}
    add_erasures(connection, dict.fromkeys(sorted(hashes), at))


def add_erasures(connection: Connection, listed: Mapping[str, datetime]) -> None:
    """Add to the erase list what is not on it: hashes of visitors' ids, and when each was erased."""
    for some in batches(listed):
        known = set(connection.scalars(select(erasures.c.hash).where(erasures.c.hash.in_(some))))
        if new := [{"hash": hashed, "at": listed[hashed]} for hashed in some if hashed not in known]:
            connection.execute(insert(erasures), new)


def erasures_of(connection: Connection) -> dict[str, datetime]:
    """Return the erase list: hashes of visitors' ids, and when each was erased."""
    return {row.hash: row.at for row in connection.execute(select(erasures).order_by(erasures.c.at))}


def replay_erasures(connection: Connection, listed: Mapping[str, datetime]) -> int:
    """Erase again whom a restored database brought back; return how many visitors those were.

    `listed` is the erase list of the database that was in use before, as `erasures_of` gives it.
    """
    add_erasures(connection, listed)
    wanted = set(erasures_of(connection))
    back = [id_ for id_ in connection.scalars(select(visitors.c.id)) if erasure_hash(id_) in wanted]
    for some in batches(back):
        erase(connection, of_visitors(connection, some))
    return len(back)
