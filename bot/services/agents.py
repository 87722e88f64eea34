"""Who may sign in: passwords, codes, sessions, the first admin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.agents import Agent, Needs, Presence, Session
from bot.domain.audits import AuditAction
from bot.domain.identifiers import hash_token, new_id, new_token
from bot.domain.rights import Role
from bot.domain.totp import plain_code, step_of
from bot.errors import Conflict, Forbidden, Unauthorized
from bot.services.guesses import FREE_AT_ACCOUNT, FREE_AT_ADDRESS, Guesses, locked_until, refuse_until
from bot.services.hashing import Hashing
from bot.settings import Settings
from bot.store.transaction import Store, Transaction

SESSION_HOURS = 12
CODE_MINUTES = 10  # between the password and the code
SETUP_HOURS = 72
SETUP = "setup"
TOUCH = timedelta(seconds=60)  # how exactly it is known when a session was used last
WRONG = "E-mail address or password is not right."
Recognise = Callable[[Transaction], Agent | Forbidden]
"""Finds whose account is meant, or why nobody is let in."""


class Agents:
    """Use-cases of people who sign in."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._idle = timedelta(minutes=settings.session_idle_minutes)
        self.hashing = Hashing()
        self._strangers = Guesses(free=FREE_AT_ACCOUNT)
        self._addresses = Guesses(free=FREE_AT_ADDRESS)

    async def sign_in(
        self,
        email: str,
        password: str,
        *,
        address: str = "",
        browser: str | None = None,
        former: str | None = None,
    ) -> tuple[str, Session]:
        """Return a new session's token; `former` is the one that the browser had.

        The session needs a code when the account has a second factor. Raises Unauthorized, TooFast, Forbidden;
        unknown and wrong look the same.
        """
        email = email.strip().lower()
        now = await self._store.read(lambda tx: tx.now)
        self._addresses.refuse(address, now)
        agent = await self._check(email, password, address)
        if agent.disabled:
            raise Forbidden("This account is switched off. Please ask an admin.")
        return await self._store.write(lambda tx: self._begin(tx, agent.id, browser, former, coded=False))

    async def let_in(
        self, recognise: Recognise, *, browser: str | None = None, former: str | None = None
    ) -> tuple[str, Session]:
        """Return a new session's token for whom a service vouches for; a second factor here counts all the same.

        Raises Forbidden, as `recognise` says.
        """

        def unit(tx: Transaction) -> tuple[str, Session] | Forbidden:
            found = recognise(tx)
            return found if isinstance(found, Forbidden) else self._begin(tx, found.id, browser, former, coded=False)

        begun = await self._store.write(unit)
        if isinstance(begun, Forbidden):  # not within the transaction: what was noted stays
            raise begun
        return begun

    async def _check(self, email: str, password: str, address: str = "") -> Agent:
        """Return whose password it is. Raises Unauthorized, TooFast."""
        now, credentials = await self._store.read(lambda tx: (tx.now, tx.agents.credentials(email)))
        if credentials is None:
            self._strangers.refuse(email, now)
        else:
            refuse_until(credentials.locked_until, now)
        right = await self.hashing.matches(credentials.password_hash if credentials else None, password)
        if credentials is not None and right:
            return credentials.agent
        self._addresses.note(address, now)
        if not await self._store.write(lambda tx: _note_failure(tx, email)):
            # At an address that nobody has just the same, or the difference would say who has an account.
            self._strangers.note(email, now)
        raise Unauthorized(WRONG)

    async def check_password(self, agent: Agent, password: str) -> None:
        """Ask somebody who is signed in once more who they are. Raises Forbidden, TooFast."""
        try:
            await self._check(agent.email, password)
        except Unauthorized:
            raise Forbidden("The password is not right.") from None

    def _begin(
        self, tx: Transaction, agent_id: str, browser: str | None, former: str | None, *, coded: bool
    ) -> tuple[str, Session]:
        """Make a session, in place of the one that the browser had."""
        agent = tx.agents.get(agent_id)
        needs_code = agent.totp and not coded
        if former:
            tx.sessions.end(hash_token(former))
        if not needs_code:  # or whoever knows the password could try codes without end
            tx.agents.note_sign_in(agent.id, failures=0, locked_until=None)
        tx.sessions.end_old(tx.now)
        token = new_token()
        length = timedelta(minutes=CODE_MINUTES) if needs_code else timedelta(hours=SESSION_HOURS)
        tx.sessions.add(hash_token(token), agent.id, tx.now, tx.now + length, browser=browser, needs_code=needs_code)
        session = self._found(tx, token)
        if not needs_code:
            tx.audit.record(AuditAction.SIGNED_IN, agent_id=agent.id, about=session.id, coded=coded)
        return token, session

    async def enter_code(self, token: str | None, code: str, *, address: str = "") -> tuple[str, Session]:
        """Return the token of the session that follows. Raises Unauthorized, TooFast, Conflict."""
        session = await self.session(token)
        if session.needs is not Needs.CODE:
            raise Conflict("No code is asked for.")
        now = await self._store.read(lambda tx: tx.now)
        self._addresses.refuse(address, now)

        def unit(tx: Transaction) -> tuple[str, Session] | None:
            credentials = tx.agents.credentials(session.agent.email, lock=True)
            refuse_until(credentials.locked_until if credentials else None, tx.now)
            if not uses_code(tx, session.agent, code):
                _note_failure(tx, session.agent.email)
                return None
            return self._begin(tx, session.agent.id, session.browser, token, coded=True)

        begun = await self._store.write(unit)
        if begun is None:
            self._addresses.note(address, now)
            raise Unauthorized("This code is not right, or it was used already.", needs=Needs.CODE.value)
        return begun

    async def renew(self, token: str, then: Callable[[Transaction], None]) -> tuple[str, Session]:
        """Do it, end all other sessions of the same person, and give this one a new token."""
        session = await self.session(token)

        def unit(tx: Transaction) -> tuple[str, Session]:
            then(tx)
            tx.sessions.end_all(session.agent.id)
            return self._begin(tx, session.agent.id, session.browser, None, coded=True)

        return await self._store.write(unit)

    async def session(self, token: str | None) -> Session:
        """Return the signed-in session. Raises Unauthorized."""
        if not token:
            raise Unauthorized("Please sign in.")
        now, found = await self._store.read(lambda tx: (tx.now, self._find(tx, token)))
        if found is None:
            raise Unauthorized("Please sign in.")
        if now - found.last_seen_at > TOUCH:
            await self._store.write(lambda tx: tx.sessions.touch([hash_token(token)], tx.now))
        return found

    def _find(self, tx: Transaction, token: str) -> Session | None:
        found = tx.sessions.find(hash_token(token), tx.now, seen_after=tx.now - self._idle)
        return found and self._with_needs(found)

    def _found(self, tx: Transaction, token: str) -> Session:
        found = self._find(tx, token)
        if found is None:
            raise Unauthorized("Please sign in.")
        return found

    def _with_needs(self, session: Session) -> Session:
        lacks = session.needs is None and not session.agent.totp and self.requires_totp(session.agent.role)
        return replace(session, needs=Needs.TOTP) if lacks else session

    def requires_totp(self, role: Role) -> bool:
        """Whether somebody of this role has to have a second factor."""
        wanted = self._settings.second_factor
        return wanted == "everybody" or (wanted == "admins" and role is Role.ADMIN)

    def seen_after(self, now: datetime) -> datetime:
        """Return when a session must have been used at the latest to count."""
        return now - self._idle

    async def sessions(self, tokens: AbstractSet[str]) -> dict[str, Agent]:
        """Return whose sessions these open sockets have, by token, as far as they have not ended.

        An open socket is use enough: none of them ends for idleness.
        """
        by_hash = {hash_token(token): token for token in tokens}
        now, found = await self._store.read(lambda tx: (tx.now, tx.sessions.among(list(by_hash), tx.now)))
        if due := [hashed for hashed, session in found.items() if now - session.last_seen_at > TOUCH]:
            await self._store.write(lambda tx: tx.sessions.touch(due, tx.now))
        whole = {hashed: self._with_needs(session) for hashed, session in found.items()}
        return {by_hash[hashed]: session.agent for hashed, session in whole.items() if session.needs is None}

    async def sign_out(self, token: str) -> None:
        """End the session; ended already is fine."""

        def unit(tx: Transaction) -> None:
            session = self._find(tx, token)
            tx.sessions.end(hash_token(token))
            if session is not None:
                tx.audit.record(AuditAction.SIGNED_OUT, agent_id=session.agent.id, about=session.id)

        await self._store.write(unit)

    async def add(
        self, *, name: str, email: str, password: str, role: Role, languages: tuple[str, ...], capacity: int = 5
    ) -> Agent:
        """Make somebody who can sign in. Raises BadInput, Conflict."""
        password_hash = await self.hashing.checked_hash(password, (name, email))

        def unit(tx: Transaction) -> Agent:
            agent = newcomer(tx, name=name, email=email, role=role, languages=languages, capacity=capacity)
            tx.agents.add(agent, password_hash)
            return agent

        return await self._store.write(unit)

    async def setup_token(self) -> str | None:
        """Return a new one-time token while there is nobody who can sign in, else None; older ones end."""
        token = new_token()

        def unit(tx: Transaction) -> str | None:
            if tx.agents.count():
                return None
            tx.links.void(SETUP, tx.now)
            tx.links.add(hash_token(token), SETUP, tx.now, tx.now + timedelta(hours=SETUP_HOURS))
            return token

        return await self._store.write(unit)

    async def set_up(self, token: str, *, name: str, email: str, password: str, languages: tuple[str, ...]) -> Agent:
        """Make the first admin; of two at once one wins. Raises Forbidden, BadInput."""
        password_hash = await self.hashing.checked_hash(password, (name, email))

        def unit(tx: Transaction) -> Agent:
            if not tx.links.use(hash_token(token), SETUP, tx.now) or tx.agents.count():
                raise Forbidden("This link was used already or is too old. Restart the server to get a new one.")
            admin = newcomer(tx, name=name, email=email, role=Role.ADMIN, languages=languages)
            tx.agents.add(admin, password_hash)
            return admin

        return await self._store.write(unit)

    async def everybody(self) -> list[Agent]:
        return await self._store.read(lambda tx: tx.agents.all())

    async def close(self) -> None:
        await self.hashing.close()


def newcomer(
    tx: Transaction, *, name: str, email: str, role: Role, languages: Iterable[str], capacity: int = 5
) -> Agent:
    """Return somebody new. Raises Conflict when the address has an account."""
    address = email.strip().lower()
    if tx.agents.credentials(address) is not None:
        raise Conflict("Somebody with the address {email} is there already.", email=address)
    return Agent(
        id=new_id(),
        name=name,
        email=address,
        role=role,
        languages=tuple(languages),
        capacity=capacity,
        presence=Presence.OFFLINE,
        created_at=tx.now,
    )


def uses_code(tx: Transaction, agent: Agent, code: str) -> bool:
    """Use up a code of the phone, or a recovery code; False when it is neither."""
    factor = tx.factors.of(agent.id)
    if factor is None or not factor.confirmed:
        return False
    step = step_of(factor.key, code, tx.now)
    if step is not None:
        return tx.factors.use_step(agent.id, step)
    return tx.factors.use_code(agent.id, hash_token(plain_code(code)), tx.now)


def _note_failure(tx: Transaction, address: str) -> bool:
    """Count in the transaction, or guesses at once would count as one; False when nobody has the address."""
    credentials = tx.agents.credentials(address, lock=True)
    if credentials is None:
        tx.audit.record(AuditAction.SIGN_IN_FAILED)
        return False
    agent_id, failures = credentials.agent.id, credentials.failed_sign_ins + 1
    until = locked_until(failures, tx.now)
    tx.agents.note_sign_in(agent_id, failures=failures, locked_until=until)
    tx.audit.record(AuditAction.SIGN_IN_LOCKED if until else AuditAction.SIGN_IN_FAILED, about=agent_id)
    return True
