"""Who may sign in: passwords, sessions, the first admin."""

from __future__ import annotations

import asyncio
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.domain.agents import Agent, Presence, Session
from bot.domain.identifiers import hash_token, new_id, new_token
from bot.domain.rights import Role
from bot.errors import BadInput, Conflict, Forbidden, TooFast, Unauthorized, Unavailable
from bot.store.transaction import Store, Transaction

SESSION_HOURS = 12
SETUP_HOURS = 72
SETUP = "setup"
FREE_FAILURES = 5  # sign-ins that may fail before a delay begins
LONGEST_DELAY = 900  # seconds; a lock-out by delay, never for ever
SHORTEST_PASSWORD = 12
MOST_HASHES_WAITING = 20  # each takes a tenth of a second of a core
MOST_STRANGERS = 10_000  # addresses without an account whose failures are remembered
WRONG = "E-mail address or password is not right."


def _locked_until(failures: int, now: datetime) -> datetime | None:
    """Return until when an account is locked after so many failures in a row."""
    over = failures - FREE_FAILURES
    return now + timedelta(seconds=min(LONGEST_DELAY, 2 ** min(over, 16))) if over >= 0 else None


class Agents:
    """Use-cases of people who sign in."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # 19 MiB and two passes: OWASP's parameters, a tenth of a second; more would let sign-in floods stop the server.
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="hash")
        self._hashing = 0
        self._nobody: str | None = None
        self._strangers: dict[str, tuple[int, datetime | None]] = {}

    async def sign_in(self, email: str, password: str) -> tuple[str, Session]:
        """Return a new session's token. Raises Unauthorized, TooFast; unknown and wrong look the same."""
        address = email.strip().lower()
        credentials = await self._store.read(lambda tx: tx.agents.credentials(address))
        now = await self._store.read(lambda tx: tx.now)
        locked_until = credentials.locked_until if credentials else self._strangers.get(address, (0, None))[1]
        if locked_until and locked_until > now:
            seconds = int((locked_until - now).total_seconds()) + 1
            raise TooFast("Too many failed attempts. Please try again in {retry_after} s.", retry_after=seconds)
        if self._nobody is None:
            self._nobody = await self._hash(new_token())
        right = await self._verify(credentials.password_hash if credentials else self._nobody, password)
        if credentials is None:
            self._note_stranger(address, now)
            raise Unauthorized(WRONG)
        if not right:
            await self._store.write(lambda tx: self._note_failure(tx, address))
            raise Unauthorized(WRONG)
        if credentials.agent.disabled:
            raise Forbidden("This account is switched off. Please ask an admin.")
        token = new_token()

        def unit(tx: Transaction) -> Session:
            tx.agents.note_sign_in(credentials.agent.id, failures=0, locked_until=None)
            tx.agents.end_old_sessions(tx.now)
            expires_at = tx.now + timedelta(hours=SESSION_HOURS)
            tx.agents.add_session(hash_token(token), credentials.agent.id, tx.now, expires_at)
            return Session(credentials.agent, expires_at)

        return token, await self._store.write(unit)

    @staticmethod
    def _note_failure(tx: Transaction, address: str) -> None:
        """Count in the transaction, or guesses at once would count as one."""
        if credentials := tx.agents.credentials(address, lock=True):
            failures = credentials.failed_sign_ins + 1
            locked_until = _locked_until(failures, tx.now)
            tx.agents.note_sign_in(credentials.agent.id, failures=failures, locked_until=locked_until)

    def _note_stranger(self, address: str, now: datetime) -> None:
        """Slow guesses at an address that nobody has just the same, or the difference would say who has an account."""
        failures = self._strangers.pop(address, (0, None))[0] + 1
        self._strangers[address] = (failures, _locked_until(failures, now))
        if len(self._strangers) > MOST_STRANGERS:
            del self._strangers[next(iter(self._strangers))]

    async def session(self, token: str | None) -> Session:
        """Return the signed-in session. Raises Unauthorized."""
        found = await self._store.read(lambda tx: tx.agents.find_session(hash_token(token), tx.now)) if token else None
        if found is None:
            raise Unauthorized("Please sign in.")
        return found

    async def sessions(self, tokens: AbstractSet[str]) -> dict[str, Agent]:
        """Return whose sessions these are, by token, as far as they have not ended."""
        by_hash = {hash_token(token): token for token in tokens}
        found = await self._store.read(lambda tx: tx.agents.find_sessions(list(by_hash), tx.now))
        return {by_hash[hashed]: agent for hashed, agent in found.items()}

    async def sign_out(self, token: str) -> None:
        await self._store.write(lambda tx: tx.agents.end_session(hash_token(token)))

    async def add(
        self, *, name: str, email: str, password: str, role: Role, languages: tuple[str, ...], capacity: int = 5
    ) -> Agent:
        """Make somebody who can sign in. Raises BadInput, Conflict."""
        password_hash = await self._checked_hash(password)

        def unit(tx: Transaction) -> Agent:
            agent = self._newcomer(tx, name=name, email=email, role=role, languages=languages, capacity=capacity)
            tx.agents.add(agent, password_hash)
            return agent

        return await self._store.write(unit)

    @staticmethod
    def _newcomer(
        tx: Transaction, *, name: str, email: str, role: Role, languages: tuple[str, ...], capacity: int = 5
    ) -> Agent:
        address = email.strip().lower()
        if tx.agents.credentials(address) is not None:
            raise Conflict("Somebody with the address {email} is there already.", email=address)
        return Agent(
            id=new_id(),
            name=name,
            email=address,
            role=role,
            languages=languages,
            capacity=capacity,
            presence=Presence.OFFLINE,
            created_at=tx.now,
        )

    async def setup_token(self) -> str | None:
        """Return a new one-time token while there is nobody who can sign in, else None; older ones end."""
        token = new_token()

        def unit(tx: Transaction) -> str | None:
            if tx.agents.count():
                return None
            tx.agents.void_links(SETUP, tx.now)
            tx.agents.add_link(hash_token(token), SETUP, tx.now, tx.now + timedelta(hours=SETUP_HOURS))
            return token

        return await self._store.write(unit)

    async def set_up(self, token: str, *, name: str, email: str, password: str, languages: tuple[str, ...]) -> Agent:
        """Make the first admin; of two at once one wins. Raises Forbidden, BadInput."""
        password_hash = await self._checked_hash(password)

        def unit(tx: Transaction) -> Agent:
            if not tx.agents.use_link(hash_token(token), SETUP, tx.now) or tx.agents.count():
                raise Forbidden("This link was used already or is too old. Restart the server to get a new one.")
            admin = self._newcomer(tx, name=name, email=email, role=Role.ADMIN, languages=languages)
            tx.agents.add(admin, password_hash)
            return admin

        return await self._store.write(unit)

    async def everybody(self) -> list[Agent]:
        return await self._store.read(lambda tx: tx.agents.all())

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)

    async def _checked_hash(self, password: str) -> str:
        if len(password) < SHORTEST_PASSWORD:
            raise BadInput(
                "The password is too short: at least {least} characters, and this has {length}.",
                least=SHORTEST_PASSWORD,
                length=len(password),
            )
        return await self._hash(password)

    async def _hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def _verify(self, password_hash: str, password: str) -> bool:
        if self._hashing >= MOST_HASHES_WAITING:
            raise Unavailable("Too many people are signing in right now. Please try again in a moment.")
        self._hashing += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, self._matches, password_hash, password
            )
        finally:
            self._hashing -= 1

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
