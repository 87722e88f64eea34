"""What shoppers ask over Socket.IO."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.bootstrap import Parley
from bot.domain.messages import Author
from bot.domain.rights import SHOPPER_RIGHTS, Right
from bot.errors import BadInput, TooFast, Unauthorized
from bot.knowledge.entries import Entry
from bot.server.callers import address_of
from bot.server.channel import Ask, Channel
from bot.server.limits import Buckets, Doors
from bot.server.metrics import Metrics
from bot.server.payloads import (
    ChoicePick,
    FeedbackGive,
    History,
    Identify,
    LocaleSet,
    MessageSend,
    Nothing,
    PageSet,
    Payload,
    RatingSubmit,
    Resume,
    ShopperAuth,
    TicketOpen,
    TranscriptSend,
    TypingSet,
)
from bot.server.relay import Relay, room_of
from bot.server.shopper_views import page_json, page_path
from bot.server.views import accepted_json, acknowledged_json, away_json, conversation_for_shopper, rating_json
from bot.services.conversations import Begun
from bot.services.shoppers import Shopper
from bot.text.normalize import clean

NAMESPACE = "/shopper"
OWN = Right.OWN_CONVERSATION
CROWD = 20  # shoppers who may write at full speed from one network address: an office, a school
MAILS_PER_HOUR = 5  # to addresses that nobody proved, from one network address


@dataclass(frozen=True, slots=True)
class _Client:
    shopper: Shopper
    locale: str
    address: str


class ShopperChannel(Channel):
    """The shopper's door: identity comes from the token's session, never from a payload."""

    def __init__(self, parley: Parley, relay: Relay, doors: Doors, metrics: Metrics) -> None:
        settings = parley.settings
        super().__init__(
            NAMESPACE, parley.catalogs, Buckets(per_minute=settings.messages_per_minute * 4, burst=40), metrics
        )
        self._parley = parley
        self._relay = relay
        self._doors = doors
        self._clients: dict[str, _Client] = {}
        self._messages = relay.limits.open("messages", per_minute=settings.messages_per_minute, burst=10)
        self._crowds = relay.limits.open("crowds", per_minute=settings.messages_per_minute * CROWD, burst=10 * CROWD)
        self._mailings = relay.limits.open("mailings", per_minute=MAILS_PER_HOUR / 60, burst=MAILS_PER_HOUR)
        self._asks: dict[str, Ask] = {
            "message_send": Ask(MessageSend, OWN, self._message_send),
            "resume": Ask(Resume, OWN, self._resume),
            "history": Ask(History, OWN, self._history),
            "typing_set": Ask(TypingSet, OWN, self._typing_set),
            "choice_pick": Ask(ChoicePick, OWN, self._choice_pick),
            "handoff_request": Ask(Nothing, OWN, self._handoff_request),
            "handoff_cancel": Ask(Nothing, OWN, self._handoff_cancel),
            "ticket_open": Ask(TicketOpen, OWN, self._ticket_open),
            "feedback_give": Ask(FeedbackGive, OWN, self._feedback_give),
            "rating_submit": Ask(RatingSubmit, OWN, self._rating_submit),
            "locale_set": Ask(LocaleSet, OWN, self._locale_set),
            "page_set": Ask(PageSet, OWN, self._page_set),
            "identify": Ask(Identify, OWN, self._identify),
            "sign_out": Ask(Nothing, OWN, self._sign_out),
            "transcript_send": Ask(TranscriptSend, OWN, self._transcript_send),
            "conversation_end": Ask(Nothing, OWN, self._conversation_end),
            "conversation_delete": Ask(Nothing, OWN, self._conversation_delete),
        }

    def asks(self) -> Mapping[str, Ask]:
        return self._asks

    def rights_of(self, sid: str) -> frozenset[Right]:
        return SHOPPER_RIGHTS if sid in self._clients else frozenset()

    def language_of(self, sid: str) -> str:
        client = self._clients.get(sid)
        return client.locale if client else "en"

    def rate_key(self, sid: str) -> str:
        client = self._clients.get(sid)
        return client.shopper.visitor_id if client else sid

    def about(self, sid: str, payload: Payload) -> str | None:  # noqa: ARG002
        return self._shopper(sid).conversation_id

    async def joined(self, sid: str, environ: Mapping[str, Any], auth: object) -> None:
        address = address_of(environ["aiohttp.request"])
        if not self._doors.enter(address):
            raise TooFast("Too many open connections from this address. Please try again later.", retry_after=60)
        try:
            begun_with = ShopperAuth.model_validate(auth if auth is not None else {})
            page = page_path(begun_with.page)
            begun = await self._parley.conversations.begin(
                token=begun_with.token,
                locale=begun_with.locale,
                surface=begun_with.surface,
                page=page,
                time_zone=clean(begun_with.time_zone) if begun_with.time_zone else None,
            )
            begun = await self._known(begun, begun_with)
            suggested = await self._parley.suggestions.of(
                begun.conversation.memory.language, topic=begun_with.topic, page=page
            )
            settings = await self._settings(begun.conversation.memory.language, suggested)
        except BaseException:
            self._doors.leave(address)
            raise
        locale = begun_with.locale or begun.conversation.locale
        self._clients[sid] = _Client(begun.shopper, locale, address)
        self._parley.leases.see_shopper(begun.shopper.conversation_id)
        self._metrics.sockets.labels(NAMESPACE).inc()
        self._metrics.joins.labels(NAMESPACE, "no" if begun.token else "yes").inc()
        await self.enter_room(sid, room_of(begun.shopper.conversation_id))
        self._tell_how_it_stands(sid, begun, begun.token or begun_with.token, settings)

    async def _known(self, begun: Begun, begun_with: ShopperAuth) -> Begun:
        """Return how it stands for whom the shop names; a signature that is not good leaves them whom they were."""
        if not begun_with.identity or not self._parley.signatures.set_up:
            return begun
        try:
            known = await self._parley.identities.identify(begun.shopper, begun_with.identity)
        except Unauthorized:
            return begun  # a page that is open for hours has an old one; the page is told when it identifies by itself
        if known.token is None:
            return begun
        joined = await self._parley.conversations.begin(
            token=known.token, locale=begun_with.locale, surface=begun_with.surface, page=None, time_zone=None
        )
        return replace(joined, token=known.token)

    def _tell_how_it_stands(self, sid: str, begun: Begun, token: str | None, settings: dict[str, Any]) -> None:
        """Tell in the relay's turn, after the connection's own answer, or the client would not listen yet."""
        started = {
            "token": token,
            "conversation": conversation_for_shopper(begun.conversation),
            "settings": settings,
            "rating": rating_json(begun.rating) if begun.rating else None,
        }
        self._relay.tell(NAMESPACE, sid, "session_started", started)
        if begun.agent is not None:
            self._relay.tell(NAMESPACE, sid, "handoff_updated", accepted_json(begun.agent))
        if begun.conversation.status.value == "waiting":
            self._relay.queue_may_have_changed()

    async def left(self, sid: str) -> None:
        client = self._clients.pop(sid, None)
        if client is not None:
            self._doors.leave(client.address)
            self._parley.leases.lose_sight(client.shopper.conversation_id)
            self._metrics.sockets.labels(NAMESPACE).dec()

    async def _settings(self, language: str, suggested: Sequence[Entry]) -> dict[str, Any]:
        away = await self._parley.duty.away(language)
        return {
            "languages": list(self._parley.desk().languages),
            "default_language": self._parley.settings.default_language,
            "message_length": self._parley.settings.message_length,
            "mail": self._parley.tickets.reply_to is not None,
            "orders": self._parley.settings.orders_url is not None,
            "privacy": {
                "shop": self._parley.settings.shop_name,
                "days": self._parley.settings.retention_days,
                "url": self._parley.settings.privacy_url,
            },
            "people": {"open": away is None, **(away_json(away) or {"back_at": None})},
            "suggestions": [{"entry": entry.id, "title": entry.title} for entry in suggested],
        }

    def _shopper(self, sid: str) -> Shopper:
        return self._clients[sid].shopper

    async def _message_send(self, sid: str, asked: MessageSend) -> dict[str, Any]:
        shopper = self._shopper(sid)
        if wait := self._messages.wait(shopper.visitor_id) or self._crowds.wait(self._clients[sid].address):
            raise TooFast("That was too fast. Please wait {retry_after} s.", retry_after=wait)
        with self._metrics.turns.time():
            message = await self._parley.conversations.receive(shopper, client_id=asked.client_id, text=asked.text)
        return acknowledged_json(message, asked.text)

    async def _resume(self, sid: str, asked: Resume) -> dict[str, Any]:
        page = await self._parley.conversations.resume(self._shopper(sid), after_seq=asked.after_seq, limit=asked.limit)
        return page_json(page)

    async def _history(self, sid: str, asked: History) -> dict[str, Any]:
        page = await self._parley.conversations.history(
            self._shopper(sid), before_seq=asked.before_seq, limit=asked.limit
        )
        return page_json(page)

    async def _typing_set(self, sid: str, asked: TypingSet) -> dict[str, Any]:
        self._relay.typing(self._shopper(sid).conversation_id, Author.SHOPPER, on=asked.on, skip=sid)
        return {}

    async def _choice_pick(self, sid: str, asked: ChoicePick) -> dict[str, Any]:
        message = await self._parley.conversations.pick(
            self._shopper(sid), message_id=asked.message_id, choice=asked.entry
        )
        return {"id": message.id, "seq": message.seq} if message else {}

    async def _handoff_request(self, sid: str, _asked: Nothing) -> dict[str, Any]:
        await self._parley.conversations.request_person(self._shopper(sid))
        return {}

    async def _handoff_cancel(self, sid: str, _asked: Nothing) -> dict[str, Any]:
        await self._parley.conversations.cancel_request(self._shopper(sid))
        return {}

    async def _ticket_open(self, sid: str, asked: TicketOpen) -> dict[str, Any]:
        client = self._clients[sid]
        confirm = self._parley.tickets.reply_to is not None and not self._mailings.wait(client.address)
        number = await self._parley.tickets.open(client.shopper, email=asked.email, text=asked.text, confirm=confirm)
        return {"number": number}

    async def _transcript_send(self, sid: str, asked: TranscriptSend) -> dict[str, Any]:
        client = self._clients[sid]
        if asked.code is None and (wait := self._mailings.wait(client.address)):
            raise TooFast("That was too fast. Please wait {retry_after} s.", retry_after=wait)
        mailed = await self._parley.transcripts.send(client.shopper, email=asked.email, code=asked.code)
        return {"mailed": mailed.value}

    async def _feedback_give(self, sid: str, asked: FeedbackGive) -> dict[str, Any]:
        await self._parley.surveys.judge(
            self._shopper(sid), message_id=asked.message_id, helpful=asked.helpful, comment=asked.comment
        )
        return {}

    async def _rating_submit(self, sid: str, asked: RatingSubmit) -> dict[str, Any]:
        if asked.csat is None and asked.nps is None and not asked.comment:
            raise BadInput("Expected at least one of csat, nps and comment, got none.")
        await self._parley.surveys.rate(self._shopper(sid), csat=asked.csat, nps=asked.nps, comment=asked.comment)
        return {}

    async def _locale_set(self, sid: str, asked: LocaleSet) -> dict[str, Any]:
        client = self._clients[sid]
        locale = await self._parley.conversations.set_locale(client.shopper, asked.locale)
        self._clients[sid] = _Client(client.shopper, locale, client.address)
        return {"locale": locale}

    async def _page_set(self, sid: str, asked: PageSet) -> dict[str, Any]:
        if path := page_path(asked.page):
            await self._parley.conversations.set_page(self._shopper(sid), path)
        return {}

    async def _conversation_end(self, sid: str, _asked: Nothing) -> dict[str, Any]:
        await self._parley.conversations.end(self._shopper(sid))
        return {}

    async def _conversation_delete(self, sid: str, _asked: Nothing) -> dict[str, Any]:
        await self._parley.privacy.erase_own(self._shopper(sid))
        self._relay.queue_may_have_changed()
        return {}

    async def _identify(self, sid: str, asked: Identify) -> dict[str, Any]:
        """Join the browser to whom the shop names; what it shows from now on comes as a session that begins."""
        known = await self._parley.identities.identify(self._shopper(sid), asked.jwt)
        client = self._clients[sid]
        if known.token is not None:
            begun = await self._parley.conversations.begin(
                token=known.token, locale=client.locale, surface="widget", page=None, time_zone=None
            )
            await self._move(sid, begun.shopper)
            self._clients[sid] = replace(client, shopper=begun.shopper)
            settings = await self._settings(begun.conversation.memory.language, ())
            self._tell_how_it_stands(sid, begun, known.token, settings)
        return {"verified": True}

    async def _move(self, sid: str, shopper: Shopper) -> None:
        """Let the connection hear of another conversation instead."""
        before = self._shopper(sid).conversation_id
        if shopper.conversation_id != before:
            await self.leave_room(sid, room_of(before))
            self._parley.leases.lose_sight(before)
            self._parley.leases.see_shopper(shopper.conversation_id)
            await self.enter_room(sid, room_of(shopper.conversation_id))

    async def _sign_out(self, sid: str, _asked: Nothing) -> dict[str, Any]:
        await self._parley.identities.sign_out(self._shopper(sid))
        return {}
