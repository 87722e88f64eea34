"""What somebody does about their own account: password, second factor, sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.agents import Needs, Session
from bot.domain.audits import AuditAction
from bot.domain.identifiers import hash_token
from bot.domain.totp import link_of, new_key, new_recovery_codes, plain_code, step_of
from bot.errors import BadInput, Conflict, Forbidden, NotFound
from bot.services.agents import Agents
from bot.store.transaction import Store, Transaction


@dataclass(frozen=True, slots=True)
class Account:
    """What somebody sees of their own account."""

    sessions: Sequence[Session]
    codes_left: int
    totp_required: bool


class Accounts:
    """Use-cases of one's own account; what weakens it asks for the password again."""

    def __init__(self, store: Store, agents: Agents) -> None:
        self._store = store
        self._agents = agents

    async def view(self, session: Session) -> Account:
        """Return the account as its owner sees it."""

        def unit(tx: Transaction) -> Account:
            seen_after = self._agents.seen_after(tx.now)
            sessions = tx.sessions.of(session.agent.id, tx.now, seen_after=seen_after)
            required = self._agents.requires_totp(session.agent.role)
            whole = [one for one in sessions if one.needs is not Needs.CODE]
            return Account(whole, tx.factors.codes_left(session.agent.id), required)

        return await self._store.read(unit)

    async def change_password(self, session: Session, token: str, *, current: str, new: str) -> tuple[str, Session]:
        """Set another password; the sessions end, this one goes on under a new token. Raises Forbidden, BadInput."""
        await self._agents.check_password(session.agent, current)
        password_hash = await self._agents.hashing.checked_hash(new, (session.agent.name, session.agent.email))

        def then(tx: Transaction) -> None:
            tx.agents.set_password(session.agent.id, password_hash)
            _note(tx, session, "password")

        return await self._agents.renew(token, then)

    async def propose_totp(self, session: Session, password: str | None) -> tuple[str, str]:
        """Return a new key and its link; it counts once a code of it was given. Raises Forbidden, Conflict."""
        # Who was just let in to do this and nothing else has given the password a moment ago.
        if session.needs is not Needs.TOTP:
            await self._agents.check_password(session.agent, password or "")
        key = new_key()

        def unit(tx: Transaction) -> None:
            factor = tx.factors.of(session.agent.id)
            if factor is not None and factor.confirmed:
                raise Conflict("The second factor is switched on already.")
            tx.factors.propose(session.agent.id, key)

        await self._store.write(unit)
        return key, link_of(key, session.agent.email)

    async def confirm_totp(self, session: Session, token: str, code: str) -> tuple[str, list[str]]:
        """Switch the proposed factor on; return this session's new token and the recovery codes. Raises BadInput."""
        codes = new_recovery_codes()

        def then(tx: Transaction) -> None:
            factor = tx.factors.of(session.agent.id)
            if factor is None or factor.confirmed:
                raise Conflict("No code is asked for.")
            step = step_of(factor.key, code, tx.now)
            if step is None or not tx.factors.use_step(session.agent.id, step):
                raise BadInput("This code is not right. Does the phone show the right time?")
            tx.factors.confirm(session.agent.id, tx.now)
            tx.factors.set_codes(session.agent.id, [hash_token(plain_code(one)) for one in codes])
            _note(tx, session, "totp_on")

        renewed, _ = await self._agents.renew(token, then)
        return renewed, codes

    async def remove_totp(self, session: Session, password: str) -> None:
        """Switch the second factor off. Raises Forbidden."""
        await self._agents.check_password(session.agent, password)
        if self._agents.requires_totp(session.agent.role):
            raise Forbidden("This shop asks for a second factor: it cannot be switched off.")

        def unit(tx: Transaction) -> None:
            tx.factors.remove(session.agent.id)
            _note(tx, session, "totp_off")

        await self._store.write(unit)

    async def new_codes(self, session: Session, password: str) -> list[str]:
        """Return ten new recovery codes in place of all older ones. Raises Forbidden, Conflict."""
        await self._agents.check_password(session.agent, password)
        codes = new_recovery_codes()

        def unit(tx: Transaction) -> None:
            if not tx.agents.get(session.agent.id).totp:
                raise Conflict("The second factor is not switched on.")
            tx.factors.set_codes(session.agent.id, [hash_token(plain_code(one)) for one in codes])
            _note(tx, session, "recovery_codes")

        await self._store.write(unit)
        return codes

    async def end_session(self, session: Session, session_id: str) -> None:
        """End one of one's own sessions. Raises NotFound."""

        def unit(tx: Transaction) -> bool:
            ended = tx.sessions.end_one(session.agent.id, session_id)
            if ended:
                tx.audit.record(AuditAction.SESSION_ENDED, agent_id=session.agent.id, about=session.agent.id, ended=1)
            return ended

        if not await self._store.write(unit):
            raise NotFound("There is no such session.")

    async def end_others(self, session: Session, token: str) -> int:
        """End all sessions but this one; return how many they were."""

        def unit(tx: Transaction) -> int:
            ended = tx.sessions.end_all(session.agent.id, but=hash_token(token))
            tx.audit.record(AuditAction.SESSION_ENDED, agent_id=session.agent.id, about=session.agent.id, ended=ended)
            return ended

        return await self._store.write(unit)


def _note(tx: Transaction, session: Session, what: str) -> None:
    tx.audit.record(AuditAction.PERSON_CHANGED, agent_id=session.agent.id, about=session.agent.id, what=what)
