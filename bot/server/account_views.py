"""What is told of accounts: one's own, everybody's, invitations."""

from __future__ import annotations

from typing import Any

from bot.domain.agents import Session
from bot.server.views import agent_json, time_of
from bot.services.accounts import Account
from bot.services.people import Person
from bot.store.links import Link


def account_json(account: Account, session: Session) -> dict[str, Any]:
    """Return one's own account."""
    return {
        "agent": agent_json(session.agent),
        "totp": {"on": session.agent.totp, "required": account.totp_required, "codes_left": account.codes_left},
        "sessions": [
            {
                "id": one.id,
                "browser": one.browser,
                "created_at": time_of(one.created_at),
                "last_seen_at": time_of(one.last_seen_at),
                "current": one.id == session.id,
            }
            for one in account.sessions
        ],
    }


def account_of_json(person: Person) -> dict[str, Any]:
    """Return somebody's account as an admin sees it."""
    return {
        **agent_json(person.agent),
        "totp": person.agent.totp,
        "linked": person.linked,
        "sessions": person.sessions,
        "last_seen_at": time_of(person.last_seen_at) if person.last_seen_at else None,
    }


def invite_json(link: Link) -> dict[str, Any]:
    """Return an invitation, without what it can be accepted with."""
    return {
        "id": link.id,
        "email": link.email,
        "role": link.role.value if link.role else None,
        "created_at": time_of(link.created_at),
        "expires_at": time_of(link.expires_at),
    }
