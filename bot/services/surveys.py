"""What shoppers think: a thumb on an answer, a rating of an episode."""

from __future__ import annotations

from bot.domain.conversations import Status
from bot.domain.events import Actor, EventType
from bot.domain.messages import Author
from bot.errors import BadInput, Conflict
from bot.services.redaction import Redaction
from bot.services.shoppers import Shopper
from bot.services.turns import Turns
from bot.store.decisions import Rating
from bot.store.transaction import Store, Transaction
from bot.text.normalize import clean

COMMENT_LENGTH = 1000


class Surveys:
    """Use-cases of feedback."""

    def __init__(self, store: Store, turns: Turns, redaction: Redaction) -> None:
        self._store = store
        self._turns = turns
        self._redaction = redaction

    async def judge(self, shopper: Shopper, *, message_id: str, helpful: bool, comment: str | None) -> None:
        """Keep the shopper's thumb on an answer; down offers a person. Raises NotFound, BadInput."""

        def unit(tx: Transaction) -> None:
            with shopper.open(tx) as exchange:
                answer = tx.messages.get(shopper.conversation_id, message_id)
                if answer.author is not Author.BOT:
                    raise BadInput("Only an answer of the assistant can be judged.")
                before = tx.decisions.feedback(message_id)
                tx.decisions.set_feedback(
                    shopper.conversation_id,
                    message_id,
                    episode=answer.episode,
                    helpful=helpful,
                    comment=self._kept(comment),
                    at=exchange.now,
                )
                exchange.record(
                    EventType.FEEDBACK_GIVEN,
                    Actor.SHOPPER,
                    None,
                    episode=answer.episode,
                    message_id=message_id,
                    entry=answer.entry,
                    helpful=helpful,
                )
                is_news = before is not False  # a retry, or a comment on it, offers no second time
                if not helpful and is_news and exchange.conversation.status is Status.BOT:
                    self._turns.offer_person(exchange)

        await self._store.write(unit)

    async def rate(self, shopper: Shopper, *, csat: int | None, nps: int | None, comment: str | None) -> None:
        """Keep the rating of the last episode; later fields fill in. Raises Conflict before there is one."""

        def unit(tx: Transaction) -> None:
            with shopper.open(tx) as exchange:
                episode = exchange.conversation.episode
                if episode == 0:
                    raise Conflict("There is nothing to rate yet.")
                empty = Rating(shopper.conversation_id, episode, exchange.now)
                before = tx.decisions.rating(shopper.conversation_id, episode) or empty
                rating = Rating(
                    shopper.conversation_id,
                    episode,
                    exchange.now,
                    csat=before.csat if csat is None else csat,
                    nps=before.nps if nps is None else nps,
                    comment=self._kept(comment) or before.comment,
                )
                tx.decisions.set_rating(rating)
                exchange.record(EventType.RATING_GIVEN, Actor.SHOPPER, None, csat=rating.csat, nps=rating.nps)

        await self._store.write(unit)

    def _kept(self, comment: str | None) -> str | None:
        """Return a comment as it is stored: looked through before it is cut, for half a card is no card's number."""
        return self._redaction.stored(clean(comment))[:COMMENT_LENGTH] if comment else None
