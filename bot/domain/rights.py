"""Who may do what: the one table of rights, printed in README.md; every route and every event names one of them."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import StrEnum


class Role(StrEnum):
    """What somebody signed in is here for."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    ADMIN = "admin"


class Right(StrEnum):
    """One thing that somebody may do."""

    OWN_CONVERSATION = "own_conversation"
    CHAT = "chat"
    SUPERVISE = "supervise"
    REPORTS = "reports"
    SETTINGS = "settings"
    PEOPLE = "people"
    PERSONAL_DATA = "personal_data:read"
    ERASE = "personal_data:erase"
    AUDIT = "audit"


MEANINGS: dict[Right, str] = {
    Right.OWN_CONVERSATION: "read, write, rate, end and delete one's own conversation",
    Right.CHAT: "read conversations and tickets, take and answer them",
    Right.SUPERVISE: "move a colleague's conversation, or block its shopper",
    Right.REPORTS: "read figures, masked transcripts and exports; draft entries of the help center",
    Right.SETTINGS: "change hours, teams, canned replies and skills",
    Right.PEOPLE: "say who may sign in, and as what",
    Right.PERSONAL_DATA: "read transcripts and exports with personal data unmasked",
    Right.ERASE: "take away or erase everything that is stored about one shopper",
    Right.AUDIT: "read the audit log",
}

SHOPPER_RIGHTS = frozenset({Right.OWN_CONVERSATION})
"""What a visitor's token opens; nobody of the staff holds it."""

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.AGENT: frozenset({Right.CHAT}),
    Role.SUPERVISOR: frozenset({Right.CHAT, Right.SUPERVISE, Right.REPORTS, Right.SETTINGS}),
    Role.ANALYST: frozenset({Right.REPORTS}),
    Role.ADMIN: frozenset(Right) - SHOPPER_RIGHTS,
}


GRANTABLE = frozenset({Right.PERSONAL_DATA})
"""What one person may be given beside the rights of their role."""


def may_grant(held: AbstractSet[Right], wanted: AbstractSet[Right]) -> bool:
    """Whether who holds these rights may give others those: nobody hands out a right that they lack."""
    return wanted <= held
