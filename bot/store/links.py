"""One-time links: for the first admin, for who is invited, for a new password. Only their hashes are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from bot.domain.identifiers import new_id
from bot.domain.rights import Role
from bot.store.staff import links


@dataclass(frozen=True, slots=True)
class Link:
    """Whom a link is for."""

    id: str
    kind: str
    email: str | None
    role: Role | None
    agent_id: str | None
    """Who invited; or whose password it is."""
    created_at: datetime
    expires_at: datetime


def _open(kind: str, at: datetime) -> ColumnElement[bool]:
    return and_(links.c.kind == kind, links.c.used_at.is_(None), links.c.expires_at > at)


class Links:
    """Rows of links."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        token_hash: str,
        kind: str,
        at: datetime,
        expires_at: datetime,
        *,
        email: str | None = None,
        role: Role | None = None,
        agent_id: str | None = None,
    ) -> str:
        """Add a link and return its id."""
        row = {
            "token_hash": token_hash,
            "kind": kind,
            "created_at": at,
            "expires_at": expires_at,
            "id": new_id(),
            "email": email,
            "role": role.value if role else None,
            "agent_id": agent_id,
        }
        self._connection.execute(insert(links), row)
        return str(row["id"])

    def find(self, token_hash: str, kind: str, at: datetime) -> Link | None:
        """Return the link as long as it can be used."""
        row = self._connection.execute(select(links).where(links.c.token_hash == token_hash, _open(kind, at))).first()
        return None if row is None else _link_of(row)

    def of(self, kind: str, at: datetime) -> list[Link]:
        """Return those that can still be used, the newest first."""
        query = select(links).where(_open(kind, at)).order_by(links.c.created_at.desc(), links.c.id)
        return [_link_of(row) for row in self._connection.execute(query)]

    def void(self, kind: str, at: datetime, *, email: str | None = None, link_id: str | None = None) -> int:
        """Take back the links of this kind (to this address, of this id) that nobody used; return how many."""
        taken = update(links).where(links.c.kind == kind, links.c.used_at.is_(None))
        if email is not None:
            taken = taken.where(links.c.email == email)
        if link_id is not None:
            taken = taken.where(links.c.id == link_id)
        return self._connection.execute(taken.values(used_at=at)).rowcount

    def use(self, token_hash: str, kind: str, at: datetime) -> bool:
        """Use the link up; False when it is unknown, used or too old."""
        used = update(links).where(links.c.token_hash == token_hash, _open(kind, at)).values(used_at=at)
        return self._connection.execute(used).rowcount == 1


def _link_of(row: object) -> Link:
    values = row._mapping  # type: ignore[attr-defined]  # noqa: SLF001
    return Link(
        id=values["id"],
        kind=values["kind"],
        email=values["email"],
        role=Role(values["role"]) if values["role"] else None,
        agent_id=values["agent_id"],
        created_at=values["created_at"],
        expires_at=values["expires_at"],
    )
