"""Entries that need looking after: two that overlap, one that is old and does not help, one that nobody needs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select

from bot.knowledge.entries import KnowledgeBase
from bot.retrieval import near_duplicates
from bot.store.tables import decisions, feedback
from bot.store.transaction import Transaction

STALE_DAYS = 365
MOST_OVERLAPS = 50

Json = dict[str, Any]


def answers(tx: Transaction, start: datetime, end: datetime) -> dict[str, tuple[int, int]]:
    """Return how often each entry was the answer, and how often that was judged unhelpful."""
    unhelpful = func.sum(case((feedback.c.helpful.is_(False), 1), else_=0))
    query = (
        select(decisions.c.entry, func.count(), unhelpful)
        .outerjoin(feedback, feedback.c.message_id == decisions.c.reply_id)
        .where(decisions.c.action == "answer", decisions.c.at >= start, decisions.c.at < end)
        .group_by(decisions.c.entry)
    )
    return {entry: (count, int(bad or 0)) for entry, count, bad in tx.connection.execute(query)}


def remarks(kb: KnowledgeBase, asked: dict[str, tuple[int, int]], today: date, days: int, language: str) -> Json:
    """Return the entries to look at; titles in `language`."""
    title = {id_: kb.entry(id_, language).title for id_ in kb.ids}
    helping = [id_ for id_ in kb.ids if any(entry.is_help for entry in kb.entries[id_].values())]
    overlapping = [
        {
            "entries": [pair.first.entry, pair.second.entry],
            "titles": [title[pair.first.entry], title[pair.second.entry]],
            "language": one,
            "texts": [pair.first.text, pair.second.text],
            "similarity": round(pair.similarity / 100, 3),
        }
        for one in kb.languages
        for pair in near_duplicates.find(kb, one)[:MOST_OVERLAPS]
    ]
    stale = []
    for id_ in helping:
        dates = [entry.updated for entry in kb.entries[id_].values() if entry.updated is not None]
        count, bad = asked.get(id_, (0, 0))
        if dates and (today - max(dates)).days >= STALE_DAYS:
            age = {"updated": max(dates).isoformat(), "days": (today - max(dates)).days}
            stale.append({"entry": id_, "title": title[id_], **age, "answers": count, "unhelpful": bad})
    unneeded = [
        {"entry": id_, "title": title[id_], "languages": sorted(kb.entries[id_]), "days": days}
        for id_ in helping
        if id_ not in asked
    ]
    return {
        "overlapping": overlapping,
        "stale": sorted(stale, key=lambda one: (-one["unhelpful"], -one["days"], one["entry"])),
        "unneeded": unneeded,
    }
