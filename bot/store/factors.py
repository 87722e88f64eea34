"""The second factor: an agent's key, the code that was used last, and codes for the day when the phone is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from bot.store.staff import recovery_codes
from bot.store.tables import agents


@dataclass(frozen=True, slots=True)
class Factor:
    """An agent's key (base 32); it counts once it was confirmed."""

    key: str
    confirmed: bool


class Factors:
    """Columns of agents, and rows of recovery codes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, agent_id: str) -> Factor | None:
        query = select(agents.c.totp_key, agents.c.totp_at).where(agents.c.id == agent_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None or row.totp_key is None else Factor(row.totp_key, row.totp_at is not None)

    def propose(self, agent_id: str, key: str) -> None:
        """Keep a key that was shown; it asks for nothing until it is confirmed."""
        row = {"totp_key": key, "totp_at": None, "totp_step": None}
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(row))

    def confirm(self, agent_id: str, at: datetime) -> None:
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(totp_at=at))

    def use_step(self, agent_id: str, step: int) -> bool:
        """Use the code of a half minute up; False when it, or a later one, was used: one UPDATE decides."""
        unused = or_(agents.c.totp_step.is_(None), agents.c.totp_step < step)
        used = update(agents).where(agents.c.id == agent_id, unused).values(totp_step=step)
        return self._connection.execute(used).rowcount == 1

    def remove(self, agent_id: str) -> None:
        row = {"totp_key": None, "totp_at": None, "totp_step": None}
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(row))
        self._connection.execute(delete(recovery_codes).where(recovery_codes.c.agent_id == agent_id))

    def set_codes(self, agent_id: str, code_hashes: Sequence[str]) -> None:
        """Put these recovery codes in place of all others."""
        self._connection.execute(delete(recovery_codes).where(recovery_codes.c.agent_id == agent_id))
        self._connection.execute(
            insert(recovery_codes), [{"code_hash": hashed, "agent_id": agent_id} for hashed in code_hashes]
        )

    def use_code(self, agent_id: str, code_hash: str, at: datetime) -> bool:
        """Use a recovery code up; False when it is not the agent's or was used."""
        used = update(recovery_codes).where(
            recovery_codes.c.code_hash == code_hash,
            recovery_codes.c.agent_id == agent_id,
            recovery_codes.c.used_at.is_(None),
        )
        return self._connection.execute(used.values(used_at=at)).rowcount == 1

    def codes_left(self, agent_id: str) -> int:
        query = select(func.count()).where(recovery_codes.c.agent_id == agent_id, recovery_codes.c.used_at.is_(None))
        return self._connection.scalar(query) or 0
