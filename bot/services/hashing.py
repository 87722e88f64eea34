"""Passwords are hashed beside the loop, two at a time, and not more than a few wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.domain.identifiers import new_token
from bot.domain.passwords import LONGEST, SHORTEST, is_common
from bot.errors import BadInput, Unavailable

T = TypeVar("T")

AT_ONCE = 2
MOST_WAITING = 20  # each takes a tenth of a second of a core


class Hashing:
    """Makes and checks hashes of passwords."""

    def __init__(self) -> None:
        # 19 MiB and two passes: OWASP's parameters, a tenth of a second; more would let sign-in floods stop the server.
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hash")
        self._waiting = 0
        self._nobody: str | None = None

    async def checked_hash(self, password: str, about: Iterable[str] = ()) -> str:
        """Return the hash of a new password; `about` is what everybody knows of its owner. Raises BadInput."""
        if len(password) < SHORTEST:
            raise BadInput(
                "The password is too short: at least {least} characters, and this has {length}.",
                least=SHORTEST,
                length=len(password),
            )
        if len(password) > LONGEST:
            raise BadInput(
                "The password is too long: at most {most} characters, and this has {length}.",
                most=LONGEST,
                length=len(password),
            )
        if is_common(password, about):
            raise BadInput("Many people use a password like this, so it is guessed early. Three or four words do well.")
        return await self._beside(lambda: self._hasher.hash(password))

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password; None is nobody's hash, and takes the same work. Raises Unavailable."""
        if self._nobody is None:
            self._nobody = await self._beside(lambda: self._hasher.hash(new_token()))
        hashed = password_hash or self._nobody
        return await self._beside(lambda: self._verify(hashed, password))

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)

    async def _beside(self, work: Callable[[], T]) -> T:
        if self._waiting >= MOST_WAITING:
            raise Unavailable("Too many people are signing in right now. Please try again in a moment.")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
