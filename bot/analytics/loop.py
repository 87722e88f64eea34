"""From a pain point to a better help center: draft, replay, publish, and what it did."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

from bot.analytics import badturns, drafts, replay, upkeep
from bot.analytics.board import Boards
from bot.analytics.bookcase import Bookcase
from bot.analytics.drafts import Draft
from bot.analytics.periods import Query
from bot.analytics.space import Space
from bot.analytics.statistics import Rate, difference
from bot.dialogue.pipeline import Pipeline
from bot.domain.audits import AuditAction
from bot.errors import Conflict, KnowledgeError
from bot.knowledge import loader, writer
from bot.knowledge.entries import KnowledgeBase
from bot.store.transaction import Store, Transaction

TRIED_DAYS = 90  # before now whose turns a replay takes
EFFECT_DAYS = 28  # at most, before and after
SAME_QUESTION = 0.5  # cosine from which on a turn asks what the draft answers

Json = dict[str, Any]


class Desk(Protocol):
    """What answers shoppers now."""

    @property
    def knowledge(self) -> KnowledgeBase: ...
    @property
    def pipeline(self) -> Pipeline: ...


class Loop:
    """Use-cases of drafts."""

    def __init__(self, store: Store, boards: Boards, desk: Callable[[], Desk], shelf: Bookcase) -> None:
        self._store, self._boards, self._desk, self._shelf = store, boards, desk, shelf
        self._learning = asyncio.Lock()

    async def draft(self, query: Query, key: str, entry: str | None, agent_id: str) -> Json:
        """Make a draft from a pain point of a period. Raises NotFound."""
        point = (await self._boards.board(query)).point(key)
        knowledge = self._desk().knowledge
        made = await self._store.write(lambda tx: drafts.draft_of(tx, point, knowledge, entry, agent_id))
        return made.to_json(knowledge)

    async def listed(self) -> list[Json]:
        knowledge = self._desk().knowledge
        return [draft.to_json(knowledge) for draft in await self._store.read(drafts.listed)]

    async def shown(self, draft_id: str) -> Json:
        """Return a draft. Raises NotFound."""
        return (await self._get(draft_id)).to_json(self._desk().knowledge)

    async def change(self, draft_id: str, *, version: int, entry: str, texts: Mapping[str, Mapping[str, Any]]) -> Json:
        """Set what a draft says. Raises NotFound, Conflict."""
        draft = await self._store.write(
            lambda tx: drafts.change(tx, draft_id, version=version, entry=entry, texts=texts)
        )
        return draft.to_json(self._desk().knowledge)

    async def remove(self, draft_id: str) -> None:
        await self._store.write(lambda tx: drafts.remove(tx, draft_id))

    async def replay(self, draft_id: str) -> Json:
        """Answer past turns without and with the draft, and keep what came out. Raises NotFound, Conflict."""
        draft, pipeline = await self._get(draft_id), self._desk().pipeline
        await self._check(draft)
        own = frozenset(draft.based_on.get("messages", ()))
        turns = await self._store.read(
            lambda tx: badturns.read(tx, tx.now - timedelta(days=TRIED_DAYS), tx.now + timedelta(seconds=1))
        )
        tried = replay.chosen(turns, own, frozenset(draft.texts))

        def run() -> Json:
            after = replay.with_entries(pipeline, draft.entries(pipeline.kb))
            return replay.compare(pipeline, after, tried, own, draft.entry)

        async with self._learning:  # one at a time: it takes a core for a while
            told = await asyncio.to_thread(run)
        kept = {**told, "version": draft.version, "kb_version": pipeline.kb.version}
        await self._store.write(lambda tx: drafts.keep(tx, draft, replay=kept))
        return kept

    async def publish(self, draft_id: str, agent_id: str) -> Json:
        """Write the draft's files into the help center. Raises NotFound, Conflict."""
        draft, knowledge = await self._get(draft_id), self._desk().knowledge
        if draft.status != drafts.DRAFT:
            raise Conflict("This draft is published already.")
        if draft.replay is None or draft.replay["version"] != draft.version:
            raise Conflict("Replay this draft before you publish it: it was not tried as it is now.")
        await self._shelf.put(await self._check(draft))
        published = await self._store.write(lambda tx: _published(tx, draft, agent_id))
        return published.to_json(knowledge)

    async def _check(self, draft: Draft) -> dict[str, bytes]:
        """Return the files that the draft is. Raises Conflict with what the help center would refuse."""
        made = {
            f"{draft.entry}.{entry.language}.md": writer.render(entry).encode()
            for entry in draft.entries(self._desk().knowledge).values()
        }
        try:
            loader.build({**await self._shelf.files(), **made})
        except KnowledgeError as error:
            raise Conflict("The help center would refuse this: {why}", why="; ".join(error.faults[:5])) from None
        return made

    async def effect(self, draft_id: str) -> Json:
        """Return how such turns went before and after the draft was published. Raises NotFound, Conflict."""
        draft = await self._get(draft_id)
        since = draft.published_at
        if since is None:
            raise Conflict("This draft is not published yet.")
        now = await self._store.read(lambda tx: tx.now)
        length = min(timedelta(days=EFFECT_DAYS), now - since)
        turns = await self._store.read(lambda tx: badturns.read(tx, since - length, since + length))

        def run() -> Json:
            alike = [turn for language in draft.texts for turn in _alike(draft, language, turns)]
            before, after = (
                Rate(sum(bool(turn.signs) for turn in some), len(some))
                for some in ([t for t in alike if t.at < since], [t for t in alike if t.at >= since])
            )
            return {
                "since": since.isoformat(),
                "days": round(length / timedelta(days=1), 2),
                "before": _share(before),
                "after": _share(after),
                **difference(after, before),
            }

        return await asyncio.to_thread(run)

    async def entries(self, query: Query, language: str) -> Json:
        """Return which entries overlap, are stale, or are needed by nobody."""
        knowledge = self._desk().knowledge
        asked = await self._store.read(lambda tx: upkeep.answers(tx, query.start, query.end))
        today = query.assumptions.now.date()
        return await asyncio.to_thread(upkeep.remarks, knowledge, asked, today, query.days, language)

    async def _get(self, draft_id: str) -> Draft:
        return await self._store.read(lambda tx: drafts.get(tx, draft_id))


def _published(tx: Transaction, draft: Draft, agent_id: str) -> Draft:
    published = drafts.keep(tx, draft, status=drafts.PUBLISHED, published_at=tx.now)
    tx.audit.record(AuditAction.KB_PUBLISHED, agent_id=agent_id, about=draft.id, languages=sorted(draft.texts))
    return published


def _share(rate: Rate) -> Json:
    return {"turns": rate.denominator, "bad": rate.numerator, "share": rate.value}


def _alike(draft: Draft, language: str, turns: list[badturns.Turn]) -> list[badturns.Turn]:
    """Return the turns of a language that ask what the draft answers."""
    some = [turn for turn in turns if turn.language == language]
    text = draft.texts[language]
    known = [(draft.entry, one) for one in (text["title"], *text["variants"])]
    near, _ = Space.of([turn.text for turn in some], known, language).similarities()
    return [turn for turn, (similarity,) in zip(some, near, strict=True) if similarity >= SAME_QUESTION]
