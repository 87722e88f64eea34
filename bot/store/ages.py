"""What is over age: conversations and visitors whose time is up, by the columns that say when they were last alive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from bot.domain.messages import Author
from bot.store.correspondence import mails
from bot.store.persons import Found
from bot.store.tables import conversations, messages, visitors


def due(connection: Connection, *, before: datetime, unanswered_before: datetime, limit: int) -> Found:
    """Return up to `limit` conversations and visitors that are over age, oldest first.

    A conversation counts from its last message, or the last mail about it; one in which neither the assistant nor an
    agent ever wrote has a shorter time. A visitor goes when there is no conversation of theirs and none is begun. To
    find that there are none, everything of more than the shorter time is looked through: seconds, with a million.
    """
    over = select(conversations.c.id).where(_over(before, unanswered_before))
    theirs = tuple(connection.scalars(over.order_by(conversations.c.updated_at).limit(limit)))
    alone = select(visitors.c.id).where(_alone(unanswered_before)).order_by(visitors.c.last_seen_at)
    left = limit - len(theirs)
    return Found(tuple(connection.scalars(alone.limit(left))) if left else (), theirs)


def still_due(connection: Connection, listed: Found, *, before: datetime, unanswered_before: datetime) -> Found:
    """Return which of these are over age now."""
    over = conversations.c.id.in_(listed.conversations) & _over(before, unanswered_before)
    alone = visitors.c.id.in_(listed.visitors) & _alone(unanswered_before)
    return Found(
        tuple(connection.scalars(select(visitors.c.id).where(alone))),
        tuple(connection.scalars(select(conversations.c.id).where(over))),
    )


def count_due(connection: Connection, *, before: datetime, unanswered_before: datetime) -> int:
    """Return how many conversations are over age."""
    query = select(func.count()).select_from(conversations).where(_over(before, unanswered_before))
    return int(connection.scalar(query) or 0)


def _over(before: datetime, unanswered_before: datetime) -> ColumnElement[bool]:
    answered = exists().where(
        messages.c.conversation_id == conversations.c.id,
        messages.c.author.in_((Author.BOT.value, Author.AGENT.value)),
    )
    written = exists().where(mails.c.conversation_id == conversations.c.id, mails.c.at > before)
    return and_(
        conversations.c.updated_at <= max(before, unanswered_before),
        conversations.c.episode_open.is_(False),  # an episode that nobody ended is not counted yet
        ~written,
        or_(
            conversations.c.updated_at <= before,
            and_(conversations.c.updated_at <= unanswered_before, ~answered),
        ),
    )


def _alone(seen_before: datetime) -> ColumnElement[bool]:
    own = exists().where(conversations.c.visitor_id == visitors.c.id)
    return and_(visitors.c.last_seen_at <= seen_before, ~own)
