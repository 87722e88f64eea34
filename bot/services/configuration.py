"""What supervisors set up while Parley runs: read as a whole, changed by sections, only from the version one saw."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.domain.agents import Agent
from bot.domain.audits import AuditAction
from bot.domain.configuration import Configuration
from bot.errors import Conflict
from bot.knowledge.entries import KnowledgeBase
from bot.services.configuration_reading import SECTIONS, Speech, read_configuration
from bot.store.transaction import Store, Transaction

logger = logging.getLogger(__name__)


def speech_of(knowledge: KnowledgeBase) -> Speech:
    """Return the topics and languages that a configuration may name."""
    return Speech(knowledge.topics, knowledge.languages)


class Configuring:
    """Use-cases of whoever sets Parley up."""

    def __init__(self, store: Store, speech: Callable[[], Speech]) -> None:
        self._store = store
        self._speech = speech

    async def current(self) -> Configuration:
        return await self._store.read(_whole)

    async def version(self) -> int:
        """Return the number of the configuration: another one means that something in it changed."""
        return await self._store.read(lambda tx: tx.configuration.version())

    def speech(self) -> Speech:
        return self._speech()

    async def change(
        self, document: Mapping[str, Any], *, version: int | None, actor: Agent | None, check: bool = False
    ) -> tuple[Configuration, Configuration]:
        """Put the document's sections in place of those that are there; return what was and what is now.

        `version` is what the document was made from, None for one that applies to any. `check` writes nothing.
        Raises Conflict with the present version, BadInput with every fault.
        """
        speech = self._speech()

        def unit(tx: Transaction) -> tuple[Configuration, Configuration]:
            found = tx.configuration.version(lock=not check)
            if version is not None and version != found:
                raise Conflict(
                    "Somebody else changed the settings meanwhile. Please look at them again before you save.",
                    version=found,
                )
            before = _whole(tx)
            wanted = read_configuration(document, before, speech, actor=actor)
            if check or not changed_sections(before, wanted):
                return before, wanted
            _write(tx, before, wanted)
            tx.configuration.set_version(found + 1, tx.now)
            _audit(tx, before, wanted, actor, found + 1)
            return before, _whole(tx)

        before, after = await (self._store.read(unit) if check else self._store.write(unit))
        if after.version != before.version:
            who = actor.id if actor else None
            logger.info("configuration_changed", extra={"version": after.version, "agent": who})
        return before, after


def changed_sections(before: Configuration, after: Configuration) -> list[str]:
    """Return the names of the sections that differ."""
    one, other = _ordered(before), _ordered(after)
    return [name for name in SECTIONS if getattr(one, name) != getattr(other, name)]


def _whole(tx: Transaction) -> Configuration:
    return Configuration(
        version=tx.configuration.version(),
        hours=tx.configuration.hours(),
        teams=tuple(tx.teams.all()),
        canned_replies=tuple(tx.configuration.canned_replies()),
        people=tuple(tx.agents.all()),
        reports=tuple(tx.schedules.all()),
    )


def _ordered(whole: Configuration) -> Configuration:
    """Return it in an order that no database has a say in; who is in a team is said by the people alone."""
    teams = [replace(team, topics=tuple(sorted(team.topics)), members=()) for team in whole.teams]
    return replace(
        whole,
        teams=tuple(sorted(teams, key=lambda team: team.id)),
        canned_replies=tuple(sorted(whole.canned_replies, key=lambda reply: reply.id)),
        people=tuple(sorted(whole.people, key=lambda agent: agent.id)),
    )


def _audit(tx: Transaction, before: Configuration, wanted: Configuration, actor: Agent | None, version: int) -> None:
    """Note who changed which sections, and whose account; the document itself is in the configuration."""
    who = actor.id if actor else None
    known = {agent.id: agent for agent in before.people}
    for agent in wanted.people:
        was = known[agent.id]
        changed = [
            name
            for name in ("role", "disabled", "languages", "capacity", "teams", "granted", "name", "email")
            if getattr(agent, name) != getattr(was, name)
        ]
        if changed:
            roles = {"role": agent.role.value, "before": was.role.value} if agent.role is not was.role else {}
            tx.audit.record(AuditAction.PERSON_CHANGED, agent_id=who, about=agent.id, changed=changed, **roles)
    sections = changed_sections(before, wanted)
    tx.audit.record(AuditAction.CONFIGURATION_CHANGED, agent_id=who, about=str(version), changed=sections)


def _write(tx: Transaction, before: Configuration, wanted: Configuration) -> None:
    changed = changed_sections(before, wanted)
    if "hours" in changed:
        tx.configuration.set_hours(wanted.hours, tx.now)
    if "teams" in changed:
        tx.teams.replace(wanted.teams)
    if "canned_replies" in changed:
        tx.configuration.replace_canned_replies(wanted.canned_replies)
    if "reports" in changed:
        tx.schedules.replace(wanted.reports, tx.now)
    known = {agent.id: agent for agent in before.people}
    for agent in wanted.people:
        if agent != known[agent.id]:
            tx.agents.set_up(agent, tx.now)
            if agent.granted != known[agent.id].granted:
                tx.agents.set_granted(agent.id, agent.granted)
            tx.teams.set_teams_of(agent.id, agent.teams)
    tx.news.presence = True  # there may be more room, another language, somebody less
