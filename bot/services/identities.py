"""A shopper becomes known: history joins on the shop's signature alone, and a change of who it is ends the token."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.conversations import Conversation
from bot.domain.events import Actor, EventType
from bot.domain.identifiers import hash_token, new_id, new_token
from bot.domain.identities import Identity
from bot.errors import NotFound
from bot.services.conversations import new_conversation
from bot.services.exchange import NO_CONVERSATION, Exchange
from bot.services.shoppers import Shopper
from bot.services.signatures import Signatures
from bot.store.transaction import Store, Transaction
from bot.store.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a connection belongs to now; `token` only when the browser has to keep another one."""

    shopper: Shopper
    conversation: Conversation
    token: str | None


class Identities:
    """Use-cases of shoppers whom the shop knows."""

    def __init__(self, store: Store, signatures: Signatures) -> None:
        self._store = store
        self._signatures = signatures

    async def identify(self, shopper: Shopper, jwt: str) -> Known:
        """Join the browser to whom the token names. Raises Unauthorized, Unavailable, NotFound."""
        identity = self._signatures.read(jwt)
        return await self._store.write(lambda tx: _identify(tx, shopper, identity))

    async def sign_out(self, shopper: Shopper) -> None:
        """End the browser's token; what was said stays with whom it belongs to."""

        def unit(tx: Transaction) -> None:
            device = tx.visitors.get(shopper.device_id)
            if device is not None:
                _leave(tx, device)

        await self._store.write(unit)


def _identify(tx: Transaction, shopper: Shopper, identity: Identity) -> Known:
    person = tx.visitors.of_subject(identity.subject)
    device, before = tx.visitors.get(shopper.device_id), tx.conversations.get(shopper.conversation_id)
    if device is None:
        raise NotFound(NO_CONVERSATION)
    if person is not None and device.person_id == person.id:
        tx.visitors.describe(person.id, identity, tx.now)
        return Known(replace(shopper, visitor_id=person.id), before, None)
    token, device_id = new_token(), device.id
    if tx.visitors.is_known(device.person_id):  # as somebody else: nothing of theirs goes along
        _leave(tx, device)
        device_id = new_id()
        tx.visitors.add(device_id, hash_token(token), tx.now)
    else:
        tx.visitors.set_token(device_id, hash_token(token))
    if person is None:
        tx.visitors.describe(device_id, identity, tx.now)
        visitor_id = device_id
    else:
        tx.visitors.describe(person.id, identity, tx.now)
        tx.visitors.join(device_id, person.id)
        visitor_id = person.id
    conversation = tx.conversations.latest_of(visitor_id) or _begun_like(tx, before, visitor_id)
    return Known(Shopper(visitor_id, conversation.id, device_id), conversation, token)


def _leave(tx: Transaction, device: Visitor) -> None:
    """Let nobody come back with the browser's token."""
    if device.id == device.person_id:
        tx.visitors.set_token(device.id, hash_token(new_token()))
    else:
        tx.visitors.forget(device.id)


def _begun_like(tx: Transaction, before: Conversation, visitor_id: str) -> Conversation:
    """Begin a conversation in the place of one that is not theirs."""
    fresh = new_conversation(
        visitor_id,
        before.locale,
        before.memory.language,
        surface=before.surface,
        page=before.page,
        time_zone=before.time_zone,
        at=tx.now,
    )
    tx.conversations.add(fresh)
    exchange = Exchange(tx, fresh)
    started = EventType.CONVERSATION_STARTED
    exchange.record(started, Actor.SHOPPER, None, locale=fresh.locale, surface=fresh.surface, page=fresh.page)
    exchange.save()
    return exchange.conversation
