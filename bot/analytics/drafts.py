"""Entries being written from pain points: made, changed, tried on past turns, published; and what came of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.analytics.painpoints import ADD_VARIANTS, PainPoint, advice
from bot.domain.identifiers import new_id
from bot.domain.messages import Author
from bot.errors import Conflict, NotFound
from bot.knowledge.entries import Entry, KnowledgeBase
from bot.store.counted import drafts
from bot.store.tables import messages
from bot.store.transaction import Transaction
from bot.text.normalize import fold
from bot.text.redact import mask

DRAFT, PUBLISHED = "draft", "published"
MOST_VARIANTS = 12  # that a draft takes from the pain point
MOST_CONVERSATIONS = 200  # whose agents are listened to
SHORTEST_ANSWER = 25  # characters: a greeting is no answer
STALE = "Somebody else changed this in the meantime. Reload it and try again."

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft as it is stored."""

    id: str
    status: str
    entry: str
    texts: Mapping[str, Mapping[str, Any]]
    """Language -> title, variants, answer."""
    based_on: Mapping[str, Any]
    replay: Mapping[str, Any] | None
    version: int
    created_at: datetime
    created_by: str | None
    published_at: datetime | None

    def entries(self, knowledge: KnowledgeBase) -> dict[str, Entry]:
        """Return the entry in each language, with what an entry of this id has beside."""
        known = knowledge.entries.get(self.entry, {})
        made = {}
        for language, text in self.texts.items():
            old = known.get(language)
            made[language] = Entry(
                id=self.entry,
                language=language,
                title=text["title"],
                variants=tuple(text["variants"]),
                body=text["answer"],
                keywords=old.keywords if old else (),
                related=old.related if old else (),
                action=old.action if old else None,
            )
        return made

    def to_json(self, knowledge: KnowledgeBase) -> Json:
        return {
            "id": self.id,
            "status": self.status,
            "entry": self.entry,
            "is_new": self.entry not in knowledge.entries,
            "texts": self.texts,
            "based_on": self.based_on,
            "replay": self.replay,
            "version": self.version,
            "created_at": self.created_at.isoformat(),
            "created_by": self.created_by,
            "published_at": self.published_at.isoformat() if self.published_at else None,
        }


def draft_of(tx: Transaction, point: PainPoint, knowledge: KnowledgeBase, entry: str | None, agent_id: str) -> Draft:
    """Make and keep a draft from a pain point: a new entry, or more variants of one. Raises NotFound."""
    if entry is None and advice(point) == ADD_VARIANTS and point.nearest:
        entry = point.nearest[0][0]
    if entry is not None and entry not in knowledge.entries:
        raise NotFound("There is no entry {entry}.", entry=entry[:120])
    replies = _replies(tx, point)
    draft = Draft(
        id=new_id(),
        status=DRAFT,
        entry=entry or _new_name(point, knowledge),
        texts={
            group.language: _texts(point, number, knowledge, entry, replies.get(group.language, ""))
            for number, group in enumerate(point.groups)
        },
        based_on={
            "painpoint": point.key,
            "name": point.name,
            "size": len(point.turns),
            "messages": [turn.message_id for turn in point.turns],
        },
        replay=None,
        version=1,
        created_at=tx.now,
        created_by=agent_id,
        published_at=None,
    )
    tx.connection.execute(insert(drafts), _row(draft))
    return draft


def _row(draft: Draft) -> Json:
    return {column.name: getattr(draft, column.name) for column in drafts.c}


def _texts(point: PainPoint, number: int, knowledge: KnowledgeBase, entry: str | None, reply: str) -> Json:
    """Return title, variants and answer in one language: the messages themselves, without anybody's data."""
    group = point.groups[number]
    asked = [text for turn in group.turns if mask(text := " ".join(turn.text.split())) == text]
    asked = list({fold(text): text for text in asked}.values())
    old = knowledge.entries.get(entry or "", {}).get(group.language)
    if old is not None:
        known = {fold(text) for text in (old.title, *old.variants)}
        more = [text for text in asked if fold(text) not in known][:MOST_VARIANTS]
        return {"title": old.title, "variants": [*old.variants, *more], "answer": old.body}
    title = asked[0] if asked else point.name
    return {"title": title[:1].upper() + title[1:], "variants": asked[1 : MOST_VARIANTS + 1], "answer": reply}


def _new_name(point: PainPoint, knowledge: KnowledgeBase) -> str:
    """Return an id that no entry has: the nearest entry's folder, and the typical words."""
    folder = point.nearest[0][0].rpartition("/")[0] if point.nearest else "questions"
    words = re.sub(r"[^a-z0-9]+", "-", fold(" ".join(point.groups[0].words))).strip("-")[:60] or "new"
    name = f"{folder or 'questions'}/{words}"
    taken = sum(id_.startswith(name) for id_ in knowledge.ids)
    return f"{name}-{taken + 1}" if taken else name


def _replies(tx: Transaction, point: PainPoint) -> dict[str, str]:
    """Return what agents mostly replied in these conversations, masked, by language."""
    ids = list(dict.fromkeys(turn.conversation_id for turn in point.turns))[:MOST_CONVERSATIONS]
    query = select(messages.c.language, messages.c.text).where(
        messages.c.conversation_id.in_(ids), messages.c.author == Author.AGENT.value
    )
    said: dict[str, Counter[str]] = {}
    for row in tx.connection.execute(query):
        if len(row.text) >= SHORTEST_ANSWER:
            said.setdefault(row.language, Counter())[mask(row.text)] += 1
    return {language: max(texts, key=lambda text: (texts[text], len(text), text)) for language, texts in said.items()}


def listed(tx: Transaction) -> list[Draft]:
    """Return every draft, newest first."""
    query = select(drafts).order_by(drafts.c.created_at.desc(), drafts.c.id)
    return [Draft(**row._mapping) for row in tx.connection.execute(query)]  # noqa: SLF001  # its public name


def get(tx: Transaction, draft_id: str) -> Draft:
    """Return a draft. Raises NotFound."""
    row = tx.connection.execute(select(drafts).where(drafts.c.id == draft_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such draft.")
    return Draft(**row._mapping)  # noqa: SLF001


def change(
    tx: Transaction, draft_id: str, *, version: int, entry: str, texts: Mapping[str, Mapping[str, Any]]
) -> Draft:
    """Set what a draft says; a replay of what it said before is forgotten. Raises NotFound, Conflict."""
    mine = (drafts.c.id == draft_id, drafts.c.version == version, drafts.c.status == DRAFT)
    changed = {"entry": entry, "texts": texts, "version": version + 1, "replay": None}
    if tx.connection.execute(update(drafts).where(*mine).values(changed)).rowcount != 1:
        get(tx, draft_id)
        raise Conflict(STALE)
    return get(tx, draft_id)


def keep(tx: Transaction, draft: Draft, **fields: Any) -> Draft:
    """Set fields of a draft that nobody changed since. Raises NotFound, Conflict."""
    mine = (drafts.c.id == draft.id, drafts.c.version == draft.version)
    if tx.connection.execute(update(drafts).where(*mine).values(fields)).rowcount != 1:
        get(tx, draft.id)
        raise Conflict(STALE)
    return get(tx, draft.id)


def remove(tx: Transaction, draft_id: str) -> None:
    """Forget a draft. Raises NotFound."""
    get(tx, draft_id)
    tx.connection.execute(delete(drafts).where(drafts.c.id == draft_id))
