"""Who of the staff is meant by whom a sign-in service vouches for; one account has one such name at a service."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from bot.domain.identifiers import hash_token
from bot.store.staff import sign_in_links


class SignInLinks:
    """Rows of links; a service's name of somebody is stored as a hash."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def agent_id(self, issuer: str, subject: str) -> str | None:
        """Return whose account it is."""
        query = select(sign_in_links.c.agent_id).where(sign_in_links.c.subject_hash == _hash_of(issuer, subject))
        found: str | None = self._connection.scalar(query)
        return found

    def has(self, issuer: str, agent_id: str) -> bool:
        """Whether the account is somebody's at this service already."""
        query = select(sign_in_links.c.agent_id).where(
            sign_in_links.c.agent_id == agent_id, sign_in_links.c.issuer_hash == hash_token(issuer)
        )
        return self._connection.scalar(query) is not None

    def add(self, issuer: str, subject: str, agent_id: str, at: datetime) -> None:
        row = {"subject_hash": _hash_of(issuer, subject), "issuer_hash": hash_token(issuer)}
        self._connection.execute(insert(sign_in_links), {**row, "agent_id": agent_id, "linked_at": at})

    def remove(self, agent_id: str) -> bool:
        """Forget what the account is called elsewhere; False when nothing was known."""
        return self._connection.execute(delete(sign_in_links).where(sign_in_links.c.agent_id == agent_id)).rowcount > 0

    def linked(self) -> AbstractSet[str]:
        """Return the ids of all accounts that have a link."""
        return frozenset(self._connection.scalars(select(sign_in_links.c.agent_id)))


def _hash_of(issuer: str, subject: str) -> str:
    return hash_token(f"{issuer}\n{subject}")  # no address holds a line's end
