"""Whose account may be changed by whom, and what one person is given beside the rights of their role."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bot.domain.agents import Agent
from bot.domain.audits import AuditAction
from bot.domain.rights import GRANTABLE, RIGHTS, Right, Role, may_grant
from bot.errors import BadInput, Conflict, Forbidden, NotFound
from bot.store.transaction import Transaction

NOT_GRANTABLE = "Only {known} can be given to one person, not {found}."


def grant(tx: Transaction, actor: Agent | None, agent_id: str, granted: AbstractSet[Right]) -> Agent:
    """Let somebody do this beside what their role says, and nothing else.

    Raises BadInput, Forbidden, Conflict, NotFound.
    """
    if unknown := granted - GRANTABLE:
        raise BadInput(NOT_GRANTABLE, known=", ".join(sorted(GRANTABLE)), found=", ".join(sorted(unknown)))
    agent = changeable(tx, actor, agent_id, keeps=True)
    if actor is not None and not may_grant(actor.rights, granted):
        raise Forbidden("Your role does not allow this.")
    if granted & RIGHTS[agent.role]:
        raise Conflict("The role of {name} allows this already.", name=agent.name)
    if granted != agent.granted:
        tx.agents.set_granted(agent_id, granted)
        tx.news.presence = True
        note_granted(tx, actor, agent, granted)
    return tx.agents.get(agent_id)


def changeable(tx: Transaction, actor: Agent | None, agent_id: str, *, keeps: bool) -> Agent:
    """Return the account, locked; `keeps` when an admin stays one who can sign in. Raises NotFound, Conflict."""
    everybody = {agent.id: agent for agent in tx.agents.lock_all()}
    agent = everybody.get(agent_id)
    if agent is None:
        raise NotFound("There is no such agent.")
    if actor is not None and not may_grant(actor.rights, agent.rights):
        raise Forbidden("Your role does not allow this.")
    admins = [other.id for other in everybody.values() if other.role is Role.ADMIN and not other.disabled]
    if not keeps and admins == [agent_id]:
        raise Conflict("Somebody has to be the admin: make somebody else one first.")
    return agent


def note_person(tx: Transaction, actor: Agent | None, about: str, what: str, **data: str) -> None:
    tx.audit.record(AuditAction.PERSON_CHANGED, agent_id=actor.id if actor else None, about=about, what=what, **data)


def note_granted(tx: Transaction, actor: Agent | None, agent: Agent, granted: AbstractSet[Right]) -> None:
    for right in sorted(granted - agent.granted):
        note_person(tx, actor, agent.id, "granted", right=right.value)
    for right in sorted(agent.granted - granted):
        note_person(tx, actor, agent.id, "withdrawn", right=right.value)
