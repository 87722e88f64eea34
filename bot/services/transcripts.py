"""A shopper has the conversation mailed, to an address that a code has proved to be theirs."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from enum import StrEnum

from bot.domain.identifiers import hash_token, new_id
from bot.domain.mails import MailKind
from bot.errors import BadInput, Conflict, TooFast, Unavailable
from bot.services.conversations import MOST_MESSAGES
from bot.services.letters import Letters
from bot.services.shoppers import Shopper
from bot.store.transaction import Store, Transaction

CODE_MINUTES = 15
MOST_TRIES = 5  # of one code; a million codes make that one chance in 200,000
ONE_UNASKED = timedelta(hours=24)
"""An address that nobody has proved gets one mail of a kind in this time."""


class Mailed(StrEnum):
    """What was mailed."""

    CODE = "code"
    TRANSCRIPT = "transcript"


class Transcripts:
    """Use-cases of mailed transcripts."""

    def __init__(self, store: Store, letters: Letters | None) -> None:
        self._store = store
        self._letters = letters

    async def send(self, shopper: Shopper, *, email: str, code: str | None) -> Mailed:
        """Mail the transcript where the address is proved, else a code for it.

        Raises Unavailable when mail is not set up, Conflict when there is nothing to send, TooFast when the address
        had a code within a day, BadInput for a code that is wrong, too old, used or tried too often.
        """
        letters, address = self._set_up(), email.lower()
        if code is not None:
            # The try is committed before anything is refused, or it would not count.
            if not await self._store.write(lambda tx: _is_right(tx, shopper, address, code)):
                raise BadInput("This code is wrong or too old. Please look at the newest mail from us.")
            await self._store.write(lambda tx: self._mail(tx, letters, shopper, email))
            return Mailed.TRANSCRIPT
        return await self._store.write(lambda tx: self._mail_or_prove(tx, letters, shopper, email))

    def _set_up(self) -> Letters:
        if self._letters is None:
            raise Unavailable("This shop has not set that up.")
        return self._letters

    def _mail_or_prove(self, tx: Transaction, letters: Letters, shopper: Shopper, email: str) -> Mailed:
        conversation, address = shopper.read(tx), email.lower()
        since = tx.now - ONE_UNASKED
        if tx.codes.was_proved(conversation.id, address, since=since):
            self._mail(tx, letters, shopper, email)
            return Mailed.TRANSCRIPT
        if conversation.last_seq == 0:
            raise Conflict("There is nothing to send yet.")
        if last := tx.mails.last_to(address, MailKind.CODE, since=since):
            wait = int((last + ONE_UNASKED - tx.now).total_seconds()) + 1
            raise TooFast("This address was sent a code already. Please enter it, or try tomorrow.", retry_after=wait)
        code = f"{secrets.randbelow(1_000_000):06d}"
        letters.prove(tx, conversation, email=address, code=code, minutes=CODE_MINUTES)
        tx.codes.add(
            {
                "id": new_id(),
                "conversation_id": conversation.id,
                "email": address,
                "code_hash": _hash(conversation.id, address, code),
                "at": tx.now,
                "expires_at": tx.now + timedelta(minutes=CODE_MINUTES),
                "tries": 0,
                "used_at": None,
            }
        )
        return Mailed.CODE

    @staticmethod
    def _mail(tx: Transaction, letters: Letters, shopper: Shopper, email: str) -> None:
        conversation = shopper.read(tx)
        messages = tx.messages.before(conversation.id, conversation.last_seq + 1, MOST_MESSAGES)
        letters.transcript(tx, conversation, messages, email=email)


def _is_right(tx: Transaction, shopper: Shopper, address: str, code: str) -> bool:
    """Use the code; False when it is not the one, and the try is counted."""
    conversation = shopper.read(tx)
    current = tx.codes.current(conversation.id, address, tx.now)
    if current is None:
        return False
    code_id, expected = current
    if not tx.codes.count_try(code_id, most=MOST_TRIES):
        return False
    if not hmac.compare_digest(expected, _hash(conversation.id, address, code)):
        return False
    return tx.codes.use(code_id, tx.now)


def _hash(conversation_id: str, address: str, code: str) -> str:
    return hash_token(f"{conversation_id}:{address}:{code}")
