"""Whose account is meant by whom a sign-in service vouches for: known by its name of them from the first time on."""

from __future__ import annotations

from bot.connectors.sign_in_service import Vouched
from bot.domain.agents import Agent
from bot.domain.audits import AuditAction
from bot.errors import Forbidden
from bot.services.granting import note_person
from bot.store.transaction import Transaction

NO_ACCOUNT = "There is no account for your address here. Please ask an admin."
SOMEBODY_ELSES = (
    "Somebody else of the sign-in service signs in with your address here. Please ask an admin to take the link away."
)


def recognise(tx: Transaction, vouched: Vouched) -> Agent | Forbidden:
    """Return who it is, or why nobody is let in; the first time the verified address decides, and is not asked again.

    Addresses are given to other people when somebody leaves; the service's name of a person is not.
    """
    if (known := tx.sign_in_links.agent_id(vouched.issuer, vouched.subject)) is not None:
        agent = tx.agents.get(known)
        return _refused(tx, agent, Forbidden(NO_ACCOUNT)) if agent.disabled else agent
    if not vouched.email:
        return _refused(tx, None, Forbidden(NO_ACCOUNT))
    credentials = tx.agents.credentials(vouched.email, lock=True)
    if credentials is None or credentials.agent.disabled:
        return _refused(tx, credentials.agent if credentials else None, Forbidden(NO_ACCOUNT))
    agent = credentials.agent
    if tx.sign_in_links.has(vouched.issuer, agent.id):
        return _refused(tx, agent, Forbidden(SOMEBODY_ELSES, why="other_person"))
    tx.sign_in_links.add(vouched.issuer, vouched.subject, agent.id, tx.now)
    note_person(tx, agent, agent.id, "linked")
    return agent


def _refused(tx: Transaction, agent: Agent | None, refusal: Forbidden) -> Forbidden:
    tx.audit.record(AuditAction.SIGN_IN_FAILED, about=agent.id if agent else None)
    return refusal
